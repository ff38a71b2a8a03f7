import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  DescribeLogGroupsCommand,
  GetQueryResultsCommand,
  type ResultField,
  StartQueryCommand,
  type StartQueryCommandInput,
  StopQueryCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, test } from "@jest/globals";
import type { LogsOptions } from "../../../simulator/logs/world.ts";
import { type AccountScene, accessLogPatches, minute, newAccountScene, refusalOf, start } from "../account-scene.ts";

const group = "/pets/dev";
const logId = `123456789012:${group}`;

const format = {
  canary: "$context.isCanaryRequest",
  status: "$context.status",
  latency: "$context.responseLatency",
  path: "$context.resourcePath",
  kind: "$context.error.responseType",
};

/** Stage `dev` with an access log in JSON. */
const newLogScene = async (logs: LogsOptions = {}): Promise<AccountScene> => {
  const scene = await newAccountScene({ logs });
  await scene.patchStage(...accessLogPatches(format));
  return scene;
};

const startQuery = (
  { logs }: AccountScene,
  queryString: string,
  input: Partial<StartQueryCommandInput> = {},
): Promise<string | undefined> =>
  logs
    .send(
      new StartQueryCommand({
        ...(input.logGroupNames || input.logGroupIdentifiers ? {} : { logGroupName: group }),
        startTime: start / 1000,
        endTime: start / 1000 + 3600,
        queryString,
        ...input,
      }),
    )
    .then(({ queryId }) => queryId);

const resultsOf = ({ logs }: AccountScene, queryId: string | undefined) =>
  logs.send(new GetQueryResultsCommand({ queryId }));

const objectOf = (row: readonly ResultField[]): Record<string, string | undefined> =>
  Object.fromEntries(row.map(({ field = "", value }) => [field, value]));

/** The rows of a query that has had the time to complete, without `@ptr`. */
const rows = async (scene: AccountScene, queryString: string, input: Partial<StartQueryCommandInput> = {}) => {
  const queryId = await startQuery(scene, queryString, input);
  scene.clock.advance(scene.account.logs.queryMs);
  const { status, results = [] } = await resultsOf(scene, queryId);
  expect(status).toBe("Complete");
  return results.map((row) => objectOf(row.filter(({ field }) => field !== "@ptr")));
};

const groupNames = async ({ logs }: AccountScene, logGroupNamePrefix?: string) =>
  (await logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix }))).logGroups?.map(
    ({ logGroupName }) => logGroupName,
  );

describe("the access log", () => {
  test("has a line for each request, in the stage's format, a dash for what a request has not", async () => {
    const scene = await newLogScene();
    scene.account.gateway.backendLatency = () => 250;
    await scene.traffic(1, 404);
    await fetch(`${scene.server.url}/${scene.api.id}/dev/none`);
    scene.clock.advance(2 * minute);
    const [missing, found] = await rows(scene, "fields @message | sort status");
    expect(JSON.parse(found?.["@message"] ?? "")).toEqual({
      requestId: expect.stringMatching(/^[\da-f-]{36}$/),
      canary: "-",
      status: "404",
      latency: expect.stringMatching(/^2[5-9]\d$/),
      path: "/404",
      kind: "-",
    });
    expect(JSON.parse(missing?.["@message"] ?? "")).toMatchObject({
      status: "403",
      path: "-",
      kind: "MISSING_AUTHENTICATION_TOKEN",
    });
  });

  test("can be written in words of its own", async () => {
    const scene = await newLogScene();
    await scene.patchStage({
      op: "replace",
      path: "/accessLogSettings/format",
      value:
        "$context.identity.sourceIp [$context.requestTime] $context.httpMethod $context.protocol $context.extendedRequestId",
    });
    scene.clock.advance(3_661_000);
    await scene.traffic(1);
    scene.clock.advance(2 * minute);
    const [line] = await rows(scene, "fields @message", { endTime: start / 1000 + 7200 });
    expect(line?.["@message"]).toMatch(/^127\.0\.0\.1 \[01\/Jan\/2026:01:01:01 \+0000\] GET HTTP\/1\.1 \S{15}=$/);
  });

  test("arrives some minutes late", async () => {
    const scene = await newLogScene({ deliveryDelayMs: 2 * minute });
    await scene.traffic(1);
    scene.clock.advance(2 * minute - 1);
    expect(await groupNames(scene)).toEqual([]);
    expect(await refusalOf(startQuery(scene, "limit 1"))).toMatchObject({
      name: "ResourceNotFoundException",
      status: 400,
    });
    scene.clock.advance(1);
    expect(await groupNames(scene)).toEqual([group]);
    expect(await rows(scene, "stats count(*) as n")).toEqual([{ n: "1" }]);
  });

  test("a stage without one, or with one elsewhere, writes nothing", async () => {
    const scene = await newAccountScene();
    await scene.traffic(1);
    const arn = "arn:aws:logs:us-east-1:123456789012:log-group:other";
    await scene.patchStage(...accessLogPatches({}), {
      op: "replace",
      path: "/accessLogSettings/destinationArn",
      value: arn,
    });
    await scene.traffic(1);
    scene.clock.advance(2 * minute);
    expect(await groupNames(scene)).toEqual([]);
  });
});

describe("a canary's lines", () => {
  const byLog = "stats count(*) as n by @log, canary | sort @log, canary";
  const bothGroups = { logGroupNames: [group, `${group}/Canary`] };

  /** Three requests to the stage's own deployment, two to its canary. */
  const newCanaryScene = async (logs: LogsOptions = {}): Promise<AccountScene> => {
    const scene = await newLogScene(logs);
    const canary = await scene.startCanary();
    await scene.traffic(3);
    canary.takes(true);
    await scene.traffic(2, 500);
    scene.clock.advance(2 * minute);
    return scene;
  };

  test("go to a group of their own", async () => {
    const scene = await newCanaryScene();
    expect(await rows(scene, byLog, bothGroups)).toEqual([
      { "@log": logId, canary: "false", n: "3" },
      { "@log": `${logId}/Canary`, canary: "true", n: "2" },
    ]);
  });

  test("go to the stage's group, too, where that is switched on", async () => {
    const scene = await newCanaryScene({ canaryLines: "both" });
    expect(await rows(scene, byLog, bothGroups)).toEqual([
      { "@log": logId, canary: "false", n: "3" },
      { "@log": logId, canary: "true", n: "2" },
      { "@log": `${logId}/Canary`, canary: "true", n: "2" },
    ]);
  });

  test("are lost where nothing makes their group, which then makes a query over both fail", async () => {
    const scene = await newLogScene({ createsGroups: false });
    await scene.logs.send(new CreateLogGroupCommand({ logGroupName: group }));
    const canary = await scene.startCanary();
    canary.takes(true);
    await scene.traffic(2);
    scene.clock.advance(2 * minute);
    expect(await refusalOf(startQuery(scene, byLog, bothGroups))).toMatchObject({ name: "ResourceNotFoundException" });
    expect(await rows(scene, byLog)).toEqual([]);
  });
});

describe("queries", () => {
  /** Statuses 200, 200, 404, 500, 500, 500 with latencies of 100 to 600 ms, one a second. */
  const newTrafficScene = async (): Promise<AccountScene> => {
    const scene = await newLogScene();
    for (const [index, status] of [200, 200, 404, 500, 500, 500].entries()) {
      scene.account.gateway.backendLatency = () => (index + 1) * 100;
      await scene.traffic(1, status);
      scene.clock.advance(1000);
    }
    scene.clock.advance(2 * minute);
    return scene;
  };

  test("filter, count and order", async () => {
    const scene = await newTrafficScene();
    expect(await rows(scene, "stats count(*) as n by status | sort n desc | limit 2")).toEqual([
      { status: "500", n: "3" },
      { status: "200", n: "2" },
    ]);
    const count = async (condition: string) =>
      Number((await rows(scene, `filter ${condition} | stats count() as n`))[0]?.["n"] ?? 0);
    expect(await count("status >= 500")).toBe(3);
    expect(await count("status = '404' or status = 200")).toBe(3);
    expect(await count("not (status in [200, 404]) and path like /^\\/5/")).toBe(3);
    expect(await count("path like '00' and path not like \"4\"")).toBe(5);
    expect(await count("ispresent(path) and not ispresent(nothing)")).toBe(6);
    expect(await count("nothing != 1")).toBe(0);
  });

  test("compute percentiles and other numbers, by themselves and by period", async () => {
    const scene = await newTrafficScene();
    const [all = {}] = await rows(
      scene,
      "stats pct(latency, 50) as half, max(latency) as most, avg(status) as mean, count_distinct(status) as kinds, sum(nothing) as none",
    );
    expect(Number(all["half"])).toBeGreaterThanOrEqual(300);
    expect(Number(all["half"])).toBeLessThan(400);
    expect(Number(all["most"])).toBeGreaterThanOrEqual(600);
    expect([all["mean"], all["kinds"], "none" in all]).toEqual(["384", "3", false]);
    expect(await rows(scene, "stats count(*) by bin(5s) | sort bin(5s)")).toEqual([
      { "bin(5s)": "2026-01-01 00:00:00.000", "count(*)": "5" },
      { "bin(5s)": "2026-01-01 00:00:05.000", "count(*)": "1" },
    ]);
  });

  test("show events newest first, with both ends of the range", async () => {
    const scene = await newTrafficScene();
    const range = { startTime: start / 1000 + 1, endTime: start / 1000 + 3 };
    expect(await rows(scene, "fields @timestamp, status", range)).toEqual([
      { "@timestamp": "2026-01-01 00:00:03.000", status: "500" },
      { "@timestamp": "2026-01-01 00:00:02.000", status: "404" },
      { "@timestamp": "2026-01-01 00:00:01.000", status: "200" },
    ]);
  });

  test("are scheduled, run with part of the rows, and complete", async () => {
    const scene = await newTrafficScene();
    const queryId = await startQuery(scene, "stats count(*) as n");
    expect(await resultsOf(scene, queryId)).toMatchObject({ status: "Scheduled", results: [] });
    scene.clock.advance(1000);
    expect(await resultsOf(scene, queryId)).toMatchObject({ status: "Running", results: [[{ value: "3" }]] });
    scene.clock.advance(1000);
    expect(await resultsOf(scene, queryId)).toMatchObject({
      status: "Complete",
      results: [[{ field: "n", value: "6" }]],
      statistics: { recordsMatched: 6, recordsScanned: 6, bytesScanned: expect.any(Number) },
    });
  });

  test("can be stopped while they run", async () => {
    const scene = await newTrafficScene();
    const queryId = await startQuery(scene, "limit 1");
    const stop = () => scene.logs.send(new StopQueryCommand({ queryId }));
    expect((await stop()).success).toBe(true);
    expect((await resultsOf(scene, queryId)).status).toBe("Cancelled");
    expect(await refusalOf(stop())).toMatchObject({ name: "InvalidParameterException" });
    expect(await refusalOf(resultsOf(scene, "none"))).toMatchObject({ name: "ResourceNotFoundException" });
  });

  test("are at most 100 at a time", async () => {
    const scene = await newTrafficScene();
    for (let started = 0; started < 100; started += 1) await startQuery(scene, "limit 1");
    expect(await refusalOf(startQuery(scene, "limit 1"))).toMatchObject({ name: "LimitExceededException" });
    scene.clock.advance(2000);
    await startQuery(scene, "limit 1");
  });

  test("take groups by ARN", async () => {
    const scene = await newTrafficScene();
    const logGroupIdentifiers = [`arn:aws:logs:eu-central-1:123456789012:log-group:${group}`];
    expect(await rows(scene, "stats count(*) as n", { logGroupIdentifiers })).toEqual([{ n: "6" }]);
  });

  test.each<[string, string, Partial<StartQueryCommandInput>, string]>([
    ["a word that is no command", "count things", {}, "MalformedQueryException"],
    ["half a condition", "filter status >", {}, "MalformedQueryException"],
    ["a sign that is none", "filter status ? 1", {}, "MalformedQueryException"],
    ["a time before there was a group", "limit 1", { startTime: 0, endTime: 1 }, "MalformedQueryException"],
    ["a range that is turned round", "limit 1", { startTime: 2, endTime: 1 }, "InvalidParameterException"],
    ["no group", "limit 1", { logGroupNames: [] }, "InvalidParameterException"],
    ["a group twice named", "limit 1", { logGroupName: group, logGroupNames: [group] }, "InvalidParameterException"],
    ["a command that is not simulated", "parse @message '*' as a", {}, "NotImplementedException"],
    ["arithmetic", "filter status * 2 > 3", {}, "NotImplementedException"],
  ])("%s is refused", async (_, query, input, name) => {
    const scene = await newTrafficScene();
    expect(await refusalOf(startQuery(scene, query, input))).toMatchObject({ name });
  });
});

test("log groups are made, listed by prefix, and deleted", async () => {
  const scene = await newAccountScene();
  const create = (logGroupName: string) => scene.logs.send(new CreateLogGroupCommand({ logGroupName }));
  for (const name of ["/a/1", "/a/2", "/b"]) await create(name);
  expect(await refusalOf(create("/b"))).toMatchObject({ name: "ResourceAlreadyExistsException" });
  await scene.logs.send(new DeleteLogGroupCommand({ logGroupName: "/a/1" }));
  expect(await groupNames(scene, "/a")).toEqual(["/a/2"]);
  const { logGroups } = await scene.logs.send(new DescribeLogGroupsCommand({ logGroupNamePrefix: "/b" }));
  expect(logGroups).toMatchObject([
    {
      arn: "arn:aws:logs:eu-central-1:123456789012:log-group:/b:*",
      logGroupArn: "arn:aws:logs:eu-central-1:123456789012:log-group:/b",
      creationTime: start,
    },
  ]);
});
