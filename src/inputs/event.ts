import type { Event } from "../domain/event.ts";

export type Json = Readonly<Record<string, unknown>>;

/** No object: one without members. */
export const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
/** No text: the empty one. */
export const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** What GitHub numbers things with. */
const isNumber = (value: unknown): value is number => Number.isSafeInteger(value) && (value as number) > 0;

/** Reads the event from its name and payload; `sha` is GITHUB_SHA. Members that are missing make it `other`. */
export const eventOf = (name: string, payload: unknown, sha: string): Event => {
  const body = object(payload);
  switch (name) {
    case "pull_request":
    case "pull_request_target":
    case "pull_request_review":
      return pullRequestEvent(name, body);
    case "push":
      return { kind: "commit", sha, fromFork: false };
    case "workflow_run":
      return workflowRunEvent(name, object(body["workflow_run"]));
    case "check_suite":
      return checkEvent(name, object(body["check_suite"]));
    case "check_run":
      return checkEvent(name, object(object(body["check_run"])["check_suite"]));
    case "deployment":
      return deploymentEvent(name, object(body["deployment"]), sha);
    case "deployment_status":
      return { kind: "commit", sha: text(object(body["deployment"])["sha"]) || sha, fromFork: false };
    case "issue_comment":
      return commentEvent(name, body);
    case "schedule":
      return { kind: "schedule" };
    default:
      return { kind: "other", name };
  }
};

const workflowRunEvent = (name: string, run: Json): Event =>
  headOf(name, run, isFork(object(run["head_repository"]), object(run["repository"])));

/** A branch of a fork has no name here (GitHub docs, "Webhook events and payloads", check_suite: `head_branch`). */
const checkEvent = (name: string, suite: Json): Event => headOf(name, suite, text(suite["head_branch"]) === "");

/** GITHUB_SHA is the default branch's newest commit here, and says nothing of the one that was built or checked. */
const headOf = (name: string, { head_sha: sha }: Json, fromFork: boolean): Event =>
  text(sha) === "" ? { kind: "other", name } : { kind: "commit", sha: text(sha), fromFork };

const deploymentEvent = (name: string, deployment: Json, sha: string): Event => {
  const id = deployment["id"];
  const environment = text(deployment["environment"]);
  if (!isNumber(id) || environment === "") return { kind: "other", name };
  const nodeId = text(deployment["node_id"]);
  return { kind: "deployment", id, nodeId, environment, sha: text(deployment["sha"]) || sha };
};

/** A head repository whose name is missing was a fork that its owner has deleted. */
const isFork = (head: Json, base: Json): boolean =>
  head["full_name"] === undefined || head["full_name"] !== base["full_name"];

const pullRequestEvent = (name: string, body: Json): Event => {
  const pull = object(body["pull_request"]);
  const number = pull["number"];
  if (!isNumber(number)) return { kind: "other", name };
  const head = object(pull["head"]);
  const action = text(body["action"]);
  const labels = Array.isArray(pull["labels"]) ? pull["labels"] : [];
  return {
    kind: "pull-request",
    name,
    action,
    number,
    headSha: text(head["sha"]),
    baseSha: text(object(pull["base"])["sha"]),
    fromFork: isFork(object(head["repo"]), object(object(pull["base"])["repo"])),
    author: text(object(pull["user"])["login"]),
    open: action !== "closed" && pull["state"] !== "closed",
    merged: pull["merged"] === true,
    draft: pull["draft"] === true,
    labels: labels.map((label) => text(object(label)["name"])),
    label: text(object(body["label"])["name"]),
  };
};

const commentEvent = (name: string, body: Json): Event => {
  const issue = object(body["issue"]);
  const number = issue["number"];
  return issue["pull_request"] !== undefined && isNumber(number)
    ? { kind: "pull-request-comment", number }
    : { kind: "other", name };
};
