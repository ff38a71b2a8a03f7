import type { Run } from "../domain/run.ts";
import type { Environment } from "../domain/world.ts";
import { eventOf, object, text } from "./event.ts";

/** Eight hexadecimal digits of a random number from 0 up to 1. */
export const nonceOf = (random: number): string =>
  Math.floor(random * 2 ** 32)
    .toString(16)
    .padStart(8, "0");

/**
 * The run as the runner's variables and the event's payload tell it (GitHub docs, "Variables reference"); what the
 * variables leave out is taken from the payload where it says the same. Nothing is checked here, see `runProblems`.
 * `nonce`: random, new in each process.
 */
export const readRun = (environment: Environment, payload: unknown, nonce: string): Run => {
  const variable = (name: string): string => environment[name] ?? "";
  const told = toldByEvent(payload);
  const [owner = "", name = ""] = (variable("GITHUB_REPOSITORY") || told.repository).split("/", 2);
  const sha = variable("GITHUB_SHA") || told.sha;
  const event = eventOf(variable("GITHUB_EVENT_NAME"), payload, sha);
  const headSha = event.kind === "pull-request" ? event.headSha : "sha" in event ? event.sha : "";
  const serverUrl = withoutSlash(variable("GITHUB_SERVER_URL")) || "https://github.com";
  const action = variable("GITHUB_ACTION_REPOSITORY");
  return {
    repository: { owner, name, id: variable("GITHUB_REPOSITORY_ID") || told.repositoryId },
    ownerId: variable("GITHUB_REPOSITORY_OWNER_ID") || told.ownerId,
    runId: variable("GITHUB_RUN_ID"),
    attempt: Number(variable("GITHUB_RUN_ATTEMPT") || "1"),
    commit: headSha || sha,
    ref: variable("GITHUB_REF"),
    job: variable("GITHUB_JOB"),
    step: variable("GITHUB_ACTION"),
    actor: variable("GITHUB_ACTOR"),
    event,
    serverUrl,
    apiUrl: withoutSlash(variable("GITHUB_API_URL")) || "https://api.github.com",
    actionUrl: action === "" ? "" : `${serverUrl}/${action}/blob/${variable("GITHUB_ACTION_REF") || "HEAD"}`,
    nonce,
  };
};

const withoutSlash = (url: string): string => (url.endsWith("/") ? url.slice(0, -1) : url);

type Told = {
  readonly repository: string;
  readonly repositoryId: string;
  readonly ownerId: string;
  /** Of a push; the head of a pull request is the event's own. */
  readonly sha: string;
};

/** What every payload says of its repository (GitHub docs, "Webhook events and payloads"); empty where it does not. */
const toldByEvent = (payload: unknown): Told => {
  const body = object(payload);
  const repository = object(body["repository"]);
  return {
    repository: text(repository["full_name"]),
    repositoryId: idText(repository["id"]),
    ownerId: idText(object(repository["owner"])["id"]),
    sha: text(body["after"]),
  };
};

const idText = (id: unknown): string => (typeof id === "number" && Number.isSafeInteger(id) ? String(id) : "");
