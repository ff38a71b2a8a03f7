import type { World as GatewayWorld } from "../gateway/model.ts";
import type { LogsWorld } from "./model.ts";

export type LogsOptions = {
  /** How long after a request its line can be found. Default two minutes. */
  readonly deliveryDelayMs?: number;
  /** How long a query runs. Default two seconds. */
  readonly queryMs?: number;
  /** See `LogsWorld.canaryLines`. Default `moved`. */
  readonly canaryLines?: LogsWorld["canaryLines"];
  /** See `LogsWorld.createsGroups`. Default true. */
  readonly createsGroups?: boolean;
};

/** The CloudWatch Logs of the account and Region of `gateway`, with the access logs of what that serves. */
export const createLogsWorld = (gateway: GatewayWorld, options: LogsOptions = {}): LogsWorld => ({
  clock: gateway.clock,
  region: gateway.region,
  accountId: gateway.accountId,
  served: gateway.served,
  delivered: 0,
  groups: new Map(),
  queries: new Map(),
  deliveryDelayMs: options.deliveryDelayMs ?? 120_000,
  queryMs: options.queryMs ?? 2000,
  canaryLines: options.canaryLines ?? "moved",
  createsGroups: options.createsGroups ?? true,
  // Those of the query operations are not known.
  buckets: new Map(),
});
