import type { FetchAnswer } from "../domain/fetch.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import type { Attempt } from "./verdict.ts";

/** What is to be said of an answer, whichever way it came. */

type Answer = Extract<Attempt, { kind: "answer" }>;

/** Bytes. */
const BODY_SHOWN = 300;

export const answerWith = ({ body, ...facts }: Omit<Answer, "kind" | "body"> & { readonly body: Buffer }): Answer => ({
  kind: "answer",
  ...facts,
  milliseconds: Math.round(facts.milliseconds),
  // A character that the cut goes through is left out.
  body: new TextDecoder().decode(body.subarray(0, BODY_SHOWN), { stream: body.length > BODY_SHOWN }),
});

/** API Gateway's name for a refusal of its own. */
export const refusalIn = ({ headers }: FetchAnswer): string => headers.get("x-amzn-errortype") ?? "";

export const tooSlow = ({ within }: SmokeTest, milliseconds: number): readonly string[] =>
  within !== undefined && milliseconds >= within
    ? [`It took ${seconds(milliseconds)}; allowed is less than ${seconds(within)}.`]
    : [];

export const seconds = (milliseconds: number): string => `${Number((milliseconds / 1000).toFixed(3))} s`;
