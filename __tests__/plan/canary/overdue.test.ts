import { describe, expect, test } from "@jest/globals";
import { DEFAULT_POLICY } from "../../../src/inputs/canary/policy.ts";
import type { CanaryRequest } from "../../../src/inputs/request.ts";
import { planCanary } from "../../../src/plan/canary/change.ts";
import { planDeploy } from "../../../src/plan/deploy.ts";
import type { Plan, Refusal } from "../../../src/plan/plan.ts";
import { planPromote } from "../../../src/plan/promote.ts";
import { planRollback } from "../../../src/plan/rollback.ts";
import { planSweep } from "../../../src/plan/sweep.ts";
import { targetChanged } from "../../../src/plan/target-changed.ts";
import {
  aCanaryRequest,
  aPromotion,
  aRequest,
  aRollback,
  aStage,
  aSweep,
  canaryFinds,
  observedWith,
  promotionFinds,
  rollbackFinds,
  sweepFinds,
} from "../../requests.ts";
import { aCanary, anIntent, NOW, prod } from "./canaries.ts";

const overdue = anIntent({ until: NOW - 1000 });

const rows = {
  ours: prod(aCanary(), anIntent()),
  foreign: prod(aCanary(), undefined),
  overdue: prod(aCanary(), overdue),
  "overdue and shifted by hand": prod(aCanary({ percentTraffic: 25 }), overdue),
  "overdue and re-pointed": prod(aCanary({ deploymentId: "other3" }), overdue),
  "overdue, of another repository": prod(aCanary(), { ...overdue, repositoryId: "43" }),
  "overdue and to be held": prod(aCanary(), { ...overdue, atEnd: "hold" }),
} as const;

type Row = keyof typeof rows;

const decide = (row: Row, changes: Partial<CanaryRequest>): string => {
  const plan = planCanary(aCanaryRequest(changes), canaryFinds({ stages: [rows[row]] }));
  return "refused" in plan ? plan.refused : [plan.result, ...plan.steps.map(({ kind }) => kind)].join(" ");
};

const COMPLETED = "canary-completed promote-canary remove-canary keep-history mark-canary";
const ABORTED = "canary-aborted remove-canary mark-canary";

describe("a canary whose deadline has passed", () => {
  const commands = ["deploy", "promote", "rollback"] as const;
  const others: Readonly<Record<(typeof commands)[number], (row: Row, percent?: number) => Plan | Refusal>> = {
    deploy: (row, percent) =>
      planDeploy(
        aRequest({ stageName: "prod", previewOf: undefined, canary: startAt(percent) }),
        observedWith({ stages: [rows[row]], now: NOW }),
      ),
    promote: (row, percent) =>
      planPromote(
        aPromotion({ canary: startAt(percent) }),
        promotionFinds({ stages: [rows[row], aStage({ name: "test", deploymentId: "test9" })], now: NOW }),
      ),
    rollback: (row) =>
      planRollback(
        aRollback({ deploymentId: "back8" }),
        rollbackFinds({
          stages: [rows[row]],
          now: NOW,
          deployments: [{ id: "back8", description: "", createdAt: 1 }],
        }),
      ),
  };
  const startAt = (percent: number | undefined) =>
    percent === undefined ? undefined : { percent, policy: DEFAULT_POLICY };
  const told = (plan: Plan | Refusal): string =>
    "refused" in plan ? plan.refused : plan.steps.map(({ kind }) => kind).join(" ");

  test.each<[Row, Partial<CanaryRequest>, string]>([
    ["overdue", { percent: undefined }, ABORTED],
    ["overdue", { percent: 50 }, ABORTED],
    ["overdue", { percent: 0 }, ABORTED],
    ["overdue", { percent: 100 }, COMPLETED],
    ["overdue and shifted by hand", { percent: undefined }, ABORTED],
    ["overdue and re-pointed", { percent: undefined }, "CANARY_CHANGED"],
    ["overdue, of another repository", { percent: undefined }, "CANARY_NOT_OURS"],
    ["overdue and to be held", { percent: undefined }, "canary-held"],
    ["overdue and to be held", { percent: 50 }, "canary-shifted shift-canary mark-canary"],
  ])("where it is %s, command: canary with %j: %s", (row, changes, expected) => {
    expect(decide(row, { percent: undefined, ...changes })).toBe(expected);
  });

  test("fails the run that wanted to go on, and is told of where it is held", () => {
    const failures = (
      [
        ["overdue", undefined],
        ["overdue", 50],
        ["overdue and to be held", undefined],
      ] as const
    ).map(([row, percent]) => {
      const plan = planCanary(aCanaryRequest({ percent }), canaryFinds({ stages: [rows[row]] }));
      return "refused" in plan ? plan.refused : plan.canary?.failure?.because;
    });
    expect(new Set(failures)).toEqual(new Set(["its deadline, 2027-01-15 07:59 UTC, has passed"]));
    const plan = planCanary(aCanaryRequest({ percent: 50 }), canaryFinds({ stages: [rows["overdue and to be held"]] }));
    expect("refused" in plan ? [] : plan.warnings.join()).toContain("stays because on-failure is hold");
  });

  test.each(commands)("%s aborts it, after what replaces it was made and before the stage is pointed", (command) => {
    const plan = others[command]("overdue");
    expect(told(plan)).toMatch(/^(create-deployment )?remove-canary mark-canary update-stage/);
    expect("refused" in plan ? [] : plan.notes.join()).toContain("It had to have ended by 2027-01-15 07:59 UTC");
    expect("refused" in plan ? undefined : plan.meant?.ending).toBe("new222");
    expect(told(others[command]("overdue and re-pointed"))).toBe("STAGE_HAS_CANARY");
    expect(told(others[command]("overdue, of another repository"))).toBe("STAGE_HAS_CANARY");
    expect(told(others[command]("overdue and to be held"))).toBe("STAGE_HAS_CANARY");
  });

  test.each(["deploy", "promote"] as const)("%s may start another in its place", (command) => {
    const plan = others[command]("overdue", 20);
    expect(told(plan)).toMatch(/^(create-deployment )?remove-canary mark-canary mark-canary start-canary$/);
    if ("refused" in plan) throw new Error(plan.refused);
    expect(plan.canary?.until).toBe(NOW + DEFAULT_POLICY.deadline);
    expect(targetChanged(plan, rows.overdue)).toBeUndefined();
    expect(targetChanged(plan, rows["overdue and re-pointed"])).toMatchObject({ refused: "STAGE_HAS_CANARY" });
  });

  test("a sweep aborts it, and looks once more right before; it tells of one that is held", () => {
    const swept = (row: Row) => planSweep(aSweep(), sweepFinds({ stages: [rows[row]], now: NOW }));
    expect(swept("overdue").steps).toMatchObject([
      { kind: "remove-canary", stageName: "prod", only: { deploymentId: "new222", tag: tagOf("overdue") } },
      { kind: "mark-canary", intent: undefined },
    ]);
    const left = ["ours", "overdue and re-pointed", "overdue, of another repository", "foreign"] as const;
    expect(left.flatMap((row) => swept(row).steps)).toEqual([]);
    expect(swept("overdue and to be held")).toMatchObject({
      steps: [],
      warnings: [expect.stringContaining("stays because on-failure is hold")],
    });
  });
  const tagOf = (row: Row): string => rows[row].tags["apigw-stage-action:canary"] ?? "";
});
