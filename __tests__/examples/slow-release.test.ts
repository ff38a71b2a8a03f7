import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { NoOperationTraceWriter, parseWorkflow } from "@actions/workflow-parser";
import { describe, expect, test } from "@jest/globals";
import { seedAlarm, switchAlarm } from "../../simulator/cloudwatch/world.ts";
import { dispatchEvent, scheduleEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import { approveJob, settleJobs, waitingJob } from "../../simulator/github/jobs.ts";
import { createEnvironment } from "../../simulator/github/people.ts";
import { runWorkflow, type SimulatedWorkflowRun } from "../../simulator/workflow-run.ts";
import { actionPath, until } from "../e2e/scene.ts";
import { inWatch, type WatchScene } from "../e2e/watch-scene.ts";
import { readProjectFile } from "../project-files.ts";

/** examples/canary.yml and examples/watch.yml, run as GitHub and its runners would, with an hour in a second. */

const [canary, watch] = await Promise.all(["examples/canary.yml", "examples/watch.yml"].map(readProjectFile));

const MINUTE = 60_000;

const settings = `
stages:
  prod:
    logging:
      access-log-arn: arn:aws:logs:eu-central-1:123456789012:log-group:/orders
      access-log-format: '{"id":"$context.requestId","canary":"$context.isCanaryRequest","status":"$context.status"}'
    canary: { steps: [10, 50], min-requests: 3 }
`;

type SlowScene = WatchScene & {
  readonly watching: WatchScene;
  readonly run: (text: string | undefined, event: WorkflowEvent) => Promise<SimulatedWorkflowRun>;
  /** Callers call and jobs wait for their timers, until the run is over. */
  readonly live: (running: Promise<SimulatedWorkflowRun>) => Promise<SimulatedWorkflowRun>;
};

/** Every second request goes to a canary. */
const inSlowScene = async (
  comes: { readonly status?: number },
  play: (slow: SlowScene) => Promise<void>,
): Promise<void> => {
  const workspace = await mkdtemp(join(tmpdir(), "workspace-"));
  try {
    await inWatch({ comes, files: { ".github/apigw-stages.yml": settings } }, async (watching) => {
      const { scene, job } = watching;
      const { github, repository } = scene;
      let asked = 0;
      scene.gateway.world.random = () => (asked++ % 2 === 0 ? 0.05 : 0.95);
      Object.assign(scene.stage("prod") ?? {}, {
        accessLogSettings: {
          destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/orders",
          format: '{"id":"$context.requestId","canary":"$context.isCanaryRequest","status":"$context.status"}',
        },
      });
      createEnvironment(github.world, repository, "production", { reviewers: ["grace"] });
      createEnvironment(github.world, repository, "canary-step", { waitTimer: 15 });
      await play({
        watching,
        ...watching,
        run: (text = "", event) =>
          runWorkflow(scene, {
            text,
            event,
            actionPath: join(actionPath, "node24"),
            actionName: "OWNER/apigw-stage-action/node24",
            vars: { REST_API_ID: scene.api.id, AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/deploy" },
            runner: job.runner ?? {},
          }),
        live: (running) => live(watching, running),
      });
    });
  } finally {
    await rm(workspace, { recursive: true });
  }
};

const live = async (
  { scene, call, later }: WatchScene,
  running: Promise<SimulatedWorkflowRun>,
): Promise<SimulatedWorkflowRun> => {
  let over = false;
  const end = (): void => {
    over = true;
  };
  running.then(end, end);
  for (;;) {
    await until(() => over || waitingJob(scene.repository) !== undefined);
    const job = waitingJob(scene.repository);
    if (over || job === undefined) return running;
    if (job.environment?.name === "production") approveJob(scene.github.world, job, { user: "grace" });
    else {
      await later(7 * MINUTE);
      await call(10);
      settleJobs(scene.github.world);
    }
  }
};

const results = ({ jobs }: SimulatedWorkflowRun): Record<string, string> =>
  Object.fromEntries(
    Object.entries(jobs).map(([id, { result, ran }]) => [
      id,
      `${result} ${ran?.steps.find(({ outputs }) => "result" in outputs)?.outputs["result"] ?? ""}`.trim(),
    ]),
  );

const dispatched = ({ scene: { repository } }: SlowScene) => dispatchEvent(repository, "alice");
const scheduled = ({ scene: { repository } }: SlowScene) => scheduleEvent(repository, "*/15 * * * *");

test.each([
  ["canary.yml", canary],
  ["watch.yml", watch],
])("%s is a workflow that GitHub reads without complaint", (name, content = "") => {
  const { context } = parseWorkflow({ name, content }, new NoOperationTraceWriter());
  expect(context.errors.getErrors().map(({ message }) => message)).toEqual([]);
});

describe("canary.yml", () => {
  test("takes a step a job, each behind its timer, until all requests are on the new version", () =>
    inSlowScene({}, async (slow) => {
      const { scene, run, live } = slow;
      const next = scene.stage("test")?.deploymentId;
      const ended = await live(run(canary, dispatched(slow)));
      expect(results(ended)).toEqual({
        start: "success canary-started",
        second: "success canary-shifted",
        last: "success canary-completed",
        "go-on": "skipped",
      });
      expect(scene.stage("prod")).toMatchObject({ deploymentId: next });
      expect(scene.stage("prod")?.canarySettings).toBeUndefined();
    }));

  test("ends at the first step of a version that fails, and nothing is left to go on with", () =>
    inSlowScene({ status: 500 }, async (slow) => {
      const { scene, run, live } = slow;
      const old = scene.stage("prod")?.deploymentId;
      const ended = await live(run(canary, dispatched(slow)));
      expect(results(ended)).toMatchObject({ second: "failure canary-aborted", last: "skipped" });
      expect(scene.stage("prod")).toMatchObject({ deploymentId: old });
      const records = scene.records().length;
      expect(results(await live(run(canary, scheduled(slow))))).toMatchObject({ "go-on": "success unchanged" });
      expect(scene.records()).toHaveLength(records + 1);
    }));

  test("is taken up by the schedule where no job goes on with it", () =>
    inSlowScene({}, async (slow) => {
      const { scene, run, live, call, later } = slow;
      const next = scene.stage("test")?.deploymentId;
      const alone = canary?.replaceAll(/needs: (?:start|second)/g, "if: false");
      await live(run(alone, dispatched(slow)));
      const seen: string[] = [];
      for (let time = 0; time < 4 && scene.stage("prod")?.deploymentId !== next; time += 1) {
        await later(8 * MINUTE);
        await call(10);
        await later(7 * MINUTE);
        seen.push(results(await live(run(alone, scheduled(slow))))["go-on"] ?? "");
      }
      expect(seen).toEqual(["success canary-shifted", "success canary-completed"]);
    }));
});

test("watch.yml takes production back when an alarm goes off", () =>
  inSlowScene({}, async (slow) => {
    const { scene, run, live } = slow;
    const old = scene.stage("prod")?.deploymentId;
    for (const name of ["orders-errors", "orders-latency"]) seedAlarm(scene.cloudWatch, name);
    const quiet = await live(run(watch, dispatched(slow)));
    expect(results(quiet)).toEqual({ production: "success promoted" });
    Object.assign(scene.stage("prod") ?? {}, { deploymentId: old });
    slow.watching.meanwhile = () => switchAlarm(scene.cloudWatch, "orders-errors", "ALARM");
    const watched = await live(run(watch, dispatched(slow)));
    expect(results(watched)).toEqual({ production: "failure rolled-back" });
    expect(scene.stage("prod")).toMatchObject({ deploymentId: old });
  }));
