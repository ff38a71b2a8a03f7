import type { JsonServiceWorld } from "../aws/json-service.ts";
import type { ServedRequest } from "../gateway/model.ts";
import type { Clock } from "../http/clock.ts";

/** The state of the simulated CloudWatch Logs. Times are milliseconds since 1970. */
export type LogsWorld = JsonServiceWorld & {
  readonly clock: Clock;
  /** What the access logs are made of, see `World.served` of the simulated API Gateway. */
  readonly served: readonly ServedRequest[];
  /** How many of `served` have been delivered. */
  delivered: number;
  readonly groups: Map<string, LogGroup>;
  readonly queries: Map<string, Query>;
  /** How long after a request its line can be found. */
  deliveryDelayMs: number;
  /** How long a query runs. */
  queryMs: number;
  /**
   * Where a canary's lines go: to `{group}/Canary` alone, or to the stage's own group as well. The documentation can
   * be read both ways.
   */
  canaryLines: "moved" | "both";
  /** Whether the first line makes a group that is missing. If not, lines for it are lost. */
  createsGroups: boolean;
};

export type LogGroup = {
  readonly name: string;
  readonly createdAt: number;
  readonly events: LogEvent[];
};

export type LogEvent = { readonly at: number; readonly ingestedAt: number; readonly message: string };

/** One result: fields with their texts, in the order in which they were asked for. */
export type Row = readonly { readonly field: string; readonly value: string }[];

export type Query = {
  readonly id: string;
  readonly startedAt: number;
  /** What has been found when a share of the events has been read, from 0 to 1. */
  readonly found: (share: number) => Found;
  stoppedAt?: number;
};

export type Found = {
  readonly rows: readonly Row[];
  readonly recordsMatched: number;
  readonly recordsScanned: number;
  readonly bytesScanned: number;
};
