import { GetMetricDataCommand, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import type { MetricQuery, Point, TimeRange } from "../../domain/metric.ts";
import { readPages } from "../pages.ts";
import { translate } from "../translate.ts";
import { UnreadableAnswer } from "../unreadable-answer.ts";
import { type ListedMetric, metricsOf, NAMESPACE, type SeriesPart, seriesOf } from "./answers.ts";
import type { CloudWatchSession } from "./session.ts";

const dimensionsFrom = (dimensions: MetricQuery["dimensions"]): { Name: string; Value: string }[] =>
  Object.entries(dimensions).map(([Name, Value]) => ({ Name, Value }));

/**
 * Metrics of API Gateway by the minute, oldest first, one list a query and in the queries' order. A minute without
 * requests has no point.
 */
export const getMetrics = async (
  { client, pacing, readOptions, call }: CloudWatchSession,
  queries: readonly MetricQuery[],
  { from, until }: TimeRange,
): Promise<readonly (readonly Point[])[]> => {
  const MetricDataQueries = queries.map(({ metric, statistic, dimensions }, index) => ({
    Id: idOf(index),
    MetricStat: {
      Metric: { Namespace: NAMESPACE, MetricName: metric, Dimensions: dimensionsFrom(dimensions) },
      Period: 60,
      Stat: statistic,
    },
  }));
  const about = call("GetMetricData", "read the metrics");
  const parts = await readPages(about, pacing, async (NextToken) => {
    const get = new GetMetricDataCommand({
      MetricDataQueries,
      StartTime: new Date(from),
      EndTime: new Date(until),
      ScanBy: "TimestampAscending",
      NextToken,
    });
    const page = seriesOf(await client.send(get, readOptions));
    for (const part of page.items) requireData(part, page.position !== undefined);
    return page;
  });
  const unreadable = (because: string) => translate(new UnreadableAnswer(because), about);
  return queries.map((_, index) => {
    const own = parts.filter(({ id }) => id === idOf(index));
    if (own.length === 0) throw unreadable("CloudWatch has not answered every query.");
    const points = own.flatMap((part) => part.points).filter(({ at }) => at >= from && at < until);
    if (new Set(points.map(({ at }) => at)).size < points.length)
      throw unreadable("CloudWatch tells of one minute twice.");
    return points;
  });
};

const idOf = (index: number): string => `q${index}`;

/** Partial data is completed by the pages that follow; anything else than that is not what was asked for. */
const requireData = ({ status }: SeriesPart, isMoreToCome: boolean): void => {
  if (status === "Complete" || (status === "PartialData" && isMoreToCome)) return;
  throw new UnreadableAnswer(`CloudWatch has not given all data: the status of a query is ${status}.`);
};

/** The series of API Gateway with these dimensions and perhaps others, as far as they had data within three hours. */
export const listMetrics = (
  { client, pacing, readOptions, call }: CloudWatchSession,
  dimensions: Readonly<Record<string, string>>,
): Promise<readonly ListedMetric[]> =>
  readPages(call("ListMetrics", "list the metrics"), pacing, async (NextToken) => {
    const list = new ListMetricsCommand({
      Namespace: NAMESPACE,
      Dimensions: dimensionsFrom(dimensions),
      RecentlyActive: "PT3H",
      NextToken,
    });
    return metricsOf(await client.send(list, readOptions));
  });
