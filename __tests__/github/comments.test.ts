import "../realm.ts";
import { describe, expect, test } from "@jest/globals";
import { addComment } from "../../simulator/github/people.ts";
import { findSticky, putComment } from "../../src/github/comments.ts";
import { findOlderComment } from "../../src/github/observe.ts";
import { githubRefusal, reset } from "../faults/effects.ts";
import { type GitHubScene, marker, openGitHub } from "./scene.ts";

const POST = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const body = `${marker}\nnew`;

/** Looks for our comment, and edits it or posts a new one; `meanwhile` comes between the two. */
const comment = async (scene: GitHubScene, stageCreatedAt?: number, meanwhile: (id: number) => void = () => {}) => {
  const observed = await scene.observing().observed;
  const known = await findOlderComment(scene.client, observed, marker, stageCreatedAt);
  meanwhile(known?.id ?? 0);
  const put = await putComment(scene.client, scene.pull.number, marker, observed.viewer, body, known);
  return { ...put, warnings: observed.warnings };
};

describe("I5: there is one comment", () => {
  test.each([
    ["500 before", githubRefusal(500, "Server Error")],
    ["500 after", githubRefusal(500, "Server Error", "after")],
    ["a reset before", reset("before")],
    ["a reset after", reset("after")],
    ["half an answer", { kind: "truncate" }],
    [
      "a short secondary limit",
      githubRefusal(403, "You have exceeded a secondary rate limit", "before", { "retry-after": "0" }),
    ],
  ] as const)("whatever comes in between: %s", async (_, effect) => {
    const scene = await openGitHub();
    scene.server.faults.add({ operation: POST, effect });
    const put = await comment(scene);
    expect(put.warnings).toEqual([]);
    expect(scene.comments().map(({ id }) => id)).toEqual([put.comment.id]);
  });

  test("that is edited in place", async () => {
    const scene = await openGitHub();
    const known = scene.botComment(`${marker}\nold`);
    await comment(scene);
    expect(scene.comments()).toHaveLength(1);
    expect(known.body).toBe(body);
  });

  test("that is posted anew when somebody deleted it meanwhile", async () => {
    const scene = await openGitHub();
    scene.botComment(`${marker}\nold`);
    await comment(scene, undefined, (id) => scene.repository.comments.delete(id));
    expect(scene.comments().map((posted) => posted.body)).toEqual([body]);
  });

  test("beside one of a stranger who pasted the marker", async () => {
    const scene = await openGitHub();
    const pasted = addComment(scene.world, scene.repository, scene.pull, { user: "mallory", body: `${marker}\nmine` });
    await comment(scene);
    expect(pasted.body).toBe(`${marker}\nmine`);
    expect(scene.comments()).toHaveLength(2);
  });

  test("beside those of another stage and of those who quote it", async () => {
    const scene = await openGitHub();
    scene.botComment("<!-- apigw-stage-action ffffffffffffffff -->\nother");
    scene.botComment(`> ${marker}`);
    await comment(scene);
    expect(scene.comments()).toHaveLength(3);
  });
});

describe("a thousand comments", () => {
  const hour = 3_600_000;

  const talk = (scene: GitHubScene, count: number, at: number): void => {
    for (let number = 0; number < count; number += 1) {
      const said = addComment(scene.world, scene.repository, scene.pull, { user: "alice", body: "Hm." });
      Object.assign(said, { createdAt: at, updatedAt: at });
    }
  };

  test.each([
    ["first", 0, 1000],
    ["in the middle", 500, 500],
    ["last", 1000, 0],
  ])("with ours %s: it is edited, in one extra request at most", async (_, before, after) => {
    const scene = await openGitHub();
    const now = Date.now();
    talk(scene, before, now - hour);
    const ours = scene.botComment(`${marker}\nold`);
    talk(scene, after, now + hour);
    await comment(scene, now);
    expect(ours.body).toBe(body);
    expect(scene.comments()).toHaveLength(1001);
    expect(scene.operations().length).toBeLessThanOrEqual(3);
  });

  test("of others: ours is posted, once", async () => {
    const scene = await openGitHub();
    talk(scene, 1000, Date.now() - hour);
    await comment(scene);
    expect(scene.comments()).toHaveLength(1001);
    expect(scene.operations()).toEqual(["POST /graphql", "POST /issues/{issue_number}/comments"]);
  });

  test("on a stage that is older than all of them: an earlier record says since when to look", async () => {
    const scene = await openGitHub();
    const now = Date.now();
    talk(scene, 500, now - hour);
    const ours = scene.botComment(`${marker}\nold`);
    scene.earlierRecord("success");
    talk(scene, 500, now + hour);
    await comment(scene, now - 1000 * hour);
    expect(ours.body).toBe(body);
    expect(scene.comments()).toHaveLength(1001);
  });
});

test("of several that carry the marker, the oldest of ours is it", () => {
  const facts = (id: number, ours: boolean, text = body) => ({
    id,
    nodeId: String(id),
    url: String(id),
    body: text,
    ours,
  });
  expect(findSticky([facts(9, true), facts(3, false), facts(5, true), facts(1, true, "x")], marker)?.id).toBe(5);
  expect(findSticky([], marker)).toBeUndefined();
});
