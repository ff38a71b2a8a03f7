import { describe, expect, test } from "@jest/globals";
import type { StageRecord } from "../../src/domain/github-record.ts";
import type { PullRequestState } from "../../src/domain/pull-request.ts";
import { historyTag } from "../../src/plan/history.ts";
import {
  pointedFrom,
  pullRequestsOfRecords,
  recordsOfStage,
  replacedRecords,
  type StaleQuestion,
  staleRecords,
  standingRecords,
} from "../../src/plan/records.ts";
import { planRollback } from "../../src/plan/rollback.ts";
import fc from "../property.ts";
import { aDeployment, aRecord, aRollback, aStage, rollbackFinds } from "../requests.ts";

const HOUR = 3_600_000;
const now = 1_800_000_000_000;
const restApiId = "a1b2c3d4e5";

type Changes = { readonly pullRequest?: number | undefined; readonly age?: number; readonly api?: string };

const record = (state: string, changes: Changes = {}) =>
  aRecord({
    state,
    createdAt: now - (changes.age ?? 2) * HOUR,
    payload: {
      restApiId: changes.api ?? restApiId,
      pullRequest: "pullRequest" in changes ? changes.pullRequest : 7,
      runId: "9001",
    },
  });

type Asked = { readonly ending?: readonly string[]; readonly stages?: StaleQuestion["stages"] };

/** A stage pr-7 that stays, unless told otherwise. */
const question = (state: PullRequestState, { ending = [], stages = [aStage()] }: Asked = {}): StaleQuestion => ({
  restApiId,
  stages,
  pullRequests: new Map([[7, state]]),
  ending: new Set(ending),
  now,
  young: HOUR,
});

const deleting = { ending: ["pr-7"] };
const missing = { stages: [] };

describe("a record is stale", () => {
  test.each([
    ["ACTIVE", {}, question("open"), undefined],
    ["ACTIVE", {}, question("unknown"), undefined],
    ["ACTIVE", { age: 900 }, question("open"), undefined],
    ["ACTIVE", {}, question("closed"), "pull request #7 is closed"],
    ["ACTIVE", {}, question("gone"), "pull request #7 does not exist"],
    ["ACTIVE", {}, question("open", deleting), "stage pr-7 was deleted"],
    ["ACTIVE", {}, question("open", missing), "stage pr-7 was deleted"],
    ["ACTIVE", { age: 1 }, question("open", missing), undefined],
    ["ACTIVE", { pullRequest: undefined }, question("closed"), undefined],
    ["ACTIVE", { api: "another123" }, question("closed"), undefined],
    ["ACTIVE", { api: "another123" }, question("open", missing), undefined],
    ["IN_PROGRESS", {}, question("open"), undefined],
    ["IN_PROGRESS", {}, question("closed"), "pull request #7 is closed"],
    ["IN_PROGRESS", { age: 7 }, question("open"), "run 9001 ended without closing it"],
    ["PENDING", { age: 7, pullRequest: undefined }, question("unknown"), "run 9001 ended without closing it"],
    ["ABANDONED", { age: 7 }, question("unknown"), "run 9001 ended without closing it"],
    ["IN_PROGRESS", { age: 7, api: "another123" }, question("open"), undefined],
    ["INACTIVE", { age: 7 }, question("closed", deleting), undefined],
    ["INACTIVE", { age: 7 }, question("open", missing), undefined],
    ["DESTROYED", { age: 7 }, question("closed"), undefined],
    ["FAILURE", { age: 7 }, question("closed"), undefined],
    ["ERROR", { age: 7 }, question("closed"), undefined],
  ] as const)("%s %j: case %#", (state, changes, asked, because) => {
    expect(staleRecords([record(state, changes)], asked).map((one) => one.because)).toEqual(
      because === undefined ? [] : [because],
    );
  });

  test("and ends only once its stage is gone, where the same run deletes it", () => {
    expect(staleRecords([record("ACTIVE")], question("closed", deleting))).toMatchObject([
      { once: { stageGone: "pr-7" } },
    ]);
    expect(staleRecords([record("ACTIVE")], question("closed"))).toMatchObject([{ once: "always" }]);
  });

  test("I3, I8: whatever is not known to be over, or is not of this REST API, stays", () => {
    const states = ["ACTIVE", "IN_PROGRESS", "QUEUED", "PENDING", "WAITING", "ABANDONED", "INACTIVE", "DESTROYED"];
    const records = fc.record({
      state: fc.constantFrom(...states),
      age: fc.integer({ min: 0, max: 5 }),
      api: fc.constantFrom(restApiId, "another123"),
      pullRequest: fc.constantFrom(undefined, 7),
    });
    const known = fc.constantFrom<PullRequestState>("open", "unknown");
    fc.assert(
      fc.property(records, known, ({ state, ...changes }, pullRequest) => {
        expect(staleRecords([record(state, changes)], question(pullRequest))).toEqual([]);
      }),
    );
  });
});

describe("the records that a run takes the place of", () => {
  const states = ["ACTIVE", "IN_PROGRESS", "QUEUED", "PENDING", "WAITING", "ABANDONED", "INACTIVE", "FAILURE", "ERROR"];
  const onceOf = (preview: boolean) =>
    replacedRecords(
      states.map((state) => aRecord({ state })),
      "9001",
      preview,
    ).map(({ record: { state }, once }) => `${state} ${String(once)}`);
  const unfinished = ["IN_PROGRESS", "QUEUED", "PENDING", "WAITING", "ABANDONED"].map((state) => `${state} always`);

  test("of a preview end with its success, so that a failure keeps the link to what is there", () => {
    expect(onceOf(true)).toEqual(["ACTIVE success", ...unfinished]);
  });

  test("of a lasting stage are those whose run never ended them: GitHub itself ends the others", () => {
    expect(onceOf(false)).toEqual(unfinished);
  });
});

test("the records of a deleted stage are those of this API and stage that show it as live or under way", () => {
  const records = [
    aRecord({ nodeId: "live" }),
    aRecord({ nodeId: "open", state: "QUEUED" }),
    aRecord({ nodeId: "closed", state: "INACTIVE" }),
    aRecord({ nodeId: "other stage", payload: { stageName: "pr-8" } }),
    aRecord({ nodeId: "other API", payload: { restApiId: "another123" } }),
  ];
  const endings = recordsOfStage(records, { restApiId, stageName: "pr-7" }, "Gone");
  expect(endings.map(({ record: { nodeId } }) => nodeId)).toEqual(["live", "open"]);
  expect(endings.every(({ once }) => typeof once === "object" && once.stageGone === "pr-7")).toBe(true);
});

describe("the record that stands for a deployment", () => {
  const served = (nonce: string, deploymentId: string, command = "deploy"): StageRecord => ({
    state: "INACTIVE",
    creator: "github-actions[bot]",
    ours: true,
    createdAt: 1,
    commit: "c0ffee",
    description: "",
    payload: { command, deploymentId, previousDeploymentId: "", nonce, runId: "1", actor: "" },
  });
  const records = [
    aRecord({ nodeId: "n1", payload: { nonce: "11111111" } }),
    aRecord({ nodeId: "n2", payload: { nonce: "22222222" } }),
  ];

  test("is the newest of its own making, not of a rollback to it", () => {
    const seen = [served("33333333", "old111", "rollback"), served("22222222", "old111"), served("11111111", "old111")];
    expect(standingRecords(records, seen, ["old111"])).toEqual([{ deploymentId: "old111", record: records[1] }]);
  });

  test("is none where nothing of ours tells of it", () => {
    expect(standingRecords(records, [served("99999999", "old111")], ["old111"])).toEqual([]);
    expect(standingRecords(records, [served("11111111", "other1")], ["old111"])).toEqual([]);
    expect(standingRecords(records, [served("11111111", "old111")], [])).toEqual([]);
  });

  test("is known for each that a rollback may end at: its target, and what it goes away from, when it is led back", () => {
    const history = { deploymentId: "old111", at: 0, rolledBack: false };
    const address = { restApiId, stageName: "prod" };
    const stage = aStage({
      name: "prod",
      deploymentId: "bad111",
      tags: historyTag([{ ...history, deploymentId: "bad111" }, history], address),
    });
    const plan = planRollback(
      aRollback(),
      rollbackFinds({
        stages: [stage],
        deployments: [aDeployment("old111")],
        records,
        served: [served("22222222", "bad111"), served("11111111", "old111")],
      }),
    );
    expect(plan).toMatchObject({
      standing: [
        { deploymentId: "old111", record: { nodeId: "n1" } },
        { deploymentId: "bad111", record: { nodeId: "n2" } },
      ],
    });
  });
});

test("the pull requests to ask about are those of records that may need an end, once each", () => {
  const records = [
    record("ACTIVE"),
    record("IN_PROGRESS"),
    record("INACTIVE", { pullRequest: 3 }),
    record("ACTIVE", { pullRequest: 4, api: "another123" }),
    record("ACTIVE", { pullRequest: undefined }),
    record("ACTIVE", { pullRequest: 5 }),
  ];
  expect(pullRequestsOfRecords(records, restApiId)).toEqual([7, 5]);
});

describe("I5: what a stage served before an earlier attempt of the run pointed it", () => {
  const attempt = (runId: string, previousDeploymentId: string, createdAt: number) =>
    aRecord({ createdAt, payload: { runId, previousDeploymentId } });

  test.each([
    ["is what the attempt's record says", [attempt("9001", "old111", 1)], "old111"],
    ["is not what another run's says", [attempt("8000", "old111", 1)], undefined],
    ["is not told by a record of a new stage", [attempt("9001", "", 1)], undefined],
    [
      "is not what a second attempt found pointed already",
      [attempt("9001", "old111", 1), attempt("9001", "new222", 2)],
      "old111",
    ],
  ])("%s", (_, records, expected) => {
    expect(pointedFrom(records, "9001", "new222")).toBe(expected);
  });
});
