import { describe, expect, test } from "@jest/globals";
import { commentMarker } from "../../src/domain/comment-marker.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import { commentBody, openCommentChannel } from "../../src/report/comment.ts";
import { LINEAR, timed } from "../cpu-time.ts";
import { githubRefusal } from "../faults/effects.ts";
import { type GitHubScene, openGitHub } from "../github/scene.ts";
import { aDeletion, aRequest } from "../requests.ts";
import { aliveIn } from "./alive.ts";
import { anOutcome, failure, links } from "./outcomes.ts";

const marker = commentMarker("a1b2c3d4e5", "pr-7");

describe("the comment's text", () => {
  test("begins with the marker of its API and stage", () => {
    expect(commentBody(anOutcome(), aRequest(), links).startsWith(marker)).toBe(true);
    expect(commentMarker("a1b2c3d4e5", "pr-8")).not.toBe(marker);
    expect(marker).not.toContain("a1b2c3d4e5");
  });

  test("fits GitHub's limit whatever the service says, and nothing comes alive where it is cut", async () => {
    const outcome = anOutcome({ result: "failed", error: failure("@bob `x` ".repeat(20_000)) });
    const { result: text, seconds } = await timed(() => commentBody(outcome, aRequest(), links));
    expect(seconds).toBeLessThan(LINEAR);
    expect(text.length).toBeLessThanOrEqual(65_536);
    expect(text).toContain("… The middle was left out; the whole error is in the log. …");
    expect(text).toContain("**State:** Stage pr-7 is as it was.\n\n**What to do:** ");
    expect(aliveIn(text)).toEqual([]);
  });
});

const openChannel = (scene: GitHubScene, changes: Partial<DeployRequest> = {}) => {
  const warnings: string[] = [];
  const channel = openCommentChannel({
    request: scene.request(changes),
    github: scene.observing(changes, marker),
    links,
    lookedAt: Date.now(),
    warn: (text) => warnings.push(text),
  });
  return { channel, warnings };
};

describe("the one comment", () => {
  test("is posted", async () => {
    const scene = await openGitHub();
    const { channel, warnings } = openChannel(scene);
    channel.locate(undefined);
    expect(await channel.put(anOutcome())).toBe("unknown");
    expect(warnings).toEqual([]);
    expect(scene.comments().map(({ id }) => id)).toEqual([channel.comment()?.id]);
  });

  test("I5: is edited in place, by a run, too, which failed before it had seen the stage", async () => {
    const scene = await openGitHub();
    await openChannel(scene).channel.put(anOutcome());
    const failed = anOutcome({ result: "failed", error: failure("It is on fire.") });
    // With the edit, and at no extra request, GitHub tells whether the pull request is still open.
    expect(await openChannel(scene).channel.put(failed)).toBe("open");
    expect(scene.comments()).toHaveLength(1);
    expect(scene.comments()[0]?.body).toContain("It is on fire.");
  });

  test.each([
    [
      "a deletion: nobody wants a new comment about a stage that is gone",
      anOutcome({ request: aDeletion(), result: "deleted" }),
    ],
    ["a preview that stays: it is told of already", anOutcome({ request: aDeletion(), result: "skipped" })],
  ])("is not posted for %s", async (_, outcome) => {
    const scene = await openGitHub();
    await openChannel(scene).channel.put(outcome);
    expect(scene.comments()).toEqual([]);
  });

  test("says that the stage is gone where it is there already", async () => {
    const scene = await openGitHub();
    await openChannel(scene).channel.put(anOutcome());
    const deleted = anOutcome({ request: aDeletion(), result: "deleted", deploymentId: undefined });
    await openChannel(scene).channel.put(deleted);
    expect(scene.comments()[0]?.body).toContain("is removed");
    expect(scene.comments()).toHaveLength(1);
  });

  test("is posted for a deletion that failed: somebody must look", async () => {
    const scene = await openGitHub();
    const failed = anOutcome({ request: aDeletion(), result: "failed", error: failure("No.") });
    await openChannel(scene).channel.put(failed);
    expect(scene.comments()).toHaveLength(1);
  });

  test("is not there where the workflow wants none", async () => {
    const scene = await openGitHub();
    const { channel } = openChannel(scene, { comment: false });
    channel.locate(undefined);
    expect(await channel.put(anOutcome())).toBe("unknown");
    expect(scene.comments()).toEqual([]);
  });

  test("I9: that cannot be posted is a warning that names the permission", async () => {
    const scene = await openGitHub();
    scene.server.faults.add({
      operation: "POST /repos/{owner}/{repo}/issues/{issue_number}/comments",
      effect: githubRefusal(403, "Resource not accessible by integration"),
    });
    const { channel, warnings } = openChannel(scene);
    expect(await channel.put(anOutcome())).toBe("unknown");
    expect(warnings).toEqual([expect.stringContaining("pull-requests: write")]);
    expect(channel.comment()).toBeUndefined();
  });
});
