import { setTimeout as wait } from "node:timers/promises";
import { openSecrets } from "../domain/secrets.ts";
import { type Clock, PATIENCE, type World } from "../domain/world.ts";
import { filesBelow } from "./files.ts";
import { runnerLog } from "./log.ts";
import { fetchThroughProxy } from "./proxy-fetch.ts";

export const processClock: Clock = {
  now: Date.now,
  elapsed: () => performance.now(),
  sleep: async (milliseconds, signal) => {
    await wait(milliseconds, undefined, { signal });
  },
};

/** Variables that hold credentials: the SDK's, the runner's own, and inputs. */
const CREDENTIALS = [
  "AWS_ACCESS_KEY_ID",
  "AWS_SECRET_ACCESS_KEY",
  "AWS_SESSION_TOKEN",
  "AWS_CONTAINER_AUTHORIZATION_TOKEN",
  "ACTIONS_ID_TOKEN_REQUEST_TOKEN",
  "ACTIONS_RUNTIME_TOKEN",
  "GITHUB_TOKEN",
  "GH_TOKEN",
  "INPUT_GITHUB-TOKEN",
  "INPUT_SMOKE-TEST-API-KEY",
];

/** The world of this very process, on the runner. */
export const processWorld = (signal: AbortSignal): World => {
  const secrets = openSecrets();
  secrets.add(...CREDENTIALS.map((name) => process.env[name]));
  return {
    environment: process.env,
    secrets,
    files: filesBelow(process.env["GITHUB_WORKSPACE"] ?? process.cwd()),
    log: runnerLog(secrets),
    clock: processClock,
    random: Math.random,
    signal,
    fetch: fetchThroughProxy(process.env),
    patience: PATIENCE,
  };
};
