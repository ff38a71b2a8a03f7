import type { Surroundings } from "../../src/aws/client.ts";
import type { Pacing } from "../../src/aws/retry.ts";
import type { Patience } from "../../src/domain/world.ts";
import { filesBelow } from "../../src/runner/files.ts";

export const quickly: Patience = { connection: 5000, request: 5000, slow: 5000, github: 5000 };

/** What a connection depends on: this process's environment. */
export const surroundings = (patience = quickly): Surroundings => ({
  environment: process.env,
  files: filesBelow(process.cwd()),
  patience,
  signal: new AbortController().signal,
});

/** Pacing that never waits. */
export const withoutWaiting = (changes: Partial<Pacing> = {}): Pacing => ({
  signal: new AbortController().signal,
  note: () => {},
  sleep: async () => {},
  now: () => 0,
  random: () => 1,
  ...changes,
});
