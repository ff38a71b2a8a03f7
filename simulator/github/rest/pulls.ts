import { pullRequestsWith } from "../commits.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import type { PullRequest, Repository } from "../model.ts";
import { nodeId } from "../node-id.ts";
import { isPullRequest, pullRequestsOf } from "../world.ts";
import { userBody } from "./account-bodies.ts";
import { ApiError, invalidRequest, notFound } from "./api-error.ts";
import { type Answer, numberOf, ok, type RepositoryCall, type Route, read } from "./call.ts";
import { labelBodies } from "./issues.ts";
import { pageAnswer } from "./paging.ts";
import { repositoryBody, repositoryPage, repositoryUrl } from "./repository.ts";
import type { PullRequestBody, PullRequestListBody } from "./wire.ts";

const listBody = (call: RepositoryCall, pull: PullRequest) => {
  const repository = repositoryUrl(call, call.repository);
  const url = `${repository}/pulls/${pull.number}`;
  const issueUrl = `${repository}/issues/${pull.number}`;
  const page = `${repositoryPage(call, call.repository)}/pull/${pull.number}`;
  const urls = {
    comments: `${issueUrl}/comments`,
    commits: `${url}/commits`,
    statuses: `${repository}/statuses/${pull.head.sha}`,
    reviewComments: `${url}/comments`,
    reviewComment: `${repository}/pulls/comments{/number}`,
  };
  return {
    url,
    id: pull.id,
    node_id: nodeId("PullRequest", pull.id),
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issueUrl,
    commits_url: urls.commits,
    review_comments_url: urls.reviewComments,
    review_comment_url: urls.reviewComment,
    comments_url: urls.comments,
    statuses_url: urls.statuses,
    number: pull.number,
    state: pull.state,
    locked: pull.locked,
    title: pull.title,
    user: userBody(call, pull.user),
    body: pull.body,
    labels: labelBodies(call, pull),
    milestone: null,
    active_lock_reason: null,
    created_at: isoTime(pull.createdAt),
    updated_at: isoTime(pull.updatedAt),
    closed_at: isoTimeOrNull(pull.closedAt),
    merged_at: isoTimeOrNull(pull.merge?.at ?? null),
    merge_commit_sha: mergeCommitOf(call.repository, pull),
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    head: headBody(call, pull),
    base: {
      label: `${call.repository.owner.login}:${pull.base.ref}`,
      ref: pull.base.ref,
      repo: repositoryBody(call, call.repository),
      sha: pull.base.sha,
      user: userBody(call, call.repository.owner),
    },
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issueUrl },
      comments: { href: urls.comments },
      review_comments: { href: urls.reviewComments },
      review_comment: { href: urls.reviewComment },
      commits: { href: urls.commits },
      statuses: { href: urls.statuses },
    },
    author_association: "CONTRIBUTOR",
    auto_merge: null,
    draft: pull.draft,
  } satisfies PullRequestListBody;
};

/** Until it is merged, the test merge of a pull request. */
const mergeCommitOf = (repository: Repository, pull: PullRequest): string | null =>
  pull.merge?.sha ?? repository.refs.get(`refs/pull/${pull.number}/merge`) ?? null;

type Head = PullRequestBody["head"];

const headBody = (call: RepositoryCall, pull: PullRequest): Head => ({
  label: `${pull.head.owner.login}:${pull.head.ref}`,
  ref: pull.head.ref,
  // The published description does not say that it is null once the fork is gone.
  repo: headRepository(call, pull) as Head["repo"],
  sha: pull.head.sha,
  user: userBody(call, pull.head.owner),
});

/** A fork need not be a repository of this world: what the base has stands in for what nobody has said. */
const headRepository = (call: RepositoryCall, pull: PullRequest): Head["repo"] | null => {
  const name = pull.head.repository;
  if (name === null) return null;
  const known = call.world.repositories.get(name.toLowerCase());
  if (known) return repositoryBody(call, known);
  const fork: Repository = { ...call.repository, id: pull.id, owner: pull.head.owner, name: name.split("/")[1] ?? "" };
  return { ...repositoryBody(call, fork), fork: true };
};

const pullBody = (call: RepositoryCall, pull: PullRequest): PullRequestBody => {
  const comments = [...call.repository.comments.values()].filter((comment) => comment.issue === pull).length;
  const conflicts = call.repository.conflictingBranches.has(pull.head.ref);
  return {
    ...listBody(call, pull),
    merged: pull.merge !== null,
    mergeable: pull.state === "open" ? !conflicts : null,
    rebaseable: pull.state === "open" ? !conflicts : null,
    mergeable_state: mergeableState(pull, conflicts),
    merged_by: pull.merge && userBody(call, pull.merge.by),
    comments,
    review_comments: 0,
    maintainer_can_modify: false,
    commits: 1,
    additions: 1,
    deletions: 0,
    changed_files: 1,
  };
};

const mergeableState = (pull: PullRequest, conflicts: boolean): string => {
  if (pull.state === "closed") return "unknown";
  if (conflicts) return "dirty";
  return pull.draft ? "draft" : "clean";
};

const getPull = (call: RepositoryCall): Answer => {
  const issue = call.repository.issues.get(numberOf(call, "pull_number"));
  if (!issue || !isPullRequest(issue)) throw notFound();
  return ok(pullBody(call, issue));
};

const listPulls = (call: RepositoryCall): Answer => {
  const query = call.request.url.searchParams;
  const choice = <const T extends string>(name: string, allowed: readonly T[], byDefault: T): T => {
    const value = query.get(name) ?? byDefault;
    const found = allowed.find((option) => option === value);
    if (found === undefined)
      throw invalidRequest(`${JSON.stringify(value)} is not a member of ${JSON.stringify(allowed)}.`);
    return found;
  };
  const state = choice("state", ["open", "closed", "all"], "open");
  const sort = choice("sort", ["created", "updated", "popularity", "long-running"], "created");
  const direction = choice("direction", ["asc", "desc"], sort === "created" ? "desc" : "asc");
  const head = query.get("head");
  const base = query.get("base");
  const found = pullRequestsOf(call.repository)
    .filter((pull) => state === "all" || pull.state === state)
    // A head without its owner is no filter at all.
    .filter((pull) => !head?.includes(":") || `${pull.head.owner.login}:${pull.head.ref}` === head)
    .filter((pull) => !base || pull.base.ref === base)
    .toSorted((a, b) => (sort === "updated" ? a.updatedAt - b.updatedAt : a.number - b.number));
  return pageAnswer(call, direction === "desc" ? found.reverse() : found, (pull) => listBody(call, pull));
};

const listPullsOfCommit = (call: RepositoryCall): Answer => {
  const sha = call.path["commit_sha"] ?? "";
  if (!call.repository.commits.has(sha)) throw new ApiError(422, `No commit found for SHA: ${sha}`);
  const found = pullRequestsWith(call.repository, pullRequestsOf(call.repository), sha);
  return pageAnswer(call, found, (pull) => listBody(call, pull));
};

export const pullRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/pulls",
    docs: "pulls/pulls#list-pull-requests",
    needs: read("pull-requests"),
    answer: listPulls,
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/pulls/{pull_number}",
    docs: "pulls/pulls#get-a-pull-request",
    needs: read("pull-requests"),
    answer: getPull,
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/commits/{commit_sha}/pulls",
    docs: "commits/commits#list-pull-requests-associated-with-a-commit",
    needs: read("pull-requests"),
    answer: listPullsOfCommit,
  },
];
