import type { ServedRequest } from "../gateway/model.ts";
import type { CloudWatchWorld } from "./model.ts";

/** Dimensions by name; a series is told by all of them, in no order. */
export type Dimensions = Readonly<Record<string, string>>;

export type Series = { readonly metricName: string; readonly dimensions: Dimensions };

export const namespace = "AWS/ApiGateway";

type Measure = { readonly unit: string; readonly value: (request: ServedRequest) => number | undefined };

const isClass = (status: number, hundreds: number): number => (Math.floor(status / 100) === hundreds ? 1 : 0);

type Measures = Readonly<Record<string, Measure>>;

const latencies: Measures = {
  Latency: { unit: "Milliseconds", value: ({ latency }) => latency },
  IntegrationLatency: { unit: "Milliseconds", value: ({ integrationLatency }) => integrationLatency },
};

const failures = (hundreds: number): Measure => ({ unit: "Count", value: ({ status }) => isClass(status, hundreds) });

/** Of a WebSocket API: which of its failures count. */
const errors = (isCounted: (request: ServedRequest) => boolean): Measure => ({
  unit: "Count",
  value: (request) => (request.status >= 400 && isCounted(request) ? 1 : 0),
});

const eventCount = (isCounted: (eventType: ServedRequest["eventType"]) => boolean): Measure => ({
  unit: "Count",
  value: ({ eventType }) => (isCounted(eventType) ? 1 : undefined),
});

/**
 * By kind of API (API Gateway Developer Guide, "Amazon API Gateway dimensions and metrics", "Monitor CloudWatch metrics
 * for HTTP APIs", "Monitor WebSocket API execution with CloudWatch metrics"); those of a cache and of the data's size are
 * not simulated.
 */
const measuresByKind: Readonly<Record<"REST" | "HTTP" | "WEBSOCKET", Measures>> = {
  REST: {
    Count: { unit: "Count", value: () => 1 },
    "4XXError": failures(4),
    "5XXError": failures(5),
    ...latencies,
  },
  HTTP: { Count: { unit: "Count", value: () => 1 }, "4xx": failures(4), "5xx": failures(5), ...latencies },
  WEBSOCKET: {
    ConnectCount: eventCount((eventType) => eventType === "CONNECT"),
    MessageCount: eventCount((eventType) => eventType === "MESSAGE"),
    ClientError: errors(({ status, integrationLatency }) => status < 500 && integrationLatency === undefined),
    IntegrationError: errors(({ integrationLatency }) => integrationLatency !== undefined),
    ExecutionError: errors(({ status, integrationLatency }) => status >= 500 && integrationLatency === undefined),
    IntegrationLatency: { unit: "Milliseconds", value: ({ integrationLatency }) => integrationLatency },
  },
};

const measuresOf = ({ protocolType }: ServedRequest): Measures => measuresByKind[protocolType ?? "REST"];

const measureOf = (request: ServedRequest, metricName: string): Measure | undefined => {
  const measures = measuresOf(request);
  return Object.hasOwn(measures, metricName) ? measures[metricName] : undefined;
};

export const unitOf = (metricName: string): string | undefined =>
  Object.values(measuresByKind).find((measures) => Object.hasOwn(measures, metricName))?.[metricName]?.unit;

export type Sample = { readonly at: number; readonly value: number };

/** What can be read of a series now, from a time up to but not including another. */
export const samplesOf = (world: CloudWatchWorld, series: Series, from: number, until: number): Sample[] => {
  return world.served.flatMap((request) => {
    if (request.at < from || request.at >= until || !isSent(world, request)) return [];
    if (!dimensionsOf(world, request).some((dimensions) => isSame(dimensions, series.dimensions))) return [];
    const value = measureOf(request, series.metricName)?.value(request);
    return value === undefined ? [] : [{ at: request.at, value }];
  });
};

const minute = 60_000;

/** Metrics are sent each minute. */
const isSent = ({ clock, metricDelayMs }: CloudWatchWorld, { at }: ServedRequest): boolean =>
  clock.now() >= (Math.floor(at / minute) + 1) * minute + metricDelayMs;

/** The series that a request counts in, without their metrics. A stage's own series counts its canary's requests too. */
const dimensionsOf = (world: CloudWatchWorld, request: ServedRequest): Dimensions[] =>
  request.protocolType === undefined ? dimensionsOfRest(world, request) : dimensionsById(request);

/** HTTP and WebSocket APIs go by their ids. */
const dimensionsById = ({ restApiId: ApiId, stageName: Stage, detailed }: ServedRequest): Dimensions[] => [
  { ApiId },
  { ApiId, Stage },
  ...(detailed ? [{ ApiId, Stage, Method: detailed.method, Resource: detailed.resource }] : []),
];

const dimensionsOfRest = ({ canarySeries }: CloudWatchWorld, request: ServedRequest): Dimensions[] => {
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
  const measures = Object.entries(measuresOf(request));
  const metricNames = measures.filter(([, { value }]) => value(request) !== undefined).map(([name]) => name);
  return dimensionsOf(world, request).flatMap((dimensions) =>
    metricNames.map((metricName) => ({ metricName, dimensions })),
  );
};
