import { partitionOf } from "../aws/partition.ts";
import type { World as GatewayWorld } from "../gateway/model.ts";
import type { Clock } from "../http/clock.ts";
import { type TokenBucket, tokenBucket } from "../http/token-bucket.ts";
import { remember, setState } from "./alarm-state.ts";
import type { Alarm, AlarmState, AlarmType, CloudWatchWorld } from "./model.ts";

export type CloudWatchOptions = {
  /** False lifts the rate limits. Default true. */
  readonly rateLimits?: boolean;
  /** How long after the end of its minute a data point can be read. Default two minutes. */
  readonly metricDelayMs?: number;
  /** How long after its first data point a series is listed. Default 15 minutes, the longest that is documented. */
  readonly listingDelayMs?: number;
  /** Whether a canary's requests make a series of their own. It is not documented, so default false. */
  readonly canarySeries?: boolean;
};

const minute = 60_000;

/** The CloudWatch of the account and Region of `gateway`, with the metrics of what that serves. */
export const createCloudWatchWorld = (gateway: GatewayWorld, options: CloudWatchOptions = {}): CloudWatchWorld => ({
  clock: gateway.clock,
  region: gateway.region,
  accountId: gateway.accountId,
  served: gateway.served,
  alarms: new Map(),
  history: [],
  metricDelayMs: options.metricDelayMs ?? 2 * minute,
  listingDelayMs: options.listingDelayMs ?? 15 * minute,
  canarySeries: options.canarySeries ?? false,
  evaluatedUntil: gateway.clock.now(),
  buckets: options.rateLimits === false ? new Map() : rateLimits(gateway.clock),
});

/** Requests a second (CloudWatch service quotas); a second's worth may come at once. */
const requestsPerSecond: Readonly<Record<string, number>> = {
  DescribeAlarms: 9,
  DescribeAlarmHistory: 20,
  PutMetricAlarm: 3,
  PutCompositeAlarm: 3,
  SetAlarmState: 3,
  DeleteAlarms: 3,
  GetMetricData: 500,
  ListMetrics: 25,
};

const rateLimits = (clock: Clock): Map<string, TokenBucket> =>
  new Map(Object.entries(requestsPerSecond).map(([operation, rate]) => [operation, tokenBucket(clock, rate, rate)]));

export const alarmArn = ({ region, accountId }: CloudWatchWorld, name: string): string =>
  `arn:${partitionOf(region)}:cloudwatch:${region}:${accountId}:alarm:${name}`;

export type NewAlarm = {
  readonly type: AlarmType;
  readonly name: string;
  readonly members: Readonly<Record<string, unknown>>;
  /** See `Alarm.byHand`. Default false. */
  readonly byHand?: boolean;
};

/** Makes an alarm, or gives the one of that name other members and leaves its state as it is. */
export const putAlarm = (world: CloudWatchWorld, { byHand = false, ...given }: NewAlarm): Alarm => {
  const now = world.clock.now();
  const before = world.alarms.get(given.name);
  const fresh = {
    state: "INSUFFICIENT_DATA" as const,
    stateReason: "Unchecked: Initial alarm creation",
    stateUpdatedAt: now,
    stateTransitionedAt: now,
  };
  const alarm: Alarm = { ...(before ?? fresh), ...given, arn: alarmArn(world, given.name), configuredAt: now, byHand };
  world.alarms.set(alarm.name, alarm);
  const [summary, type] = before ? ["updated", "Update"] : ["created", "Create"];
  const data = JSON.stringify({ version: "1.0", type, [`${summary}Alarm`]: { alarmName: alarm.name } });
  remember(world, alarm, { at: now, type: "ConfigurationUpdate", summary: `Alarm "${alarm.name}" ${summary}`, data });
  return alarm;
};

export type SeedAlarmOptions = {
  /** Default `MetricAlarm`. */
  readonly type?: AlarmType;
  /** Default `OK`. */
  readonly state?: AlarmState;
  readonly evaluationState?: Alarm["evaluationState"];
  /** Members beyond, or other than, those of an alarm over one minute of 5XXError. */
  readonly members?: Readonly<Record<string, unknown>>;
};

/** Puts an alarm into the world that no data moves: its state is what `switchAlarm` or SetAlarmState says. */
export const seedAlarm = (world: CloudWatchWorld, name: string, options: SeedAlarmOptions = {}): Alarm => {
  const { type = "MetricAlarm", state = "OK", evaluationState, members = {} } = options;
  const alarm = putAlarm(world, { type, name, byHand: true, members: { ...usualMembers[type], ...members } });
  if (evaluationState) alarm.evaluationState = evaluationState;
  switchAlarm(world, name, state);
  return alarm;
};

/** Gives an alarm a state, from now on. */
export const switchAlarm = (
  world: CloudWatchWorld,
  name: string,
  state: AlarmState,
  reason = `Switched to ${state}`,
): void => {
  const alarm = world.alarms.get(name);
  if (!alarm) throw new Error(`there is no alarm ${name}`);
  setState(world, alarm, { state, reason }, world.clock.now());
};

const usualMembers: Readonly<Record<AlarmType, Readonly<Record<string, unknown>>>> = {
  MetricAlarm: {
    MetricName: "5XXError",
    Namespace: "AWS/ApiGateway",
    Statistic: "Sum",
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 1,
    ComparisonOperator: "GreaterThanOrEqualToThreshold",
  },
  CompositeAlarm: { AlarmRule: "FALSE" },
  LogAlarm: {},
};
