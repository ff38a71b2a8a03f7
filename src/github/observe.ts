import type { EarlierRecord, RecordPayload, StageRecord } from "../domain/github-record.ts";
import { servedByDescription } from "../domain/served.ts";
import type { Target } from "../inputs/target.ts";
import type { GitHubClient } from "./client.ts";
import { type CommentFacts, findSticky, findStickySince, type StickyComment } from "./comments.ts";
import { jobDeployment, parsePayload } from "./records.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble } from "./trouble.ts";

export type PullRequestObserved = {
  readonly number: number;
  /** Our comment among the first and last hundred. */
  readonly comment: StickyComment | undefined;
  /** Whether those are all comments that there are. */
  readonly allSeen: boolean;
};

/** What GitHub tells about where to report. Nothing here can fail: what GitHub refuses becomes a warning. */
export type GitHubObserved = {
  /** The login that the token acts as. */
  readonly viewer: string;
  /** The deployment that GitHub made for this job. */
  readonly jobDeployment: { readonly id: number; readonly environment: string } | undefined;
  readonly pullRequest: PullRequestObserved | undefined;
  readonly earlierRecords: readonly EarlierRecord[];
  /** What the environment's records tell of what the stage served, newest first. */
  readonly served: readonly StageRecord[];
  readonly warnings: readonly string[];
};

/**
 * Asks everything at once: one GraphQL request, and the check run where the job may have a deployment of its own.
 * `wantsHistory`: whether all that the records tell of the stage is needed, in a dry run too.
 */
export const observeGitHub = async (
  request: Target,
  client: GitHubClient,
  commentMarker: string,
  wantsHistory: boolean,
): Promise<GitHubObserved> => {
  const warnings: string[] = [];
  const [job, graph] = await Promise.all([
    observeJob(request, client, warnings),
    observeGraph(request, client, wantsHistory, warnings),
  ]);
  const records = (graph.records?.deployments.nodes ?? []).map((node) => ({
    node,
    payload: parsePayload(node.payload),
  }));
  return {
    viewer: graph.viewer?.login ?? "",
    jobDeployment: job,
    pullRequest: pullRequestOf(request, graph, commentMarker),
    earlierRecords: records.flatMap((record) => earlierRecordOf(request, record)),
    served: records.flatMap((record) => servedRecordOf(request, record)),
    warnings,
  };
};

const observeJob = async (
  request: Target,
  client: GitHubClient,
  warnings: string[],
): Promise<GitHubObserved["jobDeployment"]> => {
  if (request.githubDeployment !== "auto" || request.dryRun || request.checkRunId === undefined) return undefined;
  try {
    return await jobDeployment(client, request.checkRunId);
  } catch (thrown) {
    warnings.push(
      explainTrouble(thrown, "find out whether this job has a GitHub deployment of its own", "checks: read"),
    );
    return undefined;
  }
};

type GraphComment = {
  readonly id: string;
  /** GraphQL's `databaseId` is a 32-bit integer, which comment ids have outgrown. */
  readonly fullDatabaseId: string;
  readonly viewerDidAuthor: boolean;
  readonly body: string;
  readonly url: string;
};

type GraphPullRequest = {
  readonly number: number;
  readonly state: string;
  readonly headRefOid: string;
  readonly oldest?: { readonly totalCount: number; readonly nodes: readonly GraphComment[] };
  readonly newest?: { readonly nodes: readonly GraphComment[] };
};

type Graph = {
  readonly viewer?: { readonly login: string };
  readonly repository?: {
    readonly pullRequest?: GraphPullRequest | null;
    readonly object?: { readonly associatedPullRequests?: { readonly nodes: readonly GraphPullRequest[] } } | null;
  } | null;
  readonly records?: {
    readonly deployments: { readonly nodes: readonly GraphRecord[] };
  } | null;
};

type GraphStatus = { readonly description: string | null; readonly logUrl: string | null };

type GraphRecord = {
  readonly id: string;
  readonly databaseId: number | null;
  readonly state: string;
  readonly createdAt: string;
  readonly payload: string | null;
  readonly commitOid: string;
  readonly creator: { readonly login: string } | null;
  readonly latestStatus: GraphStatus | null;
  readonly statuses?: { readonly nodes: readonly GraphStatus[] };
};

/**
 * Our comment is mostly among the first hundred (it is posted when the pull request is opened) or the last hundred. The
 * newest hundred records of the environment cover the earlier ones of this stage; they stand apart, because a refused
 * member takes all that is beside it along.
 */
const QUERY = `
query ($owner: String!, $name: String!, $environment: String!, $number: Int!, $commit: GitObjectID!,
       $byNumber: Boolean!, $byCommit: Boolean!, $records: Boolean!, $history: Boolean!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) @include(if: $byNumber) { ...comments }
    object(oid: $commit) @include(if: $byCommit) {
      ... on Commit { associatedPullRequests(first: 10) { nodes { ...comments } } }
    }
  }
  records: repository(owner: $owner, name: $name) @include(if: $records) {
    deployments(environments: [$environment], first: 100, orderBy: { field: CREATED_AT, direction: DESC }) {
      nodes {
        id databaseId state createdAt payload commitOid creator { login }
        latestStatus { description logUrl }
        statuses(first: 10) @include(if: $history) { nodes { description logUrl } }
      }
    }
  }
}
fragment comments on PullRequest {
  number state headRefOid
  oldest: comments(first: 100) { totalCount nodes { id fullDatabaseId viewerDidAuthor body url } }
  newest: comments(last: 100) { nodes { id fullDatabaseId viewerDidAuthor body url } }
}`;

const observeGraph = async (
  request: Target,
  client: GitHubClient,
  history: boolean,
  warnings: string[],
): Promise<Graph> => {
  const { event } = request.run;
  const byNumber = request.comment && request.pullRequest !== undefined;
  const byCommit = request.comment && !byNumber && event.kind === "commit";
  const records = history || (request.githubDeployment !== "never" && !request.dryRun);
  if (!byNumber && !byCommit && !records) return {};
  const variables = {
    environment: request.environment,
    number: request.pullRequest ?? 0,
    commit: event.kind === "commit" ? event.sha : request.run.commit,
    byNumber,
    byCommit,
    records,
    history,
  };
  try {
    return (await repeatable(() => client.graphql(QUERY, variables))) as Graph;
  } catch (thrown) {
    const { errors, data } = thrown as { errors?: { path?: unknown[] }[]; data?: Graph | null };
    const onlyRecords = !byNumber && !byCommit;
    const recordsRefused = onlyRecords || errors?.every(({ path }) => path?.includes("deployments"));
    warnings.push(
      recordsRefused
        ? explainTrouble(thrown, "look for earlier GitHub deployments of the stage", "deployments: write")
        : explainTrouble(thrown, "look for the comment on the pull request", "pull-requests: write"),
    );
    // A refused part does not make the rest of the answer worthless.
    return data ?? {};
  }
};

const pullRequestOf = (request: Target, graph: Graph, marker: string): PullRequestObserved | undefined => {
  const pull = graph.repository?.pullRequest ?? openPullRequestOf(request, graph);
  if (!pull?.oldest || !pull.newest) return undefined;
  const comments = [...pull.oldest.nodes, ...pull.newest.nodes].map(
    ({ id, fullDatabaseId, viewerDidAuthor, body, url }): CommentFacts => ({
      id: Number(fullDatabaseId),
      nodeId: id,
      url,
      body,
      ours: viewerDidAuthor,
    }),
  );
  return {
    number: pull.number,
    comment: findSticky(comments, marker),
    allSeen: pull.oldest.totalCount <= 200,
  };
};

/** A commit of the default branch belongs to merged pull requests, too; only an open one's own head is meant. */
const openPullRequestOf = (request: Target, graph: Graph): GraphPullRequest | undefined => {
  const { event } = request.run;
  return event.kind !== "commit"
    ? undefined
    : graph.repository?.object?.associatedPullRequests?.nodes.find(
        ({ state, headRefOid }) => state === "OPEN" && headRefOid === event.sha,
      );
};

type SeenRecord = { readonly node: GraphRecord; readonly payload: RecordPayload | undefined };

const isAbout = ({ restApiId, stageName }: Target, payload: RecordPayload): boolean =>
  payload.restApiId === restApiId && payload.stageName === stageName;

const earlierRecordOf = (request: Target, { node, payload }: SeenRecord): readonly EarlierRecord[] =>
  payload === undefined || !isAbout(request, payload)
    ? []
    : [
        {
          id: node.databaseId ?? undefined,
          nodeId: node.id,
          state: node.state,
          createdAt: Date.parse(node.createdAt),
          payload,
        },
      ];

/** What GitHub records for a job of ours has no payload, but a status of ours that names the stage. */
const servedRecordOf = (request: Target, { node, payload }: SeenRecord): readonly StageRecord[] => {
  if (payload !== undefined && !isAbout(request, payload)) return [];
  const { statuses, latestStatus } = node;
  const telling = (statuses?.nodes ?? (latestStatus === null ? [] : [latestStatus])).find(
    ({ description }) => servedByDescription(description ?? "")?.stageName === request.stageName,
  );
  if (payload === undefined && telling === undefined) return [];
  return [
    {
      state: node.state,
      createdAt: Date.parse(node.createdAt),
      commit: node.commitOid,
      description: telling?.description ?? "",
      payload: payload ?? {
        command: "",
        deploymentId: "",
        previousDeploymentId: "",
        nonce: "",
        runId: /\/actions\/runs\/([0-9]+)\//.exec(telling?.logUrl ?? "")?.[1] ?? "",
        actor: node.creator?.login ?? "",
      },
    },
  ];
};

/** Milliseconds by which the clocks of AWS and GitHub, and their rounding, may differ. */
const CLOCK_MARGIN = 60_000;

/**
 * Our comment on a pull request with more comments than were seen, in one more request: it was edited whenever the stage
 * was deployed, so it is among those edited since the first sign of us, our first record or else the stage itself (which
 * may be older than we are). Without such a sign there is no comment.
 */
export const findOlderComment = async (
  client: GitHubClient,
  observed: GitHubObserved,
  commentMarker: string,
  stageCreatedAt: number | undefined,
): Promise<StickyComment | undefined> => {
  const { pullRequest, earlierRecords } = observed;
  if (pullRequest === undefined || pullRequest.comment !== undefined || pullRequest.allSeen)
    return pullRequest?.comment;
  const firstSign =
    earlierRecords.length > 0 ? Math.min(...earlierRecords.map(({ createdAt }) => createdAt)) : stageCreatedAt;
  if (firstSign === undefined) return undefined;
  const since = new Date(firstSign - CLOCK_MARGIN);
  return findStickySince(client, pullRequest.number, since, observed.viewer, commentMarker);
};
