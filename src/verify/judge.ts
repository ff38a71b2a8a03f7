import type { AlarmEvidence } from "../domain/alarm.ts";
import type { Finding, Health, Limits, Measured } from "../domain/health.ts";
import { countText, millisecondsText, percentText, requestsText } from "../domain/quantity-text.ts";
import { secondText } from "../domain/time-text.ts";

/**
 * The judge of what was seen of a release. Pure: the same evidence gets the same verdict. Each judgement is a finding
 * with its own words, and the worst of them is the verdict.
 */

const ORDER: readonly Health[] = ["unhealthy", "not-proven", "healthy"];

/** The worst of the findings; without any, nothing is proven. */
export const overall = (findings: readonly Pick<Finding, "health">[]): Health =>
  ORDER.find((health) => findings.some((finding) => finding.health === health)) ?? "not-proven";

/** An alarm that has gone off since counts, also where it has become quiet again; one that cannot tell proves nothing. */
export const judgeAlarm = ({ name, now, changes }: AlarmEvidence): Finding => {
  const alarm = changes.find(({ state }) => state === "ALARM");
  if (alarm !== undefined) {
    const after = now === undefined ? "it does not exist any more" : `it is ${now.state} now`;
    const over = now?.state === "ALARM" ? "" : `, and ${after}`;
    return {
      health: "unhealthy",
      says: `Alarm ${name} went to ALARM at ${secondText(alarm.at)}${over}.${because(alarm.reason)}`,
    };
  }
  if (now === undefined) return { health: "not-proven", says: `Alarm ${name} does not exist any more.` };
  if (now.state === "ALARM") {
    const says = `Alarm ${name} is in ALARM, and was so before the stage was pointed: it cannot tell.${because(now.reason)}`;
    return { health: "not-proven", says };
  }
  if (now.state === "INSUFFICIENT_DATA") {
    return { health: "not-proven", says: `Alarm ${name} has too little data.${because(now.reason)}` };
  }
  if (now.trouble !== undefined) {
    return { health: "not-proven", says: `Alarm ${name} is OK, but its evaluation has trouble (${now.trouble}).` };
  }
  return { health: "healthy", says: `Alarm ${name} stayed OK.` };
};

const because = (reason: string): string => (reason.trim() === "" ? "" : ` ${reason.trim()}`);

/**
 * Judges the part of the requests that failed. So many errors that they would be too many among `minRequests`, too, need
 * no further requests; with fewer requests than that, few errors prove nothing. `before`: the same, of what was served
 * before. What was as bad then says nothing against what is served now.
 */
export const judgeErrorRate = (measured: Measured, limits: Limits, before?: Measured): Finding | undefined => {
  const { errorRate, minRequests } = limits;
  if (errorRate === undefined) return undefined;
  const { requests, serverErrors } = measured;
  const told = `${countText(serverErrors)} of ${countText(requests)} requests ended in a server error (${percentText(rateOf(measured))})`;
  if (serverErrors / Math.max(requests, minRequests, 1) > errorRate) {
    if (before !== undefined && isEnough(before, limits) && rateOf(before) >= rateOf(measured)) {
      const says = `${told}; allowed is ${percentText(errorRate)}. It was no better before (${percentText(rateOf(before))}).`;
      return { health: "not-proven", says };
    }
    return { health: "unhealthy", says: `${told}; allowed is ${percentText(errorRate)}.` };
  }
  return isEnough(measured, limits)
    ? { health: "healthy", says: `${told}; allowed is ${percentText(errorRate)}.` }
    : { health: "not-proven", says: tooFew(measured, limits) };
};

/** Judges how long the requests took; with fewer than `minRequests` nothing is said of it. `before`: as for the errors. */
export const judgeLatency = (measured: Measured, limits: Limits, before?: Measured): Finding | undefined => {
  if (limits.latency === undefined) return undefined;
  if (!isEnough(measured, limits)) return { health: "not-proven", says: tooFew(measured, limits) };
  const { latency } = measured;
  if (latency === undefined) return { health: "not-proven", says: "Nothing tells how long the requests took." };
  const name = latency.statistic === "p95" ? "95 of 100 requests took at most" : "Requests took, on average,";
  const told = `${name} ${millisecondsText(latency.milliseconds)}; allowed is ${millisecondsText(limits.latency)}.`;
  if (latency.milliseconds <= limits.latency) return { health: "healthy", says: told };
  const earlier = before !== undefined && isEnough(before, limits) ? before.latency : undefined;
  return earlier?.statistic === latency.statistic && earlier.milliseconds >= latency.milliseconds
    ? { health: "not-proven", says: `${told} It was no better before (${millisecondsText(earlier.milliseconds)}).` }
    : { health: "unhealthy", says: told };
};

/** Judges by all that is limited. `before` is for the same length of time. */
export const judgeMeasured = (measured: Measured, limits: Limits, before?: Measured): readonly Finding[] => {
  const judged = [judgeErrorRate(measured, limits, before), judgeLatency(measured, limits, before)];
  const findings = judged.filter((finding) => finding !== undefined);
  // Both say it in the same words where there was too little.
  return findings.filter(({ says }, index) => findings.findIndex((finding) => finding.says === says) === index);
};

/** No request at all is never enough. */
export const isEnough = ({ requests }: Pick<Measured, "requests">, { minRequests }: Limits): boolean =>
  requests >= Math.max(minRequests, 1);

/** From 0 to 1; 0 where there was no request. */
export const rateOf = ({ requests, serverErrors }: Pick<Measured, "requests" | "serverErrors">): number =>
  requests === 0 ? 0 : serverErrors / requests;

export const tooFew = ({ requests }: Pick<Measured, "requests">, { minRequests }: Limits): string =>
  `${requests === 0 ? "No request was" : `Only ${requestsText(requests)} ${requests === 1 ? "was" : "were"}`} counted; to tell, it takes ${countText(Math.max(minRequests, 1))}.`;
