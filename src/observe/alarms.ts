import type { Alarm } from "../domain/alarm.ts";
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
