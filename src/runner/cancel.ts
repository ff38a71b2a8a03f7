import { setTimeout as wait } from "node:timers/promises";

const controller = new AbortController();

/** Aborted once this process is told to end, from `listenForCancellation` on. */
export const cancellation: AbortSignal = controller.signal;

/**
 * The runner ends a step with SIGINT, 7.5 seconds later SIGTERM, and kills it after another 2.5 (actions/runner,
 * ProcessInvoker). The signals become an AbortSignal, and the process lives on to report.
 */
export const listenForCancellation = (): void => {
  for (const name of ["SIGINT", "SIGTERM"] as const) process.on(name, () => controller.abort(name));
};

/** Resolves once the signal is aborted, and never before. */
const aborted = (signal: AbortSignal): Promise<void> =>
  new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve(), { once: true });
  });

/** Milliseconds to settle a write that is under way and to report; a second before the runner's next signal. */
const GRACE = 6500;

/** Answers the exit code of a cancelled process once the time to finish is over. */
export const timeIsUp = async (signal: AbortSignal): Promise<number> => {
  await aborted(signal);
  await wait(GRACE);
  return 130;
};
