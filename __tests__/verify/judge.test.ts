import { describe, expect, test } from "@jest/globals";
import { httpApi, webSocketApi } from "../../src/aws/http-api/kind.ts";
import type { AlarmEvidence } from "../../src/domain/alarm.ts";
import type { Health, Limits, Measured } from "../../src/domain/health.ts";
import { judgeAlarm, judgeMeasured, overall } from "../../src/verify/judge.ts";
import { measuredIn, stageQueries } from "../../src/verify/measure.ts";
import { anAlarm } from "../alarms.ts";
import fc from "../property.ts";

const at = Date.UTC(2026, 0, 1, 12);
const wentOff = { at, state: "ALARM", reason: "Threshold Crossed: 3 of 3." } as const;
const quietAgain = { at: at + 60_000, state: "OK", reason: "" } as const;

test("the worst finding is the verdict, and none is no proof (I8)", () => {
  const verdict = (...all: readonly Health[]): Health => overall(all.map((health) => ({ health })));
  expect(verdict()).toBe("not-proven");
  expect(verdict("healthy", "healthy")).toBe("healthy");
  expect(verdict("healthy", "not-proven")).toBe("not-proven");
  expect(verdict("not-proven", "unhealthy", "healthy")).toBe("unhealthy");
});

test.each<[string, Omit<AlarmEvidence, "name">, Health, string]>([
  ["quiet", { now: anAlarm(), changes: [] }, "healthy", "Alarm errors stayed OK."],
  ["red", { now: anAlarm({ state: "ALARM" }), changes: [wentOff] }, "unhealthy", "at 2026-01-01T12:00:00Z. Threshold"],
  ["over", { now: anAlarm(), changes: [wentOff, quietAgain] }, "unhealthy", "12:00:00Z, and it is OK now. Threshold"],
  ["deleted after", { now: undefined, changes: [wentOff] }, "unhealthy", "and it does not exist any more."],
  ["deleted", { now: undefined, changes: [] }, "not-proven", "Alarm errors does not exist any more."],
  ["red from before", { now: anAlarm({ state: "ALARM" }), changes: [] }, "not-proven", "before the stage was pointed"],
  ["mute", { now: anAlarm({ state: "INSUFFICIENT_DATA" }), changes: [] }, "not-proven", "has too little data"],
  ["in trouble", { now: anAlarm({ trouble: "PARTIAL_DATA" }), changes: [] }, "not-proven", "(PARTIAL_DATA)"],
  ["was mute", { now: anAlarm(), changes: [quietAgain] }, "healthy", "stayed OK"],
])("an alarm that is %s", (_, evidence, health, says) => {
  const finding = judgeAlarm({ name: "errors", ...evidence });
  expect(finding).toMatchObject({ health, says: expect.stringContaining(says) });
});

const limits = (more: Partial<Limits> = {}): Limits => ({
  errorRate: 0.01,
  latency: undefined,
  minRequests: 100,
  ...more,
});
const measured = (requests: number, serverErrors = 0, milliseconds?: number): Measured => ({
  requests,
  serverErrors,
  clientErrors: 0,
  latency: milliseconds === undefined ? undefined : { milliseconds, statistic: "p95" },
});

describe("what was measured", () => {
  test.each<[string, Measured, Partial<Limits>, Measured | undefined, Health, string]>([
    ["no request", measured(0), {}, undefined, "not-proven", "No request was counted; to tell, it takes 100."],
    [
      "one good request",
      measured(1),
      {},
      undefined,
      "not-proven",
      "Only 1 request was counted; to tell, it takes 100.",
    ],
    ["one bad request", measured(1, 1), {}, undefined, "not-proven", "Only 1 request was counted"],
    ["no request, no minimum", measured(0), { minRequests: 0 }, undefined, "not-proven", "it takes 1."],
    [
      "just enough good ones",
      measured(100),
      {},
      undefined,
      "healthy",
      "0 of 100 requests ended in a server error (0%)",
    ],
    ["as many as allowed", measured(1000, 10), {}, undefined, "healthy", "(1%); allowed is 1%."],
    ["too many", measured(1000, 11), {}, undefined, "unhealthy", "11 of 1,000 requests ended in a server error (1.1%)"],
    ["so many that no more are needed", measured(10, 2), {}, undefined, "unhealthy", "(20%)"],
    ["none allowed", measured(3, 1), { errorRate: 0 }, undefined, "unhealthy", "allowed is 0%."],
    ["as bad as before", measured(1000, 30), {}, measured(900, 30), "not-proven", "It was no better before (3.33%)."],
    ["worse than before", measured(1000, 31), {}, measured(1000, 30), "unhealthy", "(3.1%)"],
    ["bad after too little before", measured(1000, 30), {}, measured(9, 9), "unhealthy", "allowed is 1%."],
  ])("errors: %s", (_, after, more, before, health, says) => {
    const [finding, ...others] = judgeMeasured(after, limits(more), before);
    expect(finding).toMatchObject({ health, says: expect.stringContaining(says) });
    expect(others).toEqual([]);
  });

  const slow = { errorRate: undefined, latency: 800 } as const;
  test.each<[string, Measured, Measured | undefined, Health, string]>([
    ["fast enough", measured(100, 0, 800), undefined, "healthy", "95 of 100 requests took at most 800 ms"],
    ["too slow", measured(100, 0, 1234), undefined, "unhealthy", "at most 1.23 s; allowed is 800 ms."],
    ["of too few", measured(99, 0, 1234), undefined, "not-proven", "Only 99 requests were counted"],
    ["of nothing", measured(100), undefined, "not-proven", "Nothing tells how long the requests took."],
    [
      "as slow as before",
      measured(100, 0, 900),
      measured(100, 0, 950),
      "not-proven",
      "It was no better before (950 ms).",
    ],
    ["slower than before", measured(100, 0, 900), measured(100, 0, 850), "unhealthy", "900 ms"],
  ])("latency: %s", (_, after, before, health, says) => {
    const [finding] = judgeMeasured(after, limits(slow), before);
    expect(finding).toMatchObject({ health, says: expect.stringContaining(says) });
  });

  test("an average is called one, and is not compared with a percentile", () => {
    const average = { ...measured(100), latency: { milliseconds: 900, statistic: "average" } } as const;
    const [finding] = judgeMeasured(average, limits(slow), measured(100, 0, 950));
    expect(finding).toEqual({ health: "unhealthy", says: "Requests took, on average, 900 ms; allowed is 800 ms." });
  });

  test("errors and latency are judged apart; too little is said once", () => {
    const both = limits({ latency: 800 });
    expect(judgeMeasured(measured(1000, 0, 900), both).map(({ health }) => health)).toEqual(["healthy", "unhealthy"]);
    expect(judgeMeasured(measured(3), both)).toHaveLength(1);
    expect(judgeMeasured(measured(3), limits({ errorRate: undefined }))).toEqual([]);
  });

  test("I8: without requests nothing is ever healthy, and fewer errors never make it worse", () => {
    const order: readonly Health[] = ["unhealthy", "not-proven", "healthy"];
    const rate = fc.double({ min: 0, max: 1, noNaN: true });
    const property = fc.property(fc.nat(500), fc.nat(500), fc.nat(500), rate, (requests, some, fewer, errorRate) => {
      const allowed = limits({ errorRate, minRequests: 50 });
      const errors = Math.min(some, requests);
      const [worse, better] = [errors, Math.min(fewer, errors)].map((count) =>
        overall(judgeMeasured(measured(requests, count), allowed)),
      );
      expect(order.indexOf(better ?? "unhealthy")).toBeGreaterThanOrEqual(order.indexOf(worse ?? "healthy"));
      if (requests < 50) expect(better).not.toBe("healthy");
    });
    fc.assert(property);
  });
});

describe("what is measured of a stage", () => {
  test("of an HTTP API goes by its id, with its own names of metrics", () => {
    const queries = stageQueries(httpApi.metrics, "a1b2c3d4e5", "prod");
    expect(queries.map(({ metric, statistic }) => `${metric} ${statistic}`)).toEqual([
      "Count SampleCount",
      "5xx Sum",
      "4xx Sum",
      "Latency p95",
      "Latency Average",
    ]);
    expect(queries[0]?.dimensions).toEqual({ ApiId: "a1b2c3d4e5", Stage: "prod" });
  });

  test("of a WebSocket API sums up connections and messages, and what failed before, at and behind the integration", () => {
    const values: Readonly<Record<string, number>> = {
      ConnectCount: 10,
      MessageCount: 30,
      ExecutionError: 2,
      IntegrationError: 3,
      ClientError: 4,
    };
    const series = stageQueries(webSocketApi.metrics, "a1b2c3d4e5", "prod").map(({ metric, statistic }) =>
      [0, 60_000].map((at) => ({ at, value: values[metric] ?? (statistic === "p95" && at === 0 ? 100 : 50) })),
    );
    const both = { requests: 80, serverErrors: 10, clientErrors: 8, latency: { milliseconds: 75, statistic: "p95" } };
    expect(measuredIn(series, webSocketApi.metrics, 0, 120_000)).toEqual(both);
    expect(measuredIn(series, webSocketApi.metrics, 0, 60_000)).toMatchObject({
      requests: 40,
      latency: { milliseconds: 100 },
    });
    expect(measuredIn([], webSocketApi.metrics, 0, 1)).toMatchObject({ requests: 0, latency: undefined });
  });
});
