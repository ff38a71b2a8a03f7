import { describe, expect, test } from "@jest/globals";
import { rejectJob } from "../../simulator/github/jobs.ts";
import { createEnvironment } from "../../simulator/github/people.ts";
import { profiles, workflowTokenWith } from "../../simulator/github/tokens.ts";
import { addStageOf, approveAll, promote, written } from "./release-scene.ts";
import { type Ended, inScene, type JobSettings, kinds, type Scene, until } from "./scene.ts";

type Case = {
  readonly inputs?: Readonly<Record<string, string>>;
  readonly job?: JobSettings;
  readonly prepare?: (scene: Scene) => void;
};

/** `production` has a rule that lets this branch pass at once. */
const guard = ({ github, repository }: Scene): void => {
  createEnvironment(github.world, repository, "production", { branchPolicy: [{ type: "branch", name: "main" }] });
};

const inProduction: JobSettings = { environment: { name: "production" } };
const withoutIdToken: JobSettings = { idToken: false };

const promoteBehind = (mode: string, scene: Scene, { inputs = {}, job = {} }: Case): Promise<Ended> =>
  promote(scene, { gate: mode, environment: "production", comment: "false", ...inputs }, job);

const passed = (scene: Scene, run: Ended): void => {
  expect(run.conclusion).toBe("success");
  expect(run.outputs["result"]).toBe("promoted");
  expect(scene.stage("prod")?.deploymentId).toBe(scene.stage("test")?.deploymentId);
};

const messagesOf = ({ annotations }: Ended): readonly string[] => annotations.map(({ message }) => message);

describe.each(kinds)("of $name:", (kind) => {
  /** Promotes in a scene of its own, behind the gate `mode`. */
  const inGate = (
    mode: string,
    settings: Case,
    judge: (scene: Scene, run: Ended) => Promise<void> | void,
  ): Promise<void> =>
    inScene(kind.options, async (scene) => {
      const { prepare = guard } = settings;
      addStageOf(scene, "prod");
      addStageOf(scene, "test", { routes: ["GET /pets"] });
      prepare(scene);
      await judge(scene, await promoteBehind(mode, scene, settings));
    });

  describe("proven is a job in the protected environment that it deploys to", () => {
    test("by its own GitHub deployment", () =>
      inGate("require", { job: inProduction }, (scene, run) => {
        passed(scene, run);
        expect(messagesOf(run)).toEqual([]);
        expect(run.summary).toContain("its own GitHub deployment says so), which is protected by deployment branches");
        expect(scene.records()).toHaveLength(1);
        expect(scene.records()[0]?.id).toBe(run.job.deployment?.id);
      }));

    test("which is the one that is deployed to where nobody names another", () =>
      inGate("require", { inputs: { environment: "" }, job: inProduction }, (scene, run) => {
        passed(scene, run);
        expect(messagesOf(run)).toEqual([]);
        expect(run.summary).toContain("| Environment | `production` |");
        expect(scene.records()).toHaveLength(1);
      }));

    test("by the claim of its OpenID Connect token, where it makes no deployment", () =>
      inGate("require", { job: { environment: { name: "production", deployment: false } } }, (scene, run) => {
        passed(scene, run);
        expect(run.summary).toContain("its OpenID Connect token says so");
        expect(run.text).not.toMatch(/eyJ[\w-]+\./);
      }));

    test("by the token too, when nobody may read the check run", () =>
      inGate("require", { job: { ...inProduction, token: profiles.noChecks } }, (scene, run) => {
        passed(scene, run);
        expect(run.summary).toContain("its OpenID Connect token says so");
        expect(messagesOf(run)).toEqual([expect.stringContaining("permissions: checks: read")]);
      }));

    test("whatever the case of the environment's name", () =>
      inGate("require", { job: { environment: { name: "Production" } } }, passed));

    test("and who approved stands in the summary", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const { deploymentId } = addStageOf(scene, "test");
        createEnvironment(scene.github.world, scene.repository, "production", { reviewers: ["grace", "bob"] });
        const running = promote(scene, { gate: "require", environment: "production" }, inProduction);
        await until(() => [...scene.repository.runs.values()].at(-1)?.jobs[0]?.status === "waiting");
        expect(scene.asked()).toEqual([]);
        await approveAll(scene, "grace", running);
        const run = await running;
        expect(run.outputs).toMatchObject({ result: "promoted", "deployment-id": deploymentId });
        expect(run.summary).toContain("which is protected by required reviewers. Approved by grace");
      }));
  });

  const environments = "https://github.com/acme/orders/settings/environments";

  /** What is missing, and what the message says about it: more of them are in the tables of `github/` and `plan/`. */
  const gaps: readonly (readonly [string, Case, readonly string[]])[] = [
    [
      "an environment without rules",
      { job: inProduction, prepare: () => {} },
      [
        "Environment production has no protection rule: any job that names it runs at once.",
        `Add required reviewers, a wait timer or deployment branches: ${environments}`,
      ],
    ],
    [
      "a job in no environment",
      {},
      [
        "The job names no environment.",
        'environment: { name: "production", url: "${{ steps.apigw.outputs.invoke-url }}" }',
        '"repo:acme/orders:environment:production"',
        "immutable subjects",
      ],
    ],
    [
      "a job in no environment, and no token to prove it",
      { job: withoutIdToken },
      [
        "It cannot be seen which environment the job names. The job has no GitHub deployment of its own. The runner offers no OpenID Connect token.",
        "permissions: checks: read",
        "id-token: write where deployment: false is used",
      ],
    ],
    [
      "an environment that may not be read",
      { job: { ...inProduction, token: workflowTokenWith({ checks: "read", deployments: "write" }) } },
      [
        "The rules of environment production cannot be read. GitHub answered 403, Resource not accessible by integration",
        `Check that ${environments} lists production, and give the job permissions: actions: read.`,
      ],
    ],
    [
      "no github-token",
      { job: inProduction, inputs: { "github-token": "" } },
      ["The rules of environment production cannot be read. There is no github-token."],
    ],
  ];

  test.each(gaps)(
    "not proven: %s: require refuses it before anything is written, warn goes on and says so",
    (_case, settings, texts) =>
      inGate("require", settings, async (scene, run) => {
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
        expect(run.text).toContain(
          "gate: require lets only a job behind the protected environment production change stage prod, and that is not proven:",
        );
        for (const text of texts) expect(run.text).toContain(text);
        expect(run.text).toContain("State: Nothing was changed.");
        expect(run.text).toContain("(GATE_NOT_PROVEN)");
        expect(written(scene)).toEqual([]);
        expect(scene.records().filter(({ id }) => id !== run.job.deployment?.id)).toEqual([]);
        const warned = await promoteBehind("warn", scene, settings);
        passed(scene, warned);
        const warning = messagesOf(warned).find((message) => message.startsWith("It is not proven"));
        expect(warning).toContain("It is not proven that this job went through a gate before it changes stage prod");
        for (const text of texts) expect(warning).toContain(text);
        expect(warning).toContain("gate: require makes this an error, gate: off silences it.");
        expect(warned.summary).toContain("It is not proven that this job went through a gate");
      }),
  );

  test("off does not look", () =>
    inGate("off", { prepare: () => {} }, (scene, run) => {
      passed(scene, run);
      expect(messagesOf(run)).toEqual([]);
      const looked = scene.github.server.exchanges.map(({ operation }) => operation);
      expect(looked.filter((operation) => /environments|approvals|_oidc/.test(operation))).toEqual([]);
    }));

  test("warn is the default", () =>
    inGate("", {}, (_scene, run) => {
      expect(messagesOf(run)).toEqual([expect.stringContaining("The job names no environment.")]);
    }));

  test("what the plan refuses is told as such, proven or not", () =>
    inGate("require", { job: inProduction, inputs: { "from-stage-name": "nowhere" } }, (_scene, run) => {
      expect(run.text).toContain("API a1b2c3d4e5 has no stage nowhere");
    }));
});

describe("a job never starts", () => {
  test("whose branch may not deploy", () =>
    inScene({}, async (scene) => {
      addStageOf(scene, "test");
      createEnvironment(scene.github.world, scene.repository, "production", {
        branchPolicy: [{ type: "branch", name: "release/*" }],
      });
      const run = await promote(scene, { gate: "require", environment: "production" }, inProduction);
      expect(run).toMatchObject({ conclusion: "failure", steps: [] });
      expect(run.text).toContain('Branch "main" is not allowed to deploy to production');
      expect(scene.asked()).toEqual([]);
    }));

  test("that a reviewer turns down", () =>
    inScene({}, async (scene) => {
      addStageOf(scene, "test");
      createEnvironment(scene.github.world, scene.repository, "production", { reviewers: ["grace"] });
      const running = promote(scene, { gate: "require", environment: "production" }, inProduction);
      const job = () => [...scene.repository.runs.values()].at(-1)?.jobs[0];
      await until(() => job()?.status === "waiting");
      const held = job();
      if (held !== undefined) rejectJob(scene.github.world, held, { user: "grace" });
      const run = await running;
      expect(run).toMatchObject({ conclusion: "failure", steps: [] });
      expect(scene.asked()).toEqual([]);
    }));
});
