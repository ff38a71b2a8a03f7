import { describe, expect, test } from "@jest/globals";
import { ownerTags } from "../../src/domain/owner.ts";
import type { Stage } from "../../src/domain/stage.ts";
import type { UsagePlan } from "../../src/domain/usage-plan.ts";
import { stageStep } from "../../src/plan/removal.ts";
import { decideJoins, leaveSteps, namingOf, plansInTag, plansTag } from "../../src/plan/usage-plans.ts";
import { aRequest, aStage } from "../requests.ts";

const restApiId = "a1b2c3d4e5";
const address = { restApiId, stageName: "pr-7" };
const plan = (id: string, ...stageNames: readonly string[]): UsagePlan => ({
  id,
  name: `Plan ${id}`,
  stages: stageNames.map((stageName) => ({ restApiId, stageName })),
});
const decide = (ids: readonly string[], stage: Stage | undefined, ...plans: readonly UsagePlan[]) =>
  decideJoins(
    aRequest({ settings: { "usage-plans": { value: [...ids], source: "stages.pr-*" } } }),
    stage,
    new Map(plans.map((one) => [one.id, one])),
  );
const ours = (ids: readonly string[] = []): Stage => aStage({ tags: { ...aStage().tags, ...plansTag(ids, address) } });

describe("the tag", () => {
  test("is read back for its own stage, and for no other", () => {
    const tag = plansTag(["abc123", "def456"], address);
    expect(plansInTag(tag, address)).toEqual(["abc123", "def456"]);
    expect(plansInTag(tag, { ...address, stageName: "pr-8" })).toEqual([]);
    expect(plansInTag({}, address)).toEqual([]);
  });

  test("holds ten ids of the longest kind in the 256 characters of a tag", () => {
    const ids = Array.from({ length: 11 }, (_, index) => `${index}`.padEnd(20, "x"));
    const tag = plansTag(ids, address);
    expect(plansInTag(tag, address).slice(0, 10)).toEqual(ids.slice(0, 10));
    expect(Object.values(tag)[0]?.length).toBeLessThanOrEqual(256);
  });
});

describe("what a stage joins", () => {
  test.each<[string, Stage | undefined, readonly UsagePlan[], string[], readonly string[] | undefined]>([
    ["a new one: all", undefined, [plan("abc123"), plan("def456")], ["abc123", "def456"], ["abc123", "def456"]],
    [
      "ours: what it is not in",
      ours(["abc123"]),
      [plan("abc123", "pr-7"), plan("def456")],
      ["def456"],
      ["abc123", "def456"],
    ],
    [
      "ours, in all of them",
      ours(["abc123", "def456"]),
      [plan("abc123", "pr-7"), plan("def456", "pr-7")],
      [],
      undefined,
    ],
    [
      "ours, keeping what it joined before",
      ours(["old999"]),
      [plan("abc123"), plan("def456")],
      ["abc123", "def456"],
      ["abc123", "def456", "old999"],
    ],
    ["of others (I3): nothing", aStage({ tags: {} }), [plan("abc123"), plan("def456")], [], undefined],
    [
      "of another repository: nothing",
      aStage({ tags: ownerTags({ repositoryId: "99", pullRequest: 7 }, address) }),
      [plan("abc123"), plan("def456")],
      [],
      undefined,
    ],
  ])("%s", (_, stage, plans, joins, tagged) => {
    const decision = decide(["abc123", "def456"], stage, ...plans);
    expect(decision.joins.map((step) => step.plan.id)).toEqual(joins);
    expect(decision.changes).toHaveLength(joins.length);
    expect(decision.tags).toEqual(tagged === undefined ? {} : plansTag(tagged, address));
    expect(decision.problems).toEqual([]);
  });

  test("a plan that does not exist is a problem", () => {
    expect(decide(["abc123"], undefined).problems).toEqual([
      expect.stringContaining("usage-plans names abc123 (stages.pr-*)"),
    ]);
  });

  test("an empty list declares nothing", () => {
    expect(decide([], undefined)).toMatchObject({ joins: [], tags: {} });
  });
});

describe("what a stage leaves", () => {
  const named = {
    found: ["abc123", "gold01"].map((id) => ({ kind: "usage-plan" as const, id, name: id })),
    unknown: [],
  };

  test("the plans of its tag; any other keeps it", () => {
    expect(namingOf(ours(["abc123"]), named, restApiId)).toMatchObject({
      leaves: [{ id: "abc123" }],
      keptBy: [{ id: "gold01" }],
    });
  });

  test("I3: nothing by a tag that was copied from another stage", () => {
    const copied = { ...aStage().tags, ...plansTag(["abc123"], { ...address, stageName: "pr-8" }) };
    expect(namingOf(aStage({ tags: copied }), named, restApiId).leaves).toEqual([]);
  });

  test("all stages of a plan in one step", () => {
    const owner = { repositoryId: "42", pullRequest: 7 };
    const leaver = (name: string, ...ids: readonly string[]) => ({
      ending: stageStep(aStage({ name }), owner, "over"),
      leaves: ids.map((id) => ({ id, name: id })),
    });
    const steps = leaveSteps([leaver("pr-7", "abc123", "def456"), leaver("pr-8", "abc123"), leaver("pr-9")]);
    expect(steps.map((step) => [step.plan.id, step.stages.map(({ stageName }) => stageName)])).toEqual([
      ["abc123", ["pr-7", "pr-8"]],
      ["def456", ["pr-7"]],
    ]);
  });
});
