import { GitHubRefusal, GitHubUnreachable, isRateLimit, UnreadableAnswer } from "./trouble.ts";

/**
 * When a request to GitHub is sent again. Reporting must not hold up a deployment, so patience is short. A POST whose
 * answer was lost is looked up first: sent again blindly, it would make a second comment or deployment.
 */

const ATTEMPTS = 3;
/** Seconds; a longer `retry-after` is not waited for. */
const LONGEST_WAIT = 20;

/** Whether GitHub may have acted: `final` need not be asked again, `unknown` may have, `not-acted` may try after `wait` ms. */
export type Verdict = { readonly kind: "final" | "unknown" } | { readonly kind: "not-acted"; readonly wait: number };

export const verdictOf = (thrown: unknown): Verdict => {
  if (thrown instanceof GitHubUnreachable) return { kind: thrown.lasting ? "final" : "unknown" };
  if (thrown instanceof UnreadableAnswer) return { kind: mayPass(thrown) ? "unknown" : "final" };
  return thrown instanceof GitHubRefusal ? verdictOnRefusal(thrown) : { kind: "final" };
};

/** What stands between us and GitHub redirects or refuses for good; a page in place of a success may be gone soon. */
const mayPass = ({ status = 200, lasting }: UnreadableAnswer): boolean => !lasting && (status < 300 || status >= 500);

const verdictOnRefusal = (refusal: GitHubRefusal): Verdict => {
  const { status, errors, retryAfter } = refusal;
  // GraphQL breaks down in errors that have no type; all others are refusals.
  if (status === undefined)
    return { kind: errors.some(({ type, undefinedField }) => type ?? undefinedField) ? "final" : "unknown" };
  if (status >= 500) return { kind: "unknown" };
  if (!isRateLimit(refusal) || retryAfter === undefined || retryAfter > LONGEST_WAIT) return { kind: "final" };
  return { kind: "not-acted", wait: retryAfter * 1000 };
};

/** Waits for so many milliseconds. */
type Patience = { readonly wait: (milliseconds: number) => Promise<void> };

/** Sends a request that may be repeated without harm. Throws what the last try threw. */
export const repeatable = <T>(patience: Patience, send: () => Promise<T>): Promise<T> =>
  findOrRepeat(patience, send, async () => undefined);

/** Sends a request that must take effect once; `lookUp` answers what a lost sending made. */
export const findOrRepeat = async <T>(
  patience: Patience,
  send: () => Promise<T>,
  lookUp: () => Promise<T | undefined>,
  attempt = 1,
): Promise<T> => {
  try {
    return await send();
  } catch (thrown) {
    const verdict = verdictOf(thrown);
    if (verdict.kind === "final" || attempt === ATTEMPTS) throw thrown;
    await patience.wait(verdict.kind === "not-acted" ? verdict.wait : 400 * attempt);
    const found = verdict.kind === "unknown" ? await lookUp() : undefined;
    return found ?? findOrRepeat(patience, send, lookUp, attempt + 1);
  }
};
