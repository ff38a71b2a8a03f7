import type { JudgedCanary } from "../../domain/canary.ts";
import type { Health, Measured } from "../../domain/health.ts";
import { countText, millisecondsText, percentText } from "../../domain/quantity-text.ts";
import { secondText } from "../../domain/time-text.ts";
import { list } from "./prose.ts";
import { MARKS } from "./watch.ts";

/** What a canary's step was judged by. Names of alarms and log groups are other people's: data. */

const VERDICTS: Readonly<Record<Health, string>> = {
  healthy: "This step of the canary is healthy.",
  unhealthy: "This step of the canary is unhealthy.",
  "not-proven": "It is not proven that this step of the canary is healthy.",
};

/** For a log that makes text inert: the verdict, a line a finding, what was counted, and what could not be seen. */
export const evidenceLines = ({ health, findings, measured }: JudgedCanary): readonly string[] => [
  VERDICTS[health],
  ...findings.map((finding) => `${MARKS[finding.health][0]}  ${finding.says}`),
  ...countedLines(measured),
];

const countedLines = (measured: JudgedCanary["measured"]): readonly string[] => {
  const { source, from, until, canary, base, gaps } = measured;
  // Then the gaps are what the judge found.
  if (source === undefined) return [];
  return [
    `Counted from ${secondText(from)} to ${secondText(until)} in ${source}.`,
    ...(canary === undefined ? [] : [`Canary: ${sideText(canary)}.`]),
    ...(base === undefined ? [] : [`Base: ${sideText(base)}.`]),
    ...gaps,
  ];
};

const sideText = (side: Measured): string => {
  const { requests, serverErrors, clientErrors, latency } = side;
  const rate = requests === 0 ? "" : ` (${percentText(serverErrors / requests)})`;
  const time = latency === undefined ? "" : `, ${latency.statistic} ${millisecondsText(latency.milliseconds)}`;
  return `${countText(requests)} requests, ${countText(serverErrors)} server errors${rate}, ${countText(clientErrors)} client errors${time}`;
};

/** The same as Markdown. */
export const evidenceSection = ({ health, findings, measured }: JudgedCanary): string =>
  [
    `**Evidence.** ${VERDICTS[health]}`,
    list([...findings.map((finding) => `${MARKS[finding.health][1]} ${finding.says}`), ...countedLines(measured)]),
  ].join("\n\n");
