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

/** Metrics are kept by the API's name, without what is not ASCII; by its id where nothing is left (Developer Guide). */
export const metricNameOf = (name: string, { id }: Pick<RestApi, "id">): string =>
  name.replace(/[^\x20-\x7e]/g, "") || id;
