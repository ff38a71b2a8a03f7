import { CloudWatchClient, GetMetricDataCommand } from "@aws-sdk/client-cloudwatch";
import { CloudWatchLogsClient, GetQueryResultsCommand, StartQueryCommand } from "@aws-sdk/client-cloudwatch-logs";
import { afterEach, expect, jest, test } from "@jest/globals";
import { newRestApi } from "../../../simulator/gateway/rest-api.ts";
import { scaledClock } from "../../../simulator/http/clock.ts";
import { environmentOf, type Simulator, startSimulator } from "../../../simulator/simulator.ts";
import { logGroupArn, minute } from "../account-scene.ts";
import { addRoute, mockMethod } from "../gateway/stage-scene.ts";

const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  jest.restoreAllMocks();
  for (const { close } of opened.splice(0)) await close();
});

/** A simulator in which a minute passes in `minute / scale` milliseconds, with stage `dev` that has an access log. */
const start = async (scale: number): Promise<Simulator & { readonly url: string }> => {
  const simulator = await startSimulator({ gateway: { clock: scaledClock(scale) } });
  opened.push(simulator);
  const { world, server } = simulator.gateway;
  const api = newRestApi(world, "pets");
  world.restApis.set(api.id, api);
  addRoute(api, "/pets", mockMethod("GET", "[]"));
  api.deployments.set("d1", { id: "d1", createdDate: world.clock.now(), definition: structuredClone(api.draft) });
  api.stages.set("dev", {
    stageName: "dev",
    deploymentId: "d1",
    cacheClusterEnabled: false,
    methodSettings: {},
    accessLogSettings: { destinationArn: logGroupArn, format: '{"id":"$context.requestId","status":$context.status}' },
    tracingEnabled: false,
    createdDate: world.clock.now(),
    lastUpdatedDate: world.clock.now(),
  });
  return { ...simulator, url: `${server.url}/${api.id}/dev/pets` };
};

test("clients that know the environment's variables alone find it, and its delays pass in scaled time", async () => {
  const simulator = await start(10_000);
  const { world } = simulator.gateway;
  jest.replaceProperty(process, "env", { ...process.env, ...environmentOf(simulator) });
  const [cloudWatch, logs] = [new CloudWatchClient({}), new CloudWatchLogsClient({})];
  opened.push({
    close: async () => {
      cloudWatch.destroy();
      logs.destroy();
    },
  });
  const before = world.clock.now();
  for (let sent = 0; sent < 5; sent += 1) await fetch(simulator.url);
  const after = world.clock.now();
  // A simulated minute is 6 ms.
  while (world.clock.now() < after + 4 * minute) await new Promise((resolve) => setTimeout(resolve, 5));
  const Dimensions = Object.entries({ ApiName: "pets", Stage: "dev" }).map(([Name, Value]) => ({ Name, Value }));
  const Metric = { Namespace: "AWS/ApiGateway", MetricName: "Count", Dimensions };
  const { MetricDataResults } = await cloudWatch.send(
    new GetMetricDataCommand({
      StartTime: new Date(before),
      EndTime: new Date(after + minute),
      MetricDataQueries: [{ Id: "count", MetricStat: { Metric, Period: 60, Stat: "Sum" } }],
    }),
  );
  expect(MetricDataResults?.[0]?.Values?.reduce((sum, value) => sum + value, 0)).toBe(5);

  const { queryId } = await logs.send(
    new StartQueryCommand({
      logGroupName: "/pets/dev",
      startTime: Math.floor(before / 1000),
      endTime: Math.ceil(after / 1000),
      queryString: "stats count(*) as requests by status",
    }),
  );
  const queriedAt = world.clock.now();
  while (world.clock.now() < queriedAt + 2000) await new Promise((resolve) => setTimeout(resolve, 1));
  const { status, results } = await logs.send(new GetQueryResultsCommand({ queryId }));
  expect(status).toBe("Complete");
  expect(results).toEqual([
    [
      { field: "status", value: "200" },
      { field: "requests", value: "5" },
    ],
  ]);
});
