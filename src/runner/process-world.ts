import { setTimeout as wait } from "node:timers/promises";
import { secretsIn } from "../domain/secrets.ts";
import { type Clock, PATIENCE, type World } from "../domain/world.ts";
import { filesBelow } from "./files.ts";
import { openFetch } from "./http-fetch.ts";
import { runnerLog } from "./log.ts";

export const processClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, { signal });
  },
};

/** The world of this very process, on the runner. */
export const processWorld = (signal: AbortSignal): World => {
  const secrets = secretsIn(process.env);
  return {
    environment: process.env,
    secrets,
    files: filesBelow(process.env["GITHUB_WORKSPACE"] ?? process.cwd()),
    log: runnerLog(secrets),
    clock: processClock,
    random: Math.random,
    signal,
    fetch: openFetch(process.env),
    openWebSocket: async (...asked) => {
      const { openWebSocketsIn } = await import(/* webpackChunkName: "web-socket" */ "./web-socket.ts");
      return openWebSocketsIn(process.env)(...asked);
    },
    patience: PATIENCE,
  };
};
