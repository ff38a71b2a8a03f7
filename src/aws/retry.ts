import { ActionError } from "../domain/errors.ts";
import type { World } from "../domain/world.ts";
import { type Call, serviceOf, translate } from "./translate.ts";
import { type Verdict, verdictOf } from "./verdict.ts";

/**
 * When a request to API Gateway is sent again. The SDK's own retries are off, because they repeat a CreateDeployment
 * whose answer was lost, and with it make a second deployment. Reads repeat freely. Writes repeat only when the failed
 * one surely did not act, or when looking for its effect has shown that it did not.
 */

export type Pacing = {
  /** Aborted when the run is cancelled, or a time limit is over: no request starts after that. */
  readonly signal: AbortSignal;
  /** Tells people why nothing seems to happen. */
  readonly note: (text: string) => void;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random: () => number;
};

export const pacingOf = ({ signal, log, clock, random }: World): Pacing => ({
  signal,
  note: log.info,
  sleep: clock.sleep,
  now: clock.now,
  random,
});

const READ_ATTEMPTS = 8;
/** Together. */
const WRITE_BUDGET = 5 * 60_000;
/** Fifty runs share the account's one CreateDeployment in 5 seconds: 250 s if no turn is missed, and some are. */
const THROTTLED_BUDGET = 10 * 60_000;
const LONGEST_WAIT = 60_000;
const UNCLEAR_ATTEMPTS = 4;
/** Milliseconds that a thing which was just made may stay unknown to the next request; another service learns of it late. */
const READY_BUDGET = 45_000;
const LATE_BUDGET: Readonly<Record<string, number>> = { AssociateWebACL: 3 * 60_000 };

/**
 * Operations that go on for long, and milliseconds for which one may be at work after its answer was lost: 400 methods
 * take half a minute and more. It is not sent again before.
 */
const SLOW: Readonly<Record<string, number>> = { PutRestApi: 90_000, ReimportApi: 90_000, CreateDeployment: 90_000 };

export const isSlow = ({ operation }: Pick<Call, "operation">): boolean => SLOW[operation] !== undefined;

/** Milliseconds in which the whole account may send one of these; nobody can have it raised (API Gateway quotas). */
const RARE: Readonly<Record<string, number>> = {
  CreateDeployment: 5000,
  CreateDocumentationVersion: 20_000,
  UpdateUsagePlan: 20_000,
};

/** Milliseconds for which a request may be at work that failed so. */
const timeAtWork = (verdict: Verdict, { operation }: Call): number =>
  verdict.kind === "unknown" && verdict.atWork ? (SLOW[operation] ?? 0) : 0;

/** What a request ends with that the signal has stopped: the run was cancelled, or the time for it was over. */
const stopped = (call: Call, { signal }: Pacing, acted: "no" | "unknown"): ActionError =>
  isTimeLimit(signal.reason) ? translate(TIME_IS_OVER, call) : cancelled(call, acted);

/** What `AbortSignal.timeout` aborts with. */
const isTimeLimit = (reason: unknown): boolean => reason instanceof Error && reason.name === "TimeoutError";

const TIME_IS_OVER = {
  name: "TimeoutError",
  code: "ETIMEDOUT",
  message: "no answer came in the time that it may take",
};

const cancelled = (call: Call, acted: "no" | "unknown"): ActionError =>
  new ActionError({
    code: "CANCELLED",
    doing: call.doing,
    happened:
      acted === "no" ? "The run was cancelled before it." : "The run was cancelled, and no answer had come yet.",
    acted,
  });

/** Throws `CANCELLED` when the run is cancelled meanwhile. */
export const pause = async (
  milliseconds: number,
  call: Call,
  pacing: Pacing,
  acted: "no" | "unknown",
): Promise<void> => {
  try {
    await pacing.sleep(milliseconds, pacing.signal);
  } catch {
    throw stopped(call, pacing, acted);
  }
};

type Attempt<T> = { readonly value: T } | { readonly failure: unknown; readonly verdict: Verdict };

const attemptOnce = async <T>(call: Call, pacing: Pacing, send: () => Promise<T>): Promise<Attempt<T>> => {
  if (pacing.signal.aborted) throw stopped(call, pacing, "no");
  try {
    return { value: await send() };
  } catch (failure) {
    return { failure, verdict: verdictOf(failure, call) };
  }
};

/** Sends a read until it succeeds, at most 8 times. Throws ActionError. */
export const read = async <T>(call: Call, pacing: Pacing, send: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1) {
    const result = await attemptOnce(call, pacing, send);
    if ("value" in result) return result.value;
    const { failure, verdict } = result;
    if (isOver(verdict, attempt) || attempt + 1 === READ_ATTEMPTS) throw translate(failure, call);
    const first = verdict.kind === "not-acted" && verdict.because === "throttled" ? 1000 : 200;
    await pause(delayBefore(attempt, first, 8000, verdict, pacing), call, pacing, "no");
  }
};

/** A clock that was corrected and is still refused was not the reason. */
const isOver = (verdict: Verdict, attempt: number): boolean =>
  verdict.kind === "final" || (verdict.kind === "not-acted" && verdict.because === "skewed" && attempt > 0);

/** For writes that do no harm when they are repeated, or look themselves before they act. */
const nothingToFind = async (): Promise<undefined> => undefined;

/**
 * Sends a write so that it takes effect once. `lookUp` answers what an earlier sending made, or `undefined` when it is
 * proven absent; left out, the write may take effect again. Throws ActionError; when four sendings got no readable answer,
 * that of the last.
 */
export const write = async <T>(
  call: Call,
  pacing: Pacing,
  send: () => Promise<T>,
  lookUp: () => Promise<T | undefined> = nothingToFind,
): Promise<T> => {
  const first = RARE[call.operation] ?? 1000;
  let waited = 0;
  let unclear = 0;
  for (let attempt = 0; ; attempt += 1) {
    const result = await attemptOnce(call, pacing, send);
    if ("value" in result) return result.value;
    const { failure, verdict } = result;
    if (isOver(verdict, attempt)) throw translate(failure, call);
    const found = await effectOf(verdict, call, pacing, lookUp);
    if (found !== undefined) return found;
    const delay = delayBefore(attempt, first, 30_000, verdict, pacing);
    waited += delay + timeAtWork(verdict, call);
    if (verdict.kind === "unknown") unclear += 1;
    if (unclear === UNCLEAR_ATTEMPTS || waited > budgetOf(verdict, call)) throw translate(failure, call);
    await waitTelling(delay, verdict, call, pacing);
  }
};

const effectOf = async <T>(
  verdict: Verdict,
  call: Call,
  pacing: Pacing,
  lookUp: () => Promise<T | undefined>,
): Promise<T | undefined> =>
  verdict.kind === "unknown" ? settle(call, pacing, lookUp, timeAtWork(verdict, call)) : undefined;

const budgetOf = (verdict: Verdict, { operation }: Call): number => {
  if (verdict.kind !== "not-acted") return WRITE_BUDGET;
  if (verdict.because === "throttled") return THROTTLED_BUDGET;
  return verdict.because === "unready" ? (LATE_BUDGET[operation] ?? READY_BUDGET) : WRITE_BUDGET;
};

/** Exponential with jitter, or what the service asked for when that is longer; a minute at most. */
const delayBefore = (attempt: number, first: number, cap: number, verdict: Verdict, pacing: Pacing): number => {
  const backoff = Math.min(cap, first * 2 ** attempt) * (0.5 + pacing.random() / 2);
  const asked = verdict.kind === "not-acted" ? (verdict.retryAfter ?? 0) : 0;
  return Math.min(LONGEST_WAIT, Math.max(backoff, asked));
};

const reasonOf = (because: Extract<Verdict, { kind: "not-acted" }>["because"], service: string): string => {
  switch (because) {
    case "throttled":
      return `${service} is getting too many requests`;
    case "busy":
      return `${service} cannot do it right now`;
    case "skewed":
      return "The runner's clock is off";
    case "unready":
      return `${service} does not know everywhere yet what was just made`;
    case "unreachable":
      return `${service} cannot be reached`;
  }
};

/** Milliseconds. Who looks at the log shall see within this time that the run lives, and why it waits. */
const SILENCE = 10_000;

const waitTelling = async (delay: number, verdict: Verdict, call: Call, pacing: Pacing): Promise<void> => {
  for (let left = delay; left > 0; left -= SILENCE) {
    if (verdict.kind === "not-acted")
      pacing.note(
        `${reasonOf(verdict.because, serviceOf(call))}; trying to ${call.doing} again in ${Math.ceil(left / 1000)} s.`,
      );
    await pause(Math.min(left, SILENCE), call, pacing, "no");
  }
};

/** Milliseconds between looks for what may still be at work: 2 s, 4 s, … */
const FIRST_LOOK = 2000;
const LONGEST_LOOK = 20_000;

/** Looks for the effect of a write whose answer was lost, again and again while it may still be at work. */
const settle = async <T>(
  call: Call,
  pacing: Pacing,
  lookUp: () => Promise<T | undefined>,
  limit: number,
): Promise<T | undefined> => {
  pacing.note(`No clear answer on the request to ${call.doing}; looking whether it was carried out.`);
  if (limit > 0)
    pacing.note(`It may still be at work, so it is looked for during ${limit / 1000} s before it is sent again.`);
  for (let waited = 0, next = FIRST_LOOK; ; next = Math.min(next * 2, LONGEST_LOOK)) {
    const found = await look(call, pacing, lookUp);
    if (found !== undefined || waited >= limit) return found;
    const delay = Math.min(next, limit - waited);
    await pause(delay, call, pacing, "unknown");
    waited += delay;
  }
};

const look = async <T>(call: Call, pacing: Pacing, lookUp: () => Promise<T | undefined>): Promise<T | undefined> => {
  try {
    return await lookUp();
  } catch (thrown) {
    if (pacing.signal.aborted) throw cancelled(call, "unknown");
    const reason = thrown instanceof ActionError ? thrown : translate(thrown, call);
    throw new ActionError({
      code: "UNCLEAR_WRITE",
      doing: call.doing,
      happened: `The request got no clear answer, and looking for its effect failed: ${reason.message}`,
      acted: "unknown",
      remedy: `${reason.remedy}\nThen run the job again: it looks for what this run made and carries on from there.`,
      cause: thrown,
    });
  }
};
