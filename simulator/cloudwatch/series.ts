import type { ServedRequest } from "../gateway/model.ts";
import type { CloudWatchWorld } from "./model.ts";

/** Dimensions by name; a series is told by all of them, in no order. */
export type Dimensions = Readonly<Record<string, string>>;

export type Series = { readonly metricName: string; readonly dimensions: Dimensions };

export const namespace = "AWS/ApiGateway";

type Measure = { readonly unit: string; readonly value: (request: ServedRequest) => number | undefined };

const isClass = (status: number, hundreds: number): number => (Math.floor(status / 100) === hundreds ? 1 : 0);

/** API Gateway Developer Guide, "Amazon API Gateway dimensions and metrics"; those of a cache are not simulated. */
const measures: Readonly<Record<string, Measure>> = {
  Count: { unit: "Count", value: () => 1 },
  "4XXError": { unit: "Count", value: ({ status }) => isClass(status, 4) },
  "5XXError": { unit: "Count", value: ({ status }) => isClass(status, 5) },
  Latency: { unit: "Milliseconds", value: ({ latency }) => latency },
  IntegrationLatency: { unit: "Milliseconds", value: ({ integrationLatency }) => integrationLatency },
};

export const unitOf = (metricName: string): string | undefined => measures[metricName]?.unit;

export type Sample = { readonly at: number; readonly value: number };

/** What can be read of a series now, from a time up to but not including another. */
export const samplesOf = (world: CloudWatchWorld, series: Series, from: number, until: number): Sample[] => {
  const measure = Object.hasOwn(measures, series.metricName) ? measures[series.metricName] : undefined;
  if (!measure) return [];
  return world.served.flatMap((request) => {
    if (request.at < from || request.at >= until || !isSent(world, request)) return [];
    if (!dimensionsOf(world, request).some((dimensions) => isSame(dimensions, series.dimensions))) return [];
    const value = measure.value(request);
    return value === undefined ? [] : [{ at: request.at, value }];
  });
};

const minute = 60_000;

/** Metrics are sent each minute. */
const isSent = ({ clock, metricDelayMs }: CloudWatchWorld, { at }: ServedRequest): boolean =>
  clock.now() >= (Math.floor(at / minute) + 1) * minute + metricDelayMs;

/** The series that a request counts in, without their metrics. A stage's own series counts its canary's requests too. */
const dimensionsOf = ({ canarySeries }: CloudWatchWorld, request: ServedRequest): Dimensions[] => {
  const ApiName = metricNameOf(request);
  const Stage = request.stageName;
  const { detailed, isCanary } = request;
  return [
    { ApiName },
    { ApiName, Stage },
    ...(detailed ? [{ ApiName, Stage, Method: detailed.method, Resource: detailed.resource }] : []),
    ...(isCanary && canarySeries ? [{ ApiName, Stage: `${Stage}/Canary` }] : []),
  ];
};

/** The API's name without what is not ASCII; its id where nothing is left. */
const metricNameOf = ({ apiName, restApiId }: ServedRequest): string =>
  apiName.replace(/[^\x20-\x7e]/g, "") || restApiId;

const isSame = (one: Dimensions, other: Dimensions): boolean => {
  const names = Object.keys(one);
  return names.length === Object.keys(other).length && names.every((name) => one[name] === other[name]);
};

export type ListedSeries = Series & { readonly lastAt: number };

const twoWeeks = 14 * 24 * 60 * minute;

/** The series that had data within two weeks and are known long enough to be listed. */
export const listedSeries = (world: CloudWatchWorld): ListedSeries[] => {
  const now = world.clock.now();
  const found = new Map<string, { readonly series: Series; readonly firstAt: number; lastAt: number }>();
  for (const request of world.served.filter(({ at }) => at >= now - twoWeeks)) {
    for (const series of seriesOf(world, request)) {
      const key = JSON.stringify([series.metricName, series.dimensions]);
      const known = found.get(key);
      if (known) known.lastAt = request.at;
      else found.set(key, { series, firstAt: request.at, lastAt: request.at });
    }
  }
  return [...found.values()]
    .filter(({ firstAt }) => firstAt + world.listingDelayMs <= now)
    .map(({ series, lastAt }) => ({ ...series, lastAt }));
};

const seriesOf = (world: CloudWatchWorld, request: ServedRequest): Series[] => {
  const metricNames = Object.keys(measures).filter((name) => measures[name]?.value(request) !== undefined);
  return dimensionsOf(world, request).flatMap((dimensions) =>
    metricNames.map((metricName) => ({ metricName, dimensions })),
  );
};
