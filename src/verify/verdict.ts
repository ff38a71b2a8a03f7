import type { SmokeTest } from "../inputs/smoke-tests.ts";

/** Why no answer came. `silent`: the connection was made, and no whole answer came in time. */
export type NoAnswerReason = "dns" | "refused" | "unreachable" | "tls" | "timeout" | "connection" | "silent";

export type Attempt =
  | {
      readonly kind: "answer";
      readonly status: number;
      /** From the request to the body's last byte. */
      readonly milliseconds: number;
      /** The first 300 bytes of the body: text of others, to be escaped wherever it is shown. */
      readonly body: string;
      /** Whole sentences about what is not as expected; empty for an answer that passes. */
      readonly problems: readonly string[];
      /** API Gateway's name for a refusal of its own (`x-amzn-errortype`); empty for an answer of the API. */
      readonly refusal: string;
    }
  | { readonly kind: "no-answer"; readonly reason: NoAnswerReason; readonly detail: string };

export type SmokeCheck = {
  readonly test: SmokeTest;
  readonly passed: boolean;
  readonly attempts: number;
  /** The last attempt that tells something. */
  readonly last: Attempt;
};

export type SmokeVerdict =
  | { readonly kind: "healthy"; readonly checks: readonly SmokeCheck[] }
  | { readonly kind: "unhealthy"; readonly checks: readonly SmokeCheck[]; readonly failing: SmokeCheck }
  /** The runner cannot reach the stage. `because`: a whole sentence. */
  | { readonly kind: "unreachable"; readonly checks: readonly SmokeCheck[]; readonly because: string };

/** The verdict in a sentence. */
export const verdictSentence = (verdict: SmokeVerdict): string => {
  const count = verdict.checks.length;
  switch (verdict.kind) {
    case "healthy":
      return `${count === 1 ? "The smoke test" : count === 2 ? "Both smoke tests" : `All ${count} smoke tests`} passed.`;
    case "unhealthy":
      return `${failedText(verdict)}.`;
    case "unreachable":
      return `The runner cannot reach the stage, so nothing is known about its health. ${verdict.because}`;
  }
};

/** `1 of 2 smoke tests failed`. */
export const failedText = ({ checks }: SmokeVerdict): string => {
  const failed = checks.filter(({ passed }) => !passed).length;
  return `${failed} of ${checks.length} smoke ${checks.length === 1 ? "test" : "tests"} failed`;
};

export const testName = ({ test }: Pick<SmokeCheck, "test">): string => `${test.method} ${test.path}`;

const REASONS: Readonly<Record<NoAnswerReason, string>> = {
  dns: "The name is not known to DNS",
  refused: "The connection was refused",
  unreachable: "There is no route to the host",
  tls: "The TLS connection failed (certificate or handshake)",
  timeout: "The connection could not be made in time",
  connection: "The connection broke off",
  silent: "The connection was made, but no whole answer came",
};

/** What was wrong with an attempt, in whole sentences; none for one that passes. */
export const problemsOf = (attempt: Attempt): readonly string[] =>
  attempt.kind === "answer" ? attempt.problems : [`${REASONS[attempt.reason]}: ${attempt.detail}`];

/** Tests that are named one by one; more would help nobody. */
const SHOWN = 5;

/** Which tests failed, and why, for the error: the sentence, and a line a test. */
export const failureText = (verdict: SmokeVerdict): string => {
  const failed = verdict.checks.filter(({ passed }) => !passed);
  return [
    verdictSentence(verdict),
    ...failed.slice(0, SHOWN).map((check) => `  ${testName(check)}: ${problemsOf(check.last).join(" ")}`),
    ...(failed.length > SHOWN ? [`  and ${failed.length - SHOWN} more`] : []),
  ].join("\n");
};
