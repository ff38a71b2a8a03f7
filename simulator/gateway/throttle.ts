import type { World } from "./model.ts";
import { ServiceError } from "./service-error.ts";

/**
 * The operation's own limit is asked before the one that all share (API Gateway quotas).
 *
 * @throws ServiceError TooManyRequestsException 429
 */
export const throttle = (world: World, operation: string): void => {
  for (const bucket of [operation, "*"]) {
    if (world.buckets.get(bucket)?.take() === false) throw tooManyRequests(world);
  }
};

const tooManyRequests = (world: World): ServiceError =>
  new ServiceError(
    429,
    "TooManyRequestsException",
    "Too Many Requests",
    world.retryAfterSeconds === undefined ? {} : { "retry-after": String(world.retryAfterSeconds) },
  );
