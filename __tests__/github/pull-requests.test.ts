import { expect, test } from "@jest/globals";
import { closePullRequest, openPullRequest } from "../../simulator/github/people.ts";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import { pullRequestStates } from "../../src/github/pull-requests.ts";
import { githubRefusal } from "../faults/effects.ts";
import { type GitHubScene, openGitHub } from "./scene.ts";

const openMany = (scene: GitHubScene, count: number): void => {
  for (let number = 2; number <= count; number += 1) {
    const pull = openPullRequest(scene.world, scene.repository, { user: "alice", headRef: `topic-${number}` });
    if (number % 3 === 0) closePullRequest(scene.world, scene.repository, pull);
    if (number % 3 === 1) closePullRequest(scene.world, scene.repository, pull, { mergedBy: "alice" });
  }
};

test("open, closed, merged and gone, in one request", async () => {
  const scene = await openGitHub();
  openMany(scene, 4);
  const { states, warnings } = await pullRequestStates(scene.client, [1, 2, 3, 4, 99]);
  expect([...states]).toEqual([
    [1, "open"],
    [2, "open"],
    [3, "closed"],
    [4, "closed"],
    [99, "gone"],
  ]);
  expect(warnings).toEqual([]);
  expect(scene.server.exchanges).toHaveLength(1);
});

test.each([
  [0, 0],
  [100, 1],
  [101, 2],
])("%d pull requests take %d requests", async (count, requests) => {
  const scene = await openGitHub();
  openMany(scene, count);
  const numbers = Array.from({ length: count }, (_, index) => index + 1);
  const { states } = await pullRequestStates(scene.client, numbers);
  expect([...states.keys()]).toEqual(numbers);
  expect([...states.values()].filter((state) => state === "unknown" || state === "gone")).toEqual([]);
  expect(scene.server.exchanges).toHaveLength(requests);
});

test.each([
  ["none of its rights", workflowTokenWith({ contents: "read" })],
  ["none at all", workflowTokenWith({})],
])("I8: a token with %s makes all unknown, with the permission to add", async (_, token) => {
  const scene = await openGitHub({ token });
  const { states, warnings } = await pullRequestStates(scene.client, [1, 99]);
  expect([...states.values()]).toEqual(["unknown", "unknown"]);
  expect(warnings).toEqual([expect.stringContaining("pull-requests: read")]);
});

test.each(["FORBIDDEN", "NOT_FOUND"])(
  "I8: what is not found is not gone while pull requests are hidden: %s",
  async (type) => {
    const scene = await openGitHub();
    const errors = [
      { type, path: ["repository", "some"], message: "Hidden." },
      { type: "NOT_FOUND", path: ["repository", "pr99"], message: "Could not resolve to a PullRequest." },
    ];
    const body = JSON.stringify({ data: { repository: { some: null, pr99: null } }, errors });
    const response = { status: 200, headers: { "content-type": "application/json" }, body };
    scene.server.faults.add({ effect: { kind: "answer", when: "before", response }, times: 9 });
    const { states, warnings } = await pullRequestStates(scene.client, [99]);
    expect([...states.values()]).toEqual(["unknown"]);
    expect(warnings).toHaveLength(1);
  },
);

test("I8: a repository that is not to be seen makes all unknown", async () => {
  const scene = await openGitHub();
  scene.world.repositories.clear();
  expect([...(await pullRequestStates(scene.client, [1])).states.values()]).toEqual(["unknown"]);
});

test("trouble that passes is waited for, lasting trouble makes the batch unknown", async () => {
  const scene = await openGitHub();
  scene.server.faults.add({ effect: githubRefusal(502, "Bad gateway") });
  expect([...(await pullRequestStates(scene.client, [1])).states.values()]).toEqual(["open"]);
  scene.server.faults.add({ effect: githubRefusal(502, "Bad gateway"), times: 9 });
  const { states, warnings } = await pullRequestStates(scene.client, [1]);
  expect([...states.values()]).toEqual(["unknown"]);
  expect(warnings).toHaveLength(1);
});
