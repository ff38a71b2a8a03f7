import type { EarlierRecord } from "../domain/github-record.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { Stage } from "../domain/stage.ts";
import { YOUNG } from "../plan/sweep.ts";
import type { GitHubClient } from "./client.ts";
import { addStatus, parsePayload } from "./records.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble } from "./trouble.ts";

/**
 * Our records in an environment that nothing stands behind any more: of previews that are gone, and of runs that ended
 * without closing them. Records whose payload is not ours are never touched.
 */

export type StaleQuestion = {
  readonly restApiId: string;
  /** By number; a pull request that is missing here counts as unknown. */
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** Stages that were deleted: in this run, or some time ago. */
  readonly deletedStages: ReadonlySet<string>;
  /** Milliseconds since 1970. */
  readonly now: number;
};

export type StaleRecord = EarlierRecord & { readonly because: string };

/** States with which nothing is shown as live or under way, as GraphQL names them. Any other may need an end. */
const SETTLED = ["INACTIVE", "DESTROYED", "FAILURE", "ERROR"];

/** Milliseconds; the longest that a job may take on GitHub's own runners (GitHub docs, "Actions limits"). */
const LONGEST_JOB = 6 * 3_600_000;

/** The pull requests whose state decides about a record, each once. */
export const pullRequestsOfRecords = (records: readonly EarlierRecord[], restApiId: string): readonly number[] => [
  ...new Set(
    records.flatMap(({ payload, state }) =>
      payload.restApiId === restApiId && payload.pullRequest !== undefined && !SETTLED.includes(state)
        ? [payload.pullRequest]
        : [],
    ),
  ),
];

/**
 * Stages that have records and do not exist: an earlier sweep may have been ended between the two. A stage with a young
 * record is none of them, because a run may be about to make it.
 */
export const missingStages = (
  records: readonly EarlierRecord[],
  stages: readonly Stage[],
  { restApiId, now }: Pick<StaleQuestion, "restApiId" | "now">,
): ReadonlySet<string> => {
  const ours = records.filter(({ payload }) => payload.restApiId === restApiId);
  const missing = new Set(ours.map(({ payload }) => payload.stageName));
  for (const { name } of stages) missing.delete(name);
  for (const { createdAt, payload } of ours) if (now - createdAt <= YOUNG) missing.delete(payload.stageName);
  return missing;
};

/** The records to be made inactive, and why. */
export const staleRecords = (records: readonly EarlierRecord[], question: StaleQuestion): readonly StaleRecord[] =>
  records.flatMap((record) => {
    const because = whyStale(record, question);
    return because === undefined ? [] : [{ ...record, because }];
  });

const whyStale = ({ payload, state, createdAt }: EarlierRecord, question: StaleQuestion): string | undefined => {
  const { restApiId, stageName, pullRequest } = payload;
  if (restApiId !== question.restApiId || SETTLED.includes(state)) return undefined;
  if (question.deletedStages.has(stageName)) return `stage ${stageName} was deleted`;
  const pullRequestState = pullRequest === undefined ? "unknown" : question.pullRequests.get(pullRequest);
  if (pullRequestState === "closed") return `pull request #${pullRequest} is closed`;
  if (pullRequestState === "gone") return `pull request #${pullRequest} does not exist`;
  return state !== "ACTIVE" && question.now - createdAt > LONGEST_JOB
    ? `run ${payload.runId} ended without closing it`
    : undefined;
};

/** The newest first, in pages of a hundred; older ones than these have had many sweeps to be found by. */
const PAGES = 10;

const QUERY = `
query ($owner: String!, $name: String!, $environment: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 100, after: $after,
                orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes { id databaseId state createdAt payload }
    }
  }
}`;

type Page = {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly {
    readonly id: string;
    readonly databaseId: number | null;
    readonly state: string;
    readonly createdAt: string;
    readonly payload: string | null;
  }[];
};

export type RecordsSeen = { readonly records: readonly EarlierRecord[]; readonly warnings: readonly string[] };

/** Our records in the environment, of every REST API and stage, at most the thousand newest. Throws nothing. */
export const readRecords = async (client: GitHubClient, environment: string): Promise<RecordsSeen> => {
  const records: EarlierRecord[] = [];
  let after: string | null = null;
  try {
    for (let count = 0; count < PAGES; count += 1) {
      const page = await readPage(client, environment, after);
      records.push(...oursIn(page));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    return { records, warnings: [] };
  } catch (thrown) {
    const doing = `read the GitHub deployments of environment ${environment}`;
    return { records, warnings: [explainTrouble(thrown, doing, "deployments: read")] };
  }
};

const readPage = async (client: GitHubClient, environment: string, after: string | null): Promise<Page> => {
  const answer = await repeatable(() => client.graphql(QUERY, { environment, after }));
  return (answer as { repository: { deployments: Page } }).repository.deployments;
};

const oursIn = ({ nodes }: Page): readonly EarlierRecord[] =>
  nodes.flatMap(({ id, databaseId, state, createdAt, payload }) => {
    const ours = parsePayload(payload);
    return ours === undefined
      ? []
      : [{ id: databaseId ?? undefined, nodeId: id, state, createdAt: Date.parse(createdAt), payload: ours }];
  });

/**
 * Records that one sweep closes at most. GitHub allows 80 requests a minute that make something (GitHub docs, "Rate
 * limits for the REST API"), and the next sweep goes on.
 */
const AT_MOST = 60;

export type RecordsClosed = { readonly closed: readonly StaleRecord[]; readonly warnings: readonly string[] };

/** Makes the records inactive, oldest first. Throws nothing; stops when the run is cancelled. */
export const closeRecords = async (
  client: GitHubClient,
  environment: string,
  stale: readonly StaleRecord[],
  logUrl: string,
  signal: AbortSignal,
): Promise<RecordsClosed> => {
  const closed: StaleRecord[] = [];
  const batch = stale.toSorted((one, other) => one.createdAt - other.createdAt).slice(0, AT_MOST);
  try {
    const ids = await recordIds(client, environment, batch);
    for (const record of batch) {
      const id = record.id ?? ids.get(record.nodeId);
      if (signal.aborted) break;
      if (id === undefined) continue;
      const description = `Closed by a sweep: ${record.because}`;
      await addStatus(client, id, { state: "inactive", description, logUrl, environmentUrl: "", autoInactive: false });
      closed.push(record);
    }
  } catch (thrown) {
    return { closed, warnings: [explainTrouble(thrown, "mark a GitHub deployment inactive", "deployments: write")] };
  }
  const left = stale.length - closed.length;
  return { closed, warnings: left === 0 ? [] : [`${left} GitHub deployments are left for the next sweep to close.`] };
};

/** The numbers of records whose number has outgrown GraphQL's 32-bit integers, by node id. REST lists newest first, too. */
export const recordIds = async (
  client: GitHubClient,
  environment: string,
  records: readonly EarlierRecord[],
): Promise<ReadonlyMap<string, number>> => {
  const wanted = new Set(records.filter(({ id }) => id === undefined).map(({ nodeId }) => nodeId));
  const ids = new Map<string, number>();
  for (let page = 1; page <= PAGES && ids.size < wanted.size; page += 1) {
    const { data } = await repeatable(() => client.rest("GET /deployments", { environment, per_page: 100, page }));
    const listed = data as { node_id: string; id: number }[];
    for (const { node_id, id } of listed) if (wanted.has(node_id)) ids.set(node_id, id);
    if (listed.length < 100) break;
  }
  return ids;
};
