import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { accountService, createAccount } from "../../../simulator/account.ts";
import { seedAlarm, switchAlarm } from "../../../simulator/cloudwatch/world.ts";
import type { ServedRequest } from "../../../simulator/gateway/model.ts";
import type { FaultEffect } from "../../../simulator/http/faults.ts";
import type { SimulatorServer } from "../../../simulator/http/server.ts";
import { connect } from "../../../src/aws/client.ts";
import { type CloudWatch, openCloudWatch } from "../../../src/aws/cloudwatch/cloudwatch.ts";
import { refusal } from "../../faults/effects.ts";
import { errorOf } from "../error-of.ts";
import { serveAws } from "../serve-aws.ts";
import { surroundings, withoutWaiting } from "../surroundings.ts";

const minute = 60_000;
const start = Date.UTC(2026, 0, 1);
let now = start;
const account = createAccount({ gateway: { rateLimits: false, clock: { now: () => now } } });
const world = account.cloudWatch;
let server: SimulatorServer;
let cloudWatch: CloudWatch;

beforeAll(async () => {
  server = await serveAws(accountService(account), world.region);
  cloudWatch = openCloudWatch(await connect(surroundings()), "a1b2c3d4e5", withoutWaiting());
});

beforeEach(() => {
  server.faults.clear();
  world.alarms.clear();
  world.history.length = 0;
  account.gateway.served.length = 0;
  world.buckets.clear();
  now = start;
});

afterAll(() => server.close());

const answering = (contentType: string, body: string): FaultEffect => ({
  kind: "answer",
  when: "before",
  response: { status: 200, headers: { "content-type": contentType }, body },
});
const jsonAnswer = (body: string): FaultEffect => answering("application/json", body);

describe("alarms", () => {
  test("of every kind are found by name, in the names' order; one that does not exist is missing", async () => {
    const dimensions = [{ Name: "ApiName", Value: "Orders" }];
    seedAlarm(world, "errors", { members: { Period: 300, EvaluationPeriods: 3, Dimensions: dimensions } });
    seedAlarm(world, "any", { type: "CompositeAlarm", state: "INSUFFICIENT_DATA" });
    seedAlarm(world, "lines", { type: "LogAlarm", evaluationState: "PARTIAL_DATA" });
    seedAlarm(world, "not asked for");
    const found = await cloudWatch.describeAlarms(["lines", "gone", "any", "errors"]);
    expect(found).toMatchObject([
      { name: "lines", kind: "log", state: "OK", trouble: "PARTIAL_DATA", window: undefined, apiNames: [] },
      { name: "any", kind: "composite", state: "INSUFFICIENT_DATA", trouble: undefined, window: undefined },
      { name: "errors", kind: "metric", state: "OK", window: 15 * minute, apiNames: ["Orders"], changedAt: start },
    ]);
    expect(found[2]?.arn).toBe(`arn:aws:cloudwatch:${world.region}:${world.accountId}:alarm:errors`);
  });

  test("that went off and were over, and those that were deleted, are in the history", async () => {
    seedAlarm(world, "errors");
    now += minute;
    switchAlarm(world, "errors", "ALARM", "5 of 7 failed");
    now += minute;
    switchAlarm(world, "errors", "OK", "All well");
    world.alarms.delete("errors");
    expect(await cloudWatch.alarmChanges("errors", start)).toEqual([
      { at: start + minute, state: "ALARM", reason: "5 of 7 failed" },
      { at: start + 2 * minute, state: "OK", reason: "All well" },
    ]);
    expect(await cloudWatch.alarmChanges("errors", start + minute)).toHaveLength(1);
    expect(await cloudWatch.alarmChanges("never", start)).toEqual([]);
  });

  test("whose history is on more than one page are read to the end", async () => {
    seedAlarm(world, "flapping");
    for (let times = 0; times < 120; times += 1) {
      now += 1000;
      switchAlarm(world, "flapping", times % 2 === 0 ? "ALARM" : "OK");
    }
    expect(await cloudWatch.alarmChanges("flapping", start)).toHaveLength(120);
  });
});

describe("metrics", () => {
  const serve = (at: number, status: number, latency: number): void => {
    const request: ServedRequest = {
      at,
      restApiId: "a1b2c3d4e5",
      apiName: "Orders",
      stageName: "prod",
      deploymentId: "d1",
      isCanary: false,
      status,
      latency,
    };
    account.gateway.served.push(request);
  };
  const dimensions = { ApiName: "Orders", Stage: "prod" };
  const queries = [
    { metric: "Count", statistic: "SampleCount", dimensions },
    { metric: "5XXError", statistic: "Sum", dimensions },
    { metric: "Latency", statistic: "p95", dimensions },
    { metric: "Count", statistic: "Sum", dimensions: { ApiName: "Orders", Stage: "test" } },
  ];

  test("come by the minute, a list a query; a minute without requests has no point", async () => {
    serve(start, 200, 10);
    serve(start + 1000, 500, 10);
    serve(start + 2 * minute, 200, 30);
    now = start + 10 * minute;
    expect(await cloudWatch.getMetrics(queries, { from: start, until: start + 3 * minute })).toEqual([
      [
        { at: start, value: 2 },
        { at: start + 2 * minute, value: 1 },
      ],
      [
        { at: start, value: 1 },
        { at: start + 2 * minute, value: 0 },
      ],
      [
        { at: start, value: 10 },
        { at: start + 2 * minute, value: 30 },
      ],
      [],
    ]);
  });

  test("that are listed are those with data in the last three hours", async () => {
    serve(start, 200, 10);
    now = start + 20 * minute;
    const listed = await cloudWatch.listMetrics(dimensions);
    expect(listed).toContainEqual({ metric: "Count", dimensions });
    now = start + 200 * minute;
    expect(await cloudWatch.listMetrics(dimensions)).toEqual([]);
  });

  test.each([
    ["InternalError", 1],
    ["PartialData", 1],
    ["Complete", 0],
  ])("that are not all there are no data: %s, %d of 1", async (StatusCode, count) => {
    const result = { Id: "q0", Label: "Count", Timestamps: [], Values: [], StatusCode };
    const body = JSON.stringify({ MetricDataResults: Array(count).fill(result) });
    server.faults.add({ operation: "GetMetricData", times: 100, effect: jsonAnswer(body) });
    const error = await errorOf(cloudWatch.getMetrics(queries.slice(0, 1), { from: start, until: start + minute }));
    expect(error).toMatchObject({ code: "UNREADABLE_ANSWER", doing: "read the metrics" });
  });
});

describe("what CloudWatch does not answer", () => {
  test.each<[string, string]>([
    ["an alarm without a state", '{"MetricAlarms":[{"AlarmName":"a","AlarmArn":"arn:a","StateUpdatedTimestamp":1}]}'],
    ["another state", '{"MetricAlarms":[{"AlarmName":"a","AlarmArn":"arn:a","StateValue":"FINE"}]}'],
    ["no list", '{"MetricAlarms":"none"}'],
  ])("%s is no alarm", async (_, body) => {
    server.faults.add({ operation: "DescribeAlarms", times: 100, effect: jsonAnswer(body) });
    const error = await errorOf(cloudWatch.describeAlarms(["a"]));
    expect(error.code).toBe("UNREADABLE_ANSWER");
    expect(error.happened).toContain("as CloudWatch describes it");
  });

  test("a missing permission is named, with the statement that gives it", async () => {
    const text = "User: arn:aws:sts::123456789012:assumed-role/r/s is not authorized";
    server.faults.add({ operation: "DescribeAlarms", times: 1, effect: refusal(403, "AccessDeniedException", text) });
    const error = await errorOf(cloudWatch.describeAlarms(["a"]));
    expect(error).toMatchObject({ code: "ACCESS_DENIED", happened: expect.stringContaining("CloudWatch said: User") });
    expect(error.remedy).toContain('{"Effect":"Allow","Action":"cloudwatch:DescribeAlarms","Resource":"*"}');
  });

  test("throttling is waited out, and what stays so is told as CloudWatch's", async () => {
    seedAlarm(world, "a");
    const throttled = refusal(400, "ThrottlingException", "Rate exceeded");
    server.faults.add({ operation: "DescribeAlarms", times: 3, effect: throttled });
    expect(await cloudWatch.describeAlarms(["a"])).toHaveLength(1);
    server.faults.add({ operation: "DescribeAlarms", times: 100, effect: throttled });
    const error = await errorOf(cloudWatch.describeAlarms(["a"]));
    expect(error).toMatchObject({ code: "THROTTLED", happened: "CloudWatch said: Rate exceeded." });
    expect(error.remedy).not.toContain("CreateDeployment");
  });

  test("a page of a proxy is not taken for an answer", async () => {
    server.faults.add({ operation: "DescribeAlarms", times: 100, effect: answering("text/html", "<html></html>") });
    expect((await errorOf(cloudWatch.describeAlarms(["a"]))).code).toBe("UNREADABLE_ANSWER");
  });
});
