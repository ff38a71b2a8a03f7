import { describe, expect, test } from "@jest/globals";
import { dispatchEvent, pullRequestTargetEvent, pushEvent, type WorkflowEvent } from "../../simulator/github/events.ts";
import type { PullRequest } from "../../simulator/github/model.ts";
import { openPullRequest, pushToPullRequest } from "../../simulator/github/people.ts";
import { githubRefusal } from "../faults/effects.ts";
import { inWorkspace, yamlWith } from "./files.ts";
import { inScene, kinds, type Scene } from "./scene.ts";

const fromFork = (scene: Scene): PullRequest =>
  openPullRequest(scene.github.world, scene.repository, {
    user: "mallory",
    headRef: "feature",
    headRepository: "mallory/orders",
  });

/** Runs on the default branch, and says nothing of where the pull request's head is. */
const commented = (scene: Scene, { number }: { readonly number: number }): WorkflowEvent => ({
  ...dispatchEvent(scene.repository, "alice"),
  name: "issue_comment",
  payload: { action: "created", issue: { number, pull_request: {} }, comment: { body: "/preview" } },
});

const named = (name: string) => (scene: Scene) => {
  const event = { ...dispatchEvent(scene.repository, "alice"), name };
  // A check of a branch of this repository: a fork's branch would have no name.
  const check_suite = { head_branch: "main", head_sha: event.sha };
  return name.startsWith("check") ? { ...event, payload: { check_suite, check_run: { check_suite } } } : event;
};

const numbered = { "stage-name": "pr-{number}", "pr-number": "2" };

const events: readonly (readonly [string, (scene: Scene) => WorkflowEvent])[] = [
  ["issue_comment", (scene) => commented(scene, { number: 2 })],
  ["push", (scene) => pushEvent(scene.repository, "main", "alice")],
  ...["workflow_dispatch", "check_suite", "check_run", "repository_dispatch", "workflow_call"].map(
    (name) => [name, named(name)] as const,
  ),
];

describe("a fork's pull request is asked for at GitHub, whatever the event:", () => {
  test.each(events)("%s is refused without allow-forks", (_, eventOf) =>
    inScene({}, async (scene) => {
      fromFork(scene);
      for (const inputs of [numbered, { ...numbered, "stage-name": "shared" }, { ...numbered, comment: "false" }]) {
        const run = await scene.deploy(inputs, { event: eventOf(scene) });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("(FORK_NOT_ALLOWED)");
        expect(run.text).toContain("Pull request #2 comes from a fork");
        expect([scene.asked(), scene.comments(), scene.records()]).toEqual([[], [], []]);
      }
    }),
  );

  test("what GitHub does not tell is refused, too", () =>
    inScene({}, async (scene) => {
      const event = dispatchEvent(scene.repository, "alice");
      const inputs = { "stage-name": "pr-{number}", "pr-number": "1" };
      const without = await scene.deploy({ ...inputs, "github-token": "" }, { event });
      expect(without.text).toContain(
        "It is not known whether pull request #1 comes from a fork: there is no github-token",
      );
      expect(without.text).toContain("pull-requests: read");
      scene.github.server.faults.add({ operation: "POST /graphql", effect: githubRefusal(403, "No."), times: 1 });
      const refused = await scene.deploy(inputs, { event });
      expect(refused.text).toContain("It is not known whether pull request #1 comes from a fork");
      expect(refused.text).toContain("pull-requests: read");
      scene.github.server.faults.add({
        operation: "POST /graphql",
        effect: githubRefusal(502, "Bad Gateway"),
        times: 9,
      });
      const failed = await scene.deploy(inputs, { event });
      expect(failed.text).toContain("#1 comes from a fork: GitHub answered 502, Bad Gateway.");
      expect(failed.text).toContain("Run the job again.");
      expect(failed.text).not.toContain("pull-requests: read");
      scene.github.server.faults.clear();
      const unknown = await scene.deploy({ ...inputs, "pr-number": "999" }, { event });
      expect(unknown.text).toContain("It is not known whether pull request #999 comes from a fork");
      expect(scene.asked()).toEqual([]);
    }));

  test("pull_request_target whose event cannot be read is refused, with allow-forks as well", () =>
    inScene({}, async (scene) => {
      const event = { ...pullRequestTargetEvent(scene.repository, fromFork(scene), "opened"), payload: {} };
      for (const allowed of ["false", "true"]) {
        const run = await scene.deploy({ ...numbered, "allow-forks": allowed }, { event });
        expect(run.text).toContain("(FORK_NOT_ALLOWED)");
      }
      expect(scene.asked()).toEqual([]);
    }));
});

const inputs = { ...numbered, definition: "openapi.yml", "allow-forks": "true" };

describe("with allow-forks, a fork's pull request", () => {
  const files = { "openapi.yml": yamlWith({ "GET /pets": {} }) };

  test.each<[string, (scene: Scene, pull: PullRequest) => string | undefined]>([
    ["nothing is checked out", () => undefined],
    ["the default branch is checked out", (scene) => scene.repository.refs.get("refs/heads/main")],
    [
      "somebody has pushed since",
      (scene, pull) => {
        const { sha } = pull.head;
        pushToPullRequest(scene.github.world, scene.repository, pull);
        return sha;
      },
    ],
  ])("is refused when %s", (_, checkOut) =>
    inWorkspace(files, async (scene, { job, write }) => {
      const pull = fromFork(scene);
      const event = commented(scene, pull);
      const head = checkOut(scene, pull);
      if (head !== undefined) await write(".git/HEAD", `${head}\n`);
      const run = await scene.deploy(inputs, { ...job, event });
      expect(run.text).toContain("(FORK_NOT_ALLOWED)");
      expect(run.text).toContain(`its head is commit ${pull.head.sha}`);
      expect(scene.asked()).toEqual([]);
    }),
  );

  test("is refused when pull_request_target names a commit that is no longer its head", () =>
    inScene({}, async (scene) => {
      const pull = fromFork(scene);
      const event = pullRequestTargetEvent(scene.repository, pull, "labeled");
      pushToPullRequest(scene.github.world, scene.repository, pull);
      const run = await scene.deploy({ "allow-forks": "true" }, { event });
      expect(run.text).toContain("(FORK_NOT_ALLOWED)");
      expect(scene.asked()).toEqual([]);
    }));
});

describe.each(kinds)("of $name:", (kind) => {
  const files = { "openapi.yml": yamlWith({ "GET /pets": {} }, {}, kind.dialect) };
  describe("with allow-forks, a fork's pull request", () => {
    test("is deployed when its head is what is checked out, and everything names that commit", () =>
      inWorkspace(
        files,
        async (scene, { job, write }) => {
          const pull = fromFork(scene);
          await write(".git/HEAD", `${pull.head.sha}\n`);
          const run = await scene.deploy(inputs, { ...job, event: commented(scene, pull) });
          expect(run.conclusion).toBe("success");
          const [made] = [...scene.api.deployments.values()];
          expect(made?.description).toContain(`commit=${pull.head.sha} `);
          expect(scene.records().map(({ sha }) => sha)).toEqual([pull.head.sha]);
          expect(scene.comments()[0]?.body).toContain(`/commit/${pull.head.sha}`);
        },
        kind.options,
      ));

    test("is deployed when a branch that is checked out is at its head", () =>
      inWorkspace(
        files,
        async (scene, { job, write }) => {
          const pull = fromFork(scene);
          await write(".git/HEAD", "ref: refs/heads/feature\n");
          await write(".git/packed-refs", `# pack-refs with: peeled\n${pull.head.sha} refs/heads/feature\n`);
          const run = await scene.deploy(inputs, { ...job, event: commented(scene, pull) });
          expect(run.conclusion).toBe("success");
        },
        kind.options,
      ));
  });

  describe("a pull request of the repository itself", () => {
    test("needs no permission, and everything names its head, not the default branch's", () =>
      inScene(kind.options, async (scene) => {
        for (const event of [commented(scene, scene.pull), dispatchEvent(scene.repository, "alice")]) {
          const run = await scene.deploy({ "stage-name": "pr-{number}", "pr-number": "1" }, { event });
          expect(run.conclusion).toBe("success");
          const { sha } = scene.pull.head;
          expect([...scene.api.deployments.values()].at(-1)?.description).toContain(`commit=${sha} `);
          expect(scene.records().at(-1)?.sha).toBe(sha);
          expect(scene.comments()[0]?.body).toContain(`/commit/${sha}`);
        }
      }));
  });
});
