import { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { Alarm, AlarmChange } from "../../domain/alarm.ts";
import type { MetricQuery, Point, TimeRange } from "../../domain/metric.ts";
import type { Connection } from "../client.ts";
import type { Pacing } from "../retry.ts";
import { callsTo } from "../translate.ts";
import { requireWholeAnswers } from "../whole-answer.ts";
import { alarmChanges, describeAlarms } from "./alarms.ts";
import type { ListedMetric } from "./answers.ts";
import { getMetrics, listMetrics } from "./metrics.ts";
import type { CloudWatchSession } from "./session.ts";

/** The CloudWatch of the run's account and Region. Every method only reads, and throws ActionError and nothing else. */
export type CloudWatch = {
  /** Those of the names that there are, whatever their kind, in the names' order. At most 100 names. */
  readonly describeAlarms: (names: readonly string[]) => Promise<readonly Alarm[]>;
  /** An alarm's changes of state that are newer than `after` (milliseconds since 1970), oldest first. */
  readonly alarmChanges: (name: string, after: number) => Promise<readonly AlarmChange[]>;
  /** Metrics of API Gateway by the minute, oldest first, one list a query. A minute without requests has no point. */
  readonly getMetrics: (queries: readonly MetricQuery[], range: TimeRange) => Promise<readonly (readonly Point[])[]>;
  /** The series of API Gateway that have these dimensions and had data within three hours. */
  readonly listMetrics: (dimensions: Readonly<Record<string, string>>) => Promise<readonly ListedMetric[]>;
};

export const openCloudWatch = (connection: Connection, restApiId: string, pacing: Pacing): CloudWatch => {
  const client = new CloudWatchClient(connection.settings);
  requireWholeAnswers(client, "CloudWatch");
  const call = callsTo("CloudWatch", "cloudwatch", { restApiId, region: connection.region });
  const session: CloudWatchSession = {
    client,
    pacing,
    readOptions: { abortSignal: pacing.signal },
    // What is asked for here can be allowed on all resources alone (Service Authorization Reference, CloudWatch):
    // metrics know no others, and composite alarms are shown to nobody else.
    call: (operation, doing) => call({ operation, doing, resource: "*" }),
  };
  return {
    describeAlarms: (names) => describeAlarms(session, names),
    alarmChanges: (name, after) => alarmChanges(session, name, after),
    getMetrics: (queries, range) => getMetrics(session, queries, range),
    listMetrics: (dimensions) => listMetrics(session, dimensions),
  };
};
