import { type AlarmType, DescribeAlarmHistoryCommand, DescribeAlarmsCommand } from "@aws-sdk/client-cloudwatch";
import { type Alarm, type AlarmChange, MOST_ALARMS } from "../../domain/alarm.ts";
import { readPages } from "../pages.ts";
import { translate } from "../translate.ts";
import { UnreadableAnswer } from "../unreadable-answer.ts";
import { alarmsOf, changesOf } from "./answers.ts";
import type { CloudWatchSession } from "./session.ts";

/** Without them both operations tell of metric alarms alone (CloudWatch API reference). */
const TYPES: AlarmType[] = ["MetricAlarm", "CompositeAlarm", "LogAlarm"];

/** Those of the names that there are, in their order: a name that is missing in the answer has no alarm. */
export const describeAlarms = async (
  { client, pacing, readOptions, call }: CloudWatchSession,
  names: readonly string[],
): Promise<readonly Alarm[]> => {
  const about = call("DescribeAlarms", "read the alarms");
  const found = await readPages(about, pacing, async (NextToken) => {
    const describe = new DescribeAlarmsCommand({
      AlarmNames: [...names],
      AlarmTypes: TYPES,
      MaxRecords: MOST_ALARMS,
      NextToken,
    });
    return alarmsOf(await client.send(describe, readOptions));
  });
  return names.flatMap((name) => {
    const [alarm, ...others] = found.filter((one) => one.name === name);
    if (others.some(({ state }) => state !== alarm?.state))
      throw translate(new UnreadableAnswer(`CloudWatch gives alarm ${name} two states.`), about);
    return alarm ?? [];
  });
};

/** An alarm's changes of state that are newer than `after`, oldest first; also of an alarm that was deleted. */
export const alarmChanges = async (
  { client, pacing, readOptions, call }: CloudWatchSession,
  name: string,
  after: number,
): Promise<readonly AlarmChange[]> => {
  const about = call("DescribeAlarmHistory", `read the history of alarm ${name}`);
  const changes = await readPages(about, pacing, async (NextToken) => {
    const describe = new DescribeAlarmHistoryCommand({
      AlarmName: name,
      AlarmTypes: TYPES,
      HistoryItemType: "StateUpdate",
      StartDate: new Date(after),
      ScanBy: "TimestampAscending",
      MaxRecords: MOST_ALARMS,
      NextToken,
    });
    return changesOf(await client.send(describe, readOptions));
  });
  return changes.filter(({ at }) => at > after);
};
