import type { JsonServiceWorld } from "../aws/json-service.ts";
import type { ServedRequest } from "../gateway/model.ts";
import type { Clock } from "../http/clock.ts";

/** The state of the simulated CloudWatch. Times are milliseconds since 1970. */
export type CloudWatchWorld = JsonServiceWorld & {
  readonly clock: Clock;
  /** What the metrics are made of, see `World.served` of the simulated API Gateway. */
  readonly served: readonly ServedRequest[];
  readonly alarms: Map<string, Alarm>;
  /** Oldest first. It outlives the alarms that it tells of. */
  readonly history: HistoryItem[];
  /** How long after the end of its minute a data point can be read. */
  metricDelayMs: number;
  /** How long after its first data point a series is listed. */
  listingDelayMs: number;
  /** Whether a canary's requests make a series of their own, `Stage` = `{stage}/Canary`. Not documented. */
  canarySeries: boolean;
  /** Up to when the alarms have been evaluated. */
  evaluatedUntil: number;
};

export type AlarmState = "OK" | "ALARM" | "INSUFFICIENT_DATA";
export type AlarmType = "MetricAlarm" | "CompositeAlarm" | "LogAlarm";

/** `members`: what PutMetricAlarm or PutCompositeAlarm said, by the names that DescribeAlarms answers with. */
export type Alarm = {
  readonly type: AlarmType;
  readonly name: string;
  readonly arn: string;
  readonly members: Readonly<Record<string, unknown>>;
  readonly configuredAt: number;
  /** Holds its state until somebody sets it; else it follows its metric or its rule. */
  readonly byHand: boolean;
  state: AlarmState;
  stateReason: string;
  stateReasonData?: string;
  stateUpdatedAt: number;
  stateTransitionedAt: number;
  evaluationState?: "PARTIAL_DATA" | "EVALUATION_FAILURE" | "EVALUATION_ERROR";
};

export type HistoryItem = {
  readonly alarmName: string;
  readonly alarmType: AlarmType;
  readonly at: number;
  readonly type: "ConfigurationUpdate" | "StateUpdate";
  readonly summary: string;
  readonly data: string;
};
