import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/aws/access.ts";
import { pullRequestEvent, pushEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import { openPullRequest } from "../../simulator/github/people.ts";
import type { Exchange } from "../../simulator/http/exchange.ts";
import { draftProvenance } from "../../src/plan/provenance.ts";
import { refusal } from "../faults/effects.ts";
import { importInto, inWorkspace as openWorkspace, routesOf, yamlWith } from "./files.ts";
import { kinds, type Scene, statesOf } from "./scene.ts";

const inputs = { definition: "openapi.yml" };

const onMain = (scene: Scene): { event: WorkflowEvent } => ({ event: pushEvent(scene.repository, "main", "alice") });
const named = (scene: Scene) => draftProvenance(scene.api.tags, scene.api.id);
const asked = (scene: Scene, operation: string): number => scene.asked().filter((one) => one === operation).length;

/** Does something each time that a request for the operation has arrived and the service has not seen it yet. */
const whenAsked = (scene: Scene, operation: string, times: number, act: () => void | Promise<void>): void => {
  let left = times;
  scene.gateway.server.gate = async (exchange: Exchange) => {
    if (exchange.operation !== operation || left === 0) return;
    left -= 1;
    await act();
  };
};

/** Deployments that no stage serves. */
const unattached = ({ api }: Scene): string[] => {
  const served = new Set([...api.stages.values()].map(({ deploymentId }) => deploymentId));
  return [...api.deployments.keys()].filter((id) => !served.has(id));
};

describe.each(kinds)("of $name:", (kind) => {
  const ours = yamlWith({ "GET /orders": {}, "GET /ours": {} }, {}, kind.dialect);
  const theirs = yamlWith({ "GET /orders": {}, "GET /theirs": {} }, {}, kind.dialect);
  const files = { "openapi.yml": ours, "theirs.yml": theirs };
  const inWorkspace: typeof openWorkspace = (given, play, more) =>
    openWorkspace(given, play, { ...kind.options, ...more });

  const importTheirs = (scene: Scene) => (): void => importInto(scene, theirs);

  describe("I1: an import of others between ours and our deployment", () => {
    test.concurrent("is found out, and ours is made again", () =>
      inWorkspace(files, async (scene, { job }) => {
        whenAsked(scene, "CreateDeployment", 1, importTheirs(scene));
        const run = await scene.deploy(inputs, job);
        expect(run.outputs["result"]).toBe("created");
        expect(routesOf(scene, "pr-1")).toEqual(["GET /orders", "GET /ours"]);
        expect(run.text).toMatch(
          /Deployment \w+ is not of openapi\.yml: it lacks GET \/ours, and it has GET \/theirs beside\. Another run has imported into the draft meanwhile\./,
        );
        expect([asked(scene, kind.imports), asked(scene, "CreateDeployment")]).toEqual([2, 2]);
        expect(unattached(scene)).toEqual([]);
      }));

    test.concurrent("three times in a row ends the run, and the stage serves what it served", () =>
      inWorkspace(files, async (scene, { job }) => {
        const stage = structuredClone(scene.addStage("prod"));
        whenAsked(scene, "CreateDeployment", 10, importTheirs(scene));
        const run = await scene.deploy({ ...inputs, "stage-name": "prod" }, { ...job, ...onMain(scene) });
        expect(run.conclusion).toBe("failure");
        const [error] = run.annotations.filter(({ level }) => level === "error");
        expect(error?.title).toBe("SPEC_RACED");
        expect(error?.message).toContain(
          "3 times in a row the deployment was not of openapi.yml: it lacks GET /ours, and it has GET /theirs beside.",
        );
        expect(error?.message).toContain(
          `State: Stage prod still serves deployment ${stage.deploymentId}; callers notice nothing. It is not known whether the API's draft holds openapi.yml`,
        );
        expect(error?.message).toContain("concurrency:");
        expect(asked(scene, kind.imports)).toBe(3);
        expect(unattached(scene)).toEqual([]);
        expect(scene.stage("prod")).toEqual(stage);
        expect(statesOf(scene.records()[0])).toEqual(["in_progress", "failure"]);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
      }));

    test.concurrent("with the same routes is found out by the name that it leaves", () =>
      inWorkspace({ ...files, "theirs.yml": `${ours}# another file\n` }, async (scene, { job }) => {
        whenAsked(scene, "CreateDeployment", 1, async () => {
          await scene.deploy({ definition: "theirs.yml", "stage-name": "prod" }, { ...job, ...onMain(scene) });
        });
        const run = await scene.deploy(inputs, job);
        expect(run.outputs["result"]).toBe("created");
        expect(run.text).toMatch(/is not of openapi\.yml: run \d+ has left its name on the draft\./);
        expect(unattached(scene)).toEqual([]);
      }));

    test.concurrent("of the very same file does no harm", () =>
      inWorkspace(files, async (scene, { job }) => {
        whenAsked(scene, "CreateDeployment", 1, async () => {
          await scene.deploy({ ...inputs, "stage-name": "prod" }, { ...job, ...onMain(scene) });
        });
        const run = await scene.deploy(inputs, job);
        expect(run.outputs["result"]).toBe("created");
        expect([asked(scene, kind.imports), asked(scene, "CreateDeployment")]).toEqual([2, 2]);
      }));

    test.concurrent("by another run of this action leaves each stage with its own file", () =>
      inWorkspace(files, async (scene, { job }) => {
        whenAsked(scene, "CreateDeployment", 1, async () => {
          const other = await scene.deploy(
            { definition: "theirs.yml", "stage-name": "prod" },
            { ...job, ...onMain(scene) },
          );
          expect(other.outputs["result"]).toBe("created");
        });
        const run = await scene.deploy(inputs, job);
        expect(run.outputs["result"]).toBe("created");
        expect(routesOf(scene, "pr-1")).toEqual(["GET /orders", "GET /ours"]);
        expect(routesOf(scene, "prod")).toEqual(["GET /orders", "GET /theirs"]);
        expect(unattached(scene)).toEqual([]);
      }));

    test.concurrent("shows the warnings of an import once, however often it is made", () => {
      const info = { title: "Orders", version: "1", owner: "us" };
      const text = yamlWith({ "GET /ours": {} }, { info }, kind.dialect);
      return inWorkspace({ "openapi.yml": text }, async (scene, { job }) => {
        whenAsked(scene, "CreateDeployment", 1, importTheirs(scene));
        const run = await scene.deploy({ ...inputs, "fail-on-warnings": "false" }, job);
        expect(asked(scene, kind.imports)).toBe(2);
        expect(run.annotations).toHaveLength(1);
      });
    });
  });

  describe("the name on the draft", () => {
    test("says which commit, pull request and run it holds", () =>
      inWorkspace(files, async (scene, { job }) => {
        scene.api.tags["team"] = "orders";
        const run = await scene.deploy(inputs, job);
        expect(named(scene)).toMatchObject({
          repositoryId: String(scene.repository.id),
          pullRequest: 1,
          ref: undefined,
          commit: scene.pull.head.sha,
          runId: String(run.run.id),
          attempt: 1,
          definition: expect.stringMatching(/^[0-9a-f]{16}$/),
        });
        expect(scene.api.tags["team"]).toBe("orders");

        const event = onMain(scene);
        await scene.deploy({ ...inputs, "stage-name": "prod" }, { ...job, ...event });
        expect(named(scene)).toMatchObject({ pullRequest: undefined, ref: "refs/heads/main", commit: event.event.sha });
      }));

    test("is a pull request's also where its run deploys a named stage", () =>
      inWorkspace(files, async (scene, { job }) => {
        await scene.deploy({ ...inputs, "stage-name": "test" }, job);
        expect(named(scene)).toMatchObject({ pullRequest: 1 });
      }));

    test.each([
      ["a pull request goes on before its content, so that a run that breaks off leaves no other name on it", "pr", 1],
      ["a branch goes on after its content", "main", undefined],
    ] as const)("of %s", (_, who, pullRequest) =>
      inWorkspace(files, async (scene, { job }) => {
        let found: ReturnType<typeof named>;
        whenAsked(scene, kind.imports, 1, () => {
          found = named(scene);
        });
        await scene.deploy(
          { ...inputs, ...(who === "pr" ? {} : { "stage-name": "prod" }) },
          { ...job, ...(who === "pr" ? {} : onMain(scene)) },
        );
        expect(found?.pullRequest).toBe(pullRequest);
        expect(named(scene)).toBeDefined();
      }),
    );
  });

  describe("I1: a draft that a pull request's run imported last", () => {
    const toProd = { "stage-name": "prod" };

    test("is refused for any other stage, and both ways out lead out", () =>
      inWorkspace(files, async (scene, { job }) => {
        const stage = structuredClone(scene.addStage("prod"));
        const preview = await scene.deploy(inputs, job);
        const run = await scene.deploy(toProd, onMain(scene));
        expect(run.conclusion).toBe("failure");
        const [error] = run.annotations;
        expect(error?.title).toBe("DRAFT_OF_PULL_REQUEST");
        expect(error?.message).toContain("The API's draft holds what pull request #1 imported last");
        expect(error?.message).toContain("stage prod is not its preview");
        expect(error?.message).toContain("State: Nothing was changed.");
        expect(error?.message).toMatch(/What to do: Give definition.*Or give deployment-id/);
        expect(scene.stage("prod")).toEqual(stage);

        const existing = await scene.deploy({ ...toProd, "deployment-id": stage.deploymentId }, onMain(scene));
        expect(existing.outputs["result"]).toBe("unchanged");
        const imported = await scene.deploy({ ...toProd, definition: "theirs.yml" }, { ...job, ...onMain(scene) });
        expect(imported.outputs["result"]).toBe("updated");
        expect(routesOf(scene, "prod")).toEqual(["GET /orders", "GET /theirs"]);
        // The draft is the branch's now.
        const draft = await scene.deploy({ "stage-name": "test" }, onMain(scene));
        expect(draft.outputs["result"]).toBe("created");
        expect(scene.stage("pr-1")?.deploymentId).toBe(preview.outputs["deployment-id"]);
      }));

    test("is refused for another pull request's preview, and fine for its own", () =>
      inWorkspace(files, async (scene, { job }) => {
        await scene.deploy(inputs, job);
        const other = openPullRequest(scene.github.world, scene.repository, { user: "bob", headRef: "other" });
        const run = await scene.deploy({}, { event: pullRequestEvent(scene.repository, other, "opened") });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("stage pr-2 is the preview of pull request #2");
        const own = await scene.deploy({}, { event: scene.opened("synchronize") });
        expect(own.outputs["result"]).toBe("updated");
        expect(routesOf(scene, "pr-1")).toEqual(["GET /orders", "GET /ours"]);
      }));

    if (kind.can("import-merge")) {
      test("is kept by a merge, which warns of it", () =>
        inWorkspace(files, async (scene, { job }) => {
          await scene.deploy(inputs, job);
          const merge = { ...toProd, definition: "theirs.yml", "import-mode": "merge" };
          const run = await scene.deploy(merge, { ...job, ...onMain(scene) });
          expect(run.outputs["result"]).toBe("created");
          expect(run.annotations).toEqual([
            expect.objectContaining({
              level: "warning",
              message: expect.stringMatching(
                /^The draft holds what pull request #1 imported last \(commit [0-9a-f]{7}\), and a merge keeps it: what theirs\.yml does not replace goes to stage prod too\.$/,
              ),
            }),
          ]);
        }));
    }

    test("that could not be named: one warning with the missing statement, and nobody is refused", () => {
      const denied = (action: string, arn: string): boolean =>
        action === `apigateway:${kind.tagVerb}` &&
        arn.includes("/tags/") &&
        decodeURIComponent(arn).endsWith(kind.path);
      const arn = "arn:aws:sts::123456789012:assumed-role/deploy/session";
      const access: Access = { keys: new Map([["AKIASIMULATED0000000", { arn, status: "active", denied }]]) };
      return inWorkspace(
        files,
        async (scene, { job }) => {
          whenAsked(scene, "CreateDeployment", 1, importTheirs(scene));
          const run = await scene.deploy(inputs, job);
          expect(run.outputs["result"]).toBe("created");
          expect(asked(scene, kind.imports)).toBe(2);
          const [warning, ...others] = run.annotations;
          expect(others).toEqual([]);
          expect(warning?.level).toBe("warning");
          expect(warning?.message).toContain("The API could not be tagged");
          expect(warning?.message).toContain(`"Action":"apigateway:${kind.tagVerb}"`);
          expect(named(scene)).toBeUndefined();
          const prod = await scene.deploy(toProd, onMain(scene));
          expect(prod.outputs["result"]).toBe("created");
        },
        { access },
      );
    });
  });

  describe("I5: a re-run after half the work", () => {
    const half = async (scene: Scene, job: object) => {
      scene.gateway.server.faults.add({ operation: "CreateStage", effect: refusal(400, "BadRequestException", "No.") });
      const first = await scene.deploy(inputs, job);
      const [made = ""] = scene.api.deployments.keys();
      expect([first.conclusion, scene.api.deployments.size]).toEqual(["failure", 1]);
      return { first, made };
    };

    test("uses the deployment of the very same file", () =>
      inWorkspace(files, async (scene, { job }) => {
        const { first, made } = await half(scene, job);
        const second = await scene.deploy(inputs, { ...job, rerunOf: first.run });
        expect(second.outputs).toMatchObject({ result: "created", "deployment-id": made });
        expect(second.text).toContain("which an earlier attempt of this run made");
        expect([asked(scene, kind.imports), scene.api.deployments.size]).toEqual([1, 1]);
      }));

    test("makes its own where the one that was made does not tell what fail-on asks", () =>
      inWorkspace(files, async (scene, { job }) => {
        scene.addStage("prod");
        const event = onMain(scene);
        const guarded = { "stage-name": "prod", "fail-on": "route-removed" };
        const effect = refusal(400, "BadRequestException", "No.");
        scene.gateway.server.faults.add({ operation: "UpdateStage", effect });
        const first = await scene.deploy(guarded, { ...job, ...event });
        const second = await scene.deploy(guarded, { ...job, ...event, rerunOf: first.run });
        expect([first.conclusion, second.conclusion, second.outputs["routes-removed"]]).toEqual([
          "failure",
          "success",
          "0",
        ]);
      }));

    test("makes its own where the job writes another file this time", () =>
      inWorkspace(files, async (scene, { job, write }) => {
        const { first, made } = await half(scene, job);
        await write("openapi.yml", theirs);
        const second = await scene.deploy(inputs, { ...job, rerunOf: first.run });
        expect(second.outputs["result"]).toBe("created");
        expect(second.outputs["deployment-id"]).not.toBe(made);
        expect(routesOf(scene, "pr-1")).toEqual(["GET /orders", "GET /theirs"]);
      }));

    test("makes its own where the deployment has not the routes of the file", () =>
      inWorkspace(files, async (scene, { job }) => {
        const { first, made } = await half(scene, job);
        const deployment = scene.api.deployments.get(made);
        importTheirs(scene)();
        if (deployment !== undefined) scene.api.deployments.set(made, { ...deployment, definition: scene.api.draft });
        const second = await scene.deploy(inputs, { ...job, rerunOf: first.run });
        expect(second.outputs["deployment-id"]).not.toBe(made);
        expect(routesOf(scene, "pr-1")).toEqual(["GET /orders", "GET /ours"]);
      }));
  });
});
