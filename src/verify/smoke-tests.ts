import { type InvokeUrl, type RequestHeader, whyNoUrl } from "../domain/invoke-url.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import { type Asked, attemptAt, cancelled, type SmokeWorld } from "./attempt.ts";
import type { Attempt, SmokeCheck, SmokeVerdict } from "./verdict.ts";
import { openWaiting } from "./waiting.ts";

/**
 * Smoke tests ask the stage itself. A stage that was pointed serves its new deployment only after some seconds, so each
 * test is repeated until it passes or the time that all share is over. Without a single answer nothing is known about
 * the stage's health (promise I8): that is a verdict of its own, and no reason to roll back.
 */

export type SmokeOptions = {
  readonly invokeUrl: InvokeUrl;
  /** Milliseconds that all tests have together. */
  readonly timeout: number;
  /**
   * Milliseconds for which a test must go on passing: right after a stage was pointed, an answer may still come from the
   * deployment before. 0 for a stage that is new.
   */
  readonly settle: number;
  /** Sent as `x-api-key`; `undefined`: none. */
  readonly apiKey: string | undefined;
};

export type { SmokeWorld } from "./attempt.ts";

/** Enough for what the Developer Guide leaves open and what suites against the service wait for. */
export const DEFAULT_SETTLE = 5000;

/**
 * Nothing tells how long a routing rule takes until the domain goes by it. Until then the domain answers as if it were not
 * there, by a header's rule with production, whose answers may be just as good.
 */
export const RULE_SETTLE = 15_000;

/** Milliseconds that a key may take until it opens a stage that has just joined its plan: suites against the service wait so long. */
export const KEY_TIME = 120_000;

/** Milliseconds between attempts: short at first, for a stage that is there within a second. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
/** Milliseconds that must be left for another attempt. */
const SHORTEST_ATTEMPT = 1000;

/** Runs all tests at the same time. Throws `CANCELLED`, and nothing else. */
export const runSmokeTests = async (
  tests: readonly SmokeTest[],
  options: SmokeOptions,
  world: SmokeWorld,
): Promise<SmokeVerdict> => {
  const url = reachableUrl(options.invokeUrl);
  if (typeof url !== "string") return { kind: "unreachable", checks: [], ...url };
  const polling = { baseUrl: url, header: headerOf(options.invokeUrl), startedAt: world.clock.elapsed(), ...options };
  const checks = await together(tests, options, world, (test, told) => poll(test, { ...polling, told }, world));
  return verdictOf(checks, options.invokeUrl);
};

/** No canary is reached by one: previews have none. */
const headerOf = (invokeUrl: InvokeUrl): RequestHeader | undefined =>
  "header" in invokeUrl ? invokeUrl.header : undefined;

/** What was found of a test, for those who wait. */
type Told = (attempt: Attempt) => void;

const together = async (
  tests: readonly SmokeTest[],
  { timeout, apiKey }: SmokeOptions,
  world: SmokeWorld,
  check: (test: SmokeTest, told: Told) => Promise<SmokeCheck>,
): Promise<readonly SmokeCheck[]> => {
  const waiting = openWaiting(tests, apiKey === undefined ? timeout : Math.max(timeout, KEY_TIME), world);
  const checked = async (test: SmokeTest): Promise<SmokeCheck> => {
    const result = await check(test, (attempt) => waiting.attempted(test, attempt));
    waiting.ended(test);
    return result;
  };
  try {
    return await Promise.all(tests.map(checked));
  } finally {
    waiting.close();
  }
};

export type RepeatOptions = SmokeOptions & {
  /** How often each test is asked, where the time allows. */
  readonly attempts: number;
};

/**
 * Asks each test again and again, because a stage with a canary answers from either side. Two failures are one too many
 * for chance. Throws `CANCELLED`, and nothing else.
 */
export const repeatSmokeTests = async (
  tests: readonly SmokeTest[],
  { attempts, ...options }: RepeatOptions,
  world: SmokeWorld,
): Promise<SmokeVerdict> => {
  const url = reachableUrl(options.invokeUrl);
  if (typeof url !== "string") return { kind: "unreachable", checks: [], ...url };
  await sleep(options.settle, world);
  const deadline = world.clock.elapsed() + options.timeout;
  const checks = await together(tests, options, world, (test, told) =>
    repeat(test, { baseUrl: url, apiKey: options.apiKey, deadline, attempts, told }, world),
  );
  return verdictOf(checks, options.invokeUrl);
};

type Repetition = Asked & { readonly deadline: number; readonly attempts: number; readonly told: Told };

const repeat = async (
  test: SmokeTest,
  { deadline, attempts: wanted, told, ...asked }: Repetition,
  world: SmokeWorld,
): Promise<SmokeCheck> => {
  let failed: Attempt | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const attempt = await attemptAt(test, asked, deadline, world);
    told(attempt);
    const over = deadline - world.clock.elapsed() <= SHORTEST_ATTEMPT;
    if (!passes(attempt)) {
      if (failed !== undefined || over) return { test, passed: false, attempts, last: attempt };
      failed = attempt;
    } else if (attempts >= wanted || over) return { test, passed: true, attempts, last: attempt };
  }
};

const reachableUrl = (invokeUrl: InvokeUrl): string | { readonly because: string } => {
  const because = whyNoUrl(invokeUrl);
  return because === undefined && invokeUrl.kind !== "disabled" && invokeUrl.url !== undefined
    ? invokeUrl.url
    : { because: because ?? "" };
};

const verdictOf = (checks: readonly SmokeCheck[], invokeUrl: InvokeUrl): SmokeVerdict => {
  const failing = checks.find(({ passed }) => !passed);
  if (failing === undefined) return { kind: "healthy", checks };
  if (checks.every(({ last }) => last.kind === "no-answer" && last.reason !== "silent")) {
    return { kind: "unreachable", checks, because: "No request got an answer." };
  }
  if (invokeUrl.kind === "private" && checks.every(({ last }) => isRefusedAtTheDoor(last))) {
    return {
      kind: "unreachable",
      checks,
      because: "The API is private, and API Gateway refused every request: the runner is not in its VPC.",
    };
  }
  return { kind: "unhealthy", checks, failing };
};

const isRefusedAtTheDoor = (attempt: Attempt): boolean =>
  attempt.kind === "answer" && attempt.status === 403 && attempt.refusal.startsWith("ForbiddenException");

type Polling = Asked & Pick<SmokeOptions, "timeout" | "settle"> & { readonly startedAt: number; readonly told: Told };

/**
 * When a test must have passed. While API Gateway itself refuses a key, it may not know it yet: that counts only after two
 * minutes, and a test has all its time from the last such refusal on.
 */
const deadlineOf = ({ startedAt, timeout, apiKey }: Polling, last: Attempt | undefined, refusedAt: number): number => {
  const deadline = startedAt + timeout;
  if (apiKey === undefined) return deadline;
  if (last === undefined || isRefusedAtTheDoor(last)) return Math.max(deadline, startedAt + KEY_TIME);
  return Math.max(deadline, refusedAt + timeout);
};

const poll = async (test: SmokeTest, polling: Polling, world: SmokeWorld): Promise<SmokeCheck> => {
  const { settle, told } = polling;
  let last: Attempt | undefined;
  let refusedAt = polling.startedAt;
  let passingSince: number | undefined;
  let pause = FIRST_PAUSE;
  for (let attempts = 1; ; attempts += 1) {
    const startedAt = world.clock.elapsed();
    const attempt = await attemptAt(test, polling, deadlineOf(polling, last, refusedAt), world);
    told(attempt);
    if (isRefusedAtTheDoor(attempt)) refusedAt = startedAt;
    const rest = deadlineOf(polling, attempt, refusedAt) - world.clock.elapsed();
    // An attempt that only the deadline cut short says less than the whole one before it.
    if (last === undefined || rest > 0 || attempt.kind === "answer") last = attempt;
    passingSince = passes(last) ? (passingSince ?? startedAt) : undefined;
    const settled = passingSince !== undefined && startedAt - passingSince >= settle;
    if (settled || rest <= SHORTEST_ATTEMPT) return { test, passed: passes(last), attempts, last };
    await sleep(Math.min(pause, rest - SHORTEST_ATTEMPT), world);
    pause = Math.min(pause * 2, LONGEST_PAUSE);
  }
};

const passes = (attempt: Attempt): boolean => attempt.kind === "answer" && attempt.problems.length === 0;

const sleep = async (milliseconds: number, world: SmokeWorld): Promise<void> => {
  try {
    await world.clock.sleep(milliseconds, world.signal);
  } catch {
    throw cancelled();
  }
};
