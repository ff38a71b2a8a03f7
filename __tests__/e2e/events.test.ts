import { describe, expect, test } from "@jest/globals";
import { addDeployment, addDeploymentStatus } from "../../simulator/github/deployments.ts";
import { dispatchEvent, pushEvent, scheduleEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import {
  checkSuiteEvent,
  deploymentEvent,
  deploymentStatusEvent,
  issueCommentEvent,
  mergeGroupEvent,
  releaseEvent,
  repositoryDispatchEvent,
  tagPushEvent,
} from "../../simulator/github/events-beside-pull-requests.ts";
import type { Deployment } from "../../simulator/github/model.ts";
import { openIssue, openPullRequest, push, tag } from "../../simulator/github/people.ts";
import { accountOf } from "../../simulator/github/world.ts";
import { inScene, kinds, type Scene, statesOf } from "./scene.ts";

/** Each row of the table of events in docs/where-it-runs.md. */

type Inputs = Readonly<Record<string, string>>;

const queued = ({ github, repository, pull }: Scene): WorkflowEvent =>
  mergeGroupEvent(repository, pull, push(github.world, repository, "gh-readonly-queue/main/pr-1"));

/** A deployment that another account asks for, of the head of the open pull request. */
const asked = ({ github, repository, pull }: Scene, environment = "test"): Deployment =>
  addDeployment(github.world, repository, {
    sha: pull.head.sha,
    ref: pull.head.ref,
    environment,
    creator: accountOf(github.world, "ada"),
    app: null,
  });

const tagged = ({ repository }: Scene): string => {
  tag(repository, "v1.2.0", repository.refs.get("refs/heads/main") ?? "");
  return "v1.2.0";
};

describe.each(kinds)("of $name:", (kind) => {
  describe("merge_group", () => {
    test("deploys a stage that has a name of its own, without a comment", () =>
      inScene(kind.options, async (scene) => {
        const event = queued(scene);
        const run = await scene.deploy({ "stage-name": "queue" }, { event });
        expect([run.conclusion, run.outputs["result"]]).toEqual(["success", "created"]);
        expect(scene.comments()).toEqual([]);
        expect(scene.records()).toMatchObject([{ sha: event.sha, environment: "queue" }]);
      }));

    test("deploys the preview that pr-number names", () =>
      inScene(kind.options, async (scene) => {
        const run = await scene.deploy({ "stage-name": "pr-{number}", "pr-number": "1" }, { event: queued(scene) });
        expect([run.conclusion, scene.stage("pr-1")?.deploymentId]).toEqual(["success", run.outputs["deployment-id"]]);
      }));
  });

  describe("deployment", () => {
    test("adopts the GitHub deployment that started the run, and ends it", () =>
      inScene(kind.options, async (scene) => {
        const started = asked(scene);
        const run = await scene.deploy({ "stage-name": "test" }, { event: deploymentEvent(scene.repository, started) });
        expect(run.conclusion).toBe("success");
        expect(scene.records()).toEqual([started]);
        expect(statesOf(started)).toEqual(["in_progress", "success"]);
        expect(started.statuses.at(-1)).toMatchObject({
          environmentUrl: run.outputs["invoke-url"],
          environment: "test",
        });
        expect(run.outputs["github-deployment-id"]).toBe(String(started.id));
        expect(scene.comments()).toHaveLength(1);
      }));

    test("tells it of a refusal, too: somebody waits for it", () =>
      inScene(kind.options, async (scene) => {
        const started = asked(scene);
        const inputs = { "stage-name": "test", "deployment-id": "nosuch" };
        const run = await scene.deploy(inputs, { event: deploymentEvent(scene.repository, started) });
        expect(run.conclusion).toBe("failure");
        expect(statesOf(started)).toEqual(["failure"]);
        expect(scene.records()).toEqual([started]);
      }));

    test("adopts it also where the job has a GitHub deployment of its own", () =>
      inScene(kind.options, async (scene) => {
        const started = asked(scene, "Test");
        const event = deploymentEvent(scene.repository, started);
        const inputs = { "stage-name": "test", environment: "test" };
        await scene.deploy(inputs, { event, environment: { name: "test" } });
        expect(statesOf(started)).toContain("success");
        expect(scene.records()).toHaveLength(2);
      }));

    test("is its environment's, not an earlier one to be replaced, when this action has made it", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy({ "stage-name": "test" }, { event: pushEvent(scene.repository, "main", "alice") });
        const [earlier] = scene.records();
        if (earlier === undefined) throw new Error("there is no record");
        const again = { ...earlier, id: scene.github.world.newId(), statuses: [] };
        scene.repository.deployments.set(again.id, again);
        await scene.deploy({ "stage-name": "test" }, { event: deploymentEvent(scene.repository, again) });
        expect([statesOf(earlier).at(-1), statesOf(again)]).toEqual(["inactive", ["in_progress", "success"]]);
        expect(scene.records()).toHaveLength(2);
      }));

    test.each<[string, Inputs]>([
      ["another environment", { environment: "staging" }],
      ["a record of its own by input", { "github-deployment": "always" }],
    ])("leaves it alone for %s", (_, inputs) =>
      inScene(kind.options, async (scene) => {
        const started = asked(scene);
        const event = deploymentEvent(scene.repository, started);
        await scene.deploy({ "stage-name": "test", ...inputs }, { event });
        expect(scene.records()).toHaveLength(2);
        expect(statesOf(scene.records()[1])).toEqual(["in_progress", "success"]);
        expect(statesOf(started)).not.toContain("in_progress");
      }),
    );

    test("without records touches none", () =>
      inScene(kind.options, async (scene) => {
        const started = asked(scene);
        const event = deploymentEvent(scene.repository, started);
        await scene.deploy({ "stage-name": "test", "github-deployment": "never" }, { event });
        expect([scene.records(), statesOf(started)]).toEqual([[started], []]);
      }));
  });

  test("deployment_status: of that commit, with a record of its own", () =>
    inScene(kind.options, async (scene) => {
      const other = asked(scene, "web");
      addDeploymentStatus(scene.github.world, scene.repository, other, {
        state: "success",
        creator: other.creator,
        app: null,
      });
      await scene.deploy({ "stage-name": "test" }, { event: deploymentStatusEvent(scene.repository, other) });
      expect(statesOf(other)).toEqual(["success"]);
      expect(scene.records()[1]).toMatchObject({ environment: "test", sha: scene.pull.head.sha });
      expect(scene.comments()).toHaveLength(1);
    }));

  describe("check_suite", () => {
    const fork = ({ github, repository }: Scene) =>
      openPullRequest(github.world, repository, {
        user: "mallory",
        headRef: "feature",
        headRepository: "mallory/orders",
      });

    test("is about the commit that was checked, not about the default branch's", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy({ "stage-name": "checked" }, { event: checkSuiteEvent(scene.repository, scene.pull) });
        expect(scene.records()).toMatchObject([{ sha: scene.pull.head.sha }]);
        expect(scene.comments()).toHaveLength(1);
      }));

    test("of a fork's commit deploys only where forks are allowed", () =>
      inScene(kind.options, async (scene) => {
        const job = { event: checkSuiteEvent(scene.repository, fork(scene)) };
        const refused = await scene.deploy({ "stage-name": "checked" }, job);
        expect([refused.conclusion, scene.asked()]).toEqual(["failure", []]);
        expect(refused.text).toContain("FORK_NOT_ALLOWED");
        const allowed = await scene.deploy({ "stage-name": "checked", "allow-forks": "true" }, job);
        expect(allowed.conclusion).toBe("success");
      }));
  });

  describe("issue_comment", () => {
    test("on a pull request is about it", () =>
      inScene(kind.options, async (scene) => {
        const event = issueCommentEvent(scene.repository, scene.pull, "/preview");
        const run = await scene.deploy({ "stage-name": "pr-{number}" }, { event });
        expect([run.conclusion, scene.comments().length]).toEqual(["success", 1]);
        expect(scene.stage("pr-1")).toBeDefined();
      }));
  });

  describe("events that are about a commit or a branch alone deploy the stage that they name", () => {
    const main = ({ repository }: Scene): string => repository.refs.get("refs/heads/main") ?? "";

    test.each<[string, (scene: Scene) => WorkflowEvent]>([
      ["push of a tag", (scene) => tagPushEvent(scene.repository, tagged(scene), "alice")],
      ["release", (scene) => releaseEvent(scene.repository, tagged(scene), "alice")],
      ["push", ({ repository }) => pushEvent(repository, "main", "alice")],
      ["workflow_dispatch", ({ repository }) => dispatchEvent(repository, "alice")],
      ["repository_dispatch", ({ repository }) => repositoryDispatchEvent(repository, "alice")],
    ])("%s", (_, eventOf) =>
      inScene(kind.options, async (scene) => {
        const event = eventOf(scene);
        const run = await scene.deploy({ "stage-name": "prod", environment: "production" }, { event });
        expect([run.conclusion, run.outputs["result"]]).toEqual(["success", "created"]);
        expect(scene.records()).toMatchObject([{ sha: main(scene), environment: "production" }]);
        expect(scene.comments()).toEqual([]);
      }),
    );

    test.each<[string, (scene: Scene) => WorkflowEvent]>([
      ["release", (scene) => releaseEvent(scene.repository, tagged(scene), "alice")],
      ["repository_dispatch", ({ repository }) => repositoryDispatchEvent(repository, "alice")],
    ])("%s: a preview needs pr-number", (_, eventOf) =>
      inScene(kind.options, async (scene) => {
        const without = await scene.deploy({ "stage-name": "pr-{number}" }, { event: eventOf(scene) });
        expect([without.conclusion, without.text.includes("give pr-number")]).toEqual(["failure", true]);
        const run = await scene.deploy({ "stage-name": "pr-{number}", "pr-number": "1" }, { event: eventOf(scene) });
        expect([run.conclusion, scene.comments().length]).toEqual(["success", 1]);
      }),
    );
  });

  test("schedule sweeps, and deploys by command only", () =>
    inScene(kind.options, async (scene) => {
      const job = { event: scheduleEvent(scene.repository, "17 3 * * *") };
      const swept = await scene.deploy({ "keep-deployments": "5" }, job);
      expect([swept.conclusion, swept.summary.includes("weep")]).toEqual(["success", true]);
      const run = await scene.deploy({ "stage-name": "nightly", command: "deploy" }, job);
      expect([run.conclusion, scene.stage("nightly")?.deploymentId]).toEqual(["success", run.outputs["deployment-id"]]);
    }));

  test("workflow_call: GitHub gives a called workflow the caller's event, and so it is read", () =>
    inScene(kind.options, async (scene) => {
      const called = { GITHUB_WORKFLOW_REF: "acme/orders/.github/workflows/caller.yml@refs/heads/main" };
      await scene.deploy({}, { event: scene.opened(), runner: { env: called } });
      expect(scene.stage("pr-1")).toBeDefined();
      await scene.deploy({}, { event: scene.opened("closed"), runner: { env: called } });
      expect(scene.comments()).toHaveLength(1);
    }));
});

describe("nothing is asked", () => {
  test.each<[string, Inputs]>([
    ["with the preview's default name", {}],
    ["with a preview's name", { "stage-name": "web-{number}" }],
    ["by command", { "stage-name": "pr-{number}", command: "deploy" }],
    ["by command delete", { "stage-name": "pr-{number}", command: "delete" }],
  ])("in a merge queue, %s: does nothing, says why, and is green, so that the queue goes on", (_, inputs) =>
    inScene({}, async (scene) => {
      const run = await scene.deploy(inputs, { event: queued(scene) });
      expect(run.conclusion).toBe("success");
      expect(run.outputs).toMatchObject({ result: "skipped", changed: "false" });
      expect(run.summary).toContain("merge queue");
      expect(run.text).toContain("Nothing to do. The run is a merge queue's");
      expect([scene.asked(), scene.github.server.exchanges]).toEqual([[], []]);
    }),
  );

  test("by a comment on an issue, which has no preview, says so, and is green", () =>
    inScene({}, async (scene) => {
      const issue = openIssue(scene.github.world, scene.repository, { user: "bob" });
      const event = issueCommentEvent(scene.repository, issue, "/preview");
      const run = await scene.deploy({ "stage-name": "pr-{number}" }, { event });
      expect([run.conclusion, run.outputs["result"], scene.asked()]).toEqual(["success", "skipped", []]);
      expect(run.summary).toContain("only pull requests have previews");
    }));
});
