import type { Finding, Health, Measured } from "./health.ts";

/** What was seen of a canary and its base during a step. Times in milliseconds since 1970. */
export type CanaryMeasured = {
  readonly from: number;
  readonly until: number;
  /** Where the numbers are from, for people: `access logs /orders, /orders/Canary`; `undefined`: there are none. */
  readonly source: string | undefined;
  readonly canary: Measured | undefined;
  /** `undefined` where nothing tells it apart from the canary. */
  readonly base: Measured | undefined;
  /** What could not be read, or is missing, in whole sentences. */
  readonly gaps: readonly string[];
};

/** The verdict on a step of a canary, with what it goes by. */
export type JudgedCanary = {
  readonly health: Health;
  readonly findings: readonly Finding[];
  readonly measured: CanaryMeasured;
};
