import { expect, test } from "@jest/globals";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import { readRecords, recordIds } from "../../src/github/stale-records.ts";
import { addRecord, openGitHub } from "./scene.ts";

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
