import { durationText } from "../domain/duration.ts";
import type { World } from "../domain/world.ts";
import type { SmokeTest } from "../inputs/smoke-tests.ts";
import { type Attempt, problemsOf, testName } from "./verdict.ts";

/** Says every five seconds what smoke tests wait for, so that nobody takes the wait for a hang. */
export type Waiting = {
  readonly attempted: (test: SmokeTest, attempt: Attempt) => void;
  readonly ended: (test: SmokeTest) => void;
  readonly close: () => void;
};

/** Milliseconds. */
const EVERY = 5000;
const LOOK_EVERY = 1000;

/** `timeout`: milliseconds that all tests have together. */
export const openWaiting = (
  tests: readonly SmokeTest[],
  timeout: number,
  { clock, log }: Pick<World, "clock" | "log">,
): Waiting => {
  const begun = clock.elapsed();
  let saidAt = begun;
  const open = new Map(tests.map((test) => [test, "no answer yet"]));
  const say = (): void => {
    const now = clock.elapsed();
    if (open.size === 0 || now - saidAt < EVERY) return;
    saidAt = now;
    const states = [...open].map(([test, state]) => `${testName({ test })} (${state})`).join(", ");
    const time = `${durationText(now - begun)} of ${durationText(timeout)}`;
    const which = tests.length === 1 ? "the smoke test" : `${open.size} of ${tests.length} smoke tests`;
    log.info(`Waiting for ${which}, ${time}: ${states}`);
  };
  // A request can hang for longer than that.
  const timer = setInterval(say, LOOK_EVERY).unref();
  return {
    attempted: (test, attempt) => {
      const [problem = "it passes, and must go on doing so"] = problemsOf(attempt);
      open.set(test, problem.replace(/\.$/, ""));
      say();
    },
    ended: (test) => {
      open.delete(test);
    },
    close: () => clearInterval(timer),
  };
};
