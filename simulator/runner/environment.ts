import { mkdirSync, writeFileSync } from "node:fs";
import { arch } from "node:os";
import { join } from "node:path";

/** The run that a job belongs to, as GitHub tells the runner. Ids and numbers as text or number. */
export type RunDescription = {
  /** `owner/name`. */
  readonly repository: string;
  readonly repositoryId?: string | number;
  readonly repositoryOwnerId?: string | number;
  readonly eventName: string;
  /** The webhook payload. */
  readonly event: Readonly<Record<string, unknown>>;
  readonly sha: string;
  /** `refs/heads/main`, `refs/tags/v1`, `refs/pull/7/merge`. */
  readonly ref: string;
  readonly refProtected?: boolean;
  /** The workflow file is one that another workflow of the run calls: its `on: workflow_call` counts, not the event. */
  readonly called?: boolean;
  readonly headRef?: string;
  readonly baseRef?: string;
  readonly actor?: string;
  readonly actorId?: string | number;
  readonly triggeringActor?: string;
  readonly runId?: string | number;
  readonly runNumber?: string | number;
  readonly runAttempt?: string | number;
  readonly workflow?: string;
  /** `.github/workflows/deploy.yml`. */
  readonly workflowPath?: string;
  /** The job's key in the workflow. */
  readonly job?: string;
  readonly serverUrl?: string;
  readonly apiUrl?: string;
  readonly graphqlUrl?: string;
  readonly token?: string;
};

/** The `github` context: what expressions see, and, as far as the runner exports it, the `GITHUB_*` variables. */
export type GitHubContext = Readonly<Record<string, unknown>>;

/** "Contexts" (GitHub docs). The workspace and the file paths are the runner's to add. */
export const githubContext = (description: RunDescription): GitHubContext => {
  const run = { ...runDefaults(description), ...description };
  return {
    token: run.token,
    job: run.job,
    ref: run.ref,
    ref_name: run.ref.replace(/^refs\/(heads|tags|pull)\//, ""),
    ref_type: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: run.refProtected,
    sha: run.sha,
    repository: run.repository,
    repository_id: String(run.repositoryId),
    repository_owner: run.repository.split("/", 1)[0] ?? "",
    repository_owner_id: String(run.repositoryOwnerId),
    repositoryUrl: `git://github.com/${run.repository}.git`,
    run_id: String(run.runId),
    run_number: String(run.runNumber),
    run_attempt: String(run.runAttempt),
    retention_days: "90",
    actor: run.actor,
    actor_id: String(run.actorId),
    triggering_actor: run.triggeringActor,
    workflow: run.workflow,
    workflow_ref: `${run.repository}/${run.workflowPath}@${run.ref}`,
    workflow_sha: run.sha,
    head_ref: run.headRef,
    base_ref: run.baseRef,
    event_name: run.eventName,
    event: run.event,
    server_url: run.serverUrl,
    api_url: run.apiUrl,
    graphql_url: run.graphqlUrl,
  };
};

const runDefaults = ({ actor = "octocat", apiUrl = "https://api.github.com", workflowPath }: RunDescription) => ({
  repositoryId: 1,
  repositoryOwnerId: 1,
  refProtected: false,
  headRef: "",
  baseRef: "",
  actor,
  actorId: 1,
  triggeringActor: actor,
  runId: 1,
  runNumber: 1,
  runAttempt: 1,
  workflowPath: ".github/workflows/workflow.yml",
  workflow: workflowPath ?? ".github/workflows/workflow.yml",
  job: "job",
  serverUrl: "https://github.com",
  apiUrl,
  graphqlUrl: graphqlUrl(apiUrl),
  token: "",
});

/** GitHub Enterprise Server: `/api/v3` for REST and `/api/graphql`. */
const graphqlUrl = (apiUrl: string): string =>
  apiUrl.endsWith("/api/v3") ? apiUrl.replace(/\/v3$/, "/graphql") : `${apiUrl}/graphql`;

const exportedMembers = [
  ["action", "action_path", "action_ref", "action_repository", "actor", "actor_id", "api_url", "base_ref", "env"],
  ["event_name", "event_path", "graphql_url", "head_ref", "job", "output", "path", "ref", "ref_name"],
  ["ref_protected", "ref_type", "repository", "repository_id", "repository_owner", "repository_owner_id"],
  ["retention_days", "run_attempt", "run_id", "run_number", "server_url", "sha", "state", "step_summary"],
  ["triggering_actor", "workflow", "workflow_ref", "workflow_sha", "workspace"],
].flat();

/** The variables of the runner's allowlist. There is no `GITHUB_TOKEN`, no environment name and no job id among them. */
export const githubEnvironment = (github: GitHubContext): Record<string, string> =>
  Object.fromEntries(
    exportedMembers.flatMap((member) => {
      const value = github[member];
      return typeof value === "string" || typeof value === "boolean"
        ? [[`GITHUB_${member.toUpperCase()}`, String(value)]]
        : [];
    }),
  );

/** The `runner` context of a GitHub-hosted Linux runner. */
export type RunnerContext = {
  readonly name: string;
  readonly os: "Linux" | "macOS";
  readonly arch: "X64" | "ARM64";
  readonly environment: "github-hosted";
  readonly temp: string;
  readonly tool_cache: string;
  readonly workspace: string;
  /** Present with step debug logging. */
  readonly debug?: "1";
};

export const runnerContext = (
  folders: { temp: string; toolCache: string; work: string },
  debug: boolean,
): RunnerContext => ({
  name: "Simulated runner",
  os: process.platform === "darwin" ? "macOS" : "Linux",
  arch: arch() === "arm64" ? "ARM64" : "X64",
  environment: "github-hosted",
  temp: folders.temp,
  tool_cache: folders.toolCache,
  workspace: folders.work,
  ...(debug ? { debug: "1" } : {}),
});

export const runnerEnvironment = (runner: RunnerContext): Record<string, string> =>
  Object.fromEntries(Object.entries(runner).map(([member, value]) => [`RUNNER_${member.toUpperCase()}`, value]));

/** Writes the payload where `GITHUB_EVENT_PATH` points, and answers that path. */
export const writeEventFile = (temp: string, event: Readonly<Record<string, unknown>>): string => {
  const folder = join(temp, "_github_workflow");
  mkdirSync(folder, { recursive: true });
  const path = join(folder, "event.json");
  writeFileSync(path, JSON.stringify(event, undefined, 2));
  return path;
};
