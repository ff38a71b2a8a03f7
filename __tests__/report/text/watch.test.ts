import { expect, test } from "@jest/globals";
import { restApi } from "../../../src/aws/rest-api/kind.ts";
import { watchingDescription, watchLines, watchPlanLines, watchSection } from "../../../src/report/text/watch.ts";
import type { WatchVerdict } from "../../../src/verify/watch-verdict.ts";

const measured = (requests: number, serverErrors: number) => ({
  requests,
  serverErrors,
  clientErrors: 0,
  latency: { milliseconds: 1234, statistic: "average" as const },
});

const verdict: WatchVerdict = {
  health: "unhealthy",
  findings: [
    { health: "unhealthy", says: "Alarm <b>@alice</b> went to ALARM." },
    { health: "not-proven", says: "Alarm b has too little data." },
    { health: "healthy", says: "Alarm c stayed OK." },
  ],
  traffic: {
    kind: "seen",
    from: Date.UTC(2026, 0, 1, 12),
    until: Date.UTC(2026, 0, 1, 12, 5),
    after: measured(2000, 3),
    before: measured(0, 0),
  },
  watched: 150_000,
  bakeTime: 600_000,
};

test("the log has a line a finding, and the traffic", () => {
  expect(watchLines(verdict)).toEqual([
    "Watched for 2m30s of 10m: it is unhealthy.",
    "UNHEALTHY  Alarm <b>@alice</b> went to ALARM.",
    "NOT PROVEN  Alarm b has too little data.",
    "well  Alarm c stayed OK.",
    "Traffic from 12:00 to 12:05 UTC: 2,000 requests, server errors 3 (0.15%), client errors 0, average 1.23 s. In the same time before: no request.",
  ]);
});

test("in Markdown nothing that an alarm says comes alive", () => {
  const section = watchSection(verdict);
  expect(section).toContain("❌ Alarm");
  expect(section).not.toMatch(/<b>|@alice/);
});

test("a plan says what will be watched, and one that watches nothing says nothing", () => {
  const watch = {
    bakeTime: 600_000,
    alarms: [
      { name: "a", arn: undefined },
      { name: "a", arn: "arn:a" },
      { name: "b", arn: undefined },
    ],
    limits: { errorRate: 0.005, latency: 800, minRequests: 1 },
    minRequests: 1,
    metrics: restApi.metrics,
    apiName: { before: "Orders", after: "Orders" },
    earlier: undefined,
    onNotProven: "warn",
  } as const;
  expect(watchPlanLines(watch)).toEqual([
    "Then watch it for 10m: alarms a, b; server errors at most 0.5%; latency at most 800 ms; told by 1 request or more.",
  ]);
  expect(watchPlanLines(undefined)).toEqual([]);
  expect(watchingDescription("x".repeat(128), watch).length).toBeLessThanOrEqual(140);
});
