/**
 * What the workflow run was started by, reduced to what decisions need. Source of the payload members: GitHub docs,
 * "Webhook events and payloads".
 */
export type Event =
  | {
      readonly kind: "pull-request";
      /** `opened`, `synchronize`, `closed`, … */
      readonly action: string;
      readonly number: number;
      /** The head commit. GITHUB_SHA is the merge commit, which people do not know. */
      readonly headSha: string;
      /** True too when the head repository is gone (`head.repo` is null for a deleted fork). */
      readonly fromFork: boolean;
      readonly author: string;
    }
  /** A commit that may belong to a pull request: a push, or the head of another workflow's run. */
  | { readonly kind: "commit"; readonly sha: string }
  /** A comment on a pull request; the workflow runs in the context of the default branch. */
  | { readonly kind: "pull-request-comment"; readonly number: number }
  | { readonly kind: "schedule" }
  | { readonly kind: "other"; readonly name: string };

type Json = Readonly<Record<string, unknown>>;

const object = (value: unknown): Json => (typeof value === "object" && value !== null ? (value as Json) : {});
const text = (value: unknown): string => (typeof value === "string" ? value : "");

/** Reads the event from its name and payload; `sha` is GITHUB_SHA. Members that are missing make it `other`. */
export const eventOf = (name: string, payload: unknown, sha: string): Event => {
  const body = object(payload);
  switch (name) {
    case "pull_request":
    case "pull_request_target":
    case "pull_request_review":
      return pullRequestEvent(name, body);
    case "push":
      return { kind: "commit", sha };
    case "workflow_run":
      return { kind: "commit", sha: text(object(body["workflow_run"])["head_sha"]) || sha };
    case "issue_comment":
      return commentEvent(name, body);
    case "schedule":
      return { kind: "schedule" };
    default:
      return { kind: "other", name };
  }
};

const pullRequestEvent = (name: string, body: Json): Event => {
  const pull = object(body["pull_request"]);
  const number = pull["number"];
  if (typeof number !== "number") return { kind: "other", name };
  const head = object(pull["head"]);
  const headRepository = object(head["repo"])["full_name"];
  const baseRepository = object(object(pull["base"])["repo"])["full_name"];
  return {
    kind: "pull-request",
    action: text(body["action"]),
    number,
    headSha: text(head["sha"]),
    fromFork: headRepository === undefined || headRepository !== baseRepository,
    author: text(object(pull["user"])["login"]),
  };
};

const commentEvent = (name: string, body: Json): Event => {
  const issue = object(body["issue"]);
  const number = issue["number"];
  return issue["pull_request"] !== undefined && typeof number === "number"
    ? { kind: "pull-request-comment", number }
    : { kind: "other", name };
};
