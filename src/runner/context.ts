import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { eventOf } from "../inputs/event.ts";
import type { Run } from "../inputs/run.ts";

type Environment = Readonly<Record<string, string | undefined>>;

/** The run as the runner's variables and the event file tell it (GitHub docs, "Variables reference"). */
export const readRun = (env: Environment): Run => {
  const variable = (name: string): string => env[name] ?? "";
  const [owner = "", name = ""] = variable("GITHUB_REPOSITORY").split("/", 2);
  const sha = variable("GITHUB_SHA");
  const event = eventOf(variable("GITHUB_EVENT_NAME"), readEvent(variable("GITHUB_EVENT_PATH")), sha);
  const headSha = event.kind === "pull-request" ? event.headSha : event.kind === "commit" ? event.sha : "";
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
    nonce: randomBytes(4).toString("hex"),
  };
};

/** Without a readable event file the run has no pull request, which the inputs can still name. */
const readEvent = (path: string): unknown => {
  try {
    return JSON.parse(readFileSync(path, "utf8"));
  } catch {
    return {};
  }
};
