import { describe, expect, test } from "@jest/globals";
import { dispatchEvent, pushEvent } from "../../simulator/github/events.ts";
import { addComment, closePullRequest, pushToPullRequest } from "../../simulator/github/people.ts";
import { refusal } from "../faults/effects.ts";
import { inScene, kinds, until } from "./scene.ts";

describe.each(kinds)("of $name:", (kind) => {
  test("one comment over several runs: edited, red on failure with the last good URL, green again", () =>
    inScene(kind.options, async (scene) => {
      await scene.deploy();
      const [comment] = scene.comments();
      scene.gateway.server.faults.add({ operation: "UpdateStage", effect: refusal(400, "BadRequestException", "No.") });
      await scene.deploy();
      expect(comment?.body).toContain("### ❌ Orders · preview `pr-1` was not deployed");
      expect(comment?.body).toContain(
        "Still there: **<https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/pr-1>**",
      );
      expect(comment?.body).toContain("still serves deployment");
      await scene.deploy();
      expect(comment?.body).toContain("### ✅ Orders · preview `pr-1` is live");
      expect(scene.comments()).toEqual([comment]);
    }));

  test("I5, I6: two runs at once leave one comment, which says what the stage serves", () =>
    inScene(kind.options, async (scene) => {
      await scene.deploy({ comment: "false" });
      const { server } = scene.github;
      const posting = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
      const bothPost = async (): Promise<void> => {
        await until(() => server.exchanges.filter(({ operation }) => operation === posting).length === 2);
      };
      server.gate = async ({ operation }) => (operation === posting ? bothPost() : undefined);
      const runs = await Promise.all([scene.deploy(), scene.deploy()]);
      const [comment] = scene.comments();
      expect(scene.comments()).toEqual([comment]);
      expect(comment?.body).toMatch(
        new RegExp(`(?:Deployment \\| \`|serves deployment )${scene.stage("pr-1")?.deploymentId}`),
      );
      expect(runs.map(({ outputs }) => outputs["comment-id"])).toEqual([String(comment?.id), String(comment?.id)]);
    }));

  test("each stage has its own comment, and comment: false has none", () =>
    inScene(kind.options, async (scene) => {
      await scene.deploy();
      await scene.deploy({ "stage-name": "test-{number}" });
      await scene.deploy({ "stage-name": "quiet-{number}", comment: "false" });
      expect(scene.comments().map(({ body }) => /preview `([^`]*)`/.exec(body)?.[1])).toEqual(["pr-1", "test-1"]);
    }));

  test("I3: a marker that a stranger pasted is theirs", () =>
    inScene(kind.options, async (scene) => {
      await scene.deploy();
      const [ours] = scene.comments();
      const stolen = ours?.body ?? "";
      scene.repository.comments.clear();
      const pasted = addComment(scene.github.world, scene.repository, scene.pull, { user: "mallory", body: stolen });
      const run = await scene.deploy();
      expect(pasted.body).toBe(stolen);
      expect(run.outputs["comment-id"]).not.toBe(String(pasted.id));
      expect(scene.comments()).toHaveLength(2);
    }));

  describe("a pull request with a thousand comments", () => {
    test.each([
      ["first", 0, 1000],
      ["in the middle", 500, 500],
      ["last", 1000, 0],
    ])("ours %s: no second one, and one extra request at most", (_, before, after) =>
      inScene(kind.options, async (scene) => {
        const hour = 3_600_000;
        const talk = (count: number, at: number): void => {
          for (let number = 0; number < count; number += 1) {
            const said = addComment(scene.github.world, scene.repository, scene.pull, { user: "bob", body: "Hm." });
            Object.assign(said, { createdAt: at, updatedAt: at });
          }
        };
        talk(before, Date.now() - hour);
        const first = await scene.deploy();
        const requests = scene.github.server.exchanges.length;
        talk(after, Date.now() + hour);
        const second = await scene.deploy();
        expect(second.outputs["comment-id"]).toBe(first.outputs["comment-id"]);
        expect(scene.comments()).toHaveLength(1001);
        // The first run's, one more to retire its record, and the one that looks for the comment.
        expect(scene.github.server.exchanges.length - requests).toBeLessThanOrEqual(requests + 2);
      }),
    );
  });

  describe("the pull request is found", () => {
    test("by pr-number", () =>
      inScene(kind.options, async (scene) => {
        const event = dispatchEvent(scene.repository, "alice");
        const run = await scene.deploy({ "stage-name": "pr-{number}", "pr-number": "1" }, { event });
        expect(run.outputs["stage-name"]).toBe("pr-1");
        expect(scene.comments()[0]?.issue).toBe(scene.pull);
      }));

    test("by the commit that was pushed", () =>
      inScene(kind.options, async (scene) => {
        pushToPullRequest(scene.github.world, scene.repository, scene.pull);
        await scene.deploy({ "stage-name": "test" }, { event: pushEvent(scene.repository, "feature", "alice") });
        expect(scene.comments()[0]?.issue).toBe(scene.pull);
      }));

    test("and not when it is merged, or when a newer commit is its head", () =>
      inScene(kind.options, async (scene) => {
        const old = pushEvent(scene.repository, "feature", "alice");
        pushToPullRequest(scene.github.world, scene.repository, scene.pull);
        await scene.deploy({ "stage-name": "test" }, { event: old });
        closePullRequest(scene.github.world, scene.repository, scene.pull, { mergedBy: "alice" });
        const run = await scene.deploy(
          { "stage-name": "test" },
          { event: pushEvent(scene.repository, "main", "alice") },
        );
        expect(run.conclusion).toBe("success");
        expect(run.annotations).toEqual([]);
        expect(scene.comments()).toEqual([]);
      }));

    test("or the warning says that there is none of that number", () =>
      inScene(kind.options, async (scene) => {
        const event = dispatchEvent(scene.repository, "alice");
        const run = await scene.deploy({ "stage-name": "test", "pr-number": "99" }, { event });
        expect(run.conclusion).toBe("success");
        expect(run.annotations.map(({ message }) => message).join()).toMatch(/Could not resolve to a PullRequest.*99/);
      }));
  });
});
