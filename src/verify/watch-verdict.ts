import { durationText } from "../domain/duration.ts";
import type { Finding, Health, Measured } from "../domain/health.ts";
import { countText, millisecondsText, percentText, requestsText } from "../domain/quantity-text.ts";
import { rateOf } from "./judge.ts";

/** What was seen of the stage's traffic, in whole minutes. */
export type Traffic =
  | {
      readonly kind: "seen";
      /** Milliseconds since 1970; `until` is not part of it. */
      readonly from: number;
      readonly until: number;
      readonly after: Measured;
      /** Of the same length of time before the stage was pointed; `undefined` where nothing was served then. */
      readonly before: Measured | undefined;
    }
  /** `because`: a whole sentence. `lasting`: looking again will not help. */
  | { readonly kind: "unknown"; readonly because: string; readonly lasting: boolean };

/** What a watch has found. */
export type WatchVerdict = {
  readonly health: Health;
  readonly findings: readonly Finding[];
  readonly traffic: Traffic;
  /** Milliseconds: how long it was looked at, of what was asked for. */
  readonly watched: number;
  readonly bakeTime: number;
};

/** The verdict in a sentence. */
export const watchSentence = ({
  health,
  watched,
  bakeTime,
}: Pick<WatchVerdict, "health" | "watched" | "bakeTime">): string => {
  const time = watched < bakeTime ? `${durationText(watched)} of ${durationText(bakeTime)}` : durationText(bakeTime);
  switch (health) {
    case "healthy":
      return `Watched for ${time}: nothing speaks against it.`;
    case "unhealthy":
      return `Watched for ${time}: it is unhealthy.`;
    case "not-proven":
      return `Watched for ${time}: it is not proven to be healthy.`;
  }
};

/** The traffic that was seen, in sentences. */
export const trafficSentence = (traffic: Traffic): string => {
  if (traffic.kind === "unknown") return `Traffic is not known. ${traffic.because}`;
  const { from, until, after, before } = traffic;
  const earlier = before === undefined ? "" : ` In the same time before: ${measuredText(before)}.`;
  return `Traffic from ${timeOf(from)} to ${timeOf(until)} UTC: ${measuredText(after)}.${earlier}`;
};

/** `12:03`. */
const timeOf = (at: number): string => new Date(at).toISOString().slice(11, 16);

const measuredText = (measured: Measured): string => {
  const { requests, serverErrors, clientErrors, latency } = measured;
  if (requests === 0) return "no request";
  const share = (count: number): string =>
    count === 0 ? "0" : `${countText(count)} (${percentText(rateOf({ requests, serverErrors: count }))})`;
  const time =
    latency === undefined
      ? ""
      : `, ${latency.statistic === "p95" ? "95th percentile" : "average"} ${millisecondsText(latency.milliseconds)}`;
  return `${requestsText(requests)}, server errors ${share(serverErrors)}, client errors ${share(clientErrors)}${time}`;
};
