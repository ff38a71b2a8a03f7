import type { StageMetrics } from "../domain/api-kind.ts";
import type { Measured } from "../domain/health.ts";
import type { MetricQuery, Point } from "../domain/metric.ts";

/** What metrics of API Gateway tell of a stage (Developer Guide, "Amazon API Gateway dimensions and metrics"). */

type Metric = Pick<MetricQuery, "metric" | "statistic">;

const metricsOf = (named: StageMetrics): readonly Metric[] => [
  { metric: named.requests, statistic: "SampleCount" },
  { metric: named.serverErrors, statistic: "Sum" },
  { metric: named.clientErrors, statistic: "Sum" },
  { metric: named.latency, statistic: "p95" },
  { metric: named.latency, statistic: "Average" },
];

/** What to ask for a stage; the answers, in this order, are what `measuredIn` reads. `apiName`: see `metricNameOf`. */
export const stageQueries = (metrics: StageMetrics, apiName: string, stageName: string): readonly MetricQuery[] =>
  metricsOf(metrics).map((metric) => ({ ...metric, dimensions: { [metrics.api]: apiName, Stage: stageName } }));

export const QUERIES_OF_STAGE = 5;

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
