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

/** A series of a stage, without its dimensions. */
export type StageMetric = Pick<MetricQuery, "metric" | "statistic">;

/** What CloudWatch keeps of a stage's traffic. Each of the lists is summed up. */
export type StageMetrics = {
  /** The dimension that tells which API: by its name or its id. */
  readonly api: "ApiName" | "ApiId";
  readonly requests: readonly StageMetric[];
  /** Those that the API itself, or what is behind it, answers with an error. */
  readonly serverErrors: readonly StageMetric[];
  readonly clientErrors: readonly StageMetric[];
  /** The metric of how long requests take. */
  readonly latency: string;
};

/** What the metrics of an API are kept by. */
export const metricNameOf = (
  name: string,
  { id, kind }: { readonly id: string; readonly kind: { readonly metrics: StageMetrics } },
): string => (kind.metrics.api === "ApiId" ? id : nameOrId(name, id));

/** Metrics are kept by the API's name, without what is not ASCII; by its id where nothing is left (Developer Guide). */
const nameOrId = (name: string, id: string): string => name.replace(/[^\x20-\x7e]/g, "") || id;
