import { describe, expect, test } from "@jest/globals";
import { closePullRequest, openPullRequest } from "../../simulator/github/people.ts";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import { pullRequestStates } from "../../src/github/pull-requests.ts";
import { githubRefusal } from "../faults/effects.ts";
import { answering } from "./in-process.ts";
import { connect, type GitHubScene, openGitHub } from "./scene.ts";

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

describe("I8: only what GitHub says in words that are known is known", () => {
  const tell = async (repository: unknown, errors?: unknown) => {
    const { fetch } = answering(200, JSON.stringify({ data: { repository }, ...(errors ? { errors } : {}) }));
    return pullRequestStates(connect("https://api.github.test", { fetch }), [7, 8]);
  };
  const some = { totalCount: 1 };

  test.each([["DRAFT"], ["closed"], ["open"], [""], [null], [7], [["CLOSED"]], [{ state: "CLOSED" }]])(
    "state %j",
    async (state) => {
      const { states, warnings } = await tell({ some, pr7: { number: 7, state }, pr8: { number: 8, state: "OPEN" } });
      expect([...states.values()]).toEqual(["unknown", "open"]);
      expect(warnings).toHaveLength(1);
    },
  );

  test.each([[undefined], [null], [{}], [[]], [7], ["CLOSED"], [{ number: 70, state: "CLOSED" }]])(
    "a pull request that is %j",
    async (pr7) => {
      const { states, warnings } = await tell({ some, pr7, pr8: { number: 8, state: "MERGED" } });
      expect([...states.values()]).toEqual(["unknown", "closed"]);
      expect(warnings).toHaveLength(1);
    },
  );

  test.each([[null], [[]], ["x"], [{}]])("a repository that is %j", async (repository) => {
    expect([...(await tell(repository)).states.values()]).toEqual(["unknown", "unknown"]);
  });

  test("an error about one costs the others nothing", async () => {
    const errors = [{ message: "Something went wrong.", path: ["repository", "pr7"] }];
    const { states, warnings } = await tell({ some, pr7: null, pr8: { number: 8, state: "OPEN" } }, errors);
    expect([...states.values()]).toEqual(["unknown", "open"]);
    expect(warnings).toEqual([expect.stringContaining("Something went wrong.")]);
  });
});
