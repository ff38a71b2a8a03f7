import type { JsonOperation } from "../aws/json-service.ts";
import { pageOf } from "../aws/pages.ts";
import type { CloudWatchWorld } from "./model.ts";
import { notSimulated, validationError } from "./refusals.ts";
import { type Dimensions, listedSeries, namespace, type Sample, samplesOf, unitOf } from "./series.ts";
import { dataPoints, statisticNamed } from "./statistics.ts";

type NameAndValue = { readonly Name: string; readonly Value: string };

type Query = {
  readonly Id: string;
  readonly Label?: string;
  readonly Expression?: string;
  readonly ReturnData?: boolean;
  readonly MetricStat?: {
    readonly Metric: {
      readonly Namespace?: string;
      readonly MetricName?: string;
      readonly Dimensions?: readonly NameAndValue[];
    };
    readonly Period: number;
    readonly Stat: string;
    readonly Unit?: string;
  };
};

type GetMetricDataInput = {
  readonly MetricDataQueries: readonly Query[];
  readonly StartTime: number;
  readonly EndTime: number;
  readonly ScanBy?: string;
  readonly MaxDatapoints?: number;
  readonly NextToken?: string;
};

export const dimensionsFrom = (list: readonly NameAndValue[] = []): Dimensions =>
  Object.fromEntries(list.map(({ Name, Value }) => [Name, Value]));

const maximumDataPoints = 100_800;

/** A data point stands for the period that begins with its time; `EndTime` itself is not asked for. */
const getMetricData: JsonOperation<CloudWatchWorld> = (input: GetMetricDataInput, world) => {
  checkQueries(input);
  const found = input.MetricDataQueries.filter(({ ReturnData }) => ReturnData !== false).map((query) => ({
    query,
    points: pointsOf(world, query, input),
  }));
  const all = found.flatMap(({ query, points }) => points.map((point) => ({ query, point })));
  const page = pageOf(all, input.MaxDatapoints ?? maximumDataPoints, input.NextToken, "InvalidNextToken");
  return {
    MetricDataResults: found.map(({ query, points }) => {
      const shown = page.items.filter((item) => item.query === query).map(({ point }) => point);
      const isLater = page.nextToken !== undefined && shown.at(-1) !== points.at(-1);
      return {
        Id: query.Id,
        Label: query.Label ?? query.MetricStat?.Metric.MetricName,
        Timestamps: shown.map(({ at }) => at),
        Values: shown.map(({ value }) => value),
        StatusCode: isLater ? "PartialData" : "Complete",
      };
    }),
    Messages: [],
    NextToken: page.nextToken,
  };
};

const checkQueries = ({
  MetricDataQueries: queries,
  StartTime,
  EndTime,
  MaxDatapoints = 1,
}: GetMetricDataInput): void => {
  if (queries.length > 500)
    throw validationError("The collection MetricDataQueries must not have a size greater than 500.");
  if (StartTime >= EndTime) throw validationError("The parameter StartTime must be less than the parameter EndTime.");
  if (MaxDatapoints < 1 || MaxDatapoints > maximumDataPoints) {
    throw validationError(`The parameter MaxDatapoints must be between 1 and ${maximumDataPoints}.`);
  }
  const ids = queries.map(({ Id }) => Id);
  const wrong = ids.find((id) => !/^[a-z]\w*$/.test(id));
  if (wrong !== undefined)
    throw validationError(
      `The value ${wrong} for parameter Id is not matching the expected pattern ^[a-z][a-zA-Z0-9_]*$.`,
    );
  if (new Set(ids).size < ids.length)
    throw validationError("The values for parameter Id in MetricDataQueries are not unique.");
  if (!queries.some(({ ReturnData }) => ReturnData !== false)) {
    throw validationError("At least one of the MetricDataQueries must have ReturnData set to true.");
  }
};

const pointsOf = (
  world: CloudWatchWorld,
  { Id, Expression, MetricStat }: Query,
  range: GetMetricDataInput,
): Sample[] => {
  if (Expression !== undefined) throw notSimulated(`metric math, as in ${JSON.stringify(Expression)}`);
  if (!MetricStat) throw validationError(`Exactly one of MetricStat and Expression must be given for ${Id}.`);
  const { Metric, Period, Stat, Unit } = MetricStat;
  checkPeriod(Period);
  const statistic = statisticNamed(Stat);
  const series = { metricName: Metric.MetricName ?? "", dimensions: dimensionsFrom(Metric.Dimensions) };
  if (Metric.Namespace !== namespace || (Unit !== undefined && Unit !== unitOf(series.metricName))) return [];
  const periodMs = Period * 1000;
  const from = Math.floor(range.StartTime / periodMs) * periodMs;
  const until = Math.ceil(range.EndTime / periodMs) * periodMs;
  const points = dataPoints(samplesOf(world, series, from, until), periodMs, statistic);
  return range.ScanBy === "TimestampAscending" ? points : points.reverse();
};

export const checkPeriod = (period: number): void => {
  if ([1, 5, 10, 20, 30].includes(period) || (period > 0 && period % 60 === 0)) return;
  throw validationError("Period must be 1, 5, 10, 20, 30 or a multiple of 60.");
};

type ListMetricsInput = {
  readonly Namespace?: string;
  readonly MetricName?: string;
  readonly Dimensions?: readonly { readonly Name: string; readonly Value?: string }[];
  readonly RecentlyActive?: string;
  readonly NextToken?: string;
};

const threeHours = 3 * 3600 * 1000;

const listMetrics: JsonOperation<CloudWatchWorld> = (input: ListMetricsInput, world) => {
  const { Namespace, MetricName, Dimensions: wanted = [], RecentlyActive } = input;
  if (RecentlyActive !== undefined && RecentlyActive !== "PT3H") {
    throw validationError("The parameter RecentlyActive must be PT3H.");
  }
  if (wanted.length > 10) throw validationError("The collection Dimensions must not have a size greater than 10.");
  const since = RecentlyActive === undefined ? Number.NEGATIVE_INFINITY : world.clock.now() - threeHours;
  const found = listedSeries(world).filter(
    ({ metricName, dimensions, lastAt }) =>
      (Namespace ?? namespace) === namespace &&
      (MetricName ?? metricName) === metricName &&
      lastAt >= since &&
      wanted.every(
        ({ Name, Value }) => Object.hasOwn(dimensions, Name) && (Value ?? dimensions[Name]) === dimensions[Name],
      ),
  );
  const { items, nextToken } = pageOf(found, 500, input.NextToken, "InvalidNextToken");
  return {
    Metrics: items.map(({ metricName, dimensions }) => ({
      Namespace: namespace,
      MetricName: metricName,
      Dimensions: Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value })),
    })),
    NextToken: nextToken,
  };
};

export const metricOperations: Record<string, JsonOperation<CloudWatchWorld>> = {
  GetMetricData: getMetricData,
  ListMetrics: listMetrics,
};
