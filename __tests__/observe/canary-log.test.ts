import { describe, expect, test } from "@jest/globals";
import type { LogsQuery } from "../../src/aws/logs/logs.ts";
import { logGroupOf, readAccessLogFormat } from "../../src/domain/access-log.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import { readAccessLogs } from "../../src/observe/canary-log.ts";
import { aStage } from "../requests.ts";

type Row = Readonly<Record<string, string>>;

describe("an access log format", () => {
  test.each([
    ['{"s": "$context.status", "c": "$context.isCanaryRequest"}', { status: "s", isCanary: "c", latency: undefined }],
    ['{"s": $context.status, "c": $context.isCanaryRequest}', { status: "s", isCanary: "c" }],
    [
      '{"http": {"status": "$context.status"}, "c": "$context.isCanaryRequest", "l": $context.responseLatency}',
      { status: "http.status", latency: "l" },
    ],
    [
      '{"s":"$context.status","c":"$context.isCanaryRequest","d":"$context.deploymentId","st":"$context.stage","a":"$context.apiId"}',
      { deployment: "d", stage: "st", restApi: "a" },
    ],
  ])("%s is read", (format, fields) => {
    expect(readAccessLogFormat(format)).toMatchObject({ kind: "fields", fields });
  });

  test.each([
    ["$context.requestId $context.status", "is no JSON object"],
    ["[]", "is no JSON object"],
    ['{"s": "$context.status"}', "lacks $context.isCanaryRequest"],
    ["{}", "lacks $context.isCanaryRequest and $context.status"],
  ])("%s does not tell: %s", (format, because) => {
    expect(readAccessLogFormat(format)).toMatchObject({ kind: "unfit", because: expect.stringContaining(because) });
  });

  test.each([
    ["arn:aws:logs:eu-central-1:123456789012:log-group:/orders", "/orders"],
    ["arn:aws-cn:logs:cn-north-1:123456789012:log-group:orders:*", "orders"],
    ["arn:aws:firehose:eu-central-1:123456789012:deliverystream/amazon-apigateway-orders", undefined],
  ])("goes to the log group of %s: %s", (arn, group) => {
    expect(logGroupOf(arn)).toBe(group);
  });
});

const FORMAT =
  '{"canary":"$context.isCanaryRequest","status":"$context.status","latency":"$context.responseLatency","by-id":"$context.deploymentId","stage":"$context.stage"}';

/** What a stage's logs tell where they answer with these rows, and what was asked. `missing`: groups that are not there. */
const look = async (
  rows: { readonly counts: readonly Row[]; readonly times?: readonly Row[] },
  { format = FORMAT, destinationArn = "arn:aws:logs:eu-central-1:1:log-group:/orders", missing = [] as string[] } = {},
) => {
  const asked: LogsQuery[] = [];
  const settings = { ...newStageSettings, accessLog: { destinationArn, format } };
  const canary = { deploymentId: "new222", percentTraffic: 10, overrides: {}, useStageCache: false };
  const answer = await readAccessLogs(
    {
      stage: aStage({ name: "prod", settings, canary }),
      canary,
      restApiId: "a1b2c3d4e5",
      from: 60_000,
      until: 120_000,
    },
    async () => ({
      query: async (query) => {
        asked.push(query);
        if (query.groups.some((group) => missing.includes(group))) return undefined;
        return query.query.includes("pct(") ? (rows.times ?? []) : rows.counts;
      },
    }),
  );
  return { answer, asked };
};

const row = (
  log: string,
  canary: string,
  status: string,
  requests: string,
  id = canary === "true" ? "new222" : "old111",
): Row => ({
  "@log": `123456789012:${log}`,
  canary,
  status,
  requests,
  "by-id": id,
});

describe("the two sides of a canary", () => {
  test("are counted from both log groups in one query each, and never double", async () => {
    const counts = [
      row("/orders", "false", "200", "90"),
      row("/orders", "false", "404", "3"),
      row("/orders/Canary", "true", "200", "8"),
      row("/orders/Canary", "true", "502", "2"),
      // Where the stage's own group has the canary's lines, too.
      row("/orders", "true", "200", "8"),
      row("/orders", "true", "502", "2"),
      // Of a canary before.
      row("/orders/Canary", "true", "500", "77", "older"),
    ];
    const times = [
      { ...row("/orders/Canary", "true", "", ""), p95: "120.5" },
      { ...row("/orders", "false", "", ""), p95: "80" },
    ];
    const { answer, asked } = await look({ counts, times });
    expect(answer).toMatchObject({
      kind: "counted",
      source: "access logs /orders, /orders/Canary",
      canary: { requests: 10, serverErrors: 2, clientErrors: 0, latency: { milliseconds: 120.5, statistic: "p95" } },
      base: { requests: 93, serverErrors: 0, clientErrors: 3, latency: { milliseconds: 80 } },
      gaps: [],
    });
    expect(asked).toEqual([
      {
        groups: ["/orders", "/orders/Canary"],
        query: 'filter stage = "prod" | stats count(*) as requests by @log, canary, `by-id`, status',
        from: 60_000,
        until: 120_000,
      },
      expect.objectContaining({
        query: 'filter stage = "prod" | stats pct(latency, 95) as p95 by @log, canary, `by-id`',
      }),
    ]);
  });

  test.each([
    ["a status that is none", [row("/orders", "true", "5xx", "10")], []],
    ["requests that are no number", [row("/orders", "false", "200", "many")], []],
    ["fewer than no requests", [row("/orders", "false", "200", "-1")], []],
    ["a row twice", [row("/orders", "true", "200", "10"), row("/orders", "true", "200", "10")], []],
    ["less than no time", [], [{ ...row("/orders", "true", "", ""), p95: "-3" }]],
  ])("I8: with %s they are not known", async (_, counts, times) => {
    const { answer } = await look({ counts, times });
    expect(answer).toEqual({ kind: "nothing", because: "What was counted in /orders cannot be read." });
  });

  test("are counted from the stage's group where the canary has none", async () => {
    const counts = [row("/orders", "false", "200", "90"), row("/orders", "true", "200", "10")];
    const { answer } = await look({ counts }, { missing: ["/orders/Canary"] });
    expect(answer).toMatchObject({
      kind: "counted",
      canary: { requests: 10 },
      base: { requests: 90 },
      gaps: [expect.stringContaining("There is no log group /orders/Canary")],
    });
  });

  test.each([
    [{ destinationArn: "arn:aws:firehose:eu-central-1:1:deliverystream/x" }, "go to a Firehose stream"],
    [{ format: "$context.status" }, "is no JSON object"],
    [{ missing: ["/orders", "/orders/Canary"] }, "The log group /orders does not exist"],
  ])("are not known with %j", async (stage, because) => {
    const { answer } = await look({ counts: [] }, stage);
    expect(answer).toMatchObject({ kind: "nothing" });
    expect("because" in answer && answer.because).toContain(because);
  });
});
