import { alarmsIn, holds, readAlarmRule } from "./alarm-rule.ts";
import { type StateChange, setState } from "./alarm-state.ts";
import { dimensionsFrom } from "./metrics.ts";
import type { Alarm, AlarmState, CloudWatchWorld } from "./model.ts";
import { namespace, type Sample, samplesOf } from "./series.ts";
import { dataPoints, statisticNamed } from "./statistics.ts";

const minute = 60_000;
const longestCatchUp = 24 * 60 * minute;

/**
 * Brings the alarms up to date: each minute that has begun since the last time, those that follow a metric are
 * evaluated with the data that could be read then, and after them those that follow a rule.
 */
export const evaluateAlarms = (world: CloudWatchWorld): void => {
  const now = world.clock.now();
  const last = Math.max(world.evaluatedUntil, now - longestCatchUp);
  world.evaluatedUntil = now;
  if (world.alarms.size === 0) return;
  for (let at = (Math.floor(last / minute) + 1) * minute; at <= now; at += minute) evaluateAt(world, at);
};

const evaluateAt = (world: CloudWatchWorld, at: number): void => {
  const then = { ...world, clock: { now: () => at } };
  const followers = [...world.alarms.values()].filter(({ byHand, configuredAt }) => !byHand && configuredAt < at);
  for (const alarm of followers) {
    const change = alarm.type === "MetricAlarm" ? byMetric(then, alarm) : undefined;
    if (change) setState(world, alarm, change, at);
  }
  // A composite alarm can follow composite alarms; each round settles at least one more of them.
  const composites = followers.filter(({ type }) => type === "CompositeAlarm");
  for (const _ of composites) {
    for (const alarm of composites) setState(world, alarm, byRule(world, alarm), at);
  }
};

type MetricMembers = {
  readonly MetricName: string;
  readonly Namespace: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value: string }[];
  readonly Statistic?: string;
  readonly ExtendedStatistic?: string;
  readonly Period: number;
  readonly EvaluationPeriods: number;
  readonly DatapointsToAlarm?: number;
  readonly Threshold: number;
  readonly ComparisonOperator: string;
  readonly TreatMissingData?: string;
};

const comparisons: Readonly<
  Record<string, readonly [words: string, breaches: (value: number, limit: number) => boolean]>
> = {
  GreaterThanThreshold: ["greater than", (value, limit) => value > limit],
  GreaterThanOrEqualToThreshold: ["greater than or equal to", (value, limit) => value >= limit],
  LessThanThreshold: ["less than", (value, limit) => value < limit],
  LessThanOrEqualToThreshold: ["less than or equal to", (value, limit) => value <= limit],
};

/** The comparisons that an alarm without anomaly detection can make. */
export const comparisonOperators: readonly string[] = Object.keys(comparisons);

/** Whether each period of the evaluation breaches; `undefined` where it has no data and that is not to count. */
const verdicts = (members: MetricMembers, points: readonly (Sample | undefined)[]): (boolean | undefined)[] => {
  const [, breaches] = comparisons[members.ComparisonOperator] ?? [];
  return points.map((point) => {
    if (point) return breaches?.(point.value, members.Threshold) === true;
    if (members.TreatMissingData === "breaching") return true;
    return members.TreatMissingData === "notBreaching" ? false : undefined;
  });
};

const byMetric = (world: CloudWatchWorld, alarm: Alarm): StateChange | undefined => {
  const members = alarm.members as MetricMembers;
  const points = lastPoints(world, members);
  const judged = verdicts(members, points).filter((verdict) => verdict !== undefined);
  if (judged.length === 0) return members.TreatMissingData === "ignore" ? undefined : insufficient(members);
  const needed = members.DatapointsToAlarm ?? members.EvaluationPeriods;
  const breaching = judged.filter((verdict) => verdict).length;
  const state: AlarmState = breaching >= needed ? "ALARM" : "OK";
  return { state, ...crossing(members, state, points, needed) };
};

const insufficient = ({ EvaluationPeriods: count }: MetricMembers): StateChange => ({
  state: "INSUFFICIENT_DATA",
  reason: `Insufficient Data: ${count} datapoint${count === 1 ? " was" : "s were"} unknown.`,
});

/** The data points of the newest periods that can be complete, newest first. */
const lastPoints = (world: CloudWatchWorld, members: MetricMembers): (Sample | undefined)[] => {
  const periodMs = members.Period * 1000;
  const until = Math.floor((world.clock.now() - world.metricDelayMs) / periodMs) * periodMs;
  const from = until - members.EvaluationPeriods * periodMs;
  const series = { metricName: members.MetricName, dimensions: dimensionsFrom(members.Dimensions) };
  const statistic = statisticNamed(members.Statistic ?? members.ExtendedStatistic ?? "");
  const samples = members.Namespace === namespace ? samplesOf(world, series, from, until) : [];
  const points = dataPoints(samples, periodMs, statistic);
  return Array.from({ length: members.EvaluationPeriods }, (_, index) =>
    points.find(({ at }) => at === until - (index + 1) * periodMs),
  );
};

const crossing = (
  members: MetricMembers,
  state: AlarmState,
  points: readonly (Sample | undefined)[],
  needed: number,
): { readonly reason: string; readonly reasonData: string } => {
  const known = points.filter((point) => point !== undefined);
  const listed = known.map(({ at, value }) => `${value} (${new Date(at).toISOString()})`).join(", ");
  const [words] = comparisons[members.ComparisonOperator] ?? [];
  const change = state === "ALARM" ? "OK -> ALARM" : "ALARM -> OK";
  const not = state === "ALARM" ? "" : "not ";
  const reason =
    known.length === 0
      ? `Threshold Crossed: no datapoints were received for ${points.length} period(s) and missing data was treated as ${members.TreatMissingData}.`
      : `Threshold Crossed: ${known.length} out of the last ${points.length} datapoints [${listed}] were ${not}${words} the threshold (${members.Threshold}) (minimum ${needed} datapoint(s) for ${change} transition).`;
  const reasonData = {
    version: "1.0",
    statistic: members.Statistic ?? members.ExtendedStatistic,
    period: members.Period,
    recentDatapoints: known.map(({ value }) => value),
    threshold: members.Threshold,
  };
  return { reason, reasonData: JSON.stringify(reasonData) };
};

const byRule = (world: CloudWatchWorld, alarm: Alarm): StateChange => {
  const named = (nameOrArn: string): Alarm | undefined =>
    world.alarms.get(nameOrArn) ?? [...world.alarms.values()].find(({ arn }) => arn === nameOrArn);
  const rule = readAlarmRule(String(alarm.members["AlarmRule"]));
  const state: AlarmState = holds(rule, (child) => named(child)?.state) ? "ALARM" : "OK";
  const children = [...new Set(alarmsIn(rule))].map(named).filter((child) => child !== undefined);
  const newest = [...children].sort((one, other) => other.stateTransitionedAt - one.stateTransitionedAt)[0];
  if (!newest) return { state, reason: `The alarm rule evaluates to ${state === "ALARM"}` };
  const triggering = children.filter((child) => child.state === "ALARM");
  return {
    state,
    reason: `${newest.arn} transitioned to ${newest.state} at ${new Date(newest.stateTransitionedAt).toUTCString()}`,
    reasonData: JSON.stringify({
      triggeringAlarms: triggering.map(({ arn, state: value, stateTransitionedAt }) => ({
        arn,
        state: { value, timestamp: new Date(stateTransitionedAt).toISOString() },
      })),
    }),
  };
};
