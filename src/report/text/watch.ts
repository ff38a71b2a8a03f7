import { durationText } from "../../domain/duration.ts";
import type { Finding, Limits } from "../../domain/health.ts";
import { millisecondsText, percentText, requestsText } from "../../domain/quantity-text.ts";
import type { WatchPlan } from "../../plan/watch-plan.ts";
import { trafficSentence, type WatchVerdict, watchSentence } from "../../verify/watch-verdict.ts";
import { inline, item } from "./prose.ts";

/** What is watched and what was seen, for the log and for Markdown. Names and reasons of alarms are other people's: data. */

/** What a plan will watch, a line; none where it watches nothing. */
export const watchPlanLines = (watch: WatchPlan | undefined): readonly string[] => {
  if (watch === undefined) return [];
  const names = [...new Set(watch.alarms.map(({ name }) => name))];
  const parts = [
    ...(names.length === 0 ? [] : [`${names.length === 1 ? "alarm" : "alarms"} ${names.join(", ")}`]),
    ...(watch.limits === undefined ? [] : limitTexts(watch.limits)),
  ];
  return [`Then watch it for ${durationText(watch.bakeTime)}: ${parts.join("; ")}.`];
};

const limitTexts = ({ errorRate, latency, minRequests }: Limits): readonly string[] => [
  ...(errorRate === undefined ? [] : [`server errors at most ${percentText(errorRate)}`]),
  ...(latency === undefined ? [] : [`latency at most ${millisecondsText(latency)}`]),
  `told by ${requestsText(minRequests)} or more`,
];

/** The record's description while a stage is watched; GitHub takes 140 characters. */
export const watchingDescription = (stageName: string, { bakeTime }: WatchPlan): string =>
  `Stage ${stageName} is live and watched for ${durationText(bakeTime)}`.slice(0, 140);

/** How the log and Markdown mark what speaks for, against or neither. */
export const MARKS: Readonly<Record<Finding["health"], readonly [log: string, sign: string]>> = {
  healthy: ["well", "✅"],
  unhealthy: ["UNHEALTHY", "❌"],
  "not-proven": ["NOT PROVEN", "❔"],
};

/** The verdict, a line a finding, and the traffic that was seen. For a log that makes text inert. */
export const watchLines = (verdict: WatchVerdict): readonly string[] => [
  watchSentence(verdict),
  ...verdict.findings.map(({ health, says }) => `${MARKS[health][0]}  ${says}`),
  trafficSentence(verdict.traffic),
];

/** The same as Markdown; nothing that an alarm says comes alive in it. */
export const watchSection = (verdict: WatchVerdict): string =>
  [
    `**Watch.** ${inline(watchSentence(verdict))}`,
    [
      ...verdict.findings.map(({ health, says }) => `- ${MARKS[health][1]} ${item(says)}`),
      `- ${item(trafficSentence(verdict.traffic))}`,
    ].join("\n"),
  ].join("\n\n");
