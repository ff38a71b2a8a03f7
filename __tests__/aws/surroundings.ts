import type { Surroundings } from "../../src/aws/client.ts";
import type { Pacing } from "../../src/aws/retry.ts";
import type { Log, Patience } from "../../src/domain/world.ts";
import { filesBelow } from "../../src/runner/files.ts";

export const quickly: Patience = { connection: 5000, request: 5000, slow: 5000, github: 5000 };

/** What a connection depends on: this process's environment, and a log of which the lines of information are kept. */
export const surroundings = (told: string[] = [], patience = quickly): Surroundings => {
  const ignore = (): void => {};
  const log: Log = {
    info: (text) => told.push(text),
    warning: ignore,
    notice: ignore,
    error: ignore,
    at: ignore,
    debug: ignore,
    group: ignore,
  };
  return {
    environment: process.env,
    files: filesBelow(process.cwd()),
    log,
    patience,
    signal: new AbortController().signal,
  };
};

/** Pacing that never waits. */
export const withoutWaiting = (changes: Partial<Pacing> = {}): Pacing => ({
  signal: new AbortController().signal,
  note: () => {},
  sleep: async () => {},
  now: () => 0,
  random: () => 1,
  ...changes,
});
