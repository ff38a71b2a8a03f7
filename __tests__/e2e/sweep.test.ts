import { describe, expect, test } from "@jest/globals";
import { dispatchEvent, pullRequestEvent, scheduleEvent } from "../../simulator/github/events.ts";
import { closePullRequest, openPullRequest } from "../../simulator/github/people.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import { type Ended, inScene, kinds, noise, type Scene, statesOf, until } from "./scene.ts";

const nightly = (scene: Scene) => ({ event: scheduleEvent(scene.repository, "17 3 * * *") });

/** Previews of two pull requests, of which the first is closed without a run that would have removed its preview. */
const twoPreviews = async (scene: Scene): Promise<void> => {
  const { github, repository, pull } = scene;
  const second = openPullRequest(github.world, repository, { user: "alice", headRef: "another" });
  await scene.deploy();
  await scene.deploy({}, { event: pullRequestEvent(repository, second, "opened") });
  closePullRequest(github.world, repository, pull);
};

const stageNames = ({ api }: Scene): string[] => [...api.stages.keys()].sort();

const writes = ({ gateway, github }: Scene): number =>
  [...gateway.server.exchanges, ...github.server.exchanges].filter(
    ({ request: { method, path } }) => method !== "GET" && path !== "/graphql",
  ).length;

const quiet = (run: Ended): void => {
  expect(run.text).not.toMatch(noise);
  expect(run.posts.flatMap(({ log }) => log).filter((line) => line !== "Post job cleanup.")).toEqual([]);
};

describe.each(kinds)("of $name:", (kind) => {
  describe("on schedule", () => {
    test.each([
      ["{}", "application/json"],
      ['{"item":null}', "application/json"],
      ["", "application/json"],
      ["<html></html>", "text/html"],
    ])("I8: stages that are answered by %s are unknown, not gone: nothing is retired", (body, type) =>
      inScene(kind.options, async (scene) => {
        await twoPreviews(scene);
        const response = { status: 200, headers: { "content-type": type }, body };
        const effect = { kind: "answer", when: "before", response } as const;
        scene.gateway.server.faults.add({ operation: "GetStages", effect, times: 99 });
        const before = writes(scene);
        const run = await scene.deploy({}, nightly(scene));
        expect(run.conclusion).toBe("failure");
        expect(run.text).toContain("(UNREADABLE_ANSWER)");
        expect(writes(scene)).toBe(before);
        expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["success", "success"]);
        expect(stageNames(scene)).toEqual(["pr-1", "pr-2"]);
      }),
    );

    test("what a closed pull request left behind goes, and nothing else", () =>
      inScene(kind.options, async (scene) => {
        await twoPreviews(scene);
        scene.addStage("byhand");
        const run = await scene.deploy({}, nightly(scene));
        expect(run.conclusion).toBe("success");
        expect(run.outputs).toMatchObject({ result: "swept", changed: "true", "rest-api-id": scene.api.id });
        expect(stageNames(scene)).toEqual(["byhand", "pr-2"]);
        expect(scene.api.deployments.size).toBe(2);
        expect(scene.records().map((record) => statesOf(record).at(-1))).toEqual(["inactive", "success"]);
        expect(scene.comments().map(({ body }) => /### .*/.exec(body)?.[0])).toEqual([
          "### ⚪ `a1b2c3d4e5` · preview `pr-1` was removed",
          "### ✅ Orders · preview `pr-2` is live",
        ]);
        expect(run.summary).toContain("| Stage `pr-1` | deleted | pull request #\u200b1 is closed |");
        expect(run.text).toContain(
          "Result: swept. Deleted 1 stage and 1 deployment. 1 GitHub deployment made inactive.",
        );
        expect(run.annotations).toEqual([]);
        quiet(run);
      }));

    test("I5: the second run finds nothing to do", () =>
      inScene(kind.options, async (scene) => {
        await twoPreviews(scene);
        await scene.deploy({}, nightly(scene));
        const before = writes(scene);
        const run = await scene.deploy({}, nightly(scene));
        expect(writes(scene)).toBe(before);
        expect(run.outputs).toMatchObject({ result: "swept", changed: "false" });
        expect(run.text).toContain("Result: swept. Nothing to sweep.");
      }));
  });

  test("I12: a dry run by hand writes nothing", () =>
    inScene(kind.options, async (scene) => {
      await twoPreviews(scene);
      const before = writes(scene);
      const run = await scene.deploy(
        { command: "sweep", "dry-run": "true" },
        { event: dispatchEvent(scene.repository, "alice") },
      );
      expect(writes(scene)).toBe(before);
      expect(stageNames(scene)).toEqual(["pr-1", "pr-2"]);
      expect(run.outputs).toMatchObject({ result: "planned", changed: "true" });
      expect(JSON.parse(run.outputs["plan"] ?? "")).toMatchObject({
        command: "sweep",
        steps: [{ kind: "delete-stage", stageName: "pr-1" }, { kind: "delete-deployment" }],
      });
      expect(run.summary).toContain("would be deleted");
    }));

  test("inputs that are wrong are told together, before anything is asked", () =>
    inScene(kind.options, async (scene) => {
      const run = await scene.deploy(
        { command: "sweep", "preview-ttl": "a week", "keep-deployments": "-1" },
        nightly(scene),
      );
      expect(run.steps[0]?.exitCode).toBe(1);
      expect(run.text).toContain('preview-ttl is "a week". It must be a number of days or hours');
      expect(run.text).toContain('keep-deployments is "-1". It must be a whole number');
      expect([...scene.gateway.server.exchanges, ...scene.github.server.exchanges]).toEqual([]);
    }));

  test("I11: cancelled in the middle, it deletes nothing more and says how far it came", () =>
    inScene(kind.options, async (scene) => {
      const tags = (number: number) =>
        ownerTags(
          { repositoryId: String(scene.repository.id), pullRequest: number },
          { restApiId: scene.api.id, stageName: `pr-${number}` },
        );
      for (const number of [901, 902, 903]) scene.addStage(`pr-${number}`, { tags: tags(number) });
      const cancel = new AbortController();
      const log: string[] = [];
      scene.gateway.server.gate = async ({ operation }) => {
        if (operation !== "DeleteStage") return;
        cancel.abort();
        // The answer comes once the signal has arrived.
        await until(() => log.some((line) => line.includes("The run is cancelled.")));
      };
      const runner = { cancel: cancel.signal, onLog: (line: string) => log.push(line) };
      const run = await scene.deploy({}, { ...nightly(scene), runner });
      expect(run.steps[0]?.exitCode).toBe(130);
      expect(stageNames(scene)).toEqual(["pr-902", "pr-903"]);
      expect(scene.asked().filter((operation) => operation.startsWith("Delete"))).toEqual(["DeleteStage"]);
      expect(run.text).toContain("State: Deleted 1 stage and 0 deployments. 2 of 3 steps were not reached");
      expect(run.outputs).toMatchObject({ result: "failed", changed: "true" });
      quiet(run);
    }));
});
