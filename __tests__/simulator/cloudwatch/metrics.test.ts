import { GetMetricDataCommand, type GetMetricDataCommandInput, ListMetricsCommand } from "@aws-sdk/client-cloudwatch";
import { describe, expect, test } from "@jest/globals";
import { type AccountScene, minute, newAccountScene, refusalOf, start } from "../account-scene.ts";

const dimensions = (stage?: string, name = "pets") => [
  { Name: "ApiName", Value: name },
  ...(stage === undefined ? [] : [{ Name: "Stage", Value: stage }]),
];

type Wanted = { readonly stat: string; readonly metric?: string; readonly stage?: string; readonly period?: number };

const query = ({ stat, metric = "Count", stage = "dev", period = 60 }: Wanted, index = 0) => ({
  Id: `m${index}`,
  MetricStat: {
    Metric: { Namespace: "AWS/ApiGateway", MetricName: metric, Dimensions: dimensions(stage) },
    Period: period,
    Stat: stat,
  },
});

const range = { StartTime: new Date(start), EndTime: new Date(start + 10 * minute) };

/** The values of each query, newest first. */
const read = async ({ cloudWatch }: AccountScene, ...wanted: Wanted[]): Promise<(number[] | undefined)[]> => {
  const answer = await cloudWatch.send(new GetMetricDataCommand({ ...range, MetricDataQueries: wanted.map(query) }));
  return (answer.MetricDataResults ?? []).map(({ Values }) => Values);
};

describe("GetMetricData", () => {
  test("counts what the stage served, by status class, as sums and as rates", async () => {
    const scene = await newAccountScene();
    await scene.traffic(6);
    await scene.traffic(3, 404);
    await scene.traffic(1, 500);
    scene.clock.advance(3 * minute);
    expect(
      await read(
        scene,
        { stat: "Sum" },
        { stat: "Sum", metric: "4XXError" },
        { stat: "Average", metric: "4XXError" },
        { stat: "SampleCount", metric: "5XXError" },
        { stat: "Average", metric: "5XXError" },
      ),
    ).toEqual([[10], [3], [0.3], [10], [0.1]]);
  });

  test("a request that no method answers counts as a client's error and has no integration latency", async () => {
    const scene = await newAccountScene();
    await fetch(`${scene.server.url}/${scene.api.id}/dev/none`);
    scene.clock.advance(3 * minute);
    expect(
      await read(
        scene,
        { stat: "Sum", metric: "4XXError" },
        { stat: "SampleCount", metric: "IntegrationLatency" },
        { stat: "SampleCount", metric: "Latency" },
      ),
    ).toEqual([[1], [], [1]]);
  });

  test("latency is what the backend took and a little more; percentiles lie between values", async () => {
    const scene = await newAccountScene();
    const latencies = [1000, 2000, 3000, 4000, 5000];
    scene.account.gateway.backendLatency = () => latencies[scene.account.gateway.served.length] ?? 0;
    await scene.traffic(5);
    scene.clock.advance(3 * minute);
    const [[median] = [], [p90] = [], [least] = []] = await read(
      scene,
      { stat: "p50", metric: "Latency" },
      { stat: "p90", metric: "IntegrationLatency" },
      { stat: "Minimum", metric: "Latency" },
    );
    expect(median).toBeGreaterThanOrEqual(3000);
    expect(median).toBeLessThan(3500);
    expect(p90).toBeGreaterThanOrEqual(4600);
    expect(p90).toBeLessThan(5000);
    expect(least).toBeLessThan(1500);
  });

  test("a minute can be read two minutes after its end, and one without requests has no data point", async () => {
    const scene = await newAccountScene();
    await scene.traffic(2);
    scene.clock.advance(2 * minute);
    await scene.traffic(1);
    scene.clock.advance(minute - 1);
    expect(await read(scene, { stat: "Sum" })).toEqual([[]]);
    scene.clock.advance(1);
    expect(await read(scene, { stat: "Sum" })).toEqual([[2]]);
    scene.clock.advance(2 * minute);
    expect(await read(scene, { stat: "Sum" }, { stat: "Sum", period: 300 })).toEqual([[1, 2], [3]]);
  });

  test("the delay is a switch", async () => {
    const scene = await newAccountScene({ cloudWatch: { metricDelayMs: 0 } });
    await scene.traffic(1);
    scene.clock.advance(minute);
    expect(await read(scene, { stat: "Sum" })).toEqual([[1]]);
  });

  test("times are those of the periods' starts, and EndTime is not part of the range", async () => {
    const scene = await newAccountScene();
    await scene.traffic(1);
    scene.clock.advance(minute + 30_500);
    await scene.traffic(1);
    scene.clock.advance(5 * minute);
    const ask = async (EndTime: Date, ScanBy?: GetMetricDataCommandInput["ScanBy"]) => {
      const MetricDataQueries = [query({ stat: "Sum" })];
      const input = { StartTime: new Date(start + 20_000), EndTime, MetricDataQueries, ScanBy };
      return (await scene.cloudWatch.send(new GetMetricDataCommand(input))).MetricDataResults?.[0]?.Timestamps;
    };
    const [first, second] = [new Date(start), new Date(start + minute)];
    expect(await ask(new Date(start + 2 * minute))).toEqual([second, first]);
    expect(await ask(new Date(start + 2 * minute), "TimestampAscending")).toEqual([first, second]);
    expect(await ask(second)).toEqual([first]);
  });

  test("the answer comes in pages", async () => {
    const scene = await newAccountScene();
    for (let index = 0; index < 3; index += 1) {
      await scene.traffic(index + 1);
      scene.clock.advance(minute);
    }
    scene.clock.advance(3 * minute);
    const input = { ...range, MetricDataQueries: [query({ stat: "Sum" })], MaxDatapoints: 2 };
    const first = await scene.cloudWatch.send(new GetMetricDataCommand(input));
    expect(first.MetricDataResults).toMatchObject([{ Values: [3, 2], StatusCode: "PartialData" }]);
    const rest = await scene.cloudWatch.send(new GetMetricDataCommand({ ...input, NextToken: first.NextToken }));
    expect(rest.MetricDataResults).toMatchObject([{ Values: [1], StatusCode: "Complete" }]);
    expect(rest.NextToken).toBeUndefined();
  });

  test("metrics go by the name that the API had at the time, without what is not ASCII", async () => {
    const scene = await newAccountScene({ apiName: "pets✓" });
    await scene.traffic(1);
    scene.api.name = "renamed";
    await scene.traffic(2);
    scene.clock.advance(3 * minute);
    expect(await read(scene, { stat: "Sum" })).toEqual([[1]]);
  });

  test("a stage's series counts its canary; the canary has one of its own where that is switched on", async () => {
    const scene = await newAccountScene();
    const canary = await scene.startCanary();
    await scene.traffic(3, 500);
    canary.takes(true);
    await scene.traffic(2, 500);
    canary.takes(false);
    await scene.traffic(1, 500);
    scene.clock.advance(3 * minute);
    const series = [{ stat: "Sum" }, { stat: "Sum", stage: "dev/Canary" }];
    expect(await read(scene, ...series)).toEqual([[6], []]);
    scene.account.cloudWatch.canarySeries = true;
    expect(await read(scene, ...series)).toEqual([[6], [2]]);
  });

  test("a route has a series where its detailed metrics are on", async () => {
    const scene = await newAccountScene();
    await scene.patchStage({ op: "replace", path: "/~1200/GET/metrics/enabled", value: "true" });
    await scene.traffic(2);
    await scene.traffic(1, 404);
    scene.clock.advance(20 * minute);
    const { Metrics = [] } = await scene.cloudWatch.send(
      new ListMetricsCommand({ MetricName: "Count", Dimensions: [{ Name: "Resource" }] }),
    );
    expect(Metrics.map(({ Dimensions }) => Dimensions)).toEqual([
      [...dimensions("dev"), { Name: "Method", Value: "GET" }, { Name: "Resource", Value: "/200" }],
    ]);
  });

  test.each<[string, Partial<GetMetricDataCommandInput>, string]>([
    ["a range that is empty", { EndTime: range.StartTime }, "StartTime must be less than"],
    ["an id in capitals", { MetricDataQueries: [{ ...query({ stat: "Sum" }), Id: "M" }] }, "parameter Id"],
    ["an id twice", { MetricDataQueries: [query({ stat: "Sum" }), query({ stat: "Sum" })] }, "not unique"],
    ["an odd period", { MetricDataQueries: [query({ stat: "Sum", period: 90 })] }, "multiple of 60"],
    ["an unknown statistic", { MetricDataQueries: [query({ stat: "Median" })] }, "Median"],
    ["no query", { MetricDataQueries: undefined }, "'metricDataQueries'"],
  ])("%s is refused", async (_, input, words) => {
    const { cloudWatch } = await newAccountScene();
    const MetricDataQueries = [query({ stat: "Sum" })];
    const call = cloudWatch.send(new GetMetricDataCommand({ ...range, MetricDataQueries, ...input }));
    expect(await refusalOf(call)).toMatchObject({ status: 400, message: expect.stringContaining(words) });
  });

  test("metric math is said not to be simulated", async () => {
    const { cloudWatch } = await newAccountScene();
    const MetricDataQueries = [{ Id: "e1", Expression: "FILL(m1, 0)" }];
    const call = cloudWatch.send(new GetMetricDataCommand({ ...range, MetricDataQueries }));
    expect(await refusalOf(call)).toMatchObject({ status: 501, message: expect.stringContaining("FILL(m1, 0)") });
  });
});

describe("ListMetrics", () => {
  test("lists a series some minutes after its first request, and by dimensions that it has", async () => {
    const scene = await newAccountScene({ cloudWatch: { canarySeries: true } });
    const canary = await scene.startCanary();
    canary.takes(true);
    await scene.traffic(1);
    const stages = async (RecentlyActive?: "PT3H") => {
      const input = { Namespace: "AWS/ApiGateway", MetricName: "5XXError", Dimensions: dimensions(), RecentlyActive };
      const { Metrics = [] } = await scene.cloudWatch.send(new ListMetricsCommand(input));
      return Metrics.map(({ Dimensions }) => Dimensions?.find(({ Name }) => Name === "Stage")?.Value);
    };
    scene.clock.advance(15 * minute - 1);
    expect(await stages()).toEqual([]);
    scene.clock.advance(1);
    expect(await stages("PT3H")).toEqual([undefined, "dev", "dev/Canary"]);
    scene.clock.advance(180 * minute);
    expect(await stages("PT3H")).toEqual([]);
    expect(await stages()).toEqual([undefined, "dev", "dev/Canary"]);
    scene.clock.advance(14 * 24 * 60 * minute);
    expect(await stages()).toEqual([]);
  });
});
