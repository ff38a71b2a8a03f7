import { describe, expect, test } from "@jest/globals";
import { seedAlarm } from "../../simulator/cloudwatch/world.ts";
import { pullRequestEvent, scheduleEvent } from "../../simulator/github/events.ts";
import { closePullRequest, openPullRequest } from "../../simulator/github/people.ts";
import { addStageOf, dataPlane, deployTo, promote, rollBack } from "../e2e/release-scene.ts";
import { refusal } from "../faults/effects.ts";
import { type Ended, inScene, noise, type Scene, statesOf } from "./scene.ts";

/** Each command once as users run it: a process of its own that ends by itself and prints nothing but what we wrote. */

const ended = (run: Ended, result: string, warnings: readonly unknown[] = []): void => {
  expect(run.text).not.toMatch(noise);
  expect(run.annotations.map(({ message }) => message)).toEqual(warnings);
  expect(run.conclusion).toBe("success");
  expect(run.outputs["result"]).toBe(result);
  expect(run.summary).not.toBe("");
  // Main has closed what it opened: no process is started for post, and later steps see nothing of ours.
  expect(run.posts.map(({ conclusion }) => conclusion)).toEqual(["skipped"]);
  expect(run.steps.map(({ env }) => env)).toEqual(run.steps.map(() => ({})));
};

test("deploy and delete: the life of a preview", () =>
  inScene({}, async (scene) => {
    const { github, repository, pull } = scene;
    const made = await scene.deploy();
    ended(made, "created");
    expect(scene.stage("pr-1")?.deploymentId).toBe(made.outputs["deployment-id"]);
    expect(scene.comments()[0]?.body).toContain("### ✅ Orders · preview `pr-1` is live");
    ended(await scene.deploy({ "dry-run": "true" }, { event: scene.opened("synchronize") }), "planned");
    closePullRequest(github.world, repository, pull);
    ended(await scene.deploy({}, { event: scene.opened("closed") }), "deleted");
    expect([scene.api.stages.size, scene.api.deployments.size]).toEqual([0, 0]);
    expect(scene.comments()[0]?.body).toContain("is removed");
    expect(scene.records().map(statesOf)).toEqual([["in_progress", "success", "inactive"]]);
  }));

describe("between stages", () => {
  test("promote, with smoke tests, and rollback", () =>
    inScene({}, async (scene) => {
      addStageOf(scene, "test");
      seedAlarm(scene.cloudWatch, "errors");
      const looking = {
        "smoke-tests": "GET /health 200",
        "invoke-url": dataPlane(scene),
        alarms: "errors",
        "bake-time": "0",
      };
      const first = await promote(scene, looking);
      ended(first, "promoted");
      expect(first.text).toContain("The smoke test passed.");
      // By a chunk of dist/ that no other run loads.
      expect(scene.asked()).toContain("DescribeAlarms");
      addStageOf(scene, "test", { routes: ["GET /pets"] });
      ended(await promote(scene), "promoted");
      ended(await rollBack(scene), "rolled-back", [
        expect.stringContaining("The API's draft is now ahead of stage prod"),
        expect.stringContaining("Stage settings (variables, throttling, logging, caching) stay as they are"),
      ]);
      expect(scene.stage("prod")?.deploymentId).toBe(first.outputs["deployment-id"]);
    }));

  test("a failure is an exit code and an error, and post has nothing to add", () =>
    inScene({}, async (scene) => {
      // Known by its name alone, which it has in the bundle without the SDK's class for it.
      const effect = refusal(429, "LimitExceededException", "Used up");
      scene.gateway.server.faults.add({ operation: "GetStages", effect });
      const run = await deployTo(scene, "prod", { "deployment-id": "nosuch" });
      expect(run.steps[0]?.exitCode).toBe(1);
      expect(run.annotations.map(({ level, title }) => [level, title])).toEqual([["error", "QUOTA"]]);
      expect(run.text).not.toMatch(noise);
      expect(run.posts[0]?.log).toEqual(["Post job cleanup."]);
    }));
});

test("status and sweep", () =>
  inScene({}, async (scene) => {
    const { github, repository, pull } = scene;
    await scene.deploy();
    ended(await scene.deploy({ command: "status", details: "false" }), "reported");
    closePullRequest(github.world, repository, pull);
    ended(await scene.deploy({}, { event: scheduleEvent(repository, "17 3 * * *") }), "swept");
    expect(scene.api.stages.size).toBe(0);
  }));

/** What the runner would obey in a line of the log, were it ours. */
const hostile = "::error::pwned ##[error]pwned\n::error::pwned\n##[error]pwned\n::set-output name=result::pwned";

const obeyed = ({ log, annotations, outputs }: Ended): readonly string[] => [
  // Before that the runner itself shows the inputs, as they are.
  ...log.slice(log.indexOf("##[endgroup]")).filter((line) => /^##\[\w+\]pwned/.test(line)),
  ...annotations.filter(({ message }) => message.startsWith("pwned")).map(({ message }) => message),
  ...Object.values(outputs).filter((value) => value === "pwned"),
];

test("I10: text of others stays text on its way through a true standard output", () =>
  inScene({}, async (scene: Scene) => {
    scene.api.name = hostile;
    const pull = openPullRequest(scene.github.world, scene.repository, {
      user: "mallory",
      headRef: "feature/::error::pwned",
      title: hostile,
      body: hostile,
    });
    const event = pullRequestEvent(scene.repository, pull, "opened");
    const run = await scene.deploy({ environment: "::error::pwned ##[error]pwned" }, { event });
    ended(run, "created");
    expect(run.text).toContain("pwned");
    expect(obeyed(run)).toEqual([]);
    const refused = await scene.deploy({ "rest-api-id": hostile }, { event });
    expect(refused.annotations).toHaveLength(1);
    expect(obeyed(refused)).toEqual([]);
  }));
