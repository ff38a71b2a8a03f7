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
      return count === 1 ? "The smoke test passed." : `All ${count} smoke tests passed.`;
    case "unhealthy":
      return `${verdict.checks.filter(({ passed }) => !passed).length} of ${count} smoke ${count === 1 ? "test" : "tests"} failed.`;
    case "unreachable":
      return `The runner cannot reach the stage, so nothing is known about its health. ${verdict.because}`;
  }
};
