import type { Stage, World } from "../model.ts";
import { badRequest } from "../service-error.ts";

/** A cluster comes or goes in about four minutes (API Gateway Developer Guide, cache settings). */
const clusterSettlesInMs = 4 * 60_000;
/** Not documented; long enough to be seen. */
const flushTakesMs = 30_000;

/** Capacities in GB (API Gateway REST API reference, CacheClusterSize). */
const clusterSizes: readonly string[] = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];

/** The state of the stage's cache cluster at the simulated time. A size without `cacheClusterEnabled` makes no cluster. */
export const cacheClusterStatus = (stage: Stage, world: World): string => {
  const now = world.clock.now();
  const settled = (stage.cacheSettlesAt ?? 0) <= now;
  if (!stage.cacheClusterEnabled) return settled ? "NOT_AVAILABLE" : "DELETE_IN_PROGRESS";
  if (!settled) return "CREATE_IN_PROGRESS";
  return (stage.cacheFlushEndsAt ?? 0) <= now ? "AVAILABLE" : "FLUSH_IN_PROGRESS";
};

export const setCacheClusterEnabled = (stage: Stage, enabled: boolean, world: World): void => {
  if (enabled === stage.cacheClusterEnabled) return;
  stage.cacheClusterEnabled = enabled;
  stage.cacheSettlesAt = world.clock.now() + clusterSettlesInMs;
  if (enabled) stage.cacheClusterSize ??= "0.5";
};

/**
 * A running cluster is rebuilt at its new size.
 *
 * @throws ServiceError 400 for a size that is not on offer
 */
export const setCacheClusterSize = (stage: Stage, size: string, world: World): void => {
  if (!clusterSizes.includes(size)) {
    throw badRequest(`Invalid cache cluster size: ${size}. Must be one of: [${clusterSizes.join(", ")}]`);
  }
  if (size === stage.cacheClusterSize) return;
  stage.cacheClusterSize = size;
  if (stage.cacheClusterEnabled) stage.cacheSettlesAt = world.clock.now() + clusterSettlesInMs;
};

/** Without a cluster there is nothing to flush, and nothing changes. */
export const flushCache = (stage: Stage, world: World): void => {
  if (stage.cacheClusterEnabled) stage.cacheFlushEndsAt = world.clock.now() + flushTakesMs;
};
