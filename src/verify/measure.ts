import type { Measured } from "../domain/health.ts";
import type { MetricQuery, Point, StageMetric, StageMetrics } from "../domain/metric.ts";

/** What metrics of API Gateway tell of a stage. */

/** The series of a stage, a list for each thing that they tell; percentile and average come last. */
const seriesOf = ({
  requests,
  serverErrors,
  clientErrors,
  latency,
}: StageMetrics): readonly (readonly StageMetric[])[] => [
  requests,
  serverErrors,
  clientErrors,
  [{ metric: latency, statistic: "p95" }],
  [{ metric: latency, statistic: "Average" }],
];

/** What to ask for a stage; the answers, in this order, are what `measuredIn` reads. */
export const stageQueries = (metrics: StageMetrics, apiName: string, stageName: string): readonly MetricQuery[] =>
  seriesOf(metrics)
    .flat()
    .map((metric) => ({ ...metric, dimensions: { [metrics.api]: apiName, Stage: stageName } }));

/**
 * What was measured from one time up to another, in milliseconds since 1970. Percentiles of several minutes do not add
 * up: the latency is that of each minute, weighed by its requests; the average where there is no percentile.
 */
export const measuredIn = (
  series: readonly (readonly Point[])[],
  metrics: StageMetrics,
  from: number,
  until: number,
): Measured => {
  const left = series.map((points) => points.filter(({ at }) => at >= from && at < until));
  const [counts = [], serverErrors = [], clientErrors = [], p95 = [], average = []] = seriesOf(metrics).map((list) =>
    left.splice(0, list.length).flat(),
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
  const weights = new Map<number, number>();
  for (const { at, value } of counts) weights.set(at, (weights.get(at) ?? 0) + value);
  const total = points.reduce((sum, { at }) => sum + (weights.get(at) ?? 0), 0);
  if (total === 0) return undefined;
  return points.reduce((sum, { at, value }) => sum + value * (weights.get(at) ?? 0), 0) / total;
};
