import { describe, expect, test } from "@jest/globals";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import { accountOf } from "../../simulator/github/world.ts";
import { observeGitHub } from "../../src/github/observe.ts";
import {
  type EarlierRecordsQuestion,
  type RecordsSeen,
  readEarlierRecords,
  readRecords,
} from "../../src/github/record-list.ts";
import { findRecord, recordIds } from "../../src/github/records.ts";
import { observeRecords } from "../../src/observe/records.ts";
import { replacedRecords } from "../../src/plan/records.ts";
import { aStage } from "../requests.ts";
import { answering } from "./in-process.ts";
import { addRecord, connect, type GitHubScene, openGitHub } from "./scene.ts";

const restApiId = "a1b2c3d4e5";

test("I3: only records whose payload is ours, in the environment, are read, the newest first", async () => {
  const scene = await openGitHub();
  addRecord(scene, 7, "success");
  addRecord(scene, 8, "success");
  addRecord(scene, 7, "success", { "stage-name": "pr-7", "pull-request": 7 });
  const { records, warnings } = await readRecords(scene.client, "preview");
  expect(records.map(({ payload }) => payload.pullRequest)).toEqual([8, 7]);
  expect(warnings).toEqual([]);
  expect(await readRecords(scene.client, "production")).toEqual({ records: [], warnings: [] });
});

test("pages of a hundred are read to their end, and numbers beyond GraphQL's are found", async () => {
  const scene = await openGitHub();
  const newId = scene.world.newId;
  Object.assign(scene.world, { newId: (kind?: "comment" | "run") => newId(kind) + 3_000_000_000 });
  const oldest = addRecord(scene, 7, "success");
  for (let number = 8; number < 160; number += 1) addRecord(scene, number, "inactive");
  const { records } = await readRecords(scene.client, "preview");
  expect(records).toHaveLength(153);
  const last = records.slice(-1);
  expect(last).toMatchObject([{ id: undefined }]);
  const ids = await recordIds(scene.client, "preview", last);
  expect([...ids.values()]).toEqual([oldest.id]);
  expect(scene.operations()).toEqual(["POST /graphql", "POST /graphql", "GET /deployments", "GET /deployments"]);
});

test("numbers that are known already are not asked for", async () => {
  const scene = await openGitHub();
  addRecord(scene, 7, "success");
  const { records } = await readRecords(scene.client, "preview");
  expect((await recordIds(scene.client, "preview", records)).size).toBe(0);
  expect(scene.operations()).toEqual(["POST /graphql"]);
});

test("I8: without permission nothing is thrown, nothing is known, and the warning names it", async () => {
  const blind = await openGitHub({ token: workflowTokenWith({ contents: "read" }) });
  expect(await readRecords(blind.client, "preview")).toMatchObject({
    records: [],
    warnings: [expect.stringContaining("deployments: read")],
  });
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
      environmentIsGiven: false,
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
    const request = scene.request({ stageName: "pr-7", previewOf: 7 });
    const { records, warnings } = await observeRecords(request, [aStage()], scene.observing(request));
    expect(warnings).toEqual([]);
    expect(replacedRecords(records, "9001", true)).toMatchObject([{ record: { id: ours.id }, once: "success" }]);
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
