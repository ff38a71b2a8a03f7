import { describe, expect, test } from "@jest/globals";
import { addDeployment, addDeploymentStatus } from "../../simulator/github/deployments.ts";
import type { Deployment, DeploymentState } from "../../simulator/github/model.ts";
import { githubActionsApp, githubActionsBot, workflowTokenWith } from "../../simulator/github/tokens.ts";
import { accountOf } from "../../simulator/github/world.ts";
import type { EarlierRecord } from "../../src/domain/github-record.ts";
import type { PullRequestState } from "../../src/domain/pull-request.ts";
import { observeGitHub } from "../../src/github/observe.ts";
import {
  closeRecords,
  type EarlierRecordsQuestion,
  type RecordsSeen,
  readEarlierRecords,
  readRecords,
} from "../../src/github/record-list.ts";
import { findRecord } from "../../src/github/records.ts";
import { type StaleQuestion, staleRecords } from "../../src/github/stale-records.ts";
import { answering } from "./in-process.ts";
import { connect, type GitHubScene, lastState, logUrl, openGitHub } from "./scene.ts";

const HOUR = 3_600_000;
const now = 1_800_000_000_000;
const restApiId = "a1b2c3d4e5";

type Changes = { readonly pullRequest?: number | undefined; readonly age?: number; readonly api?: string };

const record = (state: string, changes: Changes = {}): EarlierRecord => ({
  id: 1,
  nodeId: "n1",
  state,
  creator: "github-actions[bot]",
  createdAt: now - (changes.age ?? 1) * HOUR,
  payload: {
    restApiId: changes.api ?? restApiId,
    stageName: "pr-7",
    pullRequest: "pullRequest" in changes ? changes.pullRequest : 7,
    runId: "9001",
    runAttempt: 1,
    nonce: "0",
    command: "deploy",
    deploymentId: "",
    previousDeploymentId: "",
    actor: "alice",
  },
});

const question = (state: PullRequestState, deletedStages: readonly string[] = []): StaleQuestion => ({
  restApiId,
  pullRequests: new Map([[7, state]]),
  deletedStages: new Set(deletedStages),
  now,
});

describe("a record is stale", () => {
  test.each([
    ["ACTIVE", {}, question("open"), undefined],
    ["ACTIVE", {}, question("unknown"), undefined],
    ["ACTIVE", { age: 900 }, question("open"), undefined],
    ["ACTIVE", {}, question("closed"), "pull request #7 is closed"],
    ["ACTIVE", {}, question("gone"), "pull request #7 does not exist"],
    ["ACTIVE", {}, question("open", ["pr-7"]), "stage pr-7 was deleted"],
    ["ACTIVE", { pullRequest: undefined }, question("closed"), undefined],
    ["ACTIVE", { api: "another123" }, question("closed"), undefined],
    ["IN_PROGRESS", {}, question("open"), undefined],
    ["IN_PROGRESS", {}, question("closed"), "pull request #7 is closed"],
    ["IN_PROGRESS", { age: 7 }, question("open"), "run 9001 ended without closing it"],
    ["PENDING", { age: 7, pullRequest: undefined }, question("unknown"), "run 9001 ended without closing it"],
    ["ABANDONED", { age: 7 }, question("unknown"), "run 9001 ended without closing it"],
    ["IN_PROGRESS", { age: 7, api: "another123" }, question("open"), undefined],
    ["INACTIVE", { age: 7 }, question("closed", ["pr-7"]), undefined],
    ["DESTROYED", { age: 7 }, question("closed"), undefined],
    ["FAILURE", { age: 7 }, question("closed"), undefined],
  ] as const)("%s %j: case %#", (state, changes, asked, because) => {
    expect(staleRecords([record(state, changes)], asked).map((one) => one.because)).toEqual(
      because === undefined ? [] : [because],
    );
  });
});

test.each([
  ["NEW_STATE", {}, question("closed", ["pr-7"]), undefined],
  ["", { age: 900 }, question("gone"), undefined],
] as const)("I8: a record in a state that nobody knows is not touched: %j", (state, changes, asked, because) => {
  expect(staleRecords([record(state, changes)], asked)[0]?.because).toBe(because);
});

const bot = { creator: githubActionsBot, app: githubActionsApp };

const addRecord = (
  { world, repository, pull }: GitHubScene,
  number: number,
  state: DeploymentState,
  payload: Record<string, unknown> = {
    kind: "apigw-stage-action",
    "rest-api-id": restApiId,
    "stage-name": `pr-${number}`,
    "pull-request": number,
    "run-id": "9001",
    "run-attempt": 1,
    nonce: String(number),
  },
): Deployment => {
  const { sha } = pull.head;
  const deployment = addDeployment(world, repository, {
    ...bot,
    sha,
    ref: sha,
    environment: "preview",
    transient: true,
    payload,
  });
  addDeploymentStatus(world, repository, deployment, { ...bot, state, autoInactive: false });
  return deployment;
};

const signal = new AbortController().signal;
const closedSince = (scene: GitHubScene, ...numbers: readonly number[]): StaleQuestion => ({
  restApiId,
  pullRequests: new Map(numbers.map((number) => [number, "closed"])),
  deletedStages: new Set(),
  now: scene.world.clock.now(),
});

test("I3: only records whose payload is ours, in the environment, are read and closed", async () => {
  const scene = await openGitHub();
  const ours = addRecord(scene, 7, "success");
  const open = addRecord(scene, 8, "success");
  const theirs = addRecord(scene, 7, "success", { "stage-name": "pr-7", "pull-request": 7 });
  const { records, warnings } = await readRecords(scene.client, "preview");
  expect(records.map(({ payload }) => payload.pullRequest)).toEqual([8, 7]);
  const stale = staleRecords(records, closedSince(scene, 7));
  const result = await closeRecords(scene.client, { environment: "preview", stale, logUrl, signal });
  expect([warnings, result.warnings, result.closed.length]).toEqual([[], [], 1]);
  expect([ours, open, theirs].map(lastState)).toEqual(["inactive", "success", "success"]);
  expect(ours.statuses.at(-1)).toMatchObject({ description: "Closed by a sweep: pull request #7 is closed", logUrl });
});

test("pages of a hundred are read to their end, and numbers beyond GraphQL's are found", async () => {
  const scene = await openGitHub();
  const newId = scene.world.newId;
  Object.assign(scene.world, { newId: (kind?: "comment" | "run") => newId(kind) + 3_000_000_000 });
  const oldest = addRecord(scene, 7, "success");
  for (let number = 8; number < 160; number += 1) addRecord(scene, number, "inactive");
  const { records } = await readRecords(scene.client, "preview");
  expect(records).toHaveLength(153);
  const stale = staleRecords(records, closedSince(scene, 7));
  expect(stale).toMatchObject([{ id: undefined }]);
  await closeRecords(scene.client, { environment: "preview", stale, logUrl, signal });
  expect(lastState(oldest)).toBe("inactive");
  expect(scene.operations()).toEqual([
    "POST /graphql",
    "POST /graphql",
    "GET /deployments",
    "GET /deployments",
    "POST /deployments/{deployment_id}/statuses",
  ]);
});

test("one sweep closes sixty, the oldest first, and says how many are left", async () => {
  const scene = await openGitHub({ world: { limits: { contentPerMinute: 1000 } } });
  const all = Array.from({ length: 70 }, (_, index) => addRecord(scene, index + 1, "success"));
  const { records } = await readRecords(scene.client, "preview");
  const stale = staleRecords(records, closedSince(scene, ...all.map((_, index) => index + 1)));
  const { closed, warnings } = await closeRecords(scene.client, { environment: "preview", stale, logUrl, signal });
  expect(closed).toHaveLength(60);
  expect(warnings).toEqual(["10 GitHub deployments are left for the next sweep to close."]);
});

test("without permission nothing is thrown, and the warning names it", async () => {
  const blind = await openGitHub({ token: workflowTokenWith({ contents: "read" }) });
  expect(await readRecords(blind.client, "preview")).toMatchObject({
    records: [],
    warnings: [expect.stringContaining("deployments: read")],
  });
  const reader = await openGitHub({ token: workflowTokenWith({ deployments: "read" }) });
  addRecord(reader, 7, "success");
  const { records } = await readRecords(reader.client, "preview");
  const stale = staleRecords(records, closedSince(reader, 7));
  expect(await closeRecords(reader.client, { environment: "preview", stale, logUrl, signal })).toMatchObject({
    closed: [],
    warnings: [expect.stringContaining("deployments: write")],
  });
});

test("I11: a cancelled sweep closes nothing more", async () => {
  const scene = await openGitHub();
  const ours = addRecord(scene, 7, "success");
  const { records } = await readRecords(scene.client, "preview");
  const stale = staleRecords(records, closedSince(scene, 7));
  expect(
    (await closeRecords(scene.client, { environment: "preview", stale, logUrl, signal: AbortSignal.abort() })).closed,
  ).toEqual([]);
  expect(lastState(ours)).toBe("success");
});

test("I3: a record with our payload that another account made is never closed", async () => {
  const scene = await openGitHub();
  const theirs = addRecord(scene, 7, "success");
  Object.assign(theirs, { creator: accountOf(scene.world, "mallory") });
  const ours = addRecord(scene, 7, "success");
  const { records } = await readRecords(scene.client, "preview");
  expect(records.map(({ id, creator }) => [id, creator])).toEqual([[ours.id, "github-actions[bot]"]]);
});

describe("behind hundreds of newer records of the environment", () => {
  const question = (scene: GitHubScene, changes: Partial<EarlierRecordsQuestion> = {}): Promise<RecordsSeen> =>
    observeGitHub(scene.client, {
      restApiId,
      stageName: "pr-7",
      environment: "preview",
      checkRunId: undefined,
      pullRequest: undefined,
      commentMarker: undefined,
      records: "newest",
    }).then(({ earlierRecords, olderRecords }) =>
      readEarlierRecords(scene.client, {
        environment: "preview",
        restApiId,
        stageName: "pr-7",
        known: earlierRecords,
        olderFrom: olderRecords,
        since: undefined,
        ...changes,
      }),
    );
  const addOthers = (scene: GitHubScene, count: number): void => {
    for (let number = 0; number < count; number += 1) addRecord(scene, 1000 + number, "success");
  };

  test.each([
    [0, 1],
    [98, 1],
    [99, 2],
    [250, 3],
  ])("the stage's own is found: %d others, %d requests", async (others, requests) => {
    const scene = await openGitHub();
    const ours = addRecord(scene, 7, "success");
    const lost = addRecord(scene, 7, "in_progress");
    addOthers(scene, others);
    const { records, warnings } = await question(scene);
    expect(records.map(({ id }) => id)).toEqual([lost.id, ours.id]);
    expect(warnings).toEqual([]);
    expect(scene.operations()).toHaveLength(requests);
  });

  test("it reads no further than to one that is live: its run has seen to those before", async () => {
    const scene = await openGitHub();
    addOthers(scene, 300);
    addRecord(scene, 7, "success");
    addOthers(scene, 50);
    await question(scene);
    expect(scene.operations()).toHaveLength(1);
  });

  test("nor into the time before the stage was made", async () => {
    const scene = await openGitHub();
    addOthers(scene, 350);
    await question(scene, { since: scene.world.clock.now() + 60_000 });
    expect(scene.operations()).toHaveLength(2);
  });

  test("nor through more than a thousand", async () => {
    const scene = await openGitHub();
    addOthers(scene, 1250);
    const { warnings } = await question(scene);
    expect(scene.operations()).toHaveLength(11);
    expect(warnings).toEqual([]);
  });

  test("a run that replaces the preview ends its record", async () => {
    const scene = await openGitHub();
    const ours = addRecord(scene, 7, "success");
    addOthers(scene, 120);
    const report = scene.reporting({ stageName: "pr-7", previewOf: 7 });
    await report.observe();
    await report.openRecord({ command: "deploy", deploymentId: "", previousDeploymentId: "" });
    await report.closeRecord({ state: "success", description: "done", environmentUrl: "" });
    expect(report.warnings()).toEqual([]);
    expect(lastState(ours)).toBe("inactive");
  });
});

describe("I14: pages that do not go on are no answer", () => {
  const page = (nodes: unknown, endCursor: unknown, hasNextPage: unknown = true) => ({
    data: {
      viewer: { login: "github-actions[bot]" },
      repository: { deployments: { pageInfo: { hasNextPage, endCursor }, nodes } },
    },
  });

  test.each([
    ["the same position again", page([null], "A")],
    ["an empty page that is not the last", page([], "A")],
    ["no position to go on from", page([], null)],
    ["a position that is none", page([], 7)],
    ["no word on whether it goes on", page([], "A", null)],
  ])("%s", async (_, body) => {
    const { fetch, sent } = answering(200, JSON.stringify(body));
    const { records, warnings } = await readRecords(connect("https://api.github.test", { fetch }), "preview");
    expect(records).toEqual([]);
    expect(warnings).toEqual([expect.stringContaining("answer could not be read")]);
    expect(sent.length).toBeLessThanOrEqual(2);
  });

  test("pages without an end are read up to a thousand records", async () => {
    let count = 0;
    const fetch: typeof globalThis.fetch = async () => {
      count += 1;
      return new Response(JSON.stringify(page([null], `cursor ${count}`)));
    };
    await readRecords(connect("https://api.github.test", { fetch }), "preview");
    expect(count).toBe(10);
  });

  test("a REST list that gives the same page for ever", async () => {
    const listed = Array.from({ length: 100 }, (_, index) => ({ id: index + 1, node_id: `n${index}`, payload: {} }));
    const { fetch, sent } = answering(200, JSON.stringify(listed));
    const client = connect("https://api.github.test", { fetch });
    await expect(findRecord(client, "0".repeat(40), "preview", "1")).rejects.toMatchObject({
      name: "UnreadableAnswer",
    });
    expect(sent).toHaveLength(2);
  });
});
