import type { RestApi } from "./stage.ts";

/** Metrics of API Gateway as CloudWatch keeps them. */

export type MetricQuery = {
  readonly metric: string;
  /** `Sum`, `SampleCount`, `Average`, `p95`, … */
  readonly statistic: string;
  readonly dimensions: Readonly<Record<string, string>>;
};

/** The value of one minute; `at`: its beginning, in milliseconds since 1970. */
export type Point = { readonly at: number; readonly value: number };

/** Milliseconds since 1970, at whole minutes; `until` is not part of it. */
export type TimeRange = { readonly from: number; readonly until: number };

/**
 * What metrics name the API by: its id, or its name without what is not ASCII, and the id where nothing is left of that
 * (Developer Guide).
 */
export const metricNameOf = (name: string, { id, kind }: Pick<RestApi, "id" | "kind">): string =>
  (kind.metrics.api === "ApiId" ? "" : name.replace(/[^\x20-\x7e]/g, "")) || id;
