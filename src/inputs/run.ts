import type { Run } from "../domain/run.ts";
import type { Environment } from "../domain/world.ts";
import { eventOf } from "./event.ts";

/** Eight hexadecimal digits of a random number from 0 up to 1. */
export const nonceOf = (random: number): string =>
  Math.floor(random * 2 ** 32)
    .toString(16)
    .padStart(8, "0");

/**
 * The run as the runner's variables and the event's payload tell it (GitHub docs, "Variables reference"). `nonce`: random,
 * new in each process.
 */
export const readRun = (environment: Environment, payload: unknown, nonce: string): Run => {
  const variable = (name: string): string => environment[name] ?? "";
  const [owner = "", name = ""] = variable("GITHUB_REPOSITORY").split("/", 2);
  const sha = variable("GITHUB_SHA");
  const event = eventOf(variable("GITHUB_EVENT_NAME"), payload, sha);
  const headSha = event.kind === "pull-request" ? event.headSha : "sha" in event ? event.sha : "";
  const serverUrl = variable("GITHUB_SERVER_URL") || "https://github.com";
  const action = variable("GITHUB_ACTION_REPOSITORY");
  return {
    repository: { owner, name, id: variable("GITHUB_REPOSITORY_ID") },
    ownerId: variable("GITHUB_REPOSITORY_OWNER_ID"),
    runId: variable("GITHUB_RUN_ID"),
    attempt: Number(variable("GITHUB_RUN_ATTEMPT") || "1"),
    commit: headSha || sha,
    ref: variable("GITHUB_REF"),
    job: variable("GITHUB_JOB"),
    step: variable("GITHUB_ACTION"),
    actor: variable("GITHUB_ACTOR"),
    event,
    serverUrl,
    apiUrl: variable("GITHUB_API_URL") || "https://api.github.com",
    actionUrl: action === "" ? "" : `${serverUrl}/${action}/blob/${variable("GITHUB_ACTION_REF") || "HEAD"}`,
    nonce,
  };
};
