import type { JsonOperation } from "../aws/json-service.ts";
import { pageOf } from "../aws/pages.ts";
import type { ServiceError } from "../aws/service-error.ts";
import { readAlarmRule } from "./alarm-rule.ts";
import { remember, setState } from "./alarm-state.ts";
import { comparisonOperators, evaluateAlarms } from "./evaluation.ts";
import { checkPeriod } from "./metrics.ts";
import type { Alarm, AlarmState, AlarmType, CloudWatchWorld, HistoryItem } from "./model.ts";
import { alarmNotFound, notSimulated, validationError } from "./refusals.ts";
import { statisticNamed } from "./statistics.ts";
import { type NewAlarm, putAlarm } from "./world.ts";

const alarmTypes = ["MetricAlarm", "CompositeAlarm", "LogAlarm"] as const;
const alarmStates: readonly string[] = ["OK", "ALARM", "INSUFFICIENT_DATA"];

/** Without types metric alarms alone are asked for: the API reference's default, easily overlooked. */
const typesOf = (asked: readonly string[] | undefined): readonly string[] => {
  const wrong = asked?.find((type) => !alarmTypes.some((known) => known === type));
  if (wrong !== undefined) throw notInEnum(wrong, "alarmTypes", alarmTypes);
  return asked && asked.length > 0 ? asked : ["MetricAlarm"];
};

const notInEnum = (value: string, member: string, allowed: readonly string[]): ServiceError =>
  validationError(
    `1 validation error detected: Value '${value}' at '${member}' failed to satisfy constraint: Member must satisfy enum value set: [${allowed.join(", ")}]`,
  );

const pageSize = (asked: number | undefined, usual: number): number => {
  if (asked === undefined) return usual;
  if (asked >= 1 && asked <= 100) return asked;
  throw validationError(
    `1 validation error detected: Value '${asked}' at 'maxRecords' failed to satisfy constraint: Member must have value between 1 and 100`,
  );
};

type DescribeAlarmsInput = {
  readonly AlarmNames?: readonly string[];
  readonly AlarmNamePrefix?: string;
  readonly AlarmTypes?: readonly string[];
  readonly ChildrenOfAlarmName?: string;
  readonly ParentsOfAlarmName?: string;
  readonly ActionPrefix?: string;
  readonly StateValue?: string;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
};

/** A name that no alarm has is no error: the answer just lacks it. */
const describeAlarms: JsonOperation<CloudWatchWorld> = (input: DescribeAlarmsInput, world) => {
  checkDescribeAlarms(input);
  evaluateAlarms(world);
  const types = typesOf(input.AlarmTypes);
  const found = [...world.alarms.values()].filter(
    ({ name, type, state }) =>
      types.includes(type) &&
      (input.AlarmNames?.includes(name) ?? true) &&
      name.startsWith(input.AlarmNamePrefix ?? "") &&
      (input.StateValue ?? state) === state,
  );
  found.sort((one, other) => (one.name < other.name ? -1 : 1));
  const { items, nextToken } = pageOf(found, pageSize(input.MaxRecords, 50), input.NextToken, "InvalidNextToken");
  const ofType = (type: AlarmType) => items.filter((alarm) => alarm.type === type).map(alarmAnswer);
  return {
    MetricAlarms: ofType("MetricAlarm"),
    CompositeAlarms: ofType("CompositeAlarm"),
    ...(types.includes("LogAlarm") ? { LogAlarms: ofType("LogAlarm") } : {}),
    NextToken: nextToken,
  };
};

const checkDescribeAlarms = (input: DescribeAlarmsInput): void => {
  for (const member of ["ChildrenOfAlarmName", "ParentsOfAlarmName", "ActionPrefix"] as const) {
    if (input[member] !== undefined) throw notSimulated(`DescribeAlarms with ${member}`);
  }
  if (input.AlarmNames !== undefined && input.AlarmNamePrefix !== undefined) {
    throw validationError("AlarmNames and AlarmNamePrefix must not be given together.");
  }
  if ((input.AlarmNames ?? []).length > 100) {
    throw validationError(
      "1 validation error detected: Value at 'alarmNames' failed to satisfy constraint: Member must have length less than or equal to 100",
    );
  }
  if (input.StateValue !== undefined && !alarmStates.includes(input.StateValue)) {
    throw notInEnum(input.StateValue, "stateValue", alarmStates);
  }
};

const alarmAnswer = (alarm: Alarm): Record<string, unknown> => ({
  ActionsEnabled: true,
  OKActions: [],
  AlarmActions: [],
  InsufficientDataActions: [],
  ...(alarm.type === "MetricAlarm" ? { Dimensions: [] } : {}),
  ...alarm.members,
  AlarmName: alarm.name,
  AlarmArn: alarm.arn,
  AlarmConfigurationUpdatedTimestamp: alarm.configuredAt,
  StateValue: alarm.state,
  StateReason: alarm.stateReason,
  StateReasonData: alarm.stateReasonData,
  StateUpdatedTimestamp: alarm.stateUpdatedAt,
  StateTransitionedTimestamp: alarm.stateTransitionedAt,
  EvaluationState: alarm.evaluationState,
});

type DescribeAlarmHistoryInput = {
  readonly AlarmName?: string;
  readonly AlarmContributorId?: string;
  readonly AlarmTypes?: readonly string[];
  readonly HistoryItemType?: string;
  readonly StartDate?: number;
  readonly EndDate?: number;
  readonly ScanBy?: string;
  readonly MaxRecords?: number;
  readonly NextToken?: string;
};

const describeAlarmHistory: JsonOperation<CloudWatchWorld> = (input: DescribeAlarmHistoryInput, world) => {
  if (input.AlarmContributorId !== undefined) throw notSimulated("DescribeAlarmHistory with AlarmContributorId");
  evaluateAlarms(world);
  const types = typesOf(input.AlarmTypes);
  const { StartDate = Number.NEGATIVE_INFINITY, EndDate = Number.POSITIVE_INFINITY } = input;
  const found = world.history
    .filter(
      ({ alarmName, alarmType, type, at }) =>
        types.includes(alarmType) &&
        (input.AlarmName ?? alarmName) === alarmName &&
        (input.HistoryItemType ?? type) === type &&
        at >= StartDate &&
        at <= EndDate,
    )
    .sort((one, other) => one.at - other.at);
  if (input.ScanBy !== "TimestampAscending") found.reverse();
  const { items, nextToken } = pageOf(found, pageSize(input.MaxRecords, 100), input.NextToken, "InvalidNextToken");
  return { AlarmHistoryItems: items.map(historyAnswer), NextToken: nextToken };
};

const historyAnswer = ({ alarmName, alarmType, at, type, summary, data }: HistoryItem) => ({
  AlarmName: alarmName,
  AlarmType: alarmType,
  Timestamp: at,
  HistoryItemType: type,
  HistorySummary: summary,
  HistoryData: data,
});

/** What only alarms of other kinds have: metric math, anomaly detection, queries. */
const otherKinds = ["Metrics", "ThresholdMetricId", "EvaluationCriteria", "EvaluationWindow", "WarmUpConfiguration"];

const putMetricAlarm: JsonOperation<CloudWatchWorld> = ({ AlarmName, Tags: _, ...members }, world) => {
  const other = otherKinds.find((member) => members[member] !== undefined);
  if (other !== undefined) throw notSimulated(`PutMetricAlarm with ${other}`);
  for (const member of ["MetricName", "Namespace", "Period", "EvaluationPeriods", "Threshold", "ComparisonOperator"]) {
    if (members[member] === undefined) throw validationError(`The parameter ${member} is required.`);
  }
  if (!comparisonOperators.includes(members.ComparisonOperator)) {
    throw notInEnum(members.ComparisonOperator, "comparisonOperator", comparisonOperators);
  }
  checkPeriod(members.Period);
  if ((members.Statistic === undefined) === (members.ExtendedStatistic === undefined)) {
    throw validationError("Exactly one of Statistic and ExtendedStatistic must be given.");
  }
  statisticNamed(members.Statistic ?? members.ExtendedStatistic);
  put(world, { type: "MetricAlarm", name: AlarmName, members });
};

const putCompositeAlarm: JsonOperation<CloudWatchWorld> = ({ AlarmName, Tags: _, ...members }, world) => {
  readAlarmRule(members.AlarmRule);
  put(world, { type: "CompositeAlarm", name: AlarmName, members });
};

const put = (world: CloudWatchWorld, alarm: NewAlarm): void => {
  evaluateAlarms(world);
  putAlarm(world, alarm);
};

/** Lasts until the alarm is evaluated the next time. */
const setAlarmState: JsonOperation<CloudWatchWorld> = (input, world) => {
  evaluateAlarms(world);
  const alarm = world.alarms.get(input.AlarmName);
  if (!alarm) throw alarmNotFound();
  if (!alarmStates.includes(input.StateValue)) throw notInEnum(input.StateValue, "stateValue", alarmStates);
  const change = { state: input.StateValue as AlarmState, reason: input.StateReason };
  const data = input.StateReasonData === undefined ? {} : { reasonData: input.StateReasonData };
  setState(world, alarm, { ...change, ...data }, world.clock.now());
};

const deleteAlarms: JsonOperation<CloudWatchWorld> = ({ AlarmNames }: { AlarmNames: readonly string[] }, world) => {
  evaluateAlarms(world);
  if (!AlarmNames.every((name) => world.alarms.has(name))) throw alarmNotFound();
  for (const name of AlarmNames) {
    const alarm = world.alarms.get(name);
    if (!alarm) continue;
    const data = JSON.stringify({ version: "1.0", type: "Delete", deletedAlarm: { alarmName: name } });
    remember(world, alarm, {
      at: world.clock.now(),
      type: "ConfigurationUpdate",
      summary: `Alarm "${name}" deleted`,
      data,
    });
    world.alarms.delete(name);
  }
};

export const alarmOperations: Record<string, JsonOperation<CloudWatchWorld>> = {
  DescribeAlarms: describeAlarms,
  DescribeAlarmHistory: describeAlarmHistory,
  PutMetricAlarm: putMetricAlarm,
  PutCompositeAlarm: putCompositeAlarm,
  SetAlarmState: setAlarmState,
  DeleteAlarms: deleteAlarms,
};
