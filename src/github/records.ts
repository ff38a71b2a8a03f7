import type { RecordPayload, RecordState } from "../domain/github-record.ts";
import { KIND, type ReadRestRecord, readCreatedRecord, readNewestState, readRestRecords } from "./answers/records.ts";
import type { GitHubClient } from "./client.ts";
import { findOrRepeat, repeatable } from "./retry.ts";
import { UnreadableAnswer } from "./trouble.ts";

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

/** Creates the record and answers its id. Throws GitHubTrouble. */
export const createRecord = (client: GitHubClient, record: NewRecord): Promise<number> =>
  findOrRepeat(
    client,
    async () => {
      const answer = await client.rest("POST /deployments", {
        ref: record.sha,
        environment: record.environment,
        // Without these two GitHub would merge the default branch into ours, and wait for this very job to succeed.
        auto_merge: false,
        required_contexts: [],
        transient_environment: record.transient,
        production_environment: record.production,
        description: `Stage ${record.payload.stageName} of API ${record.payload.restApiId}`.slice(0, 140),
        payload: encodePayload(record.payload),
      });
      return readCreatedRecord(answer);
    },
    () => findRecord(client, record.sha, record.environment, record.payload.nonce),
  );

/** Pages of a hundred that a search goes through at most. */
const PAGES = 10;
const PAGE_SIZE = 100;

/**
 * The record that the process with this nonce made. Of several that carry it the oldest: nobody knew the nonce before.
 * Throws GitHubTrouble.
 */
export const findRecord = async (
  client: GitHubClient,
  sha: string,
  environment: string,
  nonce: string,
): Promise<number | undefined> => {
  const ids: number[] = [];
  await forEachPage(client, { sha, environment }, (records) => {
    for (const { id, payload } of records) if (payload?.nonce === nonce) ids.push(id);
    return true;
  });
  return ids.toSorted((one, other) => one - other)[0];
};

/** The numbers of records whose number has outgrown GraphQL's 32-bit integers, by node id. Throws GitHubTrouble. */
export const recordIds = async (
  client: GitHubClient,
  environment: string,
  records: readonly { readonly id: number | undefined; readonly nodeId: string }[],
): Promise<ReadonlyMap<string, number>> => {
  const wanted = new Set(records.filter(({ id }) => id === undefined).map(({ nodeId }) => nodeId));
  const ids = new Map<string, number>();
  if (wanted.size === 0) return ids;
  await forEachPage(client, { environment }, (listed) => {
    for (const { nodeId, id } of listed) if (wanted.has(nodeId)) ids.set(nodeId, id);
    return ids.size < wanted.size;
  });
  return ids;
};

/** REST lists newest first. `take` answers whether to go on. A page that comes again is no end, and no answer. */
const forEachPage = async (
  client: GitHubClient,
  filter: Readonly<Record<string, string>>,
  take: (records: readonly ReadRestRecord[]) => boolean,
): Promise<void> => {
  const seen = new Set<number>();
  for (let page = 1; page <= PAGES; page += 1) {
    const answer = await repeatable(client, () =>
      client.rest("GET /deployments", { ...filter, per_page: PAGE_SIZE, page }),
    );
    const { entries, leftOut } = readRestRecords(answer);
    const goesOn = take(entries);
    if (!goesOn || entries.length + leftOut < PAGE_SIZE) return;
    // A record that is made meanwhile moves the others on by one.
    if (entries.every(({ id }) => seen.has(id)))
      throw new UnreadableAnswer("its pages do not go on", { lasting: true });
    for (const { id } of entries) seen.add(id);
  }
};

/** Adds a status. A lost answer is sent again: the same status twice changes nothing. Throws GitHubTrouble. */
export const addStatus = async (client: GitHubClient, id: number, status: RecordStatus): Promise<void> => {
  await repeatable(client, () =>
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

/** The state of a record's newest status; `undefined` without any. Throws GitHubTrouble. */
export const currentState = async (client: GitHubClient, id: number): Promise<string | undefined> =>
  readNewestState(
    await repeatable(client, () =>
      client.rest("GET /deployments/{deployment_id}/statuses", { deployment_id: id, per_page: 1 }),
    ),
  );
