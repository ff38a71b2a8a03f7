import * as z from "zod/mini";
import type { Alarm, AlarmChange } from "../../domain/alarm.ts";
import { checked, date, given, text } from "../checked.ts";
import type { Page } from "../pages.ts";
import { parsedJson } from "../parsed-json.ts";

/** What CloudWatch's answers must look like. The SDK hands times over as dates. */

const SERVICE = "CloudWatch";
const checkedHere = <T>(schema: z.ZodMiniType<T>, answer: unknown): T => checked(schema, answer, SERVICE);

const time = z.pipe(
  date,
  z.transform((found) => found.getTime()),
);
const state = z.enum(["OK", "ALARM", "INSUFFICIENT_DATA"]);
const dimension = z.object({ Name: given, Value: z.optional(text) });
const metricStat = z.object({
  Metric: z.object({ Namespace: z.optional(text), Dimensions: z.optional(z.array(dimension)) }),
  Period: z.optional(z.number()),
});

const anyAlarm = z.object({
  AlarmName: given,
  AlarmArn: given,
  StateValue: state,
  StateReason: z.optional(text),
  StateTransitionedTimestamp: z.optional(time),
  StateUpdatedTimestamp: time,
  EvaluationState: z.optional(text),
});

const metricAlarm = z.extend(anyAlarm, {
  Namespace: z.optional(text),
  Dimensions: z.optional(z.array(dimension)),
  Period: z.optional(z.number()),
  EvaluationPeriods: z.optional(z.number()),
  Metrics: z.optional(z.array(z.object({ MetricStat: z.optional(metricStat), Period: z.optional(z.number()) }))),
});
type MetricAlarm = z.infer<typeof metricAlarm>;

const alarms = z
  .object({
    MetricAlarms: z.optional(z.array(metricAlarm)),
    CompositeAlarms: z.optional(z.array(anyAlarm)),
    LogAlarms: z.optional(z.array(anyAlarm)),
    NextToken: z.optional(text),
  })
  // An answer without any list tells of no alarm, neither that it is there nor that it is not.
  .check(z.refine((answer) => (answer.MetricAlarms ?? answer.CompositeAlarms ?? answer.LogAlarms) !== undefined));

/** Of DescribeAlarms. A name that no alarm has is missing, and nothing else says so. */
export const alarmsOf = (answer: unknown): Page<Alarm> => {
  const { MetricAlarms = [], CompositeAlarms = [], LogAlarms = [], NextToken } = checkedHere(alarms, answer);
  return {
    items: [
      ...MetricAlarms.map((alarm) => ({
        ...common(alarm, "metric"),
        window: windowOf(alarm),
        apiNames: apiNamesOf(alarm),
      })),
      ...CompositeAlarms.map((alarm) => common(alarm, "composite")),
      ...LogAlarms.map((alarm) => common(alarm, "log")),
    ],
    position: NextToken || undefined,
  };
};

const common = (alarm: z.infer<typeof anyAlarm>, kind: Alarm["kind"]): Alarm => ({
  name: alarm.AlarmName,
  arn: alarm.AlarmArn,
  kind,
  state: alarm.StateValue,
  reason: alarm.StateReason ?? "",
  changedAt: alarm.StateTransitionedTimestamp ?? alarm.StateUpdatedTimestamp,
  trouble: alarm.EvaluationState || undefined,
  window: undefined,
  apiNames: [],
});

/** The longest period of its metrics, as often as it is evaluated. */
const windowOf = ({ Period, EvaluationPeriods, Metrics = [] }: MetricAlarm): number | undefined => {
  const periods = [Period, ...Metrics.flatMap((metric) => [metric.Period, metric.MetricStat?.Period])];
  const longest = periods.reduce<number>((so, period) => Math.max(so, period ?? 0), 0);
  return longest === 0 || EvaluationPeriods === undefined ? undefined : longest * EvaluationPeriods * 1000;
};

export const NAMESPACE = "AWS/ApiGateway";

const apiNamesOf = ({ Namespace, Dimensions, Metrics = [] }: MetricAlarm): readonly string[] => {
  const metrics = [{ Namespace, Dimensions }, ...Metrics.flatMap(({ MetricStat }) => MetricStat?.Metric ?? [])];
  const names = metrics
    .filter((metric) => metric.Namespace === NAMESPACE)
    .flatMap((metric) => metric.Dimensions ?? [])
    .flatMap(({ Name, Value }) => (Name === "ApiName" && Value !== undefined ? [Value] : []));
  return [...new Set(names)];
};

const history = z.object({
  AlarmHistoryItems: z.array(
    z.object({ Timestamp: time, HistorySummary: z.optional(text), HistoryData: z.optional(text) }),
  ),
  NextToken: z.optional(text),
});

/** What the data of a change of state is made of (AWS CLI reference, describe-alarm-history: the example). */
const change = z.object({ newState: z.object({ stateValue: state, stateReason: z.optional(text) }) });

/** Of DescribeAlarmHistory, for changes of state. One that cannot be read is no reason to believe that there was none. */
export const changesOf = (answer: unknown): Page<AlarmChange> => {
  const { AlarmHistoryItems, NextToken } = checkedHere(history, answer);
  return {
    items: AlarmHistoryItems.map(({ Timestamp, HistoryData = "", HistorySummary = "" }) => {
      const stateValue = / to ([A-Z_]+)$/.exec(HistorySummary)?.[1];
      const { newState } = checkedHere(change, parsedJson(HistoryData) ?? { newState: { stateValue } });
      return { at: Timestamp, state: newState.stateValue, reason: newState.stateReason ?? "" };
    }),
    position: NextToken || undefined,
  };
};

const metricData = z.object({
  MetricDataResults: z.array(
    z.object({
      Id: given,
      Timestamps: z.array(time),
      Values: z.array(z.number().check(z.nonnegative())),
      StatusCode: text,
    }),
  ),
  NextToken: z.optional(text),
});

/** One query's data on one page. */
export type SeriesPart = {
  readonly id: string;
  readonly status: string;
  readonly points: readonly { readonly at: number; readonly value: number }[];
};

/** Of GetMetricData. */
export const seriesOf = (answer: unknown): Page<SeriesPart> => {
  const { MetricDataResults, NextToken } = checkedHere(metricData, answer);
  return {
    items: MetricDataResults.map(({ Id, StatusCode, Timestamps, Values }) => ({
      id: Id,
      status: StatusCode,
      points: checkedHere(
        z.array(z.object({ at: z.number(), value: z.number() })).check(z.length(Timestamps.length)),
        Values.map((value, index) => ({ at: Timestamps[index], value })),
      ),
    })),
    position: NextToken || undefined,
  };
};

const metrics = z.object({
  Metrics: z.array(z.object({ MetricName: given, Dimensions: z.optional(z.array(dimension)) })),
  NextToken: z.optional(text),
});

/** A series that exists. */
export type ListedMetric = { readonly metric: string; readonly dimensions: Readonly<Record<string, string>> };

/** Of ListMetrics. */
export const metricsOf = (answer: unknown): Page<ListedMetric> => {
  const { Metrics, NextToken } = checkedHere(metrics, answer);
  return {
    items: Metrics.map(({ MetricName, Dimensions = [] }) => ({
      metric: MetricName,
      dimensions: Object.fromEntries(Dimensions.map(({ Name, Value = "" }) => [Name, Value])),
    })),
    position: NextToken || undefined,
  };
};
