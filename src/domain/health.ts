/** The verdicts of smoke tests, watch and canary. No data is `not-proven`, and never one of the others (promise I8). */
export type Health = "healthy" | "unhealthy" | "not-proven";

/** One thing that was looked at, and what it says of the stage. `says`: whole sentences for people. */
export type Finding = { readonly health: Health; readonly says: string };

/** What was counted and measured of requests: of a stage over some time, or of one side of a canary. */
export type Measured = {
  readonly requests: number;
  /** Answers with a status from 500 to 599. */
  readonly serverErrors: number;
  /** Answers with a status from 400 to 499. */
  readonly clientErrors: number;
  /** Milliseconds; `undefined` where nothing tells. */
  readonly latency: { readonly milliseconds: number; readonly statistic: "p95" | "average" } | undefined;
};

/** What is allowed. `undefined`: anything. */
export type Limits = {
  /** From 0 to 1: the part of the requests that may end in a server error. */
  readonly errorRate: number | undefined;
  /** Milliseconds. */
  readonly latency: number | undefined;
  /** Requests below which nothing is proven. */
  readonly minRequests: number;
};
