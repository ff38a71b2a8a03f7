import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { dispatchEvent, pushEvent } from "../../simulator/github/events.ts";
import { rejectJob, waitingJob } from "../../simulator/github/jobs.ts";
import { createEnvironment, push } from "../../simulator/github/people.ts";
import {
  type EndedJob,
  runWorkflow,
  type SimulatedWorkflow,
  type SimulatedWorkflowRun,
} from "../../simulator/workflow-run.ts";
import { inProcesses } from "../bundle/scene.ts";
import { approveAll, dataPlane, type Version, versionOf } from "../e2e/release-scene.ts";
import { actionPath, openScene, type Scene, until } from "../e2e/scene.ts";
import { readProjectFile } from "../project-files.ts";

/** examples/deploy.yml and examples/rollback.yml, run as GitHub and its runners would. */

const [deploy, rollback] = await Promise.all(["examples/deploy.yml", "examples/rollback.yml"].map(readProjectFile));
const well: Version = { body: '{"health": "ok"}', routes: ["GET /orders"] };

let scene: Scene;
let workspace: string;
beforeEach(async () => {
  workspace = await mkdtemp(join(tmpdir(), "workspace-"));
  scene = await openScene();
  createEnvironment(scene.github.world, scene.repository, "production", { reviewers: ["grace"] });
});
afterEach(async () => {
  await scene.close();
  await rm(workspace, { recursive: true });
});

/** The example with the one thing that differs on this machine: where stages answer, and how long tests may wait. */
const here = (text = ""): string =>
  text.replaceAll(
    "          rest-api-id: ${{ vars.REST_API_ID }}\n",
    (line) => `${line}          invoke-url: ${dataPlane(scene)}\n          smoke-test-timeout: 3\n`,
  );

const vars = { REST_API_ID: "a1b2c3d4e5", AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy" };
const common = { actionPath: join(actionPath, "node24"), actionName: "OWNER/apigw-stage-action/node24", vars };

/** The version is pushed to main. */
const release = async (version: Version, runner: SimulatedWorkflow["runner"] = {}): Promise<SimulatedWorkflowRun> => {
  await writeFile(join(workspace, "openapi.yml"), versionOf(version));
  push(scene.github.world, scene.repository, "main");
  const event = pushEvent(scene.repository, "main", "alice");
  return runWorkflow(scene, { ...common, text: here(deploy), event, runner: { workspace, ...runner } });
};

const rollBack = (inputs: Readonly<Record<string, unknown>>): Promise<SimulatedWorkflowRun> =>
  runWorkflow(scene, {
    ...common,
    text: here(rollback),
    event: dispatchEvent(scene.repository, "alice"),
    inputs: { "deployment-id": "", "dry-run": false, ...inputs },
  });

const approved = async (running: Promise<SimulatedWorkflowRun>): Promise<SimulatedWorkflowRun> => {
  await approveAll(scene, "grace", running);
  return running;
};

const results = ({ jobs }: SimulatedWorkflowRun): Record<string, string> =>
  Object.fromEntries(Object.entries(jobs).map(([id, { result }]) => [id, result]));

const outputsOf = (job: EndedJob | undefined): Readonly<Record<string, string>> =>
  job?.ran?.steps.find(({ outputs }) => "result" in outputs)?.outputs ?? {};

const summaryOf = (job: EndedJob | undefined): string => job?.ran?.steps.map(({ summary }) => summary).join("") ?? "";

const troubleIn = ({ jobs }: SimulatedWorkflowRun): readonly string[] =>
  Object.values(jobs).flatMap(({ ran }) => (ran?.log ?? []).filter((line) => /##\[(?:warning|error)\]/.test(line)));

const served = (): Record<string, string> =>
  Object.fromEntries([...scene.api.stages.values()].map(({ stageName, deploymentId }) => [stageName, deploymentId]));

const waiting = () => waitingJob(scene.repository);

const all = (result: string) => ({ dev: result, test: result, plan: result, production: result });

describe("deploy.yml", () => {
  test("takes one deployment from dev through test to production, which waits for its reviewer", async () => {
    const running = release(well, inProcesses);
    await until(() => waiting() !== undefined);
    expect(waiting()?.name).toBe("production");
    const made = served()["dev"] ?? "";
    expect(served()).toEqual({ dev: made, test: made });
    const run = await approved(running);
    expect(results(run)).toEqual(all("success"));
    expect(troubleIn(run)).toEqual([]);
    expect(served()).toEqual({ dev: made, test: made, prod: made });
    expect([...scene.api.deployments.keys()]).toEqual([made]);
    expect(summaryOf(run.jobs["plan"])).toContain("### 📝 Orders · plan for stage `prod`, nothing was changed");
    expect(summaryOf(run.jobs["production"])).toContain("Approved by grace");
    for (const [id, environment] of Object.entries({ dev: "dev", test: "test", production: "production" })) {
      const records = scene.records().filter((record) => record.environment === environment);
      expect(records.map(({ statuses }) => statuses.at(-1))).toEqual([
        expect.objectContaining({ state: "success", environmentUrl: outputsOf(run.jobs[id])["invoke-url"] }),
      ]);
    }
  });

  test("shows reviewers the routes that production will get, and leaves it alone when they say no", async () => {
    await approved(release(well));
    const before = served()["prod"];
    const running = release({ ...well, routes: ["GET /orders", "GET /pets"] });
    await until(() => waiting() !== undefined);
    const held = waiting();
    if (held !== undefined) rejectJob(scene.github.world, held, { user: "grace" });
    const run = await running;
    expect(results(run)).toEqual({ ...all("success"), production: "failure" });
    expect(summaryOf(run.jobs["plan"])).toContain("**Routes, as planned:** 1 added. Compared with `stage prod`.");
    expect(served()["prod"]).toBe(before);
    expect(served()["test"]).toBe(outputsOf(run.jobs["dev"])["deployment-id"]);
  });

  test("ends at test when the smoke tests fail there, and test is what it was", async () => {
    await approved(release(well));
    const { test: before, prod } = served();
    const run = await release({ ...well, status: 500 });
    expect(results(run)).toEqual({ dev: "success", test: "failure", plan: "skipped", production: "skipped" });
    expect(outputsOf(run.jobs["test"])).toMatchObject({ result: "rolled-back", "deployment-id": before });
    expect(served()).toMatchObject({ test: before, prod, dev: outputsOf(run.jobs["dev"])["deployment-id"] });
  });

  test("refuses what was approved too late: test serves something else by then", async () => {
    const running = release(well);
    await until(() => waiting() !== undefined);
    const other = scene.addStage("other").deploymentId;
    Object.assign(scene.stage("test") ?? {}, { deploymentId: other });
    const run = await approved(running);
    expect(results(run)).toEqual({ ...all("success"), production: "failure" });
    expect(run.jobs["production"]?.ran?.log.join("\n")).toContain("(SOURCE_STAGE_CHANGED)");
    expect(scene.stage("prod")).toBeUndefined();
  });
});

describe("rollback.yml", () => {
  test("takes production back behind the same gate, and shows the way first", async () => {
    const first = outputsOf((await approved(release(well))).jobs["dev"])["deployment-id"] ?? "";
    const second = outputsOf((await approved(release({ ...well, routes: ["GET /orders", "GET /pets"] }))).jobs["dev"]);
    const preview = await approved(rollBack({ stage: "prod", "dry-run": true }));
    expect(outputsOf(preview.jobs["rollback"])).toMatchObject({ result: "planned" });
    expect(summaryOf(preview.jobs["rollback"])).toContain(first);
    expect(served()["prod"]).toBe(second["deployment-id"]);

    const running = rollBack({ stage: "prod" });
    await until(() => waiting() !== undefined);
    expect(waiting()?.environment?.name).toBe("production");
    const run = await approved(running);
    expect(results(run)).toEqual({ rollback: "success" });
    expect(served()).toMatchObject({ prod: first, test: second["deployment-id"] });
    expect(run.jobs["rollback"]?.ran?.environmentUrl).toBe(`${scene.gateway.server.url}/a1b2c3d4e5/prod`);
    expect(troubleIn(run).filter((line) => line.includes("##[error]"))).toEqual([]);
  });

  test("takes test to any deployment, without asking anybody", async () => {
    const { deploymentId } = scene.addStage("test");
    const wanted = scene.addStage("other").deploymentId;
    const run = await rollBack({ stage: "test", "deployment-id": wanted });
    expect(outputsOf(run.jobs["rollback"])).toMatchObject({
      result: "rolled-back",
      "deployment-id": wanted,
      "previous-deployment-id": deploymentId,
    });
  });
});
