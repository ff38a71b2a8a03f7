import type { CloudWatch } from "../aws/cloudwatch/cloudwatch.ts";
import type { Alarm, AlarmEvidence } from "../domain/alarm.ts";
import { ActionError } from "../domain/errors.ts";
import type { WatchRules } from "../inputs/watch.ts";
import type { Session } from "./session.ts";

/** Those of the alarms that exist; nothing is asked where the workflow names none. Throws ActionError. */
export const observeAlarms = async ({ alarms }: WatchRules, { cloudWatch }: Session): Promise<readonly Alarm[]> =>
  alarms.length === 0 ? [] : (await cloudWatch()).describeAlarms([...new Set(alarms.map(({ name }) => name))]);

/** The same for a run that goes on without them. `undefined`: they could not be read, and the warning says why. */
export const observeAlarmsIfPossible = async (
  rules: WatchRules,
  session: Session,
): Promise<{ readonly alarms: readonly Alarm[] | undefined; readonly warnings: readonly string[] }> => {
  try {
    return { alarms: await observeAlarms(rules, session), warnings: [] };
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.kind === "cancelled") throw thrown;
    return { alarms: undefined, warnings: [`${thrown.message} ${thrown.remedy}`] };
  }
};

/** One that has the state that it had then has seen nothing since; what others went through, their history tells. */
export const alarmEvidence = async (
  name: string,
  now: Alarm | undefined,
  since: number | undefined,
  { alarmChanges }: Pick<CloudWatch, "alarmChanges">,
): Promise<AlarmEvidence> => {
  if (since === undefined || (now !== undefined && now.changedAt <= since)) return { name, now, changes: [] };
  const changes = await alarmChanges(name, since);
  // The history may lag behind the state.
  return now?.state !== "ALARM" || changes.some(({ state }) => state === "ALARM")
    ? { name, now, changes }
    : { name, now, changes: [...changes, { at: now.changedAt, state: now.state, reason: now.reason }] };
};
