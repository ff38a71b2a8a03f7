import type { Clock } from "./clock.ts";

/** A rate limit: `perSecond` tokens flow in up to `burst`. `take` answers whether the request may pass. */
export type TokenBucket = { readonly take: () => boolean };

export const tokenBucket = (clock: Clock, perSecond: number, burst: number): TokenBucket => {
  let tokens = burst;
  let filledAt = clock.now();
  return {
    take: () => {
      const now = clock.now();
      tokens = Math.min(burst, tokens + ((now - filledAt) / 1000) * perSecond);
      filledAt = now;
      // A tiny slack keeps a client that waited exactly long enough from losing to rounding.
      if (tokens < 1 - 1e-9) return false;
      tokens -= 1;
      return true;
    },
  };
};
