import type { AlarmEvidence } from "../domain/alarm.ts";
import type { CanaryMeasured } from "../domain/canary.ts";
import { ActionError } from "../domain/errors.ts";
import type { Measured } from "../domain/health.ts";
import { metricNameOf } from "../domain/metric.ts";
import type { Canary, RestApi, Stage } from "../domain/stage.ts";
import { type CanaryPolicy, DELIVERY } from "../inputs/canary/policy.ts";
import { alarmEvidence } from "./alarms.ts";
import { readAccessLogs } from "./canary-log.ts";
import type { Session } from "./session.ts";

/** A step of a canary, and what it is to be judged by. Times in milliseconds since 1970. */
export type StepSubject = {
  readonly api: RestApi;
  readonly stage: Stage;
  readonly canary: Canary;
  readonly policy: CanaryPolicy;
  /** When the step began. */
  readonly since: number;
  readonly now: number;
};

export type StepSeen = {
  readonly measured: CanaryMeasured;
  readonly alarms: readonly AlarmEvidence[];
  /** Whole sentences. */
  readonly alarmGaps: readonly string[];
};

/** Looks at all that tells of a step. What cannot be read is a gap, and never health (I8). Throws `CANCELLED` alone. */
export const observeStep = async (subject: StepSubject, session: Session): Promise<StepSeen> => {
  const [measured, alarms] = await Promise.all([measure(subject, session), observeAlarms(subject, session)]);
  return { measured, ...alarms };
};

/** The reason, where it is not that the run is over. */
const gapOf = (thrown: unknown): string => {
  if (!(thrown instanceof ActionError) || thrown.kind === "cancelled") throw thrown;
  return `${thrown.message} ${thrown.remedy}`;
};

const observeAlarms = async (
  { policy, since }: StepSubject,
  { cloudWatch }: Session,
): Promise<Pick<StepSeen, "alarms" | "alarmGaps">> => {
  const names = [...new Set(policy.alarms.map(({ name }) => name))];
  if (names.length === 0) return { alarms: [], alarmGaps: [] };
  try {
    const opened = await cloudWatch();
    const found = await opened.describeAlarms(names);
    const alarms: AlarmEvidence[] = [];
    for (const name of names) {
      const now = found.find((alarm) => alarm.name === name);
      alarms.push(await alarmEvidence(name, now, since, opened));
    }
    return { alarms, alarmGaps: [] };
  } catch (thrown) {
    return { alarms: [], alarmGaps: [gapOf(thrown)] };
  }
};

/** Access logs tell both sides apart; without them a canary's own metrics may be there, of which nothing is documented. */
const measure = async (subject: StepSubject, session: Session): Promise<CanaryMeasured> => {
  const { stage, canary, policy, since, now } = subject;
  const [from, until] = [since + policy.warmUp, now - DELIVERY];
  const none = { from, until, source: undefined, canary: undefined, base: undefined };
  if (until <= from) return { ...none, gaps: ["Nothing can be judged yet: the step is warming up."] };
  const gaps: string[] = [];
  try {
    const question = { stage, canary, restApiId: session.gateway.restApiId, from, until };
    const logs = await readAccessLogs(question, session.logs);
    if (logs.kind === "counted") return { from, until, ...logs };
    gaps.push(logs.because);
  } catch (thrown) {
    gaps.push(gapOf(thrown));
  }
  try {
    const own = await canaryMetrics(subject, { from, until }, session);
    if (own !== undefined) {
      return { ...none, canary: own, source: `metrics of ${stage.name}${CANARY_STAGE}`, gaps };
    }
  } catch (thrown) {
    gaps.push(gapOf(thrown));
  }
  return { ...none, gaps };
};

/** What two independent implementations call the series of a canary; AWS documents none. */
const CANARY_STAGE = "/Canary";

const MINUTE = 60_000;

/** `undefined`: there is no such series. */
const canaryMetrics = async (
  { api, stage }: StepSubject,
  { from, until }: { readonly from: number; readonly until: number },
  { cloudWatch }: Session,
): Promise<Measured | undefined> => {
  const dimensions = { ApiName: metricNameOf(api.name, api), Stage: `${stage.name}${CANARY_STAGE}` };
  const { listMetrics, getMetrics } = await cloudWatch();
  if ((await listMetrics(dimensions)).length === 0) return undefined;
  const range = { from: Math.ceil(from / MINUTE) * MINUTE, until: Math.floor(until / MINUTE) * MINUTE };
  const series = await getMetrics(
    [
      { metric: "Count", statistic: "SampleCount", dimensions },
      { metric: "5XXError", statistic: "Sum", dimensions },
      { metric: "4XXError", statistic: "Sum", dimensions },
    ],
    range,
  );
  const [requests = 0, serverErrors = 0, clientErrors = 0] = series.map((points) =>
    points.reduce((sum, { value }) => sum + value, 0),
  );
  return { requests, serverErrors, clientErrors, latency: undefined };
};
