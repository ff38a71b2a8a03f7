import { ActionError } from "../domain/errors.ts";
import { type InvokeUrl, whyNoUrl } from "../domain/invoke-url.ts";
import type { World } from "../domain/world.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import { version } from "../version.ts";
import type { Attempt, NoAnswerReason, SmokeCheck, SmokeVerdict } from "./verdict.ts";

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
};

export type SmokeWorld = Pick<World, "fetch" | "clock" | "signal">;

/** Enough for what the Developer Guide leaves open and what suites against the service wait for. */
export const DEFAULT_SETTLE = 5000;

/** Milliseconds between attempts: short at first, for a stage that is there within a second. */
const FIRST_PAUSE = 500;
const LONGEST_PAUSE = 5000;
/** Milliseconds that must be left for another attempt. */
const SHORTEST_ATTEMPT = 1000;
/** API Gateway itself answers 504 after 29 seconds by default (quota "Integration timeout"). */
const ATTEMPT_TIMEOUT = 30_000;
/** Node gives up making a connection after 10 seconds, so who has waited for longer was connected. */
const CONNECT_TIMEOUT = 15_000;

/** Runs all tests at the same time. Throws `CANCELLED`, and nothing else. */
export const runSmokeTests = async (
  tests: readonly SmokeTest[],
  options: SmokeOptions,
  world: SmokeWorld,
): Promise<SmokeVerdict> => {
  const url = reachableUrl(options.invokeUrl);
  if (typeof url !== "string") return { kind: "unreachable", checks: [], ...url };
  const deadline = world.clock.elapsed() + options.timeout;
  const checks = await Promise.all(tests.map((test) => poll(test, url, deadline, options.settle, world)));
  return verdictOf(checks, options.invokeUrl);
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
  const deadline = world.clock.elapsed() + options.timeout;
  await sleep(options.settle, world);
  const checks = await Promise.all(tests.map((test) => repeat(test, url, { deadline, attempts }, world)));
  return verdictOf(checks, options.invokeUrl);
};

type Repetition = { readonly deadline: number; readonly attempts: number };

const repeat = async (
  test: SmokeTest,
  baseUrl: string,
  { deadline, attempts: wanted }: Repetition,
  world: SmokeWorld,
): Promise<SmokeCheck> => {
  let failed: Attempt | undefined;
  for (let attempts = 1; ; attempts += 1) {
    const attempt = await request(test, baseUrl, deadline, world);
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

const poll = async (
  test: SmokeTest,
  baseUrl: string,
  deadline: number,
  settle: number,
  world: SmokeWorld,
): Promise<SmokeCheck> => {
  let last: Attempt | undefined;
  let passingSince: number | undefined;
  let pause = FIRST_PAUSE;
  for (let attempts = 1; ; attempts += 1) {
    const startedAt = world.clock.elapsed();
    const attempt = await request(test, baseUrl, deadline, world);
    const rest = deadline - world.clock.elapsed();
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

const cancelled = (): ActionError =>
  new ActionError({
    code: "CANCELLED",
    doing: "finish the smoke tests",
    happened: "The run was cancelled before they had ended.",
    acted: "no",
  });

const request = async (test: SmokeTest, baseUrl: string, deadline: number, world: SmokeWorld): Promise<Attempt> => {
  if (world.signal.aborted) throw cancelled();
  const startedAt = world.clock.elapsed();
  const limit = AbortSignal.timeout(Math.max(1, Math.min(ATTEMPT_TIMEOUT, Math.ceil(deadline - startedAt))));
  try {
    const response = await world.fetch(baseUrl + test.path, {
      method: test.method,
      redirect: "manual",
      headers: { "user-agent": `apigw-stage-action/${version}` },
      signal: AbortSignal.any([limit, world.signal]),
    });
    const body = await readBody(response);
    if (world.signal.aborted) throw cancelled();
    return answerOf(test, response, body, world.clock.elapsed() - startedAt);
  } catch (thrown) {
    if (world.signal.aborted) throw cancelled();
    return noAnswer(thrown, world.clock.elapsed() - startedAt);
  }
};

/** Bytes; API Gateway itself passes on 10 MB at most (quota "Payload size"). */
const LONGEST_BODY = 10 * 1024 * 1024;

/** What came of the body, and what was wrong with its end. */
type Body = { readonly bytes: Buffer; readonly flaw: string | undefined };

/** A stage whose answer has begun is there: a body that does not end well is a wrong answer, and not none. */
const readBody = async ({ body }: Response): Promise<Body> => {
  const chunks: Uint8Array[] = [];
  const whole = (flaw?: string): Body => ({ bytes: Buffer.concat(chunks), flaw });
  let length = 0;
  try {
    for await (const chunk of (body ?? []) as AsyncIterable<Uint8Array>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length > LONGEST_BODY) return whole("The body is longer than the 10 MB that API Gateway passes on.");
    }
    return whole();
  } catch (thrown) {
    const { name } = thrown as { name?: string };
    return whole(
      name === "TimeoutError" ? "The body did not end in time." : "The connection was cut in the middle of the body.",
    );
  }
};

const BODY_SHOWN = 300;

const answerOf = (test: SmokeTest, response: Response, { bytes, flaw }: Body, milliseconds: number): Attempt => ({
  kind: "answer",
  status: response.status,
  milliseconds: Math.round(milliseconds),
  // A character that the cut goes through is left out.
  body: new TextDecoder().decode(bytes.subarray(0, BODY_SHOWN), { stream: bytes.length > BODY_SHOWN }),
  problems: [
    ...(flaw === undefined ? [] : [flaw]),
    ...problemsOf(test, response, bytes.toString("utf8"), milliseconds),
  ],
  refusal: response.headers.get("x-amzn-errortype") ?? "",
});

const problemsOf = (test: SmokeTest, response: Response, body: string, milliseconds: number): readonly string[] => [
  ...(response.status === test.status ? [] : [wrongStatus(test, response)]),
  ...test.contains
    .filter((text) => !body.includes(text))
    .map((text) => `The body does not contain ${JSON.stringify(text)}.`),
  ...test.headers.flatMap(({ name, value }) => wrongHeader(name, value, response.headers.get(name))),
  ...(test.within !== undefined && milliseconds >= test.within
    ? [`It took ${seconds(milliseconds)}; allowed is less than ${seconds(test.within)}.`]
    : []),
];

const wrongStatus = (test: SmokeTest, { status, headers }: Response): string => {
  const location = headers.get("location");
  return status >= 300 && status < 400 && location !== null
    ? `It redirects (${status}) to ${location}; expected is ${test.status}. Redirects are not followed.`
    : `The status is ${status}; expected is ${test.status}.`;
};

const wrongHeader = (name: string, wanted: string, found: string | null): readonly string[] => {
  if (found === wanted) return [];
  return [
    found === null
      ? `There is no header ${name}; expected is ${JSON.stringify(wanted)}.`
      : `Header ${name} is ${JSON.stringify(found)}; expected is ${JSON.stringify(wanted)}.`,
  ];
};

const seconds = (milliseconds: number): string => `${Number((milliseconds / 1000).toFixed(3))} s`;

/** Error codes of Node's DNS, sockets and TLS, and of its fetch (`UND_ERR_…`). */
const REASONS: readonly (readonly [pattern: RegExp, reason: NoAnswerReason])[] = [
  [/^(?:ENOTFOUND|EAI_.+|ENODATA)$/, "dns"],
  [/^ECONNREFUSED$/, "refused"],
  [/^(?:EHOSTUNREACH|ENETUNREACH|EADDRNOTAVAIL)$/, "unreachable"],
  [/^(?:ETIMEDOUT|UND_ERR_CONNECT_TIMEOUT)$/, "timeout"],
  [
    /^(?:ERR_TLS_.+|ERR_SSL_.+|EPROTO|CERT_.+|.*_(?:CERT|SIGNATURE|CHAIN|CRL|ISSUER.*)(?:_.*)?|HOSTNAME_MISMATCH|INVALID_.+)$/,
    "tls",
  ],
];

const noAnswer = (thrown: unknown, milliseconds: number): Attempt => {
  const { code, message } = rootOf(thrown);
  const detail = (code === "" ? message : `${code}: ${message}`).split("\n", 1)[0] ?? "";
  const known = REASONS.find(([pattern]) => pattern.test(code))?.[1];
  if (known !== undefined) return { kind: "no-answer", reason: known, detail };
  const timedOut =
    (thrown as { name?: string }).name === "TimeoutError" || /^UND_ERR_(?:HEADERS|BODY)_TIMEOUT$/.test(code);
  if (!timedOut) return { kind: "no-answer", reason: "connection", detail };
  const waited = `No whole answer within ${seconds(Math.round(milliseconds))}.`;
  return { kind: "no-answer", reason: milliseconds > CONNECT_TIMEOUT ? "silent" : "timeout", detail: waited };
};

/** Node's fetch throws "fetch failed" and keeps the reason as its cause; of several addresses tried, the first counts. */
const rootOf = (thrown: unknown): { readonly code: string; readonly message: string } => {
  const { cause, errors, code, message } = (thrown ?? {}) as {
    cause?: unknown;
    errors?: readonly unknown[];
    code?: unknown;
    message?: unknown;
  };
  if (cause !== undefined) return rootOf(cause);
  if (errors?.[0] !== undefined) return rootOf(errors[0]);
  return {
    code: typeof code === "string" ? code : "",
    message: typeof message === "string" ? message : String(thrown),
  };
};
