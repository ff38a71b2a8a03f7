import type { AlarmEvidence } from "../domain/alarm.ts";
import type { CanaryMeasured, JudgedCanary } from "../domain/canary.ts";
import type { Finding, Measured } from "../domain/health.ts";
import { millisecondsText, percentText } from "../domain/quantity-text.ts";
import type { CanaryPolicy } from "../inputs/canary/policy.ts";
import { isEnough, judgeAlarm, judgeErrorRate, overall, rateOf } from "./judge.ts";
import { type SmokeVerdict, verdictSentence } from "./verdict.ts";

/** All that was seen of a step. */
export type CanaryEvidence = {
  readonly measured: CanaryMeasured;
  readonly alarms: readonly AlarmEvidence[];
  /** Alarms that could not be read, in whole sentences. */
  readonly alarmGaps: readonly string[];
  readonly smoke: SmokeVerdict | undefined;
};

export type CanaryLimits = Pick<CanaryPolicy, "minRequests" | "maxErrorRate" | "maxErrorIncrease" | "maxP95Ratio">;

/** The judge of a canary's step. Pure: the same evidence gets the same verdict, and no data is not proven (I8). */
export const judgeCanary = (limits: CanaryLimits, evidence: CanaryEvidence): JudgedCanary => {
  const { measured, alarms, alarmGaps, smoke } = evidence;
  const findings = [
    ...alarms.map(judgeAlarm),
    ...alarmGaps.map((says): Finding => ({ health: "not-proven", says })),
    ...(smoke === undefined ? [] : [judgeSmoke(smoke)]),
    ...judgeRequests(limits, measured),
  ];
  return { health: overall(findings), findings, measured };
};

const judgeSmoke = (smoke: SmokeVerdict): Finding => ({
  health: smoke.kind === "unreachable" ? "not-proven" : smoke.kind,
  says: verdictSentence(smoke),
});

const judgeRequests = (limits: CanaryLimits, { canary, base, gaps }: CanaryMeasured): readonly Finding[] => {
  if (canary === undefined) {
    const says = gaps.length === 0 ? "Nothing was counted of the canary's requests." : gaps.join(" ");
    return [{ health: "not-proven", says }];
  }
  const { minRequests, maxErrorRate } = limits;
  const own = judgeErrorRate(canary, { errorRate: maxErrorRate, latency: undefined, minRequests });
  const compared = base === undefined ? undefined : compareErrors(limits, canary, base);
  const slower = base === undefined ? undefined : compareLatency(limits, canary, base);
  return [own, compared, slower].filter((finding) => finding !== undefined);
};

/** 99 %, one-sided. */
const CONFIDENT = 2.326;
/** Errors that each side must be expected to have for the normal approximation to hold. */
const EXPECTED = 5;

/**
 * Whether the canary fails more often than the base by more than is allowed, and surely: a one-sided two-proportion test.
 * With few errors only the absolute limit speaks.
 */
export const compareErrors = (
  { maxErrorIncrease, minRequests }: CanaryLimits,
  canary: Measured,
  base: Measured,
): Finding | undefined => {
  if (!isEnough(canary, { minRequests, errorRate: undefined, latency: undefined }) || base.requests === 0)
    return undefined;
  const pooled = (canary.serverErrors + base.serverErrors) / (canary.requests + base.requests);
  if (pooled * Math.min(canary.requests, base.requests) < EXPECTED) return undefined;
  const increase = rateOf(canary) - rateOf(base);
  const deviation = Math.sqrt(pooled * (1 - pooled) * (1 / canary.requests + 1 / base.requests));
  const sure = deviation === 0 ? increase > 0 : increase / deviation > CONFIDENT;
  const told = `The canary's error rate is ${percentText(rateOf(canary))}, the base's ${percentText(rateOf(base))}`;
  if (increase > maxErrorIncrease && sure) {
    const says = `${told}: more than the ${percentText(maxErrorIncrease)} above that are allowed, with a confidence of 99%.`;
    return { health: "unhealthy", says };
  }
  return { health: "healthy", says: `${told}; allowed is ${percentText(maxErrorIncrease)} above.` };
};

/** Requests below which a 95th percentile is noise. */
const ENOUGH_FOR_P95 = 200;

const compareLatency = ({ maxP95Ratio }: CanaryLimits, canary: Measured, base: Measured): Finding | undefined => {
  const [own, other] = [canary.latency, base.latency];
  if (own?.statistic !== "p95" || other?.statistic !== "p95" || other.milliseconds === 0) return undefined;
  if (Math.min(canary.requests, base.requests) < ENOUGH_FOR_P95) return undefined;
  const ratio = own.milliseconds / other.milliseconds;
  const told = `95 of 100 requests to the canary took at most ${millisecondsText(own.milliseconds)}, to the base ${millisecondsText(other.milliseconds)}`;
  return ratio > maxP95Ratio
    ? { health: "unhealthy", says: `${told}: more than ${maxP95Ratio} times as long.` }
    : { health: "healthy", says: `${told}; allowed is ${maxP95Ratio} times as long.` };
};
