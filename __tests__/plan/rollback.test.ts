import { describe, expect, test } from "@jest/globals";
import { describe as describeMarker, markerOf } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import type { Stage } from "../../src/domain/stage.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import { type History, type HistoryEntry, historyTag } from "../../src/plan/history.ts";
import { planRollback, previousOf } from "../../src/plan/rollback.ts";
import fc from "../property.ts";
import { aDeployment, aRollback, aRun, rollbackFinds } from "../requests.ts";

/** `-` rolled back from, `!` deleted. */
const entryOf = (word: string): HistoryEntry => ({
  deploymentId: word.replace(/^[-!]+/, ""),
  at: 0,
  rolledBack: word.includes("-"),
  commit: "c0ffee1234567890",
  runId: "4711",
  who: "ada",
  exists: !word.includes("!"),
});

const historyOf = (words: string): History => ({
  source: "tag",
  entries: words.split(" ").filter(Boolean).map(entryOf),
});

const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
/** What a run on another stage has made of commit c0ffee1. */
const description = describeMarker(markerOf(aRun({ commit: "c0ffee1234567890" }), "test"));

const stage = (deploymentId: string, fields: Partial<Stage> = {}): Stage => ({
  name: "prod",
  deploymentId,
  canary: undefined,
  tags: {},
  settings: newStageSettings,
  webAclArn: undefined,
  createdAt: undefined,
  ...fields,
});

/** `serves` and `history` as the stage's own tag tells them. */
const plan = (serves: string, history: string, deploymentId?: string, extra: readonly string[] = []) => {
  const { entries } = historyOf(history);
  const there = [...entries.filter(({ exists }) => exists).map((entry) => entry.deploymentId), ...extra];
  return planRollback(
    aRollback({ deploymentId }),
    rollbackFinds({
      stages: [stage(serves, { tags: historyTag(entries, address) })],
      deployments: [...new Set(there)].map((id) => aDeployment(id, { description })),
    }),
  );
};

test("I1: what a stage goes back to must be complete", () => {
  const { entries } = historyOf("b a");
  const deployments = [aDeployment("b"), { ...aDeployment("a"), incomplete: "failed" as const }];
  const observed = rollbackFinds({ stages: [stage("b", { tags: historyTag(entries, address) })], deployments });
  expect(planRollback(aRollback(), observed)).toMatchObject({ refused: "DEPLOYMENT_FAILED" });
});

describe("what a stage served before", () => {
  test.each([
    ["b", "b a", "a"],
    ["c", "c b a", "b"],
    ["a", "a -b a z", "z"],
    ["x", "b a", "b"],
    ["b", "c b a", "a"],
    ["a", "c b a", undefined],
    ["a", "b a b", undefined],
    ["b", "b -a", undefined],
    ["a", "a", undefined],
    ["a", "", undefined],
  ])("serving %s after %j it is %s", (serves, history, expected) => {
    expect(previousOf(serves, historyOf(history))?.deploymentId).toBe(expected);
  });

  test("is never what it serves, nor what was rolled back from last", () => {
    const word = fc.tuple(fc.constantFrom("", "-"), fc.constantFrom("a", "b", "c", "d")).map((parts) => parts.join(""));
    fc.assert(
      fc.property(fc.array(word, { maxLength: 10 }), fc.constantFrom("a", "b", "c", "d"), (words, serves) => {
        const previous = previousOf(serves, historyOf(words.join(" ")));
        const newest = words.find((candidate) => candidate.replace("-", "") === previous?.deploymentId);
        expect(previous?.deploymentId).not.toBe(serves);
        expect(newest ?? "").not.toContain("-");
      }),
    );
  });
});

test("the stage goes back, and people hear what does not", () => {
  expect(plan("bad111", "bad111 good11")).toMatchObject({
    command: "rollback",
    result: "rolled-back",
    serves: "bad111",
    deployment: { kind: "existing", id: "good11" },
    steps: [
      {
        kind: "update-stage",
        from: "bad111",
        deployment: { id: "good11" },
        because: "the stage serves deployment bad111; it will serve deployment good11 of commit c0ffee1 again",
      },
    ],
    warnings: [
      expect.stringContaining("draft is now ahead of stage prod"),
      expect.stringMatching(/settings .* stay as they are.*settings file of that commit and deployment-id good11/),
    ],
  });
});

test("a stage of ours remembers that it went back, and from what", () => {
  const entries = historyOf("bad111 good11").entries.map(({ deploymentId, at, rolledBack }) => ({
    deploymentId,
    at,
    rolledBack,
  }));
  const tags = {
    ...historyTag(entries, address),
    ...ownerTags({ repositoryId: "42", pullRequest: undefined }, address),
  };
  const found = rollbackFinds({ stages: [stage("bad111", { tags })], deployments: [aDeployment("good11")] });
  expect(planRollback(aRollback(), found)).toMatchObject({
    steps: [
      { kind: "update-stage" },
      {
        kind: "keep-history",
        before: entries,
        deployment: { kind: "existing", id: "good11" },
        previous: { kind: "existing", id: "bad111" },
        rollback: true,
        seenByCallers: false,
      },
    ],
  });
});

describe("settings that are given along", () => {
  const tracing = { value: true, source: "settings" };
  const payload = { logging: { payload: { value: true, source: "settings" } } };
  const found = rollbackFinds({
    stages: [stage("bad111", { tags: historyTag(historyOf("bad111 good11").entries, address) })],
    deployments: [aDeployment("good11")],
  });

  test("are applied with the pointer, and only the others stay as they are", () => {
    expect(planRollback(aRollback({ settings: { tracing } }), found)).toMatchObject({
      steps: [{ kind: "update-stage", writes: [{ kind: "attribute", member: "tracingEnabled", value: "true" }] }],
      settings: [{ setting: "tracing", to: "true" }],
      warnings: [
        expect.stringContaining("draft is now ahead"),
        expect.stringMatching(/^Stage settings that were not given .* stay as they are/),
      ],
    });
  });

  test("are checked as those of a deployment are: payload logging in production is warned of", () => {
    expect(planRollback(aRollback({ settings: payload, environment: "production" }), found)).toMatchObject({
      result: "rolled-back",
      warnings: [expect.stringContaining("logging.payload"), expect.any(String), expect.any(String)],
    });
  });

  test("that cannot be applied are refused", () => {
    const request = aRollback({ settings: { logging: { level: { value: "INFO", source: "settings" } } } });
    expect(planRollback(request, { ...found, cloudWatchRole: "absent" })).toMatchObject({
      refused: "INVALID_SETTINGS",
    });
  });
});

test("an explicit deployment is taken, and one that the stage never served is named so", () => {
  expect(plan("bad111", "bad111 good11 oldest", "oldest")).toMatchObject({ deployment: { id: "oldest" } });
  expect(plan("bad111", "bad111", "other1", ["other1"])).toMatchObject({
    result: "rolled-back",
    warnings: [
      "Nothing shows that stage prod ever served deployment other1; deployment-id asks for it.",
      expect.any(String),
      expect.any(String),
    ],
  });
});

test("the deployment that is served already needs nothing", () => {
  expect(plan("good11", "good11 older1", "good11")).toMatchObject({ result: "unchanged", steps: [], warnings: [] });
});

describe("refused is", () => {
  test.each<[string, ReturnType<typeof plan>, string, RegExp]>([
    [
      "an explicit deployment that is gone",
      plan("bad111", "bad111 -worse1 good11 worse1 !gone11", "gone11"),
      "UNKNOWN_DEPLOYMENT",
      /newest first, and they still exist: worse1 \(rolled back from\), good11\./,
    ],
    [
      "a previous one that is gone, although an older one is there",
      plan("bad111", "bad111 !gone11 older1"),
      "UNKNOWN_DEPLOYMENT",
      /older1/,
    ],
    ["a stage without a past", plan("bad111", ""), "NOTHING_TO_ROLL_BACK_TO", /aws apigateway get-deployments/],
  ])("%s", (_case, decision, refused, remedy) => {
    expect(decision).toMatchObject({ refused, remedy: expect.stringMatching(remedy) });
  });

  test("a stage that does not exist, and one with a canary", () => {
    expect(planRollback(aRollback(), rollbackFinds())).toMatchObject({ refused: "STAGE_UNKNOWN" });
    const canary = { deploymentId: "new111", percentTraffic: 10, overrides: {}, useStageCache: false };
    const stages = [stage("old111", { canary })];
    expect(planRollback(aRollback(), rollbackFinds({ stages }))).toMatchObject({
      refused: "STAGE_HAS_CANARY",
      remedy: expect.stringContaining("abort it: all traffic then goes to deployment old111"),
    });
  });

  test("with what the stage served beside it, which helps to choose", () => {
    expect(plan("bad111", "bad111 !gone11 older1")).toMatchObject({
      history: { source: "tag", entries: [{}, { deploymentId: "gone11", exists: false }, {}] },
    });
  });
});
