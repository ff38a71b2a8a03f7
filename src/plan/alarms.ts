import type { Alarm, AlarmName } from "../domain/alarm.ts";
import type { ErrorCode } from "../domain/errors.ts";
import { secondText } from "../domain/time-text.ts";
import type { Refusal } from "./plan.ts";

/**
 * Whether alarms can watch a release: asked before anything is written. An alarm that is red already, or that is not
 * there, would look like health for as long as one likes.
 */

type Code = Extract<ErrorCode, "ALARM_UNKNOWN" | "ALARM_ACTIVE" | "ALARM_UNRELIABLE">;

/** What is wrong with one alarm. `says`: whole sentences. */
export type AlarmProblem = { readonly code: Code; readonly name: string; readonly says: string };

/** What is wrong with the alarms that the workflow names. `found`: those of the names that CloudWatch knows. */
export const alarmProblems = (wanted: readonly AlarmName[], found: readonly Alarm[]): readonly AlarmProblem[] =>
  wanted.flatMap(
    (one) =>
      problemOf(
        one,
        found.find(({ name }) => name === one.name),
      ) ?? [],
  );

const problemOf = ({ name, arn }: AlarmName, alarm: Alarm | undefined): AlarmProblem | undefined => {
  if (alarm === undefined) {
    return { code: "ALARM_UNKNOWN", name, says: `There is no alarm ${name} in this account and Region.` };
  }
  if (arn !== undefined && arn !== alarm.arn) {
    const says = `The alarm ${name} of this account and Region is ${alarm.arn}, and not ${arn}.`;
    return { code: "ALARM_UNKNOWN", name, says };
  }
  if (alarm.state === "ALARM") {
    const since = secondText(alarm.changedAt);
    return { code: "ALARM_ACTIVE", name, says: `Alarm ${name} is in ALARM since ${since}. ${alarm.reason}`.trim() };
  }
  return alarm.trouble === undefined
    ? undefined
    : {
        code: "ALARM_UNRELIABLE",
        name,
        says: `The evaluation of alarm ${name} has trouble (${alarm.trouble}), so its state ${alarm.state} says nothing.`,
      };
};

/** All of it in one refusal, by the code of what is to be mended first. */
export const refuseAlarms = (problems: readonly AlarmProblem[]): Refusal | undefined => {
  const codes: readonly Code[] = ["ALARM_UNKNOWN", "ALARM_ACTIVE", "ALARM_UNRELIABLE"];
  const refused = codes.find((code) => problems.some((problem) => problem.code === code));
  return refused === undefined ? undefined : { refused, happened: problems.map(({ says }) => says).join("\n") };
};
