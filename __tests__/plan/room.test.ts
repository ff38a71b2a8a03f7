import { describe, expect, test } from "@jest/globals";
import { ownerTags } from "../../src/domain/owner.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import type { DeployObserved } from "../../src/observe/observed.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { isRefusal, type Plan, type Refusal } from "../../src/plan/plan.ts";
import { ageText, type SlotQuestion, slotDecision } from "../../src/plan/room.ts";
import type { Step } from "../../src/plan/step.ts";
import fc from "../property.ts";
import { aRequest, aStage, forProd, observedWith } from "../requests.ts";

const DAY = 86_400_000;
const now = 1_800_000_000_000;
const preview = (number: number, ageInDays: number | undefined, repositoryId = "42") => {
  const name = `pr-${number}`;
  const tags = ownerTags({ repositoryId, pullRequest: number }, { restApiId: "a1b2c3d4e5", stageName: name });
  return aStage({ name, tags, createdAt: ageInDays === undefined ? undefined : now - ageInDays * DAY });
};
const prod = aStage({ name: "prod", tags: {}, createdAt: now - 900 * DAY });

const slot = (changes: Partial<SlotQuestion> = {}) =>
  slotDecision({
    restApiId: "a1b2c3d4e5",
    stageName: "pr-7",
    repositoryId: "42",
    stages: [prod, preview(1, 3), preview(2, 9), preview(3, 20, "99")],
    limit: { of: "stages", most: 4 },
    inUse: new Set(),
    onLimit: "fail",
    now,
    ...changes,
  });

describe("room for one more stage", () => {
  test.each([
    ["below the quota", { limit: { of: "stages", most: 5 } }, "proceed"],
    ["at the quota", {}, "fail"],
    ["at the quota, the stage exists", { stageName: "pr-1" }, "proceed"],
    ["at the quota, skip", { onLimit: "skip" }, "skip"],
    ["at the quota, evict", { onLimit: "evict-oldest" }, "evict"],
    ["previews below the limit", { limit: { of: "previews", most: 4 } }, "proceed"],
    ["previews at the limit", { limit: { of: "previews", most: 3 } }, "fail"],
    ["nothing of ours to evict", { onLimit: "evict-oldest", repositoryId: "7" }, "fail"],
  ] as const)("%s", (_, changes, expected) => {
    expect(slot(changes).slot).toBe(expected);
  });

  test("a failure names the holders, their pull requests and ages, and how to raise the quota", () => {
    expect(slot()).toMatchObject({
      refused: "STAGE_QUOTA",
      happened: [
        "API a1b2c3d4e5 has 4 stages, and API Gateway allows no more. They are:",
        "  prod: not made by this action, 900 days old",
        "  pr-1: preview of pull request #1 of this repository, 3 days old",
        "  pr-2: preview of pull request #2 of this repository, 9 days old",
        "  pr-3: preview of pull request #3 of repository 99, 20 days old",
      ].join("\n"),
      remedy: expect.stringContaining("Stages per API"),
    });
    expect(slot({ limit: { of: "previews", most: 1 } })).toMatchObject({
      happened: expect.not.stringContaining("prod"),
      remedy: expect.stringContaining("preview-limit"),
    });
  });

  test("the oldest of ours makes room, as many as it takes", () => {
    const names = (most: number) => {
      const decision = slot({ onLimit: "evict-oldest", limit: { of: "stages", most } });
      return decision.slot === "evict" ? decision.stages.map(({ name }) => name) : decision.slot;
    };
    expect(names(4)).toEqual(["pr-2"]);
    expect(names(3)).toEqual(["pr-2", "pr-1"]);
    expect(names(2)).toBe("fail");
  });

  test("what something else names stays, and the next oldest goes", () => {
    const question = { onLimit: "evict-oldest", inUse: new Set(["pr-2"]) } as const;
    expect(slot(question)).toMatchObject({ slot: "evict", stages: [{ name: "pr-1" }] });
    expect(slot({ ...question, limit: { of: "stages", most: 3 } }).slot).toBe("fail");
  });

  test("I3: only previews proven ours and of known age are evicted, and enough of them", () => {
    const stages = fc.uniqueArray(
      fc.record({
        number: fc.integer({ min: 1, max: 40 }),
        age: fc.option(fc.integer({ min: 0, max: 50 }), { nil: undefined }),
        repository: fc.constantFrom("42", "99"),
        copied: fc.boolean(),
      }),
      { selector: ({ number }) => number, maxLength: 14 },
    );
    fc.assert(
      fc.property(stages, fc.integer({ min: 1, max: 12 }), (seeds, most) => {
        const all = seeds.map(({ number, age, repository, copied }) => {
          const stage = preview(number, age, repository);
          return copied ? { ...stage, tags: preview(number + 100, age, repository).tags } : stage;
        });
        const limit = { of: "stages", most } as const;
        const decision = slot({ stages: all, stageName: "pr-99", onLimit: "evict-oldest", limit });
        if (decision.slot !== "evict") return;
        expect(all.length - decision.stages.length).toBeLessThan(most);
        for (const { name, createdAt } of decision.stages) {
          expect(createdAt).toBeDefined();
          const seed = seeds.find(({ number }) => `pr-${number}` === name);
          expect(seed).toMatchObject({ repository: "42", copied: false });
        }
      }),
    );
  });
});

test.each([
  [undefined, "of unknown age"],
  [now, "less than an hour old"],
  [now + 5000, "less than an hour old"],
  [now - 3_600_000, "1 hour old"],
  [now - 47 * 3_600_000, "47 hours old"],
  [now - 2 * DAY, "2 days old"],
])("the age of %p", (createdAt, expected) => {
  expect(ageText(createdAt, now)).toBe(expected);
});

describe("the room in a plan", () => {
  const plan = (changes: Partial<DeployRequest["slots"]> & Partial<DeployObserved> = {}) => {
    const { limit, onLimit = "evict-oldest", ...found } = changes;
    const stages = [prod, preview(1, 3), preview(2, 9), preview(3, 20, "99")];
    return planDeploy(aRequest({ slots: { limit, onLimit } }), observedWith({ now, stages, ...found }));
  };
  const steps = (decision: Plan | Refusal): readonly Step[] => (isRefusal(decision) ? [] : decision.steps);
  const lines = (decision: Plan | Refusal) =>
    steps(decision).map((step) => (step.kind === "delete-stage" ? `${step.kind} ${step.stageName}` : step.kind));
  const ifFull = (decision: Plan | Refusal) =>
    steps(decision).flatMap((step) => (step.kind === "create-stage" ? [step.ifFull] : []))[0];

  test("I13: an eviction comes after the new deployment is made and checked, and before the stage that needs the place", () => {
    expect(lines(plan({ limit: 3 }))).toEqual(["create-deployment", "delete-stage pr-2", "create-stage"]);
    expect(lines(plan({ limit: 2 }))).toEqual([
      "create-deployment",
      "delete-stage pr-2",
      "delete-stage pr-1",
      "create-stage",
    ]);
  });

  test("an eviction says whose stage it must still be, that callers notice, and why", () => {
    const decision = plan({ limit: 3 });
    expect(steps(decision)[1]).toMatchObject({
      stageName: "pr-2",
      owner: { repositoryId: "42", pullRequest: 2 },
      createdAt: now - 9 * DAY,
      because: "it is the oldest preview, and makes room",
      seenByCallers: true,
    });
    expect(decision).toMatchObject({ notes: [expect.stringContaining("preview-limit allows 3")] });
  });

  test("what could not be looked at about an evicted stage is a warning, about others it is not", () => {
    const unknown = (text: string) => ({ found: [], unknown: [text] });
    const users = new Map([
      ["pr-1", unknown("Not pr-1.")],
      ["pr-2", unknown("Not pr-2.")],
    ]);
    expect(plan({ limit: 3, users })).toMatchObject({ warnings: ["Not pr-2."] });
  });

  test("what something names stays, and the next oldest goes", () => {
    const users = new Map([
      ["pr-2", { found: [{ kind: "usage-plan", id: "u1", name: "Gold" }], unknown: [] }],
    ] as const);
    expect(lines(plan({ limit: 3, users }))).toContain("delete-stage pr-1");
  });

  test("with on-limit fail nothing is planned, with skip nothing is done", () => {
    expect(plan({ limit: 3, onLimit: "fail" })).toMatchObject({ refused: "STAGE_QUOTA" });
    expect(plan({ limit: 3, onLimit: "skip" })).toMatchObject({
      result: "skipped",
      steps: [],
      notes: [
        expect.stringContaining("Stage pr-7 waits for a slot"),
        expect.stringMatching(
          /^The stages are:\n {2}pr-1: preview of pull request #1 of this repository, 3 days old\n {2}.+\n {2}.+$/,
        ),
      ],
    });
  });

  test.each(["fail", "skip", "evict-oldest"] as const)(
    "with on-limit %s a preview that exists needs none",
    (onLimit) => {
      const stages = [prod, preview(1, 3), preview(7, 1)];
      expect(lines(plan({ limit: 1, onLimit, stages }))).toEqual(["create-deployment", "update-stage"]);
    },
  );

  describe("for the quota, which the service alone knows, is one alternative", () => {
    test("fail: the message is ready, with who holds the places", () => {
      expect(ifFull(plan({ onLimit: "fail" }))).toEqual({
        kind: "fail",
        happened: expect.stringContaining(
          "has 4 stages, and API Gateway allows no more. They are:\n  prod: not made by this action",
        ),
        remedy: expect.stringContaining("Stages per API"),
      });
    });

    test("skip: the run would wait", () => {
      expect(ifFull(plan({ onLimit: "skip" }))).toEqual({
        kind: "skip",
        notes: expect.arrayContaining([expect.stringContaining("waits for a slot")]),
      });
    });

    test("evict: the oldest of ours would go", () => {
      expect(ifFull(plan())).toMatchObject({ kind: "evict", steps: [{ kind: "delete-stage", stageName: "pr-2" }] });
    });

    test("evict, beside what preview-limit evicts already: the next oldest, not the same again", () => {
      const decision = plan({ limit: 3 });
      expect(lines(decision)).toContain("delete-stage pr-2");
      expect(ifFull(decision)).toMatchObject({ kind: "evict", steps: [{ stageName: "pr-1" }] });
    });

    test("evict, with nothing of ours to evict: fail", () => {
      expect(ifFull(plan({ stages: [prod, preview(3, 20, "99")] }))).toMatchObject({ kind: "fail" });
    });

    test("of a lasting stage is none: no preview goes for it", () => {
      const request = aRequest({ ...forProd, stageName: "test", slots: { limit: 1, onLimit: "evict-oldest" } });
      const decision = planDeploy(request, observedWith({ now, stages: [prod, preview(1, 3), preview(2, 9)] }));
      expect(lines(decision)).toEqual(["create-deployment", "create-stage", "keep-history"]);
      expect(ifFull(decision)).toBeUndefined();
    });
  });
});
