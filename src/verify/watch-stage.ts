import type { Applying } from "../apply/applying.ts";
import type { Alarm } from "../domain/alarm.ts";
import { durationText } from "../domain/duration.ts";
import { ActionError } from "../domain/errors.ts";
import type { Finding } from "../domain/health.ts";
import type { World } from "../domain/world.ts";
import { alarmEvidence } from "../observe/alarms.ts";
import { METRICS_DELAY, type WatchPlan } from "../plan/watch-plan.ts";
import { isEnough, judgeAlarm, judgeMeasured, overall, tooFew } from "./judge.ts";
import { measuredIn, stageQueries } from "./measure.ts";
import { type Traffic, trafficSentence, type WatchVerdict } from "./watch-verdict.ts";

/** Looks at alarms and metrics again and again until the time is over or something speaks against the stage. */

type CloudWatch = Awaited<ReturnType<Applying["cloudWatch"]>>;

/** What was known right before the stage was pointed. */
export type Baseline = {
  /** Milliseconds since 1970. `undefined`: it is not known when the stage was pointed. */
  readonly at: number | undefined;
  /** None where an earlier attempt of the run has pointed the stage. */
  readonly alarms: readonly Alarm[];
};

export type WatchSubject = {
  readonly watch: WatchPlan;
  readonly stageName: string;
  /** Whether the stage served something before. */
  readonly existed: boolean;
  readonly baseline: Baseline;
  readonly cloudWatch: CloudWatch;
  readonly world: Pick<World, "clock" | "log" | "signal">;
};

/** Milliseconds between looks: DescribeAlarms may be asked 9 times a second by the whole account (service quotas). */
const EVERY = 30_000;
const MINUTE = 60_000;

/** Throws `CANCELLED`, and nothing else. What cannot be read proves nothing. */
export const watchStage = async (subject: WatchSubject): Promise<WatchVerdict> => {
  const { watch, world } = subject;
  const { clock, log, signal } = world;
  const begun = clock.elapsed();
  const from = Math.ceil(clock.now() / MINUTE) * MINUTE;
  let seen: Seen = { alarms: [], alarmTrouble: undefined, traffic: notYet };
  for (;;) {
    await clock.sleep(Math.min(EVERY, watch.bakeTime - (clock.elapsed() - begun)), signal);
    const watched = clock.elapsed() - begun;
    const isLast = watched >= watch.bakeTime;
    seen = await look(subject, from, seen, isLast);
    const findings = findingsOf(watch, seen);
    const health = overall(findings);
    if (isLast || health === "unhealthy" || isHopeless(watch, seen)) {
      const traffic = isLast || watch.limits !== undefined ? seen.traffic : await trafficOf(subject, from);
      return { health, findings, traffic, watched: Math.min(watched, watch.bakeTime), bakeTime: watch.bakeTime };
    }
    log.info(`${durationText(watched)} of ${durationText(watch.bakeTime)} watched. ${progressOf(watch, seen)}`);
  }
};

type Seen = {
  readonly alarms: readonly Finding[];
  /** Why the last look at them failed. */
  readonly alarmTrouble: ActionError | undefined;
  readonly traffic: Traffic;
};

const notYet: Traffic = {
  kind: "unknown",
  because: "No whole minute of metrics can be read yet: they come up to 3 minutes late.",
  lasting: false,
};

const look = async (subject: WatchSubject, from: number, before: Seen, isLast: boolean): Promise<Seen> => {
  const { watch } = subject;
  const [alarms, traffic] = await Promise.all([
    readOrTrouble(findingsOfAlarms(subject)),
    watch.limits !== undefined || isLast ? trafficOf(subject, from) : before.traffic,
  ]);
  return "trouble" in alarms
    ? { alarms: before.alarms, alarmTrouble: alarms.trouble, traffic }
    : { alarms: alarms.value, alarmTrouble: undefined, traffic };
};

type Read<T> = { readonly value: T } | { readonly trouble: ActionError };

const readOrTrouble = async <T>(reading: Promise<T>): Promise<Read<T>> => {
  try {
    return { value: await reading };
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.kind === "cancelled") throw thrown;
    return { trouble: thrown };
  }
};

const findingsOfAlarms = async ({ watch, baseline, cloudWatch }: WatchSubject): Promise<readonly Finding[]> => {
  const names = [...new Set(watch.alarms.map(({ name }) => name))];
  if (names.length === 0) return [];
  const found = await cloudWatch.describeAlarms(names);
  const findings: Finding[] = [];
  for (const name of names) {
    const now = found.find((alarm) => alarm.name === name);
    const since = baseline.alarms.find((alarm) => alarm.name === name)?.changedAt ?? baseline.at;
    findings.push(judgeAlarm(await alarmEvidence(name, now, since, cloudWatch)));
  }
  return findings;
};

/** Of whole minutes that began after the stage was pointed and ended so long ago that all of their data is there. */
const trafficOf = async (subject: WatchSubject, from: number): Promise<Traffic> => {
  const { watch, stageName, existed, baseline, cloudWatch, world } = subject;
  const until = Math.floor((world.clock.now() - METRICS_DELAY) / MINUTE) * MINUTE;
  if (until <= from) return notYet;
  const { before, after } = watch.apiName;
  const pointed = existed && baseline.at !== undefined ? Math.floor(baseline.at / MINUTE) * MINUTE : undefined;
  const earlier = pointed === undefined ? undefined : { from: pointed - (until - from), until: pointed };
  const queriesOf = (apiName: string) => stageQueries(watch.metrics, apiName, stageName);
  const queries = [after, ...(earlier === undefined || before === after ? [] : [before])].flatMap(queriesOf);
  const count = queriesOf(after).length;
  const read = await readOrTrouble(cloudWatch.getMetrics(queries, { from: earlier?.from ?? from, until }));
  if ("trouble" in read) {
    const because = `The metrics could not be read: ${read.trouble.happened}`;
    return { kind: "unknown", because, lasting: isLasting(read.trouble) };
  }
  return {
    kind: "seen",
    from,
    until,
    after: measuredIn(read.value.slice(0, count), watch.metrics, from, until),
    before: earlier && measuredIn(read.value.slice(-count), watch.metrics, earlier.from, earlier.until),
  };
};

const findingsOf = (watch: WatchPlan, { alarms, alarmTrouble, traffic }: Seen): readonly Finding[] => [
  ...alarms.filter(({ health }) => alarmTrouble === undefined || health === "unhealthy"),
  ...(alarmTrouble === undefined ? [] : [unread(alarmTrouble)]),
  ...findingsOfTraffic(watch, traffic),
];

const unread = ({ happened }: ActionError): Finding => ({
  health: "not-proven",
  says: `The alarms could not be read: ${happened}`,
});

/** Alarms that stay quiet while nobody calls the stage prove nothing; traffic that nobody may read is not held against it. */
const findingsOfTraffic = ({ limits, minRequests }: WatchPlan, traffic: Traffic): readonly Finding[] => {
  if (traffic.kind === "unknown") return limits === undefined ? [] : [{ health: "not-proven", says: traffic.because }];
  if (limits !== undefined) return judgeMeasured(traffic.after, limits, traffic.before);
  const least = { errorRate: undefined, latency: undefined, minRequests };
  return isEnough(traffic.after, least) ? [] : [{ health: "not-proven", says: tooFew(traffic.after, least) }];
};

/** Whether no later look will see anything: without permission or credentials there is nothing to wait for. */
const isHopeless = ({ alarms, limits }: WatchPlan, { alarmTrouble, traffic }: Seen): boolean =>
  (alarms.length === 0 || (alarmTrouble !== undefined && isLasting(alarmTrouble))) &&
  (limits === undefined || (traffic.kind === "unknown" && traffic.lasting));

const isLasting = ({ kind }: ActionError): boolean => kind === "permission" || kind === "credentials";

const progressOf = ({ alarms, limits }: WatchPlan, { alarms: findings, alarmTrouble, traffic }: Seen): string => {
  const quiet = findings.filter(({ health }) => health === "healthy").length;
  const counted = `${quiet} of ${findings.length} ${findings.length === 1 ? "alarm is" : "alarms are"} OK.`;
  return [
    ...(alarms.length === 0 ? [] : [alarmTrouble === undefined ? counted : unread(alarmTrouble).says]),
    ...(limits === undefined ? [] : [trafficSentence(traffic)]),
  ].join(" ");
};
