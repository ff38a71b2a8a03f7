import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Stage } from "../../src/domain/stage.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import type { History, HistoryEntry } from "../../src/plan/history.ts";
import { planRollback, previousOf } from "../../src/plan/rollback.ts";
import { planSettings } from "../../src/plan/settings/plan-settings.ts";

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

const stage = (deploymentId: string, fields: Partial<Stage> = {}): Stage => ({
  name: "prod",
  deploymentId,
  canary: undefined,
  tags: {},
  settings: newStageSettings,
  createdAt: undefined,
  ...fields,
});

const noSettings = planSettings({ wanted: {}, current: newStageSettings, routes: undefined });

const plan = (serves: string, history: string, deploymentId?: string, extra: readonly string[] = []) => {
  const { entries } = historyOf(history);
  const there = [...entries.filter(({ exists }) => exists).map(({ deploymentId }) => deploymentId), ...extra];
  return planRollback(
    { restApiId: "a1b2c3d4e5", stageName: "prod", deploymentId },
    {
      stages: [stage(serves)],
      deployments: there.map((id) => ({ id, description: "", createdAt: 0 })),
      history: historyOf(history),
      settings: noSettings,
    },
  );
};

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
    const observed = { deployments: [], history: historyOf(""), settings: noSettings };
    const request = { restApiId: "a1b2c3d4e5", stageName: "prod", deploymentId: undefined };
    expect(planRollback(request, { ...observed, stages: [] })).toMatchObject({ refused: "STAGE_UNKNOWN" });
    const canary = { deploymentId: "new111", percentTraffic: 10, overridesVariables: false };
    expect(planRollback(request, { ...observed, stages: [stage("old111", { canary })] })).toMatchObject({
      refused: "STAGE_HAS_CANARY",
      remedy: expect.stringContaining("abort it: all traffic then goes to deployment old111"),
    });
  });
});
