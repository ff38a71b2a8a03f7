import { expect, test } from "@jest/globals";
import type { Alarm, AlarmName } from "../../src/domain/alarm.ts";
import { alarmProblems, refuseAlarms } from "../../src/plan/alarms.ts";
import { anAlarm } from "../alarms.ts";

const named = (name = "errors", arn?: string): AlarmName => ({ name, arn });
const refusalOf = (wanted: readonly AlarmName[], found: readonly Alarm[]) => refuseAlarms(alarmProblems(wanted, found));

test.each([
  ["OK", anAlarm()],
  ["without data", anAlarm({ state: "INSUFFICIENT_DATA" })],
])("an alarm that is %s lets a release begin", (_, alarm) => {
  expect(refusalOf([named(), named("errors", alarm.arn)], [alarm])).toBeUndefined();
});

test.each<[string, AlarmName, readonly Alarm[], string, RegExp]>([
  ["is not there", named(), [], "ALARM_UNKNOWN", /^There is no alarm errors in this account and Region\.$/],
  [
    "is another's",
    named("errors", "arn:aws:cloudwatch:eu-west-1:1:alarm:errors"),
    [anAlarm()],
    "ALARM_UNKNOWN",
    /not arn/,
  ],
  [
    "is red",
    named(),
    [anAlarm({ state: "ALARM", reason: "3 of 3." })],
    "ALARM_ACTIVE",
    /since 2026-01-01T00:00:00Z\. 3 of 3\.$/,
  ],
  ["is not evaluated", named(), [anAlarm({ trouble: "EVALUATION_ERROR" })], "ALARM_UNRELIABLE", /\(EVALUATION_ERROR\)/],
])("an alarm that %s refuses it", (_, wanted, found, refused, happened) => {
  expect(refusalOf([wanted], found)).toMatchObject({ refused, happened: expect.stringMatching(happened) });
});

test("all that is wrong is told at once", () => {
  const found = [anAlarm({ name: "red", state: "ALARM" }), anAlarm({ name: "fine" })];
  const refusal = refusalOf([named("red"), named("fine"), named("gone")], found);
  expect(refusal?.refused).toBe("ALARM_UNKNOWN");
  expect(refusal?.happened.split("\n")).toHaveLength(2);
});
