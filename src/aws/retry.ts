import { ActionError } from "../domain/errors.ts";
import type { World } from "../domain/world.ts";
import { type Call, translate } from "./translate.ts";

/**
 * When a request to API Gateway is sent again. The SDK's own retries are off, because they repeat a CreateDeployment
 * whose answer was lost, and with it make a second deployment. Reads repeat freely. Writes repeat only when the failed
 * one surely did not act, or when looking for its effect has shown that it did not.
 */

export type Pacing = {
  /** Aborted when the run is cancelled: no request starts after that. */
  readonly signal: AbortSignal;
  /** Tells people why nothing seems to happen. */
  readonly note: (text: string) => void;
  readonly sleep: (milliseconds: number, signal: AbortSignal) => Promise<void>;
  readonly random: () => number;
};

export const pacingOf = ({ signal, log, clock, random }: World): Pacing => ({
  signal,
  note: log.info,
  sleep: clock.sleep,
  random,
});

/** What a failed request means for sending it again. */
export type Verdict =
  /** The service said no; asking again gets the same answer. */
  | { readonly kind: "final" }
  /** The service did nothing and may do it later. `retryAfter` in milliseconds, when it named a time. */
  | { readonly kind: "not-acted"; readonly throttled: boolean; readonly retryAfter: number | undefined }
  /** The request may have been carried out. */
  | { readonly kind: "unknown" };

const CLOCK_SKEW = ["RequestTimeTooSkewed", "RequestExpired", "InvalidSignatureException", "SignatureDoesNotMatch"];
const THROTTLING = ["TooManyRequestsException", "ThrottlingException", "Throttling", "RequestThrottled"];
const NEVER_SENT = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

type SdkError = {
  readonly name?: string;
  readonly message?: string;
  readonly code?: string;
  readonly $metadata?: { readonly httpStatusCode?: number };
  readonly $response?: { readonly headers?: Record<string, string> };
};

/** Judges by status first, then by error name; by text only where API Gateway leaves no other way (409). */
export const verdictOf = (thrown: unknown): Verdict => {
  const error = thrown as SdkError;
  const status = error.$metadata?.httpStatusCode;
  if (status === undefined) return verdictWithoutAnswer(error);
  if (status >= 500 || status < 300) return { kind: "unknown" };
  const name = error.name ?? "";
  const throttled = THROTTLING.includes(name) || (status === 429 && name !== "LimitExceededException");
  const passing = status === 409 && /try again later/i.test(error.message ?? "");
  // The SDK has corrected its clock by the answer's date and signs the next request with it.
  const skewed = CLOCK_SKEW.includes(name);
  if (!throttled && !passing && !skewed) return { kind: "final" };
  return { kind: "not-acted", throttled, retryAfter: retryAfterOf(error) };
};

const verdictWithoutAnswer = (error: SdkError): Verdict => {
  if (["CredentialsProviderError", "TokenProviderError"].includes(error.name ?? "")) return { kind: "final" };
  if (NEVER_SENT.includes(error.code ?? "")) return { kind: "not-acted", throttled: false, retryAfter: undefined };
  return isNetworkFailure(error) ? { kind: "unknown" } : { kind: "final" };
};

const isNetworkFailure = (error: SdkError): boolean =>
  error.code !== undefined ||
  ["TimeoutError", "SyntaxError", "AbortError"].includes(error.name ?? "") ||
  /socket hang up|aborted|premature/i.test(error.message ?? "");

/** `Retry-After` is seconds or a date; anything else counts as not given. */
const retryAfterOf = (error: SdkError): number | undefined => {
  const header = error.$response?.headers?.["retry-after"];
  if (header === undefined) return undefined;
  const seconds = /^[0-9]+$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : undefined;
};

const READ_ATTEMPTS = 8;
/** Together; long enough for a line of runs that each wait for the account's one CreateDeployment in 5 seconds. */
const WRITE_BUDGET = 5 * 60_000;
const LONGEST_WAIT = 60_000;
const UNCLEAR_ATTEMPTS = 4;

const cancelled = (call: Call, acted: "no" | "unknown"): ActionError =>
  new ActionError({
    code: "CANCELLED",
    doing: call.doing,
    happened:
      acted === "no" ? "The run was cancelled before it." : "The run was cancelled, and no answer had come yet.",
    acted,
  });

const pause = async (milliseconds: number, call: Call, pacing: Pacing): Promise<void> => {
  try {
    await pacing.sleep(milliseconds, pacing.signal);
  } catch {
    throw cancelled(call, "no");
  }
};

type Attempt<T> = { readonly value: T } | { readonly failure: unknown; readonly verdict: Verdict };

const attemptOnce = async <T>(call: Call, pacing: Pacing, send: () => Promise<T>): Promise<Attempt<T>> => {
  if (pacing.signal.aborted) throw cancelled(call, "no");
  try {
    return { value: await send() };
  } catch (failure) {
    return { failure, verdict: verdictOf(failure) };
  }
};

/** Sends a read until it succeeds, at most 8 times. Throws ActionError. */
export const read = async <T>(call: Call, pacing: Pacing, send: () => Promise<T>): Promise<T> => {
  for (let attempt = 0; ; attempt += 1) {
    const result = await attemptOnce(call, pacing, send);
    if ("value" in result) return result.value;
    const { failure, verdict } = result;
    if (verdict.kind === "final" || attempt + 1 === READ_ATTEMPTS) throw translate(failure, call);
    const first = verdict.kind === "not-acted" && verdict.throttled ? 1000 : 200;
    await pause(delayBefore(attempt, first, 8000, verdict, pacing), call, pacing);
  }
};

/**
 * Sends a write so that it takes effect once. `lookUp` answers what an earlier sending made, or `undefined` when it is
 * proven absent. Throws ActionError; when four sendings got no readable answer, that of the last.
 */
export const write = async <T>(
  call: Call,
  pacing: Pacing,
  send: () => Promise<T>,
  lookUp: () => Promise<T | undefined>,
): Promise<T> => {
  // Account-wide, fixed: one CreateDeployment every 5 seconds (API Gateway quotas, control plane).
  const first = call.operation === "CreateDeployment" ? 5000 : 1000;
  let waited = 0;
  let unclear = 0;
  for (let attempt = 0; ; attempt += 1) {
    const result = await attemptOnce(call, pacing, send);
    if ("value" in result) return result.value;
    const { failure, verdict } = result;
    if (verdict.kind === "final") throw translate(failure, call);
    if (verdict.kind === "unknown") {
      const found = await settle(call, pacing, lookUp);
      if (found !== undefined) return found;
      unclear += 1;
    }
    const delay = delayBefore(attempt, first, 30_000, verdict, pacing);
    waited += delay;
    if (unclear === UNCLEAR_ATTEMPTS || waited > WRITE_BUDGET) throw translate(failure, call);
    noteDelay(call, verdict, delay, pacing);
    await pause(delay, call, pacing);
  }
};

/** Exponential with jitter, or what the service asked for when that is longer; a minute at most. */
const delayBefore = (attempt: number, first: number, cap: number, verdict: Verdict, pacing: Pacing): number => {
  const backoff = Math.min(cap, first * 2 ** attempt) * (0.5 + pacing.random() / 2);
  const asked = verdict.kind === "not-acted" ? (verdict.retryAfter ?? 0) : 0;
  return Math.min(LONGEST_WAIT, Math.max(backoff, asked));
};

const noteDelay = (call: Call, verdict: Verdict, delay: number, pacing: Pacing): void => {
  if (verdict.kind !== "not-acted") return;
  const reason = verdict.throttled ? "is getting too many requests" : "cannot do it right now";
  pacing.note(`API Gateway ${reason}; trying to ${call.doing} again in ${Math.ceil(delay / 1000)} s.`);
};

/** Looks for the effect of a write whose answer was lost. */
const settle = async <T>(call: Call, pacing: Pacing, lookUp: () => Promise<T | undefined>): Promise<T | undefined> => {
  pacing.note(`No clear answer on the request to ${call.doing}; looking whether it was carried out.`);
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
