import { stepOf } from "../../inputs/canary/policy.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { CanaryObserved } from "../../observe/observed.ts";
import type { Plan, PlannedCanary } from "../plan.ts";
import { aborted, completed, shifted } from "./moves.ts";
import { deadlinePassed, type Overdue } from "./overdue.ts";
import { intentOf, type There } from "./there.ts";

/**
 * A canary of ours goes on: its step is judged, and one step is taken. What is not proven never goes on (I8), and what
 * has failed or is over its deadline ends, or stays for a person where the policy says hold.
 */
export const resumed = (
  request: CanaryRequest,
  there: There & { readonly overdue: Overdue | undefined },
  observed: CanaryObserved,
  common: Plan,
): Plan => {
  const { policy } = request;
  const { intent, canary, now, overdue } = there;
  const plan: Plan = { ...common, canary: common.canary && { ...common.canary, judged: observed.judged } };
  if (overdue !== undefined) return pastDeadline(there, overdue, plan);
  if (there.kind === "shifted") return restarted(request, there, plan);
  const { since = now, failed = 0 } = intent ?? {};
  const due = since + policy.interval;
  const health = observed.judged?.health ?? "not-proven";
  if (health === "unhealthy") {
    return failed >= policy.failureLimit
      ? ended(there, plan, policy.onFailure, { code: "CANARY_UNHEALTHY", because: "it is unhealthy" })
      : tolerated(request, there, plan, failed + 1);
  }
  if (now < due) return held(plan, { because: "its step is still being watched", checkAt: due, goesOn: true });
  if (health === "not-proven") {
    return policy.notProven === "abort"
      ? ended(there, plan, "abort", { code: "CANARY_NOT_PROVEN", because: "its health is not proven" })
      : held(plan, { because: "its health is not proven", checkAt: undefined, goesOn: false });
  }
  const next = policy.steps.find((share) => share > canary.percentTraffic);
  if (next === undefined) return completed(request, there, observed, plan);
  const onward = shifted(request, there, next, plan);
  return { ...onward, canary: onward.canary && { ...onward.canary, checkAt: now + policy.interval, goesOn: true } };
};

/** What becomes of a canary whose deadline has passed. */
export const pastDeadline = (there: There, { intent }: Overdue, plan: Plan): Plan =>
  ended(there, plan, intent.atEnd, { code: "CANARY_OVERDUE", because: deadlinePassed(intent) });

/** The stage is the truth: the share that it has is watched from now on. */
const restarted = (request: CanaryRequest, there: There, plan: Plan): Plan => {
  const { percentTraffic: percent } = there.canary;
  const step = stepOf(request.policy, percent);
  const mark = intentOf(request, there, { percent, step, since: "now", failed: 0 });
  const checkAt = there.now + request.policy.interval;
  const because = `its share is ${percent} % and not the ${there.intent?.percent} % that was set: it is watched anew`;
  return { ...held(plan, { because, checkAt, goesOn: true }), steps: [mark] };
};

const tolerated = (request: CanaryRequest, there: There, plan: Plan, failed: number): Plan => {
  const { policy } = request;
  const { percentTraffic: percent } = there.canary;
  const { step = 0 } = there.intent ?? {};
  // What went wrong in the part that was judged must not be counted once more.
  const mark = intentOf(request, there, { percent, step, since: "now", failed });
  const because = `a check has failed, and ${policy.failureLimit} failed checks are allowed (this is number ${failed}): the step is watched anew`;
  return { ...held(plan, { because, checkAt: there.now + policy.interval, goesOn: true }), steps: [mark] };
};

const ended = (
  there: There,
  plan: Plan,
  how: "abort" | "hold",
  failure: NonNullable<PlannedCanary["failure"]>,
): Plan => {
  const { because } = failure;
  const failed: Plan = { ...plan, canary: plan.canary && { ...plan.canary, failure } };
  return how === "abort"
    ? aborted(there, failed, because)
    : held(failed, { because, checkAt: undefined, goesOn: false });
};

type Holding = { readonly because: string; readonly checkAt: number | undefined; readonly goesOn: boolean };

const held = (plan: Plan, { because, checkAt, goesOn }: Holding): Plan => ({
  ...plan,
  result: "canary-held",
  unchangedBecause: because,
  canary: plan.canary && { ...plan.canary, does: "hold", checkAt, goesOn },
  notes: [`The canary stays as it is: ${because}.`],
});
