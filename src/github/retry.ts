import { setTimeout as wait } from "node:timers/promises";

/**
 * When a request to GitHub is sent again. Reporting must not hold up a deployment, so patience is short. A POST whose
 * answer was lost is looked up first: Octokit's own retries would post a second comment or deployment.
 */

type GitHubError = {
  readonly status?: number;
  readonly message?: string;
  readonly response?: { readonly headers?: Record<string, string | undefined> };
  /** GraphQL's, in an answer with status 200. Those with a type are refusals. */
  readonly errors?: readonly { readonly type?: string }[];
};

const ATTEMPTS = 3;
/** Milliseconds; a longer `retry-after` is not waited for. */
const LONGEST_WAIT = 20_000;

export type Verdict = { readonly kind: "final" | "unknown" } | { readonly kind: "not-acted"; readonly wait: number };

/** Octokit gives network failures the status 500, which is right here: in both cases GitHub may have acted. */
export const verdictOf = (thrown: unknown): Verdict => {
  const { status = 500, message = "", response, errors } = thrown as GitHubError;
  if (errors?.some(({ type }) => type !== undefined)) return { kind: "final" };
  if (status >= 500) return { kind: "unknown" };
  // GitHub docs, "Rate limits for the REST API": 403 or 429, and `retry-after` in seconds on a secondary limit.
  const retryAfter = Number(response?.headers?.["retry-after"]);
  const limited = status === 429 || (status === 403 && /rate limit/i.test(message));
  if (!limited || !Number.isFinite(retryAfter) || retryAfter * 1000 > LONGEST_WAIT) return { kind: "final" };
  return { kind: "not-acted", wait: retryAfter * 1000 };
};

/** Sends a request that may be repeated without harm. Throws what the last try threw. */
export const repeatable = <T>(send: () => Promise<T>): Promise<T> => findOrRepeat(send, async () => undefined);

/** Sends a request that must take effect once; `lookUp` answers what a lost sending made. */
export const findOrRepeat = async <T>(
  send: () => Promise<T>,
  lookUp: () => Promise<T | undefined>,
  attempts = ATTEMPTS,
): Promise<T> => {
  try {
    return await send();
  } catch (thrown) {
    const verdict = verdictOf(thrown);
    if (verdict.kind === "final" || attempts === 1) throw thrown;
    await wait(verdict.kind === "not-acted" ? verdict.wait : 400 * (ATTEMPTS + 1 - attempts));
    const found = verdict.kind === "unknown" ? await lookUp() : undefined;
    return found ?? findOrRepeat(send, lookUp, attempts - 1);
  }
};
