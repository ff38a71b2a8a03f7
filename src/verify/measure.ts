import type { Measured } from "../domain/health.ts";
import type { MetricQuery, Point } from "../domain/metric.ts";

/** What metrics of API Gateway tell of a stage (Developer Guide, "Amazon API Gateway dimensions and metrics"). */

type Metric = Pick<MetricQuery, "metric" | "statistic">;

const METRICS: readonly Metric[] = [
  { metric: "Count", statistic: "SampleCount" },
  { metric: "5XXError", statistic: "Sum" },
  { metric: "4XXError", statistic: "Sum" },
  { metric: "Latency", statistic: "p95" },
  { metric: "Latency", statistic: "Average" },
];

/** What to ask for a stage; the answers, in this order, are what `measuredIn` reads. */
export const stageQueries = (dimensions: MetricQuery["dimensions"]): readonly MetricQuery[] =>
  METRICS.map((metric) => ({ ...metric, dimensions }));

export const QUERIES_OF_STAGE = METRICS.length;

/**
 * What was measured from one time up to another, in milliseconds since 1970. Percentiles of several minutes do not add
 * up: the latency is that of each minute, weighed by its requests; the average where there is no percentile.
 */
export const measuredIn = (series: readonly (readonly Point[])[], from: number, until: number): Measured => {
  const [counts = [], serverErrors = [], clientErrors = [], p95 = [], average = []] = series.map((points) =>
    points.filter(({ at }) => at >= from && at < until),
  );
  const percentile = weighed(p95, counts);
  const mean = weighed(average, counts);
  return {
    requests: sumOf(counts),
    serverErrors: sumOf(serverErrors),
    clientErrors: sumOf(clientErrors),
    latency: latencyOf("p95", percentile) ?? latencyOf("average", mean),
  };
};

const latencyOf = (
  statistic: NonNullable<Measured["latency"]>["statistic"],
  milliseconds: number | undefined,
): Measured["latency"] => (milliseconds === undefined ? undefined : { milliseconds, statistic });

const sumOf = (points: readonly Point[]): number => points.reduce((sum, { value }) => sum + value, 0);

const weighed = (points: readonly Point[], counts: readonly Point[]): number | undefined => {
  const weights = new Map(counts.map(({ at, value }) => [at, value]));
  const total = points.reduce((sum, { at }) => sum + (weights.get(at) ?? 0), 0);
  if (total === 0) return undefined;
  return points.reduce((sum, { at, value }) => sum + value * (weights.get(at) ?? 0), 0) / total;
};
