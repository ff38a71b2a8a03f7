import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { newDomainName } from "../../simulator/gateway/domain-name.ts";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import {
  dispatchEvent,
  pullRequestEvent,
  pushEvent,
  scheduleEvent,
  type WorkflowEvent,
  workflowRunEvent,
} from "../../simulator/github/events.ts";
import { approveJob, rejectJob, waitingJob } from "../../simulator/github/jobs.ts";
import { closePullRequest, createEnvironment, openPullRequest } from "../../simulator/github/people.ts";
import { concurrencyGroups } from "../../simulator/runner/concurrency.ts";
import type { StepHandler } from "../../simulator/runner/job.ts";
import { runWorkflow, type SimulatedWorkflow, type SimulatedWorkflowRun } from "../../simulator/workflow-run.ts";
import { answerOf, changeDraft, dataPlane, deployedToday, type Version, versionOf } from "../e2e/release-scene.ts";
import { actionPath, openScene, type Scene, until } from "../e2e/scene.ts";
import { readProjectFile } from "../project-files.ts";
import { ordersHttpApi } from "../scene.ts";

/** The recipes of examples/ beside the four that have tests of their own, run as GitHub and its runners would. */

let scene: Scene;
beforeEach(async () => {
  scene = await openScene();
});
afterEach(() => scene.close());

const apis = ["a1b2c3d4e5", "b2c3d4e5f6", "c3d4e5f6a1"] as const;

/** The rest of the account's REST APIs, empty so far. */
const moreApis = () =>
  apis.slice(1).map((id) => seedRestApi(scene.gateway.world, versionOf({ routes: ["GET /orders"] }), { id }));

const well: Version = { body: '{"health": "ok"}', routes: ["GET /orders"] };

/** A checkout that finds these files. */
const checkOut =
  (files: Readonly<Record<string, string>>): StepHandler =>
  async ({ contexts }) => {
    const { workspace } = contexts["github"] as { workspace: string };
    for (const [path, content] of Object.entries(files)) {
      await mkdir(join(workspace, dirname(path)), { recursive: true });
      await writeFile(join(workspace, path), content);
    }
    return {};
  };

/** With the one thing that differs on this machine: where stages answer. */
const here = (text: string): string =>
  text.replaceAll(
    /^( *)(?:rest-)?api-id: \$.*\n/gm,
    (line, indent) => `${line}${indent}invoke-url: ${dataPlane(scene)}\n`,
  );

type Play = Partial<Omit<SimulatedWorkflow, "event">> & {
  readonly checkedOut?: Readonly<Record<string, string>>;
};

const play = async (name: string, event: WorkflowEvent, { checkedOut = {}, ...more }: Play = {}) =>
  runWorkflow(scene, {
    text: here(await readProjectFile(`examples/${name}`)),
    event,
    actionPath: join(actionPath, "node24"),
    actionName: "OWNER/apigw-stage-action/node24",
    ...more,
    vars: { REST_API_ID: scene.api.id, AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy", ...more.vars },
    handlers: { "actions/checkout": checkOut(checkedOut), ...more.handlers },
  });

const results = ({ jobs }: SimulatedWorkflowRun): Record<string, string> =>
  Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));

/** What the action's steps answered, by job. */
const answers = ({ jobs }: SimulatedWorkflowRun): Record<string, string | undefined> =>
  Object.fromEntries(
    Object.entries(jobs).map(([id, { ran }]) => [
      id,
      ran?.steps.map(({ outputs }) => outputs["result"]).find((result) => result !== undefined),
    ]),
  );

const troubleIn = ({ jobs }: SimulatedWorkflowRun): readonly string[] =>
  Object.values(jobs).flatMap(({ ran }) => (ran?.log ?? []).filter((line) => /##\[(?:warning|error)\]/.test(line)));

const waiting = () => waitingJob(scene.repository);

/** Somebody is asked, and says yes or no. */
const whenAsked = async (environment: string, answer: typeof approveJob): Promise<void> => {
  const asked = () =>
    [...scene.repository.runs.values()]
      .flatMap(({ jobs }) => jobs)
      .find((job) => job.status === "waiting" && job.environment?.name === environment);
  await until(() => asked() !== undefined);
  const job = asked();
  if (job !== undefined) answer(scene.github.world, job, { user: "grace" });
};

/** What goes to `test` by itself, and to production when somebody says yes. */
const expectPromoted = async (running: Promise<SimulatedWorkflowRun>): Promise<void> => {
  await whenAsked("production", approveJob);
  const run = await running;
  expect({ trouble: troubleIn(run), ...answers(run) }).toEqual({
    trouble: [],
    test: "created",
    production: "promoted",
  });
};

const onMain = (): WorkflowEvent => pushEvent(scene.repository, "main", "alice");

test("monorepo.yml: a preview of each API, each with its comment and its records, and all go with the pull request", async () => {
  const [payments] = moreApis();
  const vars = { ORDERS_REST_API_ID: apis[0], PAYMENTS_REST_API_ID: apis[1] };
  const both = { "apis/orders/openapi.yml": versionOf(well), "apis/payments/openapi.yml": versionOf(well) };
  const names = ["preview (orders, ORDERS_REST_API_ID)", "preview (payments, PAYMENTS_REST_API_ID)"] as const;

  const opened = await play("monorepo.yml", scene.opened(), { vars, checkedOut: both });
  expect(answers(opened)).toEqual({ [names[0]]: "created", [names[1]]: "created" });
  expect([scene.api, payments].map((api) => [...(api?.stages.keys() ?? [])])).toEqual([["pr-1"], ["pr-1"]]);
  const headlines = scene.comments().map(({ body }) => /### \S+ (\S+) · /.exec(body)?.[1]);
  expect(headlines.sort()).toEqual(["orders", "payments"]);
  expect(
    scene
      .records()
      .map(({ environment }) => environment)
      .sort(),
  ).toEqual(["preview-orders", "preview-payments"]);

  const broken = { ...both, "apis/orders/openapi.yml": "openapi: 3.0.1" };
  const pushed = await play("monorepo.yml", scene.opened("synchronize"), { vars, checkedOut: broken });
  expect(results(pushed)).toEqual({ [names[0]]: "failure", [names[1]]: "success" });

  closePullRequest(scene.github.world, scene.repository, scene.pull);
  // One of them by its own run; the sweep, changed as its top says, finds the other.
  const text = here(await readProjectFile("examples/monorepo.yml"));
  const one = text.replace(/^ *- \{ api: payments.*\n/m, "");
  const closed = await play("monorepo.yml", scene.opened("closed"), { vars, text: one });
  expect(answers(closed)).toEqual({ [names[0]]: "deleted" });
  const swept = await play("sweep.yml", scheduleEvent(scene.repository, "17 3 * * *"), {
    vars,
    text: (await readProjectFile("examples/sweep.yml")).replace(
      "[REST_API_ID]",
      "[ORDERS_REST_API_ID, PAYMENTS_REST_API_ID]",
    ),
  });
  expect(answers(swept)).toEqual({
    "sweep (ORDERS_REST_API_ID)": "swept",
    "sweep (PAYMENTS_REST_API_ID)": "swept",
  });
  expect([scene.api, payments].map((api) => api?.stages.size)).toEqual([0, 0]);
});

test("preview-domain.yml: the domain leads to the preview by its header, until the night after its pull request is closed", async () => {
  const { world } = scene.gateway;
  const name = "api.example.com";
  const { routingRules } = newDomainName(world, name, { routingMode: "ROUTING_RULE_THEN_BASE_PATH_MAPPING" });
  const more = { vars: { API_DOMAIN: name }, checkedOut: { "openapi.yml": versionOf(well) } };
  const opened = await play("preview-domain.yml", scene.opened(), more);
  expect([answers(opened), troubleIn(opened)]).toEqual([{ preview: "created" }, []]);
  const url = `${scene.gateway.server.url}/${name}/health`;
  const statuses = [{ "x-preview": "pr-1" }, {}].map(async (headers) => (await fetch(url, { headers })).status);
  expect(await Promise.all(statuses)).toEqual([200, 403]);
  closePullRequest(scene.github.world, scene.repository, scene.pull);
  const swept = await play("preview-domain.yml", scheduleEvent(scene.repository, "17 3 * * *"), more);
  expect([answers(swept), routingRules.size]).toEqual([{ preview: "swept" }, 0]);
});

test("status.yml: green while all is as declared and deployed, and red after somebody's hand", async () => {
  const stage = scene.addStage("prod");
  deployedToday(scene);
  const morning = scheduleEvent(scene.repository, "17 6 * * *");
  const checkedOut = { ".github/apigw-stages.yml": "stages: { prod: { variables: { alias: live } } }" };
  stage.variables = { alias: "live" };
  const first = await play("status.yml", morning, { checkedOut });
  expect([answers(first), troubleIn(first)]).toEqual([{ status: "reported" }, []]);
  stage.variables = { alias: "by hand" };
  const second = await play("status.yml", morning, { checkedOut });
  expect([answers(second), results(second)]).toEqual([{ status: "failed" }, { status: "failure" }]);
});

describe("waves.yml", () => {
  const targets = ["frankfurt", "virginia", "mumbai"];
  const fleet = async (version: Version, more: Play = {}): Promise<SimulatedWorkflowRun> => {
    const target = here(await readProjectFile("examples/waves-target.yml"));
    return play("waves.yml", onMain(), {
      files: { ".github/workflows/waves-target.yml": target },
      environmentVars: Object.fromEntries(targets.map((name, index) => [name, { REST_API_ID: apis[index] ?? "" }])),
      checkedOut: { "openapi.yml": versionOf(version) },
      ...more,
      vars: { WAVE_1: '["frankfurt", "virginia"]', WAVE_2: '["mumbai"]', AWS_REGION: "eu-central-1", ...more.vars },
    });
  };
  const names = ["wave-1 (frankfurt) / deploy", "wave-1 (virginia) / deploy", "wave-2 (mumbai) / deploy"];

  test("takes one after the other, then the rest; what does not work on the first goes no further", async () => {
    const all = [scene.api, ...moreApis()];
    const first = await fleet(well);
    expect({ trouble: troubleIn(first), ...answers(first) }).toEqual({
      trouble: [],
      ...Object.fromEntries(names.map((name) => [name, "created"])),
    });
    const before = all.map(({ stages }) => stages.get("prod")?.deploymentId);
    expect(
      scene
        .records()
        .map(({ environment }) => environment)
        .sort(),
    ).toEqual([...targets].sort());

    const broken = await fleet({ ...well, status: 500 });
    expect(results(broken)).toEqual({
      [names[0] ?? ""]: "failure",
      "wave-1 (virginia)": "cancelled",
      "wave-2": "skipped",
    });
    expect(all.map(({ stages }) => stages.get("prod")?.deploymentId)).toEqual(before);
  });

  test("what waits for reviewers is never overtaken, so that an old push does not come last", async () => {
    const [, mumbai] = [scene.api, ...moreApis()];
    createEnvironment(scene.github.world, scene.repository, "mumbai", { reviewers: ["grace"] });
    const locks = concurrencyGroups();
    const push = (path: string): Promise<SimulatedWorkflowRun> =>
      fleet(
        { ...well, routes: [`GET ${path}`] },
        {
          locks,
          vars: { WAVE_1: '["frankfurt"]', WAVE_2: '["mumbai"]' },
          environmentVars: { frankfurt: { REST_API_ID: apis[0] }, mumbai: { REST_API_ID: apis[1] } },
        },
      );
    const older = push("/old");
    await until(() => waiting() !== undefined);
    const [between, newest] = [push("/between"), push("/new")];
    expect(results(await between)).toEqual({ "wave-1": "cancelled", "wave-2": "cancelled" });
    for (const run of [older, newest]) {
      await whenAsked("mumbai", approveJob);
      expect(answers(await run)).toMatchObject({
        "wave-2 (mumbai) / deploy": expect.stringMatching(/created|updated/),
      });
    }
    for (const api of [scene.api, mumbai]) {
      const [before, after] = [...(api?.deployments.keys() ?? [])];
      expect([api?.stages.get("prod")?.deploymentId, api?.deployments.size]).toEqual([after, 2]);
      expect(after).not.toBe(before);
    }
  });
});

describe("canary-by-people.yml", () => {
  beforeEach(() => {
    for (const name of ["production", "canary"]) {
      createEnvironment(scene.github.world, scene.repository, name, { reviewers: ["grace"] });
    }
    changeDraft(scene, { ...well, routes: ["GET /orders", "GET /pets"] });
    scene.addStage("test");
    changeDraft(scene, well);
    scene.addStage("prod");
  });

  test.each([
    ["approved, it is completed", approveJob, { start: "success", complete: "success", abort: "skipped" }, "test"],
    ["rejected, it is taken away", rejectJob, { start: "success", complete: "failure", abort: "success" }, "prod"],
  ] as const)("%s", async (_, answer, jobs, serves) => {
    const wanted = scene.stage(serves)?.deploymentId;
    const running = play("canary-by-people.yml", dispatchEvent(scene.repository, "alice"), {
      inputs: { percent: "10" },
    });
    await whenAsked("production", approveJob);
    await whenAsked("canary", answer);
    const run = await running;
    expect(results(run)).toEqual(jobs);
    expect(answers(run)["start"]).toBe("canary-started");
    expect(scene.stage("prod")?.deploymentId).toBe(wanted);
    expect(scene.stage("prod")?.canarySettings).toBeUndefined();
  });

  const start = () =>
    play("canary-by-people.yml", dispatchEvent(scene.repository, "alice"), { inputs: { percent: "10" } });

  test("a run that is refused because of a canary leaves it to those who look at it", async () => {
    const wanted = scene.stage("test")?.deploymentId;
    const first = start();
    await whenAsked("production", approveJob);
    await until(() => waiting()?.environment?.name === "canary");
    scene.addStage("test");
    const second = start();
    await whenAsked("production", approveJob);
    expect(results(await second)).toEqual({ start: "failure", complete: "skipped", abort: "skipped" });
    expect(scene.stage("prod")?.canarySettings?.deploymentId).toBe(wanted);
    await whenAsked("canary", approveJob);
    expect(results(await first)).toEqual({ start: "success", complete: "success", abort: "skipped" });
    expect(scene.stage("prod")?.deploymentId).toBe(wanted);
  });

  test("one whose canary is gone touches none that somebody has started since", async () => {
    const running = start();
    await whenAsked("production", approveJob);
    await until(() => waiting()?.environment?.name === "canary");
    const another = scene.addStage("another").deploymentId;
    const canary = { ...scene.stage("prod")?.canarySettings, deploymentId: another };
    Object.assign(scene.stage("prod") ?? {}, { canarySettings: canary });
    await whenAsked("canary", approveJob);
    expect(results(await running)).toEqual({ start: "success", complete: "failure", abort: "failure" });
    expect(scene.stage("prod")?.canarySettings).toEqual(canary);
  });
});

test("fork-preview.yml deploys the definition of a fork's commit, once a maintainer has looked at it, and nothing else of it", async () => {
  const { github, repository } = scene;
  createEnvironment(github.world, repository, "fork-previews", { reviewers: ["grace"] });
  const pull = openPullRequest(github.world, repository, {
    user: "mallory",
    headRef: "feature",
    headRepository: "mallory/orders",
  });
  const asking = (of: typeof pull): ReturnType<typeof play> =>
    play("fork-definition.yml", pullRequestEvent(repository, of, "opened"), {
      handlers: { 'echo "A maintainer is asked whether this commit gets a preview."': () => ({}) },
    });
  expect(results(await asking(scene.pull))).toEqual({ ask: "skipped" });
  expect(results(await asking(pull))).toEqual({ ask: "success" });
  const text = await readProjectFile("examples/fork-preview.yml");
  const [lookUp = "", take = ""] = [...text.matchAll(/run: \|\n((?: {10}.*\n)+)/g)].map(([, script = ""]) =>
    script.replaceAll(/^ {10}/gm, ""),
  );
  const handlers: Record<string, StepHandler> = {
    [take]: async (step) => {
      expect(step.env).toMatchObject({ SHA: pull.head.sha });
      return checkOut({ "openapi.yml": versionOf(well) })(step);
    },
    [lookUp]: ({ env }) => {
      expect(env).toMatchObject({ HEAD: "mallory:feature", SHA: pull.head.sha });
      return { outputs: { number: String(pull.number) } };
    },
  };
  // The first half ends for pull requests of the repository itself, too, with a job that was skipped.
  const own = await play("fork-preview.yml", workflowRunEvent(repository, scene.pull), { handlers });
  expect(results(own)).toEqual({ preview: "skipped" });
  const running = play("fork-preview.yml", workflowRunEvent(repository, pull), { handlers });
  await until(() => waiting() !== undefined);
  expect(scene.asked()).toEqual([]);
  await whenAsked("fork-previews", approveJob);
  const run = await running;
  expect({ trouble: troubleIn(run), ...answers(run) }).toEqual({ trouble: [], preview: "created" });
  expect([...scene.api.stages.keys()]).toEqual([`pr-${pull.number}`]);
  expect(scene.comments()).toHaveLength(1);
});

test("http-preview.yml and http-deploy.yml: an HTTP API has previews, and production gets what test serves", async () => {
  await scene.close();
  scene = await openScene({ kind: "http" });
  const { httpApi } = scene;
  const vars = { API_ID: scene.api.id };
  const checkedOut = { "openapi.yml": ordersHttpApi };
  const opened = await play("http-preview.yml", scene.opened(), { vars, checkedOut });
  expect({ trouble: troubleIn(opened), ...answers(opened) }).toEqual({ trouble: [], preview: "created" });
  expect(scene.comments()).toHaveLength(1);

  createEnvironment(scene.github.world, scene.repository, "production", { reviewers: ["grace"] });
  const running = play("http-deploy.yml", onMain(), { vars, checkedOut });
  await expectPromoted(running);
  const served = ["test", "prod"].map((name) => httpApi?.stages.get(name)?.deploymentId);
  expect([served[0], httpApi?.deployments.has(served[0] ?? "")]).toEqual([served[1], true]);

  closePullRequest(scene.github.world, scene.repository, scene.pull);
  const sweep = (await readProjectFile("examples/sweep.yml")).replace("[REST_API_ID]", "[API_ID]");
  const swept = await play("sweep.yml", scheduleEvent(scene.repository, "17 3 * * *"), {
    vars,
    text: sweep.replace("rest-api-id: ", "api-id: "),
  });
  expect([answers(swept), [...(httpApi?.stages.keys() ?? [])].sort()]).toEqual([
    { "sweep (API_ID)": "swept" },
    ["prod", "test"],
  ]);
  const closed = await play("http-preview.yml", scene.opened("closed"), { vars });
  expect(answers(closed)).toEqual({ preview: "unchanged" });
});

test.each(["beside-terraform.yml", "beside-cloudformation.yml"])(
  "%s: the snapshot is of what the tool made of the draft, and production gets that one",
  async (name) => {
    createEnvironment(scene.github.world, scene.repository, "production", { reviewers: ["grace"] });
    const { jobs } = parse(await readProjectFile(`examples/${name}`)) as {
      jobs: { test: { steps: readonly { run?: string }[] } };
    };
    const apply = jobs.test.steps.find(({ run }) => run !== undefined)?.run ?? "";
    const roles: (string | undefined)[] = [];
    const handlers: Record<string, StepHandler> = {
      "aws-actions/configure-aws-credentials": ({ with: given }) => {
        roles.push(given["role-to-assume"]);
        return {};
      },
      [apply]: () => {
        expect(roles).toEqual(["infra"]);
        changeDraft(scene, { ...well, routes: ["GET /orders", "GET /pets"] });
        return {};
      },
    };
    const vars = { AWS_INFRA_ROLE_ARN: "infra", AWS_ROLE_ARN: "deploy" };
    const running = play(name, onMain(), { handlers, vars });
    await expectPromoted(running);
    expect(roles).toEqual(["infra", "deploy", "deploy"]);
    const id = scene.stage("prod")?.deploymentId ?? "";
    expect(scene.stage("test")?.deploymentId).toBe(id);
    expect(await answerOf(scene, "prod", "/pets")).toContain("200");
  },
);

test("dark-stage.yml: what takes something from callers never gets to production, and what is well was tested before", async () => {
  createEnvironment(scene.github.world, scene.repository, "production", { reviewers: ["grace"] });
  const release = async (version: Version): Promise<SimulatedWorkflowRun> => {
    changeDraft(scene, version);
    scene.addStage("test");
    const running = play("dark-stage.yml", dispatchEvent(scene.repository, "alice"));
    await whenAsked("production", approveJob);
    return running;
  };
  changeDraft(scene, well);
  const before = scene.addStage("prod").deploymentId;
  expect(answers(await release({ ...well, routes: [] }))).toEqual({ production: "failed" });
  expect(scene.stage("prod")?.deploymentId).toBe(before);
  const done = await release({ ...well, routes: ["GET /orders", "GET /pets"] });
  expect([answers(done), troubleIn(done)]).toEqual([{ production: "promoted" }, []]);
  expect(done.jobs["production"]?.ran?.log.join("\n")).toContain("was tested on stage prod-next before callers met it");
  expect([scene.stage("prod")?.deploymentId, scene.stage("prod-next")]).toEqual([
    scene.stage("test")?.deploymentId,
    undefined,
  ]);
});

describe("migrate.yml", () => {
  const roles: (string | undefined)[] = [];
  const handlers: Record<string, StepHandler> = {
    "aws-actions/configure-aws-credentials": ({ with: given }) => {
      roles.push(given["role-to-assume"]);
      return {};
    },
  };
  const vars = { AWS_ROLE_ARN: "production", AWS_READER_ROLE_ARN: "plans" };
  const checkedOut = { "openapi.yml": versionOf(well) };
  beforeEach(() => {
    roles.length = 0;
  });

  test("the stage that is there goes on with what it has; a pull request only shows the plan", async () => {
    const before = scene.addStage("prod", { variables: { alias: "live" } });
    const { deploymentId } = before;
    const shown = await play("migrate.yml", scene.opened(), { checkedOut, handlers, vars });
    expect({ trouble: troubleIn(shown), ...answers(shown) }).toEqual({ trouble: [], plan: "planned", prod: undefined });
    expect(scene.comments()).toHaveLength(1);
    expect([scene.records(), scene.stage("prod")?.deploymentId]).toEqual([[], deploymentId]);

    createEnvironment(scene.github.world, scene.repository, "production", { reviewers: ["grace"] });
    const running = play("migrate.yml", onMain(), { checkedOut, handlers, vars });
    await whenAsked("production", approveJob);
    const done = await running;
    expect({ trouble: troubleIn(done), ...answers(done) }).toEqual({ trouble: [], plan: undefined, prod: "updated" });
    expect(roles).toEqual(["plans", "production"]);
    expect(scene.stage("prod")).toMatchObject({ variables: { alias: "live" } });
    expect(scene.stage("prod")?.deploymentId).not.toBe(deploymentId);
    expect(scene.stage("prod")?.tags ?? {}).not.toHaveProperty("apigw-stage-action");
  });

  test("pull requests of forks and of Dependabot, whose runs get no credentials, start nothing", async () => {
    for (const fields of [
      { user: "mallory", headRef: "feature", headRepository: "mallory/orders" },
      { user: "dependabot[bot]", headRef: "dependabot/npm/x" },
    ]) {
      const pull = openPullRequest(scene.github.world, scene.repository, fields);
      const run = await play("migrate.yml", pullRequestEvent(scene.repository, pull, "opened"), { checkedOut });
      expect(results(run)).toEqual({ plan: "skipped", prod: "skipped" });
    }
  });
});

test("private.yml: the URL is the custom domain's, and smoke tests ask there", async () => {
  await scene.close();
  scene = await openScene({ endpointType: "PRIVATE" });
  const asked: string[] = [];
  // The domain as the runner in the VPC sees it.
  const domain = createServer(({ method, url }, response) => {
    asked.push(`${method} ${url}`);
    response.end("{}");
  });
  await new Promise<void>((resolve) => domain.listen(0, "127.0.0.1", resolve));
  const at = `http://127.0.0.1:${(domain.address() as AddressInfo).port}`;
  const policy = {
    Version: "2012-10-17",
    Statement: [{ Effect: "Allow", Principal: "*", Action: "execute-api:Invoke" }],
  };
  const definition = JSON.stringify({ ...JSON.parse(versionOf(well)), "x-amazon-apigateway-policy": policy });
  const text = await readProjectFile("examples/private.yml");
  const run = await play("private.yml", onMain(), {
    text: text.replace("https://orders.internal.example.com", at),
    checkedOut: { "openapi.yml": definition },
  });
  domain.close();
  expect({ trouble: troubleIn(run), ...answers(run) }).toEqual({ trouble: [], test: "created" });
  expect(run.jobs["test"]?.ran?.environmentUrl).toBe(`${at}/test`);
  expect(asked).toEqual(["GET /test/health"]);
});
