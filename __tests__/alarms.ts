import type { CloudWatch } from "../src/aws/cloudwatch/cloudwatch.ts";
import type { Alarm } from "../src/domain/alarm.ts";

/** A quiet alarm over a minute of metrics. */
export const anAlarm = (changes: Partial<Alarm> = {}): Alarm => {
  const name = changes.name ?? "errors";
  return {
    name,
    arn: `arn:aws:cloudwatch:eu-central-1:123456789012:alarm:${name}`,
    kind: "metric",
    state: "OK",
    reason: "",
    changedAt: Date.UTC(2026, 0, 1),
    trouble: undefined,
    window: 60_000,
    apiNames: [],
    ...changes,
  };
};

/** For runs that have nothing to ask there. */
export const withoutCloudTrail = (): Promise<never> => Promise.reject(new Error("nothing is asked of CloudTrail here"));

export const withoutCloudWatch = (): Promise<CloudWatch> =>
  Promise.reject(new Error("nothing is asked of CloudWatch here"));
