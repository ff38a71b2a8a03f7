import { describe, expect, test } from "@jest/globals";
import { addComment } from "../../simulator/github/people.ts";
import { findOlderComment, findSticky, joinOlderComment, putComment, sealed } from "../../src/github/comments.ts";
import { findPreviewComments } from "../../src/github/preview-comments.ts";
import { githubRefusal, reset } from "../faults/effects.ts";
import { type GitHubScene, marker, openGitHub } from "./scene.ts";

const POST = "POST /repos/{owner}/{repo}/issues/{issue_number}/comments";
const body = `${marker}\nnew`;

/** As it stands on the pull request once it is edited; what was posted has a line of its posting, too. */
const edited = ({ pull }: GitHubScene): string => sealed(body, { pullRequest: pull.number, marker });

const POSTING = /\n\n<!-- apigw-stage-action posting [0-9a-f]{32} -->(?=\n\n<!-- apigw-stage-action seal)/;

const textsOf = (scene: GitHubScene): string[] => scene.comments().map((one) => one.body.replace(POSTING, ""));

/** Looks for our comment, and edits it or posts a new one; `meanwhile` comes between the two. */
const comment = async (scene: GitHubScene, stageCreatedAt?: number, meanwhile: (id: number) => void = () => {}) => {
  const observed = await scene.observing().observed;
  const existing = await findOlderComment(scene.client, observed, marker, stageCreatedAt);
  meanwhile(existing?.id ?? 0);
  const address = { pullRequest: scene.pull.number, marker };
  const lookedAt = Date.now();
  const put = await putComment(scene.client, { address, viewer: observed.viewer, body, existing, lookedAt });
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
    const known = scene.ourComment("old");
    await comment(scene);
    expect(scene.comments()).toHaveLength(1);
    expect(known.body).toBe(edited(scene));
  });

  test("I8: that another pull request is closed says nothing of this one", async () => {
    const scene = await openGitHub();
    scene.ourComment("old");
    const edited = { data: { updateIssueComment: { issueComment: { pullRequest: { number: 9, state: "CLOSED" } } } } };
    scene.server.faults.add({
      operation: "POST /graphql",
      effect: {
        kind: "change",
        change: (answer) =>
          String(answer.body).includes("updateIssueComment") ? { ...answer, body: JSON.stringify(edited) } : answer,
      },
      times: 10,
    });
    expect((await comment(scene)).state).toBe("unknown");
  });

  test("that is posted anew when somebody deleted it meanwhile", async () => {
    const scene = await openGitHub();
    scene.ourComment("old");
    await comment(scene, undefined, (id) => scene.repository.comments.delete(id));
    expect(textsOf(scene)).toEqual([edited(scene)]);
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

describe("I5: two runs post at the same time:", () => {
  const REMOVE = "DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}";

  /** Posts as a run does that found no comment, and looks again. */
  const run = async (scene: GitHubScene, text: string) => {
    const address = { pullRequest: scene.pull.number, marker };
    const wanted = { address, viewer: "github-actions[bot]", body: `${marker}\n${text}`, lookedAt: Date.now() };
    const { comment: made } = await putComment(scene.client, { ...wanted, existing: undefined });
    return { made, look: () => joinOlderComment(scene.client, made, wanted) };
  };

  test.each([
    ["the younger looks last", ["older", "younger"]],
    ["the older looks last", ["younger", "older"]],
  ] as const)("one comment is left, the older, with the text of the younger; %s", async (_, order) => {
    const scene = await openGitHub();
    const runs = { older: await run(scene, "one"), younger: await run(scene, "two") };
    expect(scene.comments()).toHaveLength(2);
    const left: number[] = [];
    for (const name of order) left.push((await runs[name].look()).id);
    expect(left).toEqual([runs.older.made.id, runs.older.made.id]);
    expect(scene.comments().map(({ id }) => id)).toEqual([runs.older.made.id]);
    expect(textsOf(scene)[0]).toContain(`${marker}\ntwo`);
  });

  test("one that looks alone looks once, and changes nothing", async () => {
    const scene = await openGitHub();
    const { made, look } = await run(scene, "one");
    expect(await look()).toEqual(made);
    expect(scene.operations()).toEqual(["POST /issues/{issue_number}/comments", "GET /issues/{issue_number}/comments"]);
  });

  test.each([
    ["reset before", reset("before")],
    ["reset after", reset("after")],
  ])("the deletion of the second is %s", async (_, effect) => {
    const scene = await openGitHub();
    await run(scene, "one");
    const { look } = await run(scene, "two");
    scene.server.faults.add({ operation: REMOVE, effect });
    await look();
    expect(scene.comments()).toHaveLength(1);
  });

  test("nothing is deleted where the older is gone when it gets the text", async () => {
    const scene = await openGitHub();
    const first = await run(scene, "one");
    const second = await run(scene, "two");
    scene.server.gate = async ({ operation }) => {
      if (operation === "POST /graphql") scene.repository.comments.delete(first.made.id);
    };
    expect(await second.look()).toEqual(second.made);
    expect(scene.comments().map(({ id }) => id)).toEqual([second.made.id]);
  });

  test("where the answer to a posting is lost, the other's comment is not taken for it", async () => {
    const scene = await openGitHub();
    const others = await run(scene, "one");
    scene.server.faults.add({ operation: POST, effect: reset("before") });
    const ours = await run(scene, "two");
    expect(ours.made.id).not.toBe(others.made.id);
    expect((await ours.look()).id).toBe(others.made.id);
    expect(scene.comments()).toHaveLength(1);
    expect(textsOf(scene)[0]).toContain(`${marker}\ntwo`);
  });

  test("I3: what another workflow posts meanwhile stays", async () => {
    const scene = await openGitHub();
    scene.botComment(`${marker}\nResults of the nightly build`);
    const { made, look } = await run(scene, "one");
    expect(await look()).toEqual(made);
    expect(scene.comments()).toHaveLength(2);
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
    const ours = scene.ourComment("old");
    talk(scene, after, now + hour);
    await comment(scene, now);
    expect(ours.body).toBe(edited(scene));
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
    const ours = scene.ourComment("old");
    scene.earlierRecord("success");
    talk(scene, 500, now + hour);
    await comment(scene, now - 1000 * hour);
    expect(ours.body).toBe(edited(scene));
    expect(scene.comments()).toHaveLength(1001);
  });
});

describe("I3: a comment is ours by marker, author, and the seal that we end it with", () => {
  const address = { pullRequest: 7, marker };
  const facts = (id: number, text = sealed(body, address), byViewer = true) => ({
    id,
    nodeId: String(id),
    url: String(id),
    body: text,
    byViewer,
  });

  test("of several, the oldest is it: a copy of ours comes later", () => {
    const others = [facts(3, undefined, false), facts(1, "x"), facts(2, body)];
    expect(findSticky([facts(9), ...others, facts(5)], address)?.id).toBe(5);
    expect(findSticky(others, address)).toBeUndefined();
    expect(findSticky([], address)).toBeUndefined();
  });

  test.each([
    ["begins with our marker", body],
    ["goes on after our text", `${sealed(body, address)}\n\n| more |`],
    ["was copied from another pull request", sealed(body, { ...address, pullRequest: 8 })],
    ["was copied from another stage", sealed(body, { ...address, marker: "<!-- apigw-stage-action 00 -->" })],
    ["quotes ours", `> ${sealed(body, address)}`],
  ])("one of another workflow is not ours that %s", (_, text) => {
    expect(findSticky([facts(1, text)], address)).toBeUndefined();
  });

  test("blanks that GitHub adds or takes at the end change nothing", () => {
    expect(findSticky([facts(1, `${sealed(body, address)}\r\n`)], address)?.id).toBe(1);
  });

  test("another workflow's comment, which is older, is left as it is, and ours is posted beside it", async () => {
    const scene = await openGitHub();
    const others = scene.botComment(`${marker}\nResults of the nightly build`);
    await comment(scene);
    await comment(scene);
    expect(others.body).toBe(`${marker}\nResults of the nightly build`);
    expect(textsOf(scene)).toEqual([others.body, edited(scene)]);
  });

  test("the comment of a preview that is removed, too", async () => {
    const scene = await openGitHub();
    const others = scene.botComment(`${marker}\nResults of the nightly build`);
    const ours = scene.ourComment("live");
    const { number } = scene.pull;
    const preview = { pullRequest: number, stageName: "pr-7", marker, stageCreatedAt: undefined };
    const comments = await findPreviewComments(scene.client, [preview]);
    await comments.replace("pr-7", `${marker}\ngone`);
    expect(comments.warnings()).toEqual([]);
    expect(ours.body).toBe(sealed(`${marker}\ngone`, { pullRequest: number, marker }));
    expect(others.body).toBe(`${marker}\nResults of the nightly build`);
  });
});
