import { describe, expect, test } from "@jest/globals";
import {
  pullRequestEvent,
  pullRequestTargetEvent,
  type WorkflowEvent,
  workflowRunEvent,
} from "../../simulator/github/events.ts";
import type { PullRequest } from "../../simulator/github/model.ts";
import {
  closePullRequest,
  deleteFork,
  label,
  openPullRequest,
  setDraft,
  unlabel,
} from "../../simulator/github/people.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { inScene, kinds, type Scene, statesOf } from "./scene.ts";

const stageName = "pr-1";

/** Nothing in the environment that the SDK's credentials chain could use. */
const withoutCredentials = { AWS_ACCESS_KEY_ID: "", AWS_SECRET_ACCESS_KEY: "" };

const fromFork = (scene: Scene): PullRequest =>
  openPullRequest(scene.github.world, scene.repository, {
    user: "mallory",
    headRef: "feature",
    headRepository: "mallory/orders",
  });

const fromDependabot = (scene: Scene): PullRequest =>
  openPullRequest(scene.github.world, scene.repository, { user: "dependabot[bot]", headRef: "dependabot/npm/x" });

/** A request to GitHub that is not a question. */
const githubWrites = (scene: Scene): string[] =>
  scene.github.server.exchanges.filter(({ request }) => request.method !== "GET").map(({ operation }) => operation);

describe.each(kinds)("of $name:", (kind) => {
  describe("preview-label", () => {
    const inputs = { "preview-label": "preview" };

    test("gives a preview to those that ask for it, and takes it away with the label", () =>
      inScene(kind.options, async (scene) => {
        const { github, repository, pull } = scene;
        const without = await scene.deploy(inputs);
        expect(without.conclusion).toBe("success");
        expect(without.outputs["result"]).toBe("skipped");
        expect(without.text).toContain("Add the label preview to the pull request to get a preview.");
        expect(scene.asked()).toEqual([]);

        label(github.world, pull, "preview");
        const labelled = await scene.deploy(inputs, {
          event: pullRequestEvent(repository, pull, "labeled", "preview"),
        });
        expect(labelled.outputs["result"]).toBe("created");

        const other = await scene.deploy(inputs, { event: pullRequestEvent(repository, pull, "unlabeled", "docs") });
        expect(other.outputs["result"]).toBe("skipped");
        expect(scene.stage(stageName)).toBeDefined();

        unlabel(github.world, pull, "preview");
        const taken = await scene.deploy(inputs, { event: pullRequestEvent(repository, pull, "unlabeled", "preview") });
        expect(taken.outputs["result"]).toBe("deleted");
        expect(scene.stage(stageName)).toBeUndefined();
        expect(scene.comments()).toHaveLength(1);
        expect(scene.comments()[0]?.body).toContain("Label preview was removed from pull request");
        expect(statesOf(scene.records()[0]).at(-1)).toBe("inactive");
      }));
  });

  describe("preview-drafts: false", () => {
    const inputs = { "preview-drafts": "false" };

    test("a draft has none, gets one when it is ready, and loses it when it becomes a draft again", () =>
      inScene(kind.options, async (scene) => {
        const { github, pull } = scene;
        setDraft(github.world, pull, true);
        expect((await scene.deploy(inputs)).outputs["result"]).toBe("skipped");

        setDraft(github.world, pull, false);
        const ready = await scene.deploy(inputs, { event: scene.opened("ready_for_review") });
        expect(ready.outputs["result"]).toBe("created");

        setDraft(github.world, pull, true);
        const draft = await scene.deploy(inputs, { event: scene.opened("converted_to_draft") });
        expect(draft.outputs["result"]).toBe("deleted");
        expect(scene.stage(stageName)).toBeUndefined();
      }));

    test("by default drafts have one and keep it", () =>
      inScene(kind.options, async (scene) => {
        setDraft(scene.github.world, scene.pull, true);
        expect((await scene.deploy()).outputs["result"]).toBe("created");
        const converted = await scene.deploy({}, { event: scene.opened("converted_to_draft") });
        expect(converted.outputs["result"]).toBe("skipped");
        expect(scene.stage(stageName)).toBeDefined();
      }));
  });

  describe("events with credentials, and a fork's commit", () => {
    const target = (scene: Scene): WorkflowEvent => pullRequestTargetEvent(scene.repository, fromFork(scene), "opened");
    const afterwards = (scene: Scene): WorkflowEvent => workflowRunEvent(scene.repository, fromFork(scene));
    const afterDeletedFork = (scene: Scene): WorkflowEvent => {
      const pull = fromFork(scene);
      deleteFork(pull);
      return workflowRunEvent(scene.repository, pull);
    };
    const numbered = { "stage-name": "pr-{number}", "pr-number": "2" };
    const cases = [
      ["pull_request_target", target, {}],
      ["pull_request_target, to a stage with a name of its own", target, { "stage-name": "shared" }],
      ["workflow_run", afterwards, numbered],
      ["workflow_run of a fork that is gone", afterDeletedFork, numbered],
      ["workflow_run, to a stage with a name of its own", afterwards, { "stage-name": "shared" }],
    ] as const;

    test.each(cases)("%s is refused, and deployed with allow-forks", (_, eventOf, inputs) =>
      inScene(kind.options, async (scene) => {
        const event = eventOf(scene);
        const refused = await scene.deploy(inputs, { event });
        expect(refused.conclusion).toBe("failure");
        expect(refused.text).toContain("(FORK_NOT_ALLOWED)");
        expect(refused.text).toContain("allow-forks: true");
        expect(refused.outputs).toMatchObject({ result: "failed", changed: "false" });
        expect(scene.asked()).toEqual([]);
        expect(githubWrites(scene)).toEqual([]);
        const run = await scene.deploy({ ...inputs, "allow-forks": "true" }, { event });
        expect(run.outputs["result"]).toBe("created");
      }),
    );

    test("with credentials of the runner's own, a fork's pull request is deployed with allow-forks only", () =>
      inScene(kind.options, async (scene) => {
        const event = pullRequestEvent(scene.repository, fromFork(scene), "opened");
        const refused = await scene.deploy({}, { event, token: profiles.readOnly });
        expect(refused.text).toContain("(FORK_NOT_ALLOWED)");
        expect(scene.asked()).toEqual([]);
        const run = await scene.deploy({ "allow-forks": "true" }, { event, token: profiles.readOnly });
        expect(run.conclusion).toBe("success");
        expect(run.outputs["result"]).toBe("created");
      }));

    test("the repository's own commits need no permission", () =>
      inScene(kind.options, async (scene) => {
        const { repository, pull } = scene;
        const first = await scene.deploy({}, { event: pullRequestTargetEvent(repository, pull, "opened") });
        expect(first.outputs["result"]).toBe("created");
        const event = workflowRunEvent(repository, pull);
        const second = await scene.deploy({ "stage-name": "pr-{number}", "pr-number": "1" }, { event });
        expect(second.outputs["result"]).toBe("updated");
      }));

    test("what a fork's preview left is removed without it", () =>
      inScene(kind.options, async (scene) => {
        const pull = fromFork(scene);
        const event = (action: string): WorkflowEvent => pullRequestTargetEvent(scene.repository, pull, action);
        await scene.deploy({ "allow-forks": "true" }, { event: event("opened") });
        closePullRequest(scene.github.world, scene.repository, pull);
        const run = await scene.deploy({}, { event: event("closed") });
        expect(run.outputs["result"]).toBe("deleted");
        expect(scene.api.stages.size).toBe(0);
      }));
  });
});

describe("a run without credentials", () => {
  test.each([
    ["a fork", "opened", fromFork, {}],
    ["a fork", "closed", fromFork, {}],
    ["a fork, to a stage with a name of its own", "opened", fromFork, { "stage-name": "shared" }],
    ["Dependabot", "opened", fromDependabot, {}],
    ["Dependabot", "closed", fromDependabot, {}],
  ] as const)("for %s (%s) ends green at once, and says what to do", (_, action, open, inputs) =>
    inScene({}, async (scene) => {
      const pull = open(scene);
      if (action === "closed") closePullRequest(scene.github.world, scene.repository, pull);
      const run = await scene.deploy(
        // GitHub gives such runs no variables either.
        { ...inputs, "rest-api-id": "" },
        {
          event: pullRequestEvent(scene.repository, pull, action),
          token: profiles.readOnly,
          runner: { env: withoutCredentials },
        },
      );
      expect(run.conclusion).toBe("success");
      expect(run.outputs).toMatchObject({ result: "skipped", changed: "false" });
      expect(run.annotations).toMatchObject([{ level: "notice" }]);
      if (Object.keys(inputs).length === 0 || action === "opened") {
        expect(run.summary).toContain("no AWS credentials");
        expect(run.summary).toMatch(/workflow\\_run[\s\S]*pull\\_request\\_target[\s\S]*docs\/previews/);
      }
      expect(scene.asked()).toEqual([]);
      expect(githubWrites(scene)).toEqual([]);
    }),
  );

  test("for a pull request of the repository itself is an error", () =>
    inScene({}, async (scene) => {
      const run = await scene.deploy({}, { runner: { env: withoutCredentials } });
      expect(run.conclusion).toBe("failure");
      expect(run.text).toContain("(CREDENTIALS_MISSING)");
    }));
});
