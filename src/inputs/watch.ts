import { type AlarmName, MOST_ALARMS } from "../domain/alarm.ts";
import { durationText, parseDuration } from "../domain/duration.ts";
import type { Limits } from "../domain/health.ts";
import { CHOICES } from "./choices.ts";
import type { InputReader } from "./reader.ts";

/** What is to be looked at after a stage was pointed, and for how long. */
export type WatchRules = {
  readonly alarms: readonly AlarmName[];
  /** Milliseconds; 0: nothing is watched after the stage was pointed. `undefined`: the workflow does not say. */
  readonly bakeTime: number | undefined;
  /** `undefined`: nothing that is measured has a limit. */
  readonly limits: Limits | undefined;
  /** The workflow's own number of requests below which nothing is proven. */
  readonly minRequests: number | undefined;
  readonly onNotProven: "warn" | "fail";
};

/** A job on GitHub's own runners may take 6 hours (GitHub docs, "Actions limits"). */
const LONGEST_BAKE = 5 * 3_600_000;

/** Requests below which a percentile is one request's time. */
const ENOUGH_FOR_LATENCY = 20;

/** Reads `alarms`, `bake-time`, `max-error-rate`, `max-latency`, `min-requests` and `on-not-proven`. */
export const readWatch = (read: InputReader): WatchRules => {
  const { alarms, bakeTime, errorRate, latency, minRequests, onNotProven } = readWatchForms(read);
  const limited = errorRate !== undefined || latency !== undefined;
  requireWatch(read, bakeTime);
  const limits = { errorRate, latency, minRequests: minRequests ?? enoughFor(errorRate, latency) };
  return { alarms, bakeTime, limits: limited ? limits : undefined, minRequests, onNotProven };
};

/** Each input by itself. */
export const readWatchForms = (read: InputReader) => ({
  alarms: readAlarms(read),
  bakeTime: readBakeTime(read),
  errorRate: readPercentage(read, "max-error-rate"),
  latency: readMilliseconds(read, "max-latency"),
  minRequests: read.positiveInteger("min-requests"),
  onNotProven: read.oneOf("on-not-proven", CHOICES["on-not-proven"], "warn"),
});

/** As many as it takes that a single error is not more than is allowed. */
const enoughFor = (errorRate: number | undefined, latency: number | undefined): number =>
  Math.max(
    errorRate === undefined || errorRate === 0 ? 1 : Math.ceil(1 / errorRate),
    latency === undefined ? 1 : ENOUGH_FOR_LATENCY,
  );

/** What only a watch can do needs one, and a watch needs something to look at. */
const requireWatch = (read: InputReader, bakeTime: number | undefined): void => {
  const wants = (input: string): boolean => read.text(input) !== undefined;
  const watches = ["alarms", "max-error-rate", "max-latency"].some(wants);
  const isOff = bakeTime === undefined && !wants("bake-time");
  for (const input of ["max-error-rate", "max-latency"].filter(wants)) {
    if (isOff) read.report(input, "It needs bake-time: how long requests are measured for, for example 10m.");
  }
  const needed = "There is nothing to watch: give alarms, max-error-rate or max-latency.";
  if (!watches && wants("min-requests")) read.report("min-requests", needed);
  if (!watches && (bakeTime ?? 0) > 0) read.report("bake-time", needed);
};

/** `undefined` for what is neither a name nor an ARN of an alarm. */
export const alarmNameOf = (text: string): AlarmName | undefined => {
  const isArn = text.startsWith("arn:");
  const name = isArn ? ARN.exec(text)?.groups?.["name"] : text;
  return name === undefined || name.length > 255 ? undefined : { name, arn: isArn ? text : undefined };
};

const ARN = /^arn:[a-z-]+:cloudwatch:[a-z0-9-]+:[0-9]{12}:alarm:(?<name>.+)$/;

/** One a line: a name may hold commas and blanks (CloudWatch API reference, PutMetricAlarm). */
export const readAlarms = (read: InputReader): readonly AlarmName[] => {
  const input = "alarms";
  const lines = (read.text(input) ?? "").split(/\r\n|\r|\n/).map((line) => line.trim());
  const names = new Map<string, AlarmName>();
  const wrong = new Set<string>();
  for (const line of lines.filter((text) => text !== "")) {
    const name = alarmNameOf(line);
    if (name === undefined) wrong.add(line);
    else names.set(line, name);
  }
  if (wrong.size > 0) {
    read.report(input, "Each line must be the name or the ARN of one CloudWatch alarm, for example orders-errors.");
  }
  if (names.size > MOST_ALARMS) {
    read.report(
      input,
      `There are ${names.size}; at most ${MOST_ALARMS} are watched. A composite alarm stands for many.`,
    );
  }
  return [...names.values()];
};

const readBakeTime = (read: InputReader): number | undefined => {
  const input = "bake-time";
  const text = read.text(input);
  if (text === undefined) return undefined;
  if (text === "0") return 0;
  const time = parseDuration(text, ["s", "m", "h"]);
  if (time === undefined) {
    read.report(input, "It must be a number of seconds, minutes or hours, for example 10m; 0 is off.");
  } else if (time > LONGEST_BAKE) {
    read.report(input, `It must be at most ${durationText(LONGEST_BAKE)}: a job ends after 6 hours.`);
  }
  return time;
};

/** From 0 to 1. The sign is asked for: 0.01 could be meant either way. */
const readPercentage = (read: InputReader, input: string): number | undefined => {
  const rule = "a percentage from 0% to 100% with its sign, for example 1% or 0.5%";
  const text = read.matching(input, /^(?:100|[0-9]{1,2}(?:\.[0-9]{1,4})?) ?%$/, rule);
  return text === undefined ? undefined : Number.parseFloat(text) / 100;
};

const readMilliseconds = (read: InputReader, input: string): number | undefined => {
  const text = read.matching(
    input,
    /^(?=.*[1-9])[0-9]{1,6}(?:\.[0-9]{1,3})?(?:ms|s)$/,
    "a time above zero with its unit, for example 800ms or 1.5s",
  );
  return text === undefined ? undefined : Number.parseFloat(text) * (text.endsWith("ms") ? 1 : 1000);
};
