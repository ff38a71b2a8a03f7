import { AsyncLocalStorage } from "node:async_hooks";
import { setImmediate, setTimeout as wait } from "node:timers/promises";
import { type ScriptOptions, type ScriptRunner, whenAborted } from "../simulator/runner/child-process.ts";
import { splitLines } from "../simulator/runner/lines.ts";
import { PATIENCE, type World } from "../src/domain/world.ts";

/**
 * Runs the action's scripts from src/ in this process: nothing is spawned, and the services are asked over HTTP as
 * ever. @actions/core and the AWS SDK read `process.env` and write to `process.stdout` by themselves, so each run finds
 * its own there, also beside others. A kill is a run that is left alone, and can do nothing more. What only a process
 * shows (signals, noise at its start, memory that it does not share) is for __tests__/bundle.
 */

type Process = { readonly env: Record<string, string | undefined>; readonly stdout: Pick<NodeJS.WriteStream, "write"> };

const current = new AsyncLocalStorage<Process>();

const replace = <Member extends "env" | "stdout">(member: Member): void => {
  const own = process[member];
  Object.defineProperty(process, member, {
    configurable: true,
    enumerable: true,
    get: () => current.getStore()?.[member] ?? own,
  });
};
replace("env");
replace("stdout");

// Loaded after that, and before any test, so that no test pays for it.
const { run } = await import("../src/run.ts");
const { closeLeftOpen } = await import("../src/report/left-open.ts");
const { processWorld } = await import("../src/runner/process-world.ts");

/** Where nobody waits: to sleep is to be later, for all who ask this clock. `ahead`: milliseconds, at the beginning. */
export const leapingClock = (ahead = 0): World["clock"] => {
  let leapt = ahead;
  const elapsed = (): number => performance.now() + leapt;
  return {
    now: () => Date.now() + leapt,
    elapsed,
    sleep: async (milliseconds, signal) => {
      const end = elapsed() + milliseconds;
      await setImmediate(undefined, { signal });
      leapt += Math.max(0, end - elapsed());
    },
  };
};

/** Milliseconds. As src/main.ts lets a cancelled run finish. */
const GRACE = 6500;

const CANCELLED = 130;

/** What dist/index.js or dist/post.js does. Answers the exit code. */
const story = async (path: string, world: World): Promise<number> => {
  if (path.endsWith("/index.js")) return run(world);
  if (!path.endsWith("/post.js")) throw new Error(`${path} is no script of the action`);
  await closeLeftOpen(world);
  return 0;
};

/** Once cancelled, a run has its grace to end; then it is not waited for. */
const timeIsUp = (cancelled: AbortSignal, over: AbortSignal): Promise<number> =>
  new Promise((resolve) => {
    whenAborted(cancelled, () => {
      wait(GRACE, CANCELLED, { signal: over }).then(resolve, () => {});
    });
  });

/** The exit code of a process that SIGKILL ended. */
const KILLED = 137;

const killedBy = ({ kills = [] }: ScriptOptions): Promise<number> =>
  new Promise((resolve) => {
    for (const kill of kills) whenAborted(kill, () => resolve(KILLED));
  });

const never = <T>(): Promise<T> => new Promise(() => {});

/** The same log, in which nobody says anything any more when it is over. */
const logUntil = (log: World["log"], over: AbortSignal): World["log"] => {
  const says =
    <Words extends unknown[]>(say: (...words: Words) => void) =>
    (...words: Words): void => {
      if (!over.aborted) say(...words);
    };
  return {
    info: says(log.info),
    warning: says(log.warning),
    notice: says(log.notice),
    error: says(log.error),
    at: says(log.at),
    debug: says(log.debug),
    group: says(log.group),
  };
};

/**
 * A world that ends with its run: what goes on after a kill would have died with the process, so that it can neither
 * ask nor say nor wait any more. A request to AWS that is under way is for the test to hold (`gate`).
 */
const mortal = (world: World, over: AbortSignal): World => {
  const { clock, fetch, log } = world;
  /** Who slept when it was killed does not wake up. */
  const unlessOver = (): Promise<void> | void => (over.aborted ? never() : undefined);
  return {
    ...world,
    log: logUntil(log, over),
    clock: { ...clock, sleep: (time, signal) => (over.aborted ? never() : clock.sleep(time, signal).then(unlessOver)) },
    // Without an answer, the limit of its time would keep jest's process alive.
    fetch: (...request) => (over.aborted ? Promise.reject(new TypeError("fetch failed")) : fetch(...request)),
  };
};

/** Runs scripts by this clock, with so much patience for one answer, which passes in real time. */
export const inThisProcessBy =
  (clockOf: () => World["clock"], patience = PATIENCE): ScriptRunner =>
  async (path, options) => {
    const over = new AbortController();
    const lines = splitLines((line) => {
      if (!over.signal.aborted) options.onLine(line);
    });
    const write: NodeJS.WriteStream["write"] = (piece: string | Uint8Array) => {
      lines.write(Buffer.from(piece).toString("utf8"));
      return true;
    };
    const own: Process = { env: { ...options.env }, stdout: { write } };
    const cancel = new AbortController();
    // Those who listen write to the run's own output, too.
    const forget = whenAborted(options.cancel, () => current.run(own, () => cancel.abort("SIGINT")));
    try {
      const running = current.run(own, () => {
        const world = { ...processWorld(cancel.signal), environment: process.env, clock: clockOf(), patience };
        return story(path, mortal(world, over.signal));
      });
      const exitCode = await Promise.race([running, timeIsUp(cancel.signal, over.signal), killedBy(options)]);
      lines.end();
      return { exitCode, cancelled: cancel.signal.aborted };
    } finally {
      // With a reason, as for want of one an error is made, and its stack.
      over.abort("over");
      forget();
    }
  };

/** Runs scripts as fast as the services answer. */
export const inThisProcess = inThisProcessBy(() => leapingClock());

/** Does the work as a process of its own would, with this environment; what it prints by itself goes nowhere. */
export const withEnvironment = <T>(env: Readonly<Record<string, string>>, work: () => Promise<T>): Promise<T> =>
  current.run({ env: { ...env }, stdout: { write: () => true } }, work);
