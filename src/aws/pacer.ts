import type { Pacing } from "./retry.ts";

/** Spaces requests out. */
export type Pacer = {
  /** Waits until so many requests may start; answers at once when the run is cancelled, because no request starts then. */
  readonly turn: (requests?: number) => Promise<void>;
};

type PacerOptions = {
  readonly perSecond?: number;
  /** Requests that need not wait after a pause. */
  readonly burst?: number;
  /** Milliseconds, from any start. */
  readonly now?: () => number;
};

/**
 * Half of the 10 requests a second that a whole account may send to the control plane, unless told otherwise (API Gateway
 * quotas); the account's own burst is 40.
 */
export const openPacer = (
  pacing: Pick<Pacing, "signal" | "sleep">,
  { perSecond = 5, burst = 5, now = () => performance.now() }: PacerOptions = {},
): Pacer => {
  const interval = 1000 / perSecond;
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    turn: async (requests = 1) => {
      const slot = Math.max(nextAt, now() - (burst - 1) * interval);
      nextAt = slot + requests * interval;
      const wait = slot - now();
      if (wait > 0) await pacing.sleep(wait, pacing.signal).catch(() => {});
    },
  };
};
