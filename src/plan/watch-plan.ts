import type { AlarmName } from "../domain/alarm.ts";
import type { Limits } from "../domain/health.ts";
import type { StageMetrics } from "../domain/metric.ts";

/** What is looked at for a while once the stage is pointed. */
export type WatchPlan = {
  /** Milliseconds. */
  readonly bakeTime: number;
  readonly alarms: readonly AlarmName[];
  /** `undefined`: alarms alone decide. */
  readonly limits: Limits | undefined;
  /** Requests below which alarms that stay quiet prove nothing. */
  readonly minRequests: number;
  /** What CloudWatch keeps of the stage's traffic. */
  readonly metrics: StageMetrics;
  /** What it keeps the metrics of the API by, before and after the run. */
  readonly apiName: { readonly before: string; readonly after: string };
  /**
   * `undefined`: this attempt of the run points the stage. Otherwise when an earlier one did, in milliseconds since 1970, as
   * far as anything tells.
   */
  readonly earlier: { readonly since: number | undefined } | undefined;
  readonly onNotProven: "warn" | "fail";
};

/** Milliseconds after its end at which a minute's metrics can surely be read (2 to 3 minutes). */
export const METRICS_DELAY = 3 * 60_000;
