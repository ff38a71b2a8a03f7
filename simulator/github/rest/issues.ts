import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import type { Comment, Issue, PullRequest } from "../model.ts";
import { nodeId } from "../node-id.ts";
import { addComment, editComment } from "../people.ts";
import { isPermitted, notAccessible } from "../permissions.ts";
import { isPullRequest } from "../world.ts";
import { appBodyOrNull, userBody } from "./account-bodies.ts";
import { ApiError, notFound, validationFailed } from "./api-error.ts";
import { type Answer, created, numberOf, ok, type RepositoryCall, type Route, read, write } from "./call.ts";
import { pageAnswer } from "./paging.ts";
import { repositoryPage, repositoryUrl } from "./repository.ts";
import { bodyOf } from "./request-body.ts";
import type { CommentBody, IssueBody } from "./wire.ts";

export const labelBodies = (call: RepositoryCall, issue: Issue) =>
  issue.labels.map((name, index) => ({
    id: issue.id + index,
    node_id: nodeId("Label", `${issue.id}/${index}`),
    url: `${repositoryUrl(call, call.repository)}/labels/${encodeURIComponent(name)}`,
    name,
    description: "",
    color: "ededed",
    default: false,
  }));

const commentsOf = (call: RepositoryCall, issue: Issue): Comment[] =>
  [...call.repository.comments.values()].filter((comment) => comment.issue === issue);

const issuePage = (call: RepositoryCall, issue: Issue | PullRequest): string =>
  `${repositoryPage(call, call.repository)}/${isPullRequest(issue) ? "pull" : "issues"}/${issue.number}`;

const issueBody = (call: RepositoryCall, issue: Issue | PullRequest): IssueBody => {
  const repository = repositoryUrl(call, call.repository);
  const url = `${repository}/issues/${issue.number}`;
  const page = issuePage(call, issue);
  return {
    id: issue.id,
    node_id: nodeId(isPullRequest(issue) ? "PullRequest" : "Issue", issue.id),
    url,
    repository_url: repository,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: page,
    number: issue.number,
    state: issue.state,
    state_reason: null,
    title: issue.title,
    body: issue.body,
    user: userBody(call, issue.user),
    labels: labelBodies(call, issue),
    assignee: null,
    assignees: [],
    milestone: null,
    locked: issue.locked,
    active_lock_reason: null,
    comments: commentsOf(call, issue).length,
    ...(isPullRequest(issue) ? pullRequestMembers(repository, page, issue) : {}),
    closed_at: isoTimeOrNull(issue.closedAt),
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    author_association: "CONTRIBUTOR",
  };
};

const pullRequestMembers = (repository: string, page: string, pull: PullRequest) => ({
  draft: pull.draft,
  pull_request: {
    url: `${repository}/pulls/${pull.number}`,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    merged_at: isoTimeOrNull(pull.merge?.at ?? null),
  },
});

const commentBody = (call: RepositoryCall, comment: Comment): CommentBody => {
  const repository = repositoryUrl(call, call.repository);
  return {
    id: comment.id,
    node_id: nodeId("IssueComment", comment.id),
    url: `${repository}/issues/comments/${comment.id}`,
    html_url: `${issuePage(call, comment.issue)}#issuecomment-${comment.id}`,
    issue_url: `${repository}/issues/${comment.issue.number}`,
    body: comment.body,
    user: userBody(call, comment.user),
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    author_association: "NONE",
    performed_via_github_app: appBodyOrNull(call, comment.app),
  };
};

/**
 * Throws 404 for unknown and 410 for deleted issues. Either of the permissions `issues` and `pull-requests` suffices for
 * a pull request; an issue that is none needs `issues`.
 */
const issueAt = (call: RepositoryCall, access: "read" | "write"): Issue | PullRequest => {
  const issue = call.repository.issues.get(numberOf(call, "issue_number"));
  if (!issue) throw notFound();
  if (issue.deleted) throw new ApiError(410, "This issue was deleted");
  requireIssueAccess(call, issue, access);
  return issue;
};

const requireIssueAccess = (call: RepositoryCall, issue: Issue | PullRequest, access: "read" | "write"): void => {
  if (isPullRequest(issue) || isPermitted(call.profile, call.repository, "issues", access)) return;
  throw new ApiError(403, notAccessible(call.profile));
};

const commentAt = (call: RepositoryCall, access: "read" | "write"): Comment => {
  const comment = call.repository.comments.get(numberOf(call, "comment_id"));
  if (!comment || comment.issue.deleted) throw notFound();
  requireIssueAccess(call, comment.issue, access);
  return comment;
};

/** In ascending order of their ids, whatever the query asks. */
const listComments = (call: RepositoryCall): Answer => {
  const issue = issueAt(call, "read");
  const since = call.request.url.searchParams.get("since");
  const from = since === null ? Number.NEGATIVE_INFINITY : Date.parse(since);
  const found = commentsOf(call, issue)
    .filter((comment) => !(Date.parse(isoTime(comment.updatedAt)) < from))
    .toSorted((a, b) => a.id - b.id);
  return pageAnswer(call, found, (comment) => commentBody(call, comment));
};

const createComment = (call: RepositoryCall): Answer => {
  const issue = issueAt(call, "write");
  const body = commentText(call);
  if (issue.locked) throw new ApiError(403, "Unable to create comment because issue is locked.");
  const comment = addComment(call.world, call.repository, issue, {
    user: call.profile.login,
    body,
    ...(call.profile.app ? { app: call.profile.app } : {}),
  });
  return created(commentBody(call, comment));
};

const updateComment = (call: RepositoryCall): Answer => {
  const comment = commentAt(call, "write");
  requireAuthor(call, comment);
  editComment(call.world, comment, commentText(call));
  return ok(commentBody(call, comment));
};

const deleteComment = (call: RepositoryCall): Answer => {
  const comment = commentAt(call, "write");
  requireAuthor(call, comment);
  call.repository.comments.delete(comment.id);
  return { status: 204 };
};

const requireAuthor = (call: RepositoryCall, comment: Comment): void => {
  if (call.world.editCommentsOfOthers) return;
  if (comment.user.login.toLowerCase() !== call.profile.login.toLowerCase()) {
    throw new ApiError(403, notAccessible(call.profile));
  }
};

const commentText = (call: RepositoryCall): string => {
  const { body } = bodyOf(call.request, { body: { type: "string", required: true } });
  const problem = commentProblem(body);
  if (problem) {
    throw validationFailed({ resource: "IssueComment", code: "unprocessable", field: "data", message: problem });
  }
  return body;
};

/** What is wrong with the text of a comment. It may have 65,536 characters. */
export const commentProblem = (body: string): string | undefined => {
  if (body.trim() === "") return "Body can't be blank";
  return [...body].length > 65_536 ? "Body is too long (maximum is 65536 characters)" : undefined;
};

const base = "/repos/{owner}/{repo}/issues";

export const issueRoutes: readonly Route[] = [
  {
    method: "GET",
    template: `${base}/{issue_number}`,
    docs: "issues/issues#get-an-issue",
    needs: read("issues", "pull-requests"),
    answer: (call) => ok(issueBody(call, issueAt(call, "read"))),
  },
  {
    method: "GET",
    template: `${base}/{issue_number}/comments`,
    docs: "issues/comments#list-issue-comments",
    needs: read("issues", "pull-requests"),
    answer: listComments,
  },
  {
    method: "POST",
    template: `${base}/{issue_number}/comments`,
    docs: "issues/comments#create-an-issue-comment",
    needs: write("issues", "pull-requests"),
    createsContent: true,
    answer: createComment,
  },
  {
    method: "GET",
    template: `${base}/comments/{comment_id}`,
    docs: "issues/comments#get-an-issue-comment",
    needs: read("issues", "pull-requests"),
    answer: (call) => ok(commentBody(call, commentAt(call, "read"))),
  },
  {
    method: "PATCH",
    template: `${base}/comments/{comment_id}`,
    docs: "issues/comments#update-an-issue-comment",
    needs: write("issues", "pull-requests"),
    answer: updateComment,
  },
  {
    method: "DELETE",
    template: `${base}/comments/{comment_id}`,
    docs: "issues/comments#delete-an-issue-comment",
    needs: write("issues", "pull-requests"),
    answer: deleteComment,
  },
];
