import { describe, expect, test } from "@jest/globals";
import type { CanaryMeasured } from "../../src/domain/canary.ts";
import type { Measured } from "../../src/domain/health.ts";
import { DEFAULT_POLICY } from "../../src/inputs/canary/policy.ts";
import { type CanaryEvidence, judgeCanary } from "../../src/verify/canary-judge.ts";
import { anAlarm } from "../alarms.ts";
import fc from "../property.ts";

const side = (requests: number, serverErrors = 0, p95?: number): Measured => ({
  requests,
  serverErrors,
  clientErrors: 0,
  latency: p95 === undefined ? undefined : { milliseconds: p95, statistic: "p95" },
});

const measured = (canary: Measured | undefined, base: Measured | undefined): CanaryMeasured => ({
  from: 0,
  until: 1,
  source: "access logs",
  canary,
  base,
  gaps: [],
});

const evidence = (
  canary: Measured | undefined,
  base: Measured | undefined,
  more: Partial<CanaryEvidence> = {},
): CanaryEvidence => ({ measured: measured(canary, base), alarms: [], alarmGaps: [], smoke: undefined, ...more });

const judge = (...given: Parameters<typeof evidence>) => judgeCanary(DEFAULT_POLICY, evidence(...given));
const quiet = { name: "errors", now: anAlarm({ state: "OK" }), changes: [] };
const wentOff = { name: "errors", now: quiet.now, changes: [{ at: 1, state: "ALARM", reason: "" } as const] };
const unknown = { name: "errors", now: anAlarm({ state: "INSUFFICIENT_DATA" }), changes: [] };

describe("a canary's step", () => {
  test.each<[string, ReturnType<typeof judge>["health"], Parameters<typeof evidence>]>([
    ["nothing was counted of", "not-proven", [undefined, undefined]],
    ["got no request", "not-proven", [side(0), side(1000)]],
    ["got too few requests", "not-proven", [side(199), side(1000)]],
    ["got enough requests without an error", "healthy", [side(200), side(1000)]],
    ["got enough requests, and its base none", "healthy", [side(200), side(0)]],
    ["failed so often that more requests cannot mend it", "unhealthy", [side(10, 3), side(100)]],
    ["failed more often than is allowed", "unhealthy", [side(1000, 11), side(1000, 11)]],
    // 0.9 % is below the absolute limit; 0.8 % above the base's 0.1 %, of so many requests, is no chance.
    ["failed more often than its base, and surely", "unhealthy", [side(10_000, 90), side(90_000, 90)]],
    ["failed more often than its base, which may be chance", "healthy", [side(300, 2), side(3000, 3)]],
    ["failed a little more often than its base", "healthy", [side(100_000, 400), side(900_000, 900)]],
    ["is slower than is allowed", "unhealthy", [side(500, 0, 161), side(500, 0, 100)]],
    ["is slower, and too few requests tell", "healthy", [side(500, 0, 161), side(199, 0, 100)]],
    ["is as fast as is allowed", "healthy", [side(500, 0, 150), side(500, 0, 100)]],
    ["is well, and an alarm was quiet", "healthy", [side(500), side(500), { alarms: [quiet] }]],
    ["is well, and an alarm went off and was over", "unhealthy", [side(500), side(500), { alarms: [wentOff] }]],
    ["is well, and an alarm has too little data", "not-proven", [side(500), side(500), { alarms: [unknown] }]],
    ["is well, and alarms could not be read", "not-proven", [side(500), side(500), { alarmGaps: ["Not now."] }]],
    [
      "is well, and failed its smoke tests",
      "unhealthy",
      [side(500), side(500), { smoke: { kind: "unhealthy", checks: [], failing: undefined as never } }],
    ],
    [
      "is well, and could not be reached",
      "not-proven",
      [side(500), side(500), { smoke: { kind: "unreachable", checks: [], because: "No request got an answer." } }],
    ],
  ])("that %s is %s", (_, health, given) => {
    expect(judge(...given).health).toBe(health);
  });

  test("is told in numbers, with the confidence of the comparison", () => {
    expect(judge(side(10_000, 90, 200), side(90_000, 90, 100)).findings.map(({ says }) => says)).toEqual([
      "90 of 10,000 requests ended in a server error (0.9%); allowed is 1%.",
      "The canary's error rate is 0.9%, the base's 0.1%: more than the 0.5% above that are allowed, with a confidence of 99%.",
      "95 of 100 requests to the canary took at most 200 ms, to the base 100 ms: more than 1.5 times as long.",
    ]);
  });

  test("without any number says what could not be read", () => {
    const { findings } = judgeCanary(DEFAULT_POLICY, {
      ...evidence(undefined, undefined),
      measured: { ...measured(undefined, undefined), gaps: ["The stage has no access logs."] },
    });
    expect(findings).toEqual([{ health: "not-proven", says: "The stage has no access logs." }]);
  });

  const count = fc.nat(100_000);
  const counted = fc
    .tuple(count, fc.double({ min: 0, max: 1, noNaN: true }))
    .map(([n, part]) => side(n, Math.round(n * part)));

  test("is never healthy with too few requests, and more errors make it no better", () => {
    const worth = { unhealthy: 0, "not-proven": 1, healthy: 2 };
    fc.assert(
      fc.property(counted, counted, fc.nat(50), (canary, base, more) => {
        const { health } = judge(canary, base);
        if (canary.requests < DEFAULT_POLICY.minRequests) expect(health).not.toBe("healthy");
        const worse = { ...canary, serverErrors: Math.min(canary.requests, canary.serverErrors + more) };
        expect(worth[judge(worse, base).health]).toBeLessThanOrEqual(worth[health]);
      }),
    );
  });
});
