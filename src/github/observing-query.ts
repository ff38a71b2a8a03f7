import { COMMENT_FIELDS, PULL_REQUEST_FIELDS, RECORD_FIELDS, STATUS_FIELDS } from "./answers/fields.ts";

/** What is asked before anything is done. */
export type GitHubQuestion = {
  readonly restApiId: string;
  readonly stageName: string;
  readonly environment: string;
  /** Otherwise the job's own environment takes its place, where the job has one. */
  readonly environmentIsGiven: boolean;
  /** The check run of this job, where the job's own GitHub deployment is wanted. */
  readonly checkRunId: number | undefined;
  /** The pull request: by its number, or the open one whose head a commit is. `undefined` asks for none. */
  readonly pullRequest: { readonly number: number } | { readonly headCommit: string } | undefined;
  /** What our comment begins with, where it is wanted. */
  readonly commentMarker: string | undefined;
  /** Our earlier records of the stage; `with-history`: also all statuses that tell what the stage served. */
  readonly records: "none" | "newest" | "with-history";
};

/**
 * Our comment is mostly among the first hundred (it is posted when the pull request is opened) or the last hundred. The
 * newest hundred records of the environment cover the earlier ones of this stage, as a rule; they stand apart, because a
 * refused member takes all that is beside it along.
 */
export const OBSERVING_QUERY = `
query ($owner: String!, $name: String!, $environment: String!, $number: Int!, $commit: GitObjectID!,
       $byNumber: Boolean!, $byCommit: Boolean!, $comments: Boolean!, $records: Boolean!, $history: Boolean!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) @include(if: $byNumber) { ...conversation }
    object(oid: $commit) @include(if: $byCommit) {
      ... on Commit { associatedPullRequests(first: 10) { nodes { ...conversation } } }
    }
  }
  records: repository(owner: $owner, name: $name) @include(if: $records) {
    deployments(environments: [$environment], first: 100, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes {
        ${RECORD_FIELDS} commitOid
        latestStatus { ${STATUS_FIELDS} }
        statuses(first: 10) @include(if: $history) { nodes { ${STATUS_FIELDS} } }
      }
    }
  }
}
fragment conversation on PullRequest {
  ${PULL_REQUEST_FIELDS}
  oldest: comments(first: 100) @include(if: $comments) { totalCount nodes { ${COMMENT_FIELDS} } }
  newest: comments(last: 100) @include(if: $comments) { nodes { ${COMMENT_FIELDS} } }
}`;

/** The commit's id is required by the schema, also where it is not used. */
const NO_COMMIT = "0".repeat(40);

export const variablesOf = ({ environment, pullRequest, commentMarker, records }: GitHubQuestion) => ({
  environment,
  number: pullRequest !== undefined && "number" in pullRequest ? pullRequest.number : 0,
  commit: pullRequest !== undefined && "headCommit" in pullRequest ? pullRequest.headCommit : NO_COMMIT,
  byNumber: pullRequest !== undefined && "number" in pullRequest,
  byCommit: pullRequest !== undefined && "headCommit" in pullRequest,
  comments: commentMarker !== undefined,
  records: records !== "none",
  history: records === "with-history",
});
