import { type ChildProcess, spawn } from "node:child_process";
import { constants } from "node:os";
import type { Readable } from "node:stream";
import { splitLines } from "./lines.ts";

/** Milliseconds. The defaults are the runner's own; tests shrink them in proportion. */
export type ProcessTimes = {
  /** From SIGINT to SIGTERM. */
  readonly interrupt: number;
  /** From SIGTERM to the kill of the process tree. */
  readonly terminate: number;
  /** What is left of the tree gets this long to close its output after the process itself has ended. */
  readonly orphans: number;
};

export const runnerProcessTimes: ProcessTimes = { interrupt: 7_500, terminate: 2_500, orphans: 5_000 };

/** What a script runs with, be it in a process or in place of one. */
export type ScriptOptions = {
  readonly cwd: string;
  /** All of it: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  /** A line of standard output or error, without its end. */
  readonly onLine: (line: string) => void;
  /** Starts SIGINT, SIGTERM, kill. */
  readonly cancel?: AbortSignal;
  /** Each of them kills the whole tree at once. */
  readonly kills?: readonly AbortSignal[];
  readonly times?: ProcessTimes;
};

export type ChildOptions = ScriptOptions & { readonly command: string; readonly args: readonly string[] };

/** Runs the script at this path to its end, as `runChild` runs a command. */
export type ScriptRunner = (path: string, options: ScriptOptions) => Promise<ChildResult>;

/** Each script gets a process of this Node.js binary. */
export const spawnOn =
  (nodePath: string): ScriptRunner =>
  (path, options) =>
    runChild({ ...options, command: nodePath, args: [path] });

export type ChildResult = {
  /** 128 and the signal's number when a signal ended it, as a shell would say. */
  readonly exitCode: number;
  /** It was still running when `cancel` came. */
  readonly cancelled: boolean;
};

/**
 * Runs a process to its end, as the runner does (recorded behaviour): closed standard input, signals to the process
 * only, `SIGKILL` to its whole tree. The tree is the process group, so this needs a POSIX system. Rejects when the
 * process cannot be started.
 */
export const runChild = async (options: ChildOptions): Promise<ChildResult> => {
  const times = options.times ?? runnerProcessTimes;
  const child = spawn(options.command, options.args, {
    cwd: options.cwd,
    env: options.env,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  const ended = new AbortController();
  const killTree = (): void => killGroup(child);
  let cancelled = false;
  const stopCancelling = whenAborted(options.cancel, () => {
    cancelled = true;
    interruptThenKill(child, times, ended.signal);
  });
  const stopKilling = (options.kills ?? []).map((signal) => whenAborted(signal, killTree));
  const output = Promise.all([readLines(child.stdout, options.onLine), readLines(child.stderr, options.onLine)]);
  try {
    const exitCode = await exitOf(child);
    ended.abort();
    stopCancelling();
    await orphansGone(child, output, times.orphans);
    return { exitCode, cancelled };
  } finally {
    ended.abort();
    stopCancelling();
    for (const stop of stopKilling) stop();
  }
};

/** Calls back now if the signal has been given, later when it is. The returned function forgets the callback. */
export const whenAborted = (signal: AbortSignal | undefined, callback: () => void): (() => void) => {
  if (!signal) return () => {};
  if (signal.aborted) {
    callback();
    return () => {};
  }
  signal.addEventListener("abort", callback, { once: true });
  return () => signal.removeEventListener("abort", callback);
};

const exitOf = (child: ChildProcess): Promise<number> =>
  new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? 128 + (signal ? constants.signals[signal] : 0)));
  });

const interruptThenKill = (child: ChildProcess, times: ProcessTimes, ended: AbortSignal): void => {
  child.kill("SIGINT");
  let timer = setTimeout(() => {
    child.kill("SIGTERM");
    timer = setTimeout(() => killGroup(child), times.terminate);
  }, times.interrupt);
  whenAborted(ended, () => clearTimeout(timer));
};

const killGroup = (child: ChildProcess): void => {
  if (child.pid === undefined) return;
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
};

/** A descendant that left the process group and holds the output open is left behind, unread, as the runner leaves it. */
const orphansGone = async (child: ChildProcess, output: Promise<unknown>, patience: number): Promise<void> => {
  const timer = setTimeout(() => {
    killGroup(child);
    child.stdout?.destroy();
    child.stderr?.destroy();
  }, patience);
  await output;
  clearTimeout(timer);
};

/** Bytes are UTF-8. Resolves when the stream has ended or was destroyed. */
const readLines = (stream: Readable, onLine: (line: string) => void): Promise<void> =>
  new Promise((resolve) => {
    const lines = splitLines(onLine);
    stream.setEncoding("utf8");
    stream.on("data", lines.write);
    stream.on("error", () => {});
    stream.on("close", () => {
      lines.end();
      resolve();
    });
  });
