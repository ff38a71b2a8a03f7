import { describe, expect, test } from "@jest/globals";
import { CANARY_PART, type StageRecord } from "../../src/domain/github-record.ts";
import { servedRecords, standsFor } from "../../src/plan/served-records.ts";

type Changes = Partial<Omit<StageRecord, "payload">> & { readonly payload?: Partial<StageRecord["payload"]> };

const record = ({ payload, ...changes }: Changes = {}): StageRecord => ({
  state: "ACTIVE",
  creator: "github-actions[bot]",
  ours: true,
  createdAt: 7,
  commit: "c0ffee",
  description: "",
  payload: {
    command: "promote",
    deploymentId: "k4d2fz",
    previousDeploymentId: "q8w3xa",
    nonce: "00c0ffee",
    runId: "4711",
    actor: "ada",
    ...payload,
  },
  ...changes,
});

const deploymentOf = (nonce: string) => ({
  id: "made11",
  description: `apigw-stage-action run=42/4711.1 commit=c0ffee step=00000000 nonce=${nonce} stage=prod`,
  createdAt: 1,
});

const known = { id: "k4d2fz", description: "", createdAt: 1 };

/** As GitHub makes it for a job: without a payload. */
const ofJob = (description: string): StageRecord =>
  record({ description, payload: { command: "", deploymentId: "", previousDeploymentId: "", nonce: "" } });

describe("what a record says that the stage served", () => {
  test.each<[string, StageRecord, string | undefined]>([
    ["its payload", record(), "k4d2fz"],
    ["its status before that", record({ description: "Stage prod serves deployment other1" }), "other1"],
    ["its run's mark where it made the deployment", record({ payload: { deploymentId: "" } }), "made11"],
    ["nothing without any", record({ payload: { deploymentId: "", nonce: "ffffffff" } }), undefined],
    ["nothing when it failed", record({ state: "FAILURE" }), undefined],
    ["nothing of a canary, which the stage never served", record({ payload: { command: CANARY_PART } }), undefined],
    ["its status when GitHub made it for a job", ofJob("Stage prod serves deployment k4d2fz"), "k4d2fz"],
    ["nothing of a deployment that this API does not have", ofJob("Stage prod serves deployment other1"), undefined],
  ])("%s", (_case, one, deploymentId) => {
    const served = servedRecords([one], [known, deploymentOf("00c0ffee")]);
    expect(served.map((entry) => entry.deploymentId)).toEqual(deploymentId === undefined ? [] : [deploymentId]);
  });

  test("and whether it was a rollback, by payload or status", () => {
    const rollbacks = [
      record(),
      record({ payload: { command: "rollback" } }),
      ofJob("Stage prod serves deployment k4d2fz"),
      ofJob("Rolled back: stage prod serves deployment k4d2fz"),
    ];
    expect(servedRecords(rollbacks, [known]).map(({ rollback }) => rollback)).toEqual([false, true, false, true]);
  });
});

test.each<[string, StageRecord, boolean]>([
  ["a promotion to it", record(), true],
  ["one that GitHub made inactive", record({ state: "INACTIVE" }), true],
  [
    "a deployment that made it",
    record({ description: "Stage prod serves deployment k4d2fz", payload: { deploymentId: "" } }),
    true,
  ],
  ["a rollback to it", record({ payload: { command: "rollback" } }), false],
  ["a canary on it", record({ payload: { command: CANARY_PART } }), false],
  ["a failure", record({ state: "FAILURE" }), false],
  ["another deployment", record({ payload: { deploymentId: "other1" } }), false],
  ["GitHub's own record of a job", ofJob("Stage prod serves deployment k4d2fz"), false],
])("a record stands for its deployment: %s", (_case, one, expected) => {
  expect(standsFor(one, "k4d2fz")).toBe(expected);
});
