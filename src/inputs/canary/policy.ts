import { type AlarmName, MOST_ALARMS } from "../../domain/alarm.ts";
import { type DurationUnit, parseDuration } from "../../domain/duration.ts";
import type { InputReader } from "../reader.ts";
import { type Declared, declaredIn, type Place, type StageWish } from "../settings/resolve.ts";
import { alarmNameOf } from "../watch.ts";

/** How a canary goes on, and what ends it (block `canary:` of the settings). Times are in milliseconds. */
export type CanaryPolicy = {
  /** Shares in per cent, ascending. */
  readonly steps: readonly number[];
  /** How long each step is watched. */
  readonly interval: number;
  /** The start of each step, which is not judged. */
  readonly warmUp: number;
  /** Requests to the canary without which nothing is proven. */
  readonly minRequests: number;
  /** From 0 to 1: of the canary's own requests, and above those of the base at the same time. */
  readonly maxErrorRate: number;
  readonly maxErrorIncrease: number;
  /** The canary's 95th percentile of latency over that of the base. */
  readonly maxP95Ratio: number;
  readonly alarms: readonly AlarmName[];
  /** Failed checks that a step may have. */
  readonly failureLimit: number;
  readonly notProven: "hold" | "abort";
  readonly onFailure: "abort" | "hold";
  /** After its start a canary must have ended within this time. */
  readonly deadline: number;
  readonly work: "step" | "all";
  readonly useStageCache: boolean;
};

/** With which share a canary is started, and how it is to go on. */
export type CanaryStart = { readonly percent: number; readonly policy: CanaryPolicy };

const MINUTE = 60_000;

/** Lines of access logs and points of metrics arrive within this time (Developer Guide: "minutes"). */
export const DELIVERY = 2 * MINUTE;
const SHORTEST_INTERVAL = 5 * MINUTE;

export const DEFAULT_POLICY: CanaryPolicy = {
  steps: [10, 50],
  interval: 10 * MINUTE,
  warmUp: 2 * MINUTE,
  minRequests: 200,
  maxErrorRate: 0.01,
  maxErrorIncrease: 0.005,
  maxP95Ratio: 1.5,
  alarms: [],
  failureLimit: 0,
  notProven: "hold",
  onFailure: "abort",
  deadline: 24 * 60 * MINUTE,
  work: "step",
  useStageCache: false,
};

/** What the settings declare, and the defaults of what they do not. What does not go together goes to the reader. */
export const readPolicy = (
  read: Pick<InputReader, "report" | "reportPlace">,
  settings: StageWish,
  alarms: readonly AlarmName[],
): CanaryPolicy => {
  const { canary: declared = {} } = settings;
  const { steps, work } = declared;
  for (const { message, place } of policyProblems(settings)) {
    if (place === undefined) read.report("settings", message);
    else read.reportPlace({ ...place, message });
  }
  return {
    steps: steps?.value ?? DEFAULT_POLICY.steps,
    interval: duration(declared.interval?.value, DEFAULT_POLICY.interval),
    warmUp: duration(declared["warm-up"]?.value, DEFAULT_POLICY.warmUp),
    minRequests: declared["min-requests"]?.value ?? DEFAULT_POLICY.minRequests,
    maxErrorRate: rate(declared["max-error-rate"]?.value, DEFAULT_POLICY.maxErrorRate),
    maxErrorIncrease: rate(declared["max-error-increase"]?.value, DEFAULT_POLICY.maxErrorIncrease),
    maxP95Ratio: declared["max-p95-ratio"]?.value ?? DEFAULT_POLICY.maxP95Ratio,
    alarms: allAlarms(read, alarms, declared.alarms?.value ?? []),
    failureLimit: declared["failure-limit"]?.value ?? DEFAULT_POLICY.failureLimit,
    notProven: declared["not-proven"]?.value ?? DEFAULT_POLICY.notProven,
    onFailure: declared["on-failure"]?.value ?? DEFAULT_POLICY.onFailure,
    deadline: duration(declared.deadline?.value, DEFAULT_POLICY.deadline),
    work: work?.value ?? DEFAULT_POLICY.work,
    useStageCache: declared["use-stage-cache"]?.value ?? DEFAULT_POLICY.useStageCache,
  };
};

/** What is wrong with a policy beyond each member's form. `place` is absent for the input `settings`. */
export const policyProblems = ({
  canary: { interval, "warm-up": warmUp, alarms } = {},
}: StageWish): readonly { readonly message: string; readonly place: Place | undefined }[] => {
  const watched = duration(interval?.value, DEFAULT_POLICY.interval);
  const unjudged = duration(warmUp?.value, DEFAULT_POLICY.warmUp);
  const [nearest] = [interval, warmUp].filter((one) => one !== undefined).sort(bySource);
  const found = [...foundIn("interval", interval), ...foundIn("warm-up", warmUp)];
  return [
    ...(watched < Math.max(SHORTEST_INTERVAL, unjudged + DELIVERY + MINUTE)
      ? [{ message: [INTERVAL_RULE, ...found].join(" "), place: nearest?.place }]
      : []),
    ...(alarms?.value.map(alarmNameOf).includes(undefined) ? [{ message: ALARMS_RULE, place: alarms.place }] : []),
  ];
};

/** The input comes first, and what holds for all stages last. */
const bySource = (one: Declared<string>, other: Declared<string>): number => rank(other) - rank(one);
const rank = ({ source }: Declared<string>): number => (source === "settings" ? 2 : source === "defaults" ? 0 : 1);

const foundIn = (name: string, declared: Declared<string> | undefined): readonly string[] =>
  declared === undefined ? [] : [`Here ${name} is ${declared.value} (${declaredIn(declared)}).`];

const INTERVAL_RULE =
  "canary.interval must be at least 5m, and 3m longer than canary.warm-up: logs arrive two minutes late, and a minute must be left to judge.";
const ALARMS_RULE = "Each of canary.alarms must be the name or the ARN of one CloudWatch alarm.";

const UNITS: readonly DurationUnit[] = ["m", "h", "d"];

const duration = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : (parseDuration(text, UNITS) ?? fallback);

const rate = (text: string | undefined, fallback: number): number =>
  text === undefined ? fallback : Number.parseFloat(text) / 100;

/** Those of the input `alarms` and of the settings. */
const allAlarms = (
  read: Pick<InputReader, "report">,
  given: readonly AlarmName[],
  declared: readonly string[],
): readonly AlarmName[] => {
  const all = [...given, ...declared.map(alarmNameOf).filter((one) => one !== undefined)];
  const different = all.filter(
    (one, index) => all.findIndex(({ name, arn }) => name === one.name && arn === one.arn) === index,
  );
  if (different.length > MOST_ALARMS) {
    read.report("settings", `alarms and canary.alarms name ${different.length}; at most ${MOST_ALARMS} are watched.`);
  }
  return different;
};

/** Which step a share is, from 1; 0 below the first. A share between two counts as the lower. */
export const stepOf = ({ steps }: Pick<CanaryPolicy, "steps">, percent: number): number =>
  steps.filter((share) => share <= percent).length;
