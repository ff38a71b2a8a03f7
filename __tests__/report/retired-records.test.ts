import { describe, expect, test } from "@jest/globals";
import { workflowTokenWith } from "../../simulator/github/tokens.ts";
import type { StepResult, Taken } from "../../src/apply/progress.ts";
import { readRecords } from "../../src/github/record-list.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { RecordEnding } from "../../src/plan/records.ts";
import { dueEndings, retireRecords } from "../../src/report/retired-records.ts";
import { eviction, removals } from "../apply/scene.ts";
import { addRecord, type GitHubScene, lastState, logUrl, openGitHub } from "../github/scene.ts";
import { aRecord } from "../requests.ts";

describe("a record ends", () => {
  const ending = (once: RecordEnding["once"]): RecordEnding => ({ record: aRecord(), because: "It is over.", once });
  const step = eviction(7);
  const due = (once: RecordEnding["once"], plan: Partial<Plan>, taken: readonly Taken[], succeeded: boolean) =>
    dueEndings({ ...removals("sweep", step), records: [ending(once)], ...plan }, taken, succeeded).length === 1;
  const ended = (result: StepResult): readonly Taken[] => [{ step, result, error: undefined }];
  const gone = { stageGone: "pr-7" };

  test.each<[string, RecordEnding["once"], Partial<Plan>, readonly Taken[], boolean, boolean]>([
    ["in any case, where its run never ended it", "always", {}, [], false, true],
    ["with the run's success", "success", {}, [], true, true],
    ["not with its failure: what was there is there", "success", {}, [], false, false],
    ["with its stage", gone, {}, ended("deleted"), true, true],
    ["with its stage, also where something else failed", gone, {}, ended("deleted"), false, true],
    ["with a stage that was gone before", gone, {}, ended("absent"), true, true],
    ["with a stage that nobody has to delete any more", gone, { steps: [] }, [], true, true],
    ["not with a stage that was kept, because it is another one now", gone, {}, ended("not-ours"), true, false],
    ["not with a stage whose deletion failed", gone, {}, ended("failed"), false, false],
    ["not with a stage that was not reached", gone, {}, [], false, false],
    ["not with another stage", { stageGone: "pr-8" }, { steps: [step, eviction(8)] }, ended("deleted"), true, false],
  ])("%s", (_, once, plan, taken, succeeded, expected) => {
    expect(due(once, plan, taken, succeeded)).toBe(expected);
  });
});

const retire = async (scene: GitHubScene, endings: readonly RecordEnding[], signal = new AbortController().signal) => {
  const warnings: string[] = [];
  const retired = await retireRecords(scene.client, endings, {
    environment: "preview",
    logUrl,
    describe: (because) => `Closed by a sweep: ${because}`,
    signal,
    warn: (text) => warnings.push(text),
  });
  return { retired, warnings };
};

/** All records of these pull requests, as they are read. */
const endingsOf = async (scene: GitHubScene, ...numbers: readonly number[]): Promise<readonly RecordEnding[]> => {
  const { records } = await readRecords(scene.client, "preview");
  return records
    .filter(({ payload }) => numbers.includes(payload.pullRequest ?? 0))
    .map((record) => ({ record, because: `pull request #${record.payload.pullRequest} is closed`, once: "always" }));
};

test("it is made inactive with the reason and the run's log, and others are left alone", async () => {
  const scene = await openGitHub();
  const ours = addRecord(scene, 7, "success");
  const open = addRecord(scene, 8, "success");
  const { retired, warnings } = await retire(scene, await endingsOf(scene, 7));
  expect([warnings, retired.length]).toEqual([[], 1]);
  expect([ours, open].map(lastState)).toEqual(["inactive", "success"]);
  expect(ours.statuses.at(-1)).toMatchObject({ description: "Closed by a sweep: pull request #7 is closed", logUrl });
});

test("it is found by its node where its number has outgrown GraphQL's integers", async () => {
  const scene = await openGitHub();
  const newId = scene.world.newId;
  Object.assign(scene.world, { newId: (kind?: "comment" | "run") => newId(kind) + 3_000_000_000 });
  const ours = addRecord(scene, 7, "success");
  await retire(scene, await endingsOf(scene, 7));
  expect(lastState(ours)).toBe("inactive");
});

test("one run closes sixty, the oldest first, and says how many are left", async () => {
  const scene = await openGitHub({ world: { limits: { contentPerMinute: 1000 } } });
  const all = Array.from({ length: 70 }, (_, index) => addRecord(scene, index + 1, "success"));
  const { retired, warnings } = await retire(scene, await endingsOf(scene, ...all.map((_, index) => index + 1)));
  expect(retired).toHaveLength(60);
  expect(warnings).toEqual(["10 GitHub deployments are left for the next sweep to close."]);
});

test("without permission nothing is thrown, and the warning names it", async () => {
  const scene = await openGitHub({ token: workflowTokenWith({ deployments: "read" }) });
  addRecord(scene, 7, "success");
  expect(await retire(scene, await endingsOf(scene, 7))).toEqual({
    retired: [],
    warnings: [expect.stringContaining("deployments: write")],
  });
});

test("I11: a cancelled run closes nothing more", async () => {
  const scene = await openGitHub();
  const ours = addRecord(scene, 7, "success");
  expect((await retire(scene, await endingsOf(scene, 7), AbortSignal.abort())).retired).toEqual([]);
  expect(lastState(ours)).toBe("success");
});
