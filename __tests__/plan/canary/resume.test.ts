import { describe, expect, test } from "@jest/globals";
import type { Health } from "../../../src/domain/health.ts";
import { type CanaryPolicy, DEFAULT_POLICY } from "../../../src/inputs/canary/policy.ts";
import { planCanary } from "../../../src/plan/canary/change.ts";
import type { Plan, Refusal } from "../../../src/plan/plan.ts";
import { aCanaryRequest, canaryFinds } from "../../requests.ts";
import { aCanary, anIntent, NOW, prod } from "./canaries.ts";

const MINUTE = 60_000;

type Step = {
  readonly health?: Health;
  /** Minutes since the share was set. */
  readonly age?: number;
  readonly percent?: number;
  readonly failed?: number;
  readonly policy?: Partial<CanaryPolicy>;
};

const measured = { from: 0, until: 0, source: undefined, canary: undefined, base: undefined, gaps: [] };

const resume = ({ health = "healthy", age = 10, percent = 10, failed = 0, policy = {} }: Step): Plan | Refusal =>
  planCanary(
    aCanaryRequest({ percent: undefined, policy: { ...DEFAULT_POLICY, ...policy } }),
    canaryFinds({
      stages: [prod(aCanary({ percentTraffic: percent }), anIntent({ percent, since: NOW - age * MINUTE, failed }))],
      judged: { health, findings: [], measured },
    }),
  );

const told = (plan: Plan | Refusal): string =>
  "refused" in plan
    ? plan.refused
    : [plan.result, ...plan.steps.map(({ kind }) => kind), plan.canary?.failure?.code ?? ""].join(" ").trim();

const COMPLETED = "canary-completed promote-canary remove-canary keep-history mark-canary";
const ABORTED = "canary-aborted remove-canary mark-canary";
const SHIFTED = "canary-shifted shift-canary mark-canary";

describe("a canary of ours goes on", () => {
  test.each<[Step, string]>([
    [{}, SHIFTED],
    [{ percent: 50 }, COMPLETED],
    [{ percent: 25 }, SHIFTED],
    [{ age: 9 }, "canary-held"],
    [{ health: "not-proven", age: 9 }, "canary-held"],
    [{ health: "not-proven" }, "canary-held"],
    [{ health: "not-proven", percent: 50 }, "canary-held"],
    [{ health: "not-proven", policy: { notProven: "abort" } }, `${ABORTED} CANARY_NOT_PROVEN`],
    [{ health: "not-proven", age: 9, policy: { notProven: "abort" } }, "canary-held"],
    [{ health: "unhealthy", age: 1 }, `${ABORTED} CANARY_UNHEALTHY`],
    [{ health: "unhealthy" }, `${ABORTED} CANARY_UNHEALTHY`],
    [{ health: "unhealthy", policy: { onFailure: "hold" } }, "canary-held CANARY_UNHEALTHY"],
    [{ health: "unhealthy", policy: { failureLimit: 1 } }, "canary-held mark-canary"],
    [{ health: "unhealthy", failed: 1, policy: { failureLimit: 1 } }, `${ABORTED} CANARY_UNHEALTHY`],
    [{ policy: { steps: [10, 20, 100] } }, SHIFTED],
    [{ percent: 100, policy: { steps: [10, 100] } }, COMPLETED],
  ])("with %j: %s", (step, expected) => {
    expect(told(resume(step))).toBe(expected);
  });

  test("tells when the next step is due, and whether a run may wait for that", () => {
    const next = (step: Step) => {
      const plan = resume(step);
      return "refused" in plan ? undefined : [plan.canary?.checkAt, plan.canary?.goesOn];
    };
    expect(next({ age: 4 })).toEqual([NOW + 6 * MINUTE, true]);
    expect(next({})).toEqual([NOW + 10 * MINUTE, true]);
    expect(next({ health: "not-proven" })).toEqual([undefined, false]);
    expect(next({ health: "unhealthy", policy: { failureLimit: 1 } })).toEqual([NOW + 10 * MINUTE, true]);
    expect(next({ health: "unhealthy" })).toEqual([undefined, undefined]);
  });

  test("a failed check that is allowed is counted, and its step begins anew", () => {
    expect(resume({ health: "unhealthy", failed: 1, policy: { failureLimit: 2 } })).toMatchObject({
      steps: [{ kind: "mark-canary", intent: { failed: 2, percent: 10, since: "now" } }],
      notes: [expect.stringContaining("2 failed checks are allowed (this is number 2)")],
    });
  });

  test("a share that was set by hand is watched anew, whatever was seen", () => {
    const stage = prod(aCanary({ percentTraffic: 25 }), anIntent({ since: NOW - 60 * MINUTE, failed: 1 }));
    const plan = planCanary(
      aCanaryRequest({ percent: undefined }),
      canaryFinds({ stages: [stage], judged: undefined }),
    );
    expect(plan).toMatchObject({
      result: "canary-held",
      steps: [{ kind: "mark-canary", intent: { percent: 25, step: 1, since: "now", failed: 0 } }],
      notes: [expect.stringContaining("its share is 25 % and not the 10 % that was set")],
    });
  });

  test("one of others, or on another deployment, is refused", () => {
    const asked = (...stage: Parameters<typeof prod>) =>
      told(planCanary(aCanaryRequest({ percent: undefined }), canaryFinds({ stages: [prod(...stage)] })));
    expect(asked(aCanary(), undefined)).toBe("CANARY_NOT_OURS");
    expect(asked(aCanary(), anIntent({ repositoryId: "43" }))).toBe("CANARY_NOT_OURS");
    expect(asked(aCanary({ deploymentId: "other3" }), anIntent())).toBe("CANARY_CHANGED");
    expect(asked(aCanary(), anIntent(), { deploymentId: "moved4" })).toBe("CANARY_CHANGED");
  });
});
