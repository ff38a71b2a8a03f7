import type { Pacing } from "./retry.ts";

/** Spaces requests out. */
export type Pacer = {
  /** Waits until so many requests may start; answers at once when the run is cancelled, because no request starts then. */
  readonly turn: (requests?: number) => Promise<void>;
};

/** Half of the 10 requests a second that a whole account may send to the control plane (API Gateway quotas). */
const PER_SECOND = 5;
/** Requests that need not wait after a pause; the account's own burst is 40. */
const BURST = 5;

/** `now` in milliseconds, from any start. */
export const openPacer = (pacing: Pick<Pacing, "signal" | "sleep">, now = () => performance.now()): Pacer => {
  const interval = 1000 / PER_SECOND;
  let nextAt = Number.NEGATIVE_INFINITY;
  return {
    turn: async (requests = 1) => {
      const slot = Math.max(nextAt, now() - (BURST - 1) * interval);
      nextAt = slot + requests * interval;
      const wait = slot - now();
      if (wait > 0) await pacing.sleep(wait, pacing.signal).catch(() => {});
    },
  };
};
