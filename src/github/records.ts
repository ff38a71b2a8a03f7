import type { RecordPayload, RecordState } from "../domain/github-record.ts";
import type { GitHubClient } from "./client.ts";
import { findOrRepeat, repeatable } from "./retry.ts";

export type NewRecord = {
  /** A commit's SHA: a branch could move on meanwhile, and only the head commit's record shows on a pull request. */
  readonly sha: string;
  readonly environment: string;
  readonly transient: boolean;
  readonly production: boolean;
  readonly payload: RecordPayload;
};

export type RecordStatus = {
  readonly state: RecordState;
  /** Cut at GitHub's 140 characters. */
  readonly description: string;
  readonly logUrl: string;
  /** Where the environment can be opened; empty for none. */
  readonly environmentUrl: string;
  /** Whether success makes GitHub itself mark older records of the environment inactive. */
  readonly autoInactive: boolean;
};

const KIND = "apigw-stage-action";

const encodePayload = (payload: RecordPayload): Record<string, unknown> => ({
  kind: KIND,
  "rest-api-id": payload.restApiId,
  "stage-name": payload.stageName,
  ...(payload.pullRequest === undefined ? {} : { "pull-request": payload.pullRequest }),
  "run-id": payload.runId,
  "run-attempt": payload.runAttempt,
  nonce: payload.nonce,
  command: payload.command,
  "deployment-id": payload.deploymentId,
  "previous-deployment-id": payload.previousDeploymentId,
  actor: payload.actor,
});

/** The payload of a record of ours, or `undefined`. REST gives an object, GraphQL JSON text (of an object or of text). */
export const parsePayload = (value: unknown): RecordPayload | undefined => {
  const members = unwrap(value);
  if (members?.["kind"] !== KIND) return undefined;
  const text = (name: string): string => (typeof members[name] === "string" ? members[name] : "");
  const number = members["pull-request"];
  return {
    restApiId: text("rest-api-id"),
    stageName: text("stage-name"),
    pullRequest: typeof number === "number" ? number : undefined,
    runId: text("run-id"),
    runAttempt: Number(members["run-attempt"]),
    nonce: text("nonce"),
    command: text("command"),
    deploymentId: text("deployment-id"),
    previousDeploymentId: text("previous-deployment-id"),
    actor: text("actor"),
  };
};

const unwrap = (value: unknown, depth = 0): Record<string, unknown> | undefined => {
  if (typeof value === "object" && value !== null) return value as Record<string, unknown>;
  if (typeof value !== "string" || depth > 1) return undefined;
  try {
    return unwrap(JSON.parse(value), depth + 1);
  } catch {
    return undefined;
  }
};

const idOf = (data: unknown): number => (data as { id: number }).id;

/** Creates the record and answers its id. Throws what Octokit throws. */
export const createRecord = (client: GitHubClient, record: NewRecord): Promise<number> =>
  findOrRepeat(
    async () => {
      const { status, data } = await client.rest("POST /deployments", {
        ref: record.sha,
        environment: record.environment,
        // Without these two GitHub would merge the default branch into ours, and wait for this very job to succeed.
        auto_merge: false,
        required_contexts: [],
        transient_environment: record.transient,
        production_environment: record.production,
        description: `Stage ${record.payload.stageName} of REST API ${record.payload.restApiId}`.slice(0, 140),
        payload: encodePayload(record.payload),
      });
      // 202 means that GitHub merged something instead; there is no deployment to report to.
      if (status !== 201) throw Object.assign(new Error("no deployment was made"), { status });
      return idOf(data);
    },
    () => findRecord(client, record.sha, record.environment, record.payload.nonce),
  );

/** The record that the process with this nonce made, looked for among the commit's newest. */
export const findRecord = async (
  client: GitHubClient,
  sha: string,
  environment: string,
  nonce: string,
): Promise<number | undefined> => {
  const { data } = await repeatable(() => client.rest("GET /deployments", { sha, environment, per_page: 100 }));
  const found = (data as { payload: unknown }[]).find(({ payload }) => parsePayload(payload)?.nonce === nonce);
  return found && idOf(found);
};

/** Adds a status. A lost answer is sent again: the same status twice changes nothing. Throws what Octokit throws. */
export const addStatus = async (client: GitHubClient, id: number, status: RecordStatus): Promise<void> => {
  await repeatable(() =>
    client.rest("POST /deployments/{deployment_id}/statuses", {
      deployment_id: id,
      state: status.state,
      description: status.description.slice(0, 140),
      log_url: status.logUrl,
      ...(status.environmentUrl === "" ? {} : { environment_url: status.environmentUrl }),
      auto_inactive: status.autoInactive,
    }),
  );
};

/** The state of a record's newest status; `undefined` without any. */
export const currentState = async (client: GitHubClient, id: number): Promise<string | undefined> => {
  const { data } = await repeatable(() =>
    client.rest("GET /deployments/{deployment_id}/statuses", { deployment_id: id, per_page: 1 }),
  );
  return (data as { state: string }[])[0]?.state;
};

/** The deployment that GitHub made for the job itself, because the job names an environment. */
export const jobDeployment = async (
  client: GitHubClient,
  checkRunId: number,
): Promise<{ readonly id: number; readonly environment: string } | undefined> => {
  const { data } = await repeatable(() => client.rest("GET /check-runs/{check_run_id}", { check_run_id: checkRunId }));
  const { deployment } = data as { deployment?: { id: number; environment: string } | null };
  return deployment ? { id: deployment.id, environment: deployment.environment } : undefined;
};
