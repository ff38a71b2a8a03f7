import { pullRequestsWith, resolveRef } from "../commits.ts";
import { computedState, latestStatus } from "../deployments.ts";
import { isoTime, isoTimeOrNull } from "../iso-time.ts";
import type {
  Account,
  Comment,
  Commit,
  Deployment,
  DeploymentStatus,
  Environment,
  Issue,
  PullRequest,
  Repository,
} from "../model.ts";
import { nodeId } from "../node-id.ts";
import { fullName, isPullRequest, pullRequestsOf } from "../world.ts";
import { type ConnectionArguments, connection } from "./connection.ts";
import { type Context, requireAccess } from "./context.ts";
import { refusal } from "./refusal.ts";

/** GraphQL's `Int` ends at 32 bits; ids beyond are served as `fullDatabaseId` only. */
const databaseId = (id: number): number | null => (id < 2 ** 31 ? id : null);

/** GraphQL leaves `[bot]` off the logins of authors, though not off the viewer's. */
export const actorNode = (context: Context, account: Account) => {
  const login = account.login.replace(/\[bot\]$/, "");
  const resourcePath = account.type === "Bot" ? `/apps/${login}` : `/${login}`;
  return {
    __typename: account.type,
    id: nodeId(account.type, account.id),
    databaseId: databaseId(account.id),
    login,
    resourcePath,
    url: `${context.world.serverUrl}${resourcePath}`,
    avatarUrl: `https://avatars.githubusercontent.com/u/${account.id}?v=4`,
  };
};

const repositoryPage = (context: Context, repository: Repository): string =>
  `${context.world.serverUrl}/${fullName(repository)}`;

export const repositoryNode = (context: Context, repository: Repository) => ({
  __typename: "Repository",
  id: nodeId("Repository", repository.id),
  databaseId: databaseId(repository.id),
  name: repository.name,
  nameWithOwner: fullName(repository),
  isPrivate: repository.private,
  url: repositoryPage(context, repository),
  pullRequest: ({ number }: { number: number }) => {
    requireAccess(context, repository, "read", "pull-requests");
    const issue = repository.issues.get(number);
    if (issue && isPullRequest(issue)) return pullRequestNode(context, repository, issue);
    throw refusal("NOT_FOUND", `Could not resolve to a PullRequest with the number of ${number}.`);
  },
  pullRequests: (filter: PullRequestFilter) => pullRequestConnection(context, repository, filter),
  object: (name: { oid?: string | null; expression?: string | null }) => {
    requireAccess(context, repository, "read", "contents");
    const target = resolveRef(repository, name.oid ?? name.expression ?? "");
    const commit = target && repository.commits.get(target.sha);
    return commit ? commitNode(context, repository, commit) : null;
  },
  deployments: (filter: DeploymentFilter) => deploymentConnection(context, repository, filter),
  environments: (page: ConnectionArguments) => {
    requireAccess(context, repository, "read", "actions");
    return connection("environments", [...repository.environments.values()].map(environmentNode), page);
  },
  environment: ({ name }: { name: string }) => {
    requireAccess(context, repository, "read", "actions");
    const environment = repository.environments.get(name.toLowerCase());
    return environment ? environmentNode(environment) : null;
  },
});

type PullRequestFilter = ConnectionArguments & {
  readonly states?: readonly string[] | null;
  readonly headRefName?: string | null;
  readonly baseRefName?: string | null;
  readonly labels?: readonly string[] | null;
  readonly orderBy?: { readonly field: string; readonly direction: string } | null;
};

const pullRequestState = (pull: PullRequest): string => (pull.merge ? "MERGED" : pull.state.toUpperCase());

const pullRequestConnection = (context: Context, repository: Repository, filter: PullRequestFilter) => {
  requireAccess(context, repository, "read", "pull-requests");
  const { states, headRefName, baseRefName, labels, orderBy } = filter;
  const found = pullRequestsOf(repository)
    .filter((pull) => states == null || states.includes(pullRequestState(pull)))
    .filter((pull) => headRefName == null || pull.head.ref === headRefName)
    .filter((pull) => baseRefName == null || pull.base.ref === baseRefName)
    .filter((pull) => labels == null || labels.some((label) => pull.labels.includes(label)))
    .toSorted((a, b) => (orderBy?.field === "UPDATED_AT" ? a.updatedAt - b.updatedAt : a.number - b.number));
  const ordered = orderBy?.direction === "DESC" ? found.reverse() : found;
  return connection(
    "pullRequests",
    ordered.map((pull) => pullRequestNode(context, repository, pull)),
    filter,
  );
};

type DeploymentFilter = ConnectionArguments & {
  readonly environments?: readonly string[] | null;
  readonly orderBy?: { readonly direction: string } | null;
};

const deploymentConnection = (context: Context, repository: Repository, filter: DeploymentFilter) => {
  requireAccess(context, repository, "read", "deployments");
  const wanted = filter.environments?.map((name) => name.toLowerCase());
  const found = [...repository.deployments.values()].filter(
    (deployment) => !wanted || wanted.includes(deployment.environment.toLowerCase()),
  );
  const ordered = filter.orderBy?.direction === "DESC" ? found.reverse() : found;
  return connection(
    "deployments",
    ordered.map((deployment) => deploymentNode(context, repository, deployment)),
    filter,
  );
};

const commitNode = (context: Context, repository: Repository, commit: Commit) => ({
  __typename: "Commit",
  id: nodeId("Commit", commit.sha),
  oid: commit.sha,
  message: commit.message,
  associatedPullRequests: (page: ConnectionArguments) => {
    requireAccess(context, repository, "read", "pull-requests");
    const found = pullRequestsWith(repository, pullRequestsOf(repository), commit.sha);
    return connection(
      "associatedPullRequests",
      found.map((pull) => pullRequestNode(context, repository, pull)),
      page,
    );
  },
});

/** What issues and pull requests have in common. */
const conversation = (context: Context, repository: Repository, issue: Issue | PullRequest) => ({
  number: issue.number,
  title: issue.title,
  url: conversationPage(context, repository, issue),
  author: actorNode(context, issue.user),
  comments: (page: ConnectionArguments) => {
    requireAccess(context, repository, "read", ...(isPullRequest(issue) ? eitherKey : issueKey));
    const found = [...repository.comments.values()].filter((comment) => comment.issue === issue);
    return connection(
      "comments",
      found.map((comment) => commentNode(context, repository, comment)),
      page,
    );
  },
});

const eitherKey = ["issues", "pull-requests"] as const;
const issueKey = ["issues"] as const;

const conversationPage = (context: Context, repository: Repository, issue: Issue | PullRequest): string =>
  `${repositoryPage(context, repository)}/${isPullRequest(issue) ? "pull" : "issues"}/${issue.number}`;

export const issueNode = (context: Context, repository: Repository, issue: Issue) => ({
  __typename: "Issue",
  id: nodeId("Issue", issue.id),
  ...conversation(context, repository, issue),
});

export const pullRequestNode = (context: Context, repository: Repository, pull: PullRequest) => ({
  __typename: "PullRequest",
  id: nodeId("PullRequest", pull.id),
  databaseId: databaseId(pull.id),
  fullDatabaseId: String(pull.id),
  ...conversation(context, repository, pull),
  body: pull.body ?? "",
  state: pullRequestState(pull),
  isDraft: pull.draft,
  isCrossRepository: pull.head.repository !== fullName(repository),
  headRefOid: pull.head.sha,
  headRefName: pull.head.ref,
  headRepository: () => {
    const head = context.world.repositories.get((pull.head.repository ?? "").toLowerCase());
    return head ? repositoryNode(context, head) : null;
  },
  baseRefName: pull.base.ref,
  baseRefOid: pull.base.sha,
  merged: pull.merge !== null,
  mergedAt: isoTimeOrNull(pull.merge?.at ?? null),
  closed: pull.state === "closed",
  closedAt: isoTimeOrNull(pull.closedAt),
  createdAt: isoTime(pull.createdAt),
  updatedAt: isoTime(pull.updatedAt),
  locked: pull.locked,
  labels: (page: ConnectionArguments) =>
    connection(
      "labels",
      pull.labels.map((name) => ({
        id: nodeId("Label", `${repository.id}/${name}`),
        name,
        color: "ededed",
        url: `${repositoryPage(context, repository)}/labels/${encodeURIComponent(name)}`,
      })),
      page,
    ),
});

export const commentNode = (context: Context, repository: Repository, comment: Comment) => ({
  __typename: "IssueComment",
  id: nodeId("IssueComment", comment.id),
  databaseId: databaseId(comment.id),
  fullDatabaseId: String(comment.id),
  author: actorNode(context, comment.user),
  body: comment.body,
  url: `${conversationPage(context, repository, comment.issue)}#issuecomment-${comment.id}`,
  viewerDidAuthor: comment.user.login.toLowerCase() === context.profile.login.toLowerCase(),
  isMinimized: comment.minimizedReason !== null,
  minimizedReason: comment.minimizedReason,
  createdAt: isoTime(comment.createdAt),
  updatedAt: isoTime(comment.updatedAt),
  pullRequest: () => (isPullRequest(comment.issue) ? pullRequestNode(context, repository, comment.issue) : null),
});

export const deploymentNode = (context: Context, repository: Repository, deployment: Deployment) => ({
  __typename: "Deployment",
  id: nodeId("Deployment", deployment.id),
  databaseId: databaseId(deployment.id),
  commit: () => {
    const commit = repository.commits.get(deployment.sha);
    return commit ? commitNode(context, repository, commit) : null;
  },
  commitOid: deployment.sha,
  creator: actorNode(context, deployment.creator),
  task: deployment.task,
  payload: JSON.stringify(deployment.payload),
  environment: deployment.environment,
  latestEnvironment: deployment.environment,
  originalEnvironment: deployment.originalEnvironment,
  description: deployment.description,
  state: computedState(context.world, deployment),
  createdAt: isoTime(deployment.createdAt),
  updatedAt: isoTime(deployment.updatedAt),
  latestStatus: () => {
    const status = latestStatus(deployment);
    return status ? statusNode(context, repository, deployment, status) : null;
  },
  statuses: (page: ConnectionArguments) =>
    connection(
      "statuses",
      deployment.statuses.toReversed().map((status) => statusNode(context, repository, deployment, status)),
      page,
    ),
});

type StatusNode = {
  readonly __typename: "DeploymentStatus";
  readonly id: string;
  readonly deployment: () => ReturnType<typeof deploymentNode>;
  readonly [field: string]: unknown;
};

export const statusNode = (
  context: Context,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): StatusNode => ({
  __typename: "DeploymentStatus",
  id: nodeId("DeploymentStatus", status.id),
  creator: actorNode(context, status.creator),
  state: status.state.toUpperCase(),
  description: status.description,
  environment: status.environment,
  environmentUrl: status.environmentUrl || null,
  logUrl: status.logUrl || null,
  createdAt: isoTime(status.createdAt),
  updatedAt: isoTime(status.createdAt),
  deployment: () => deploymentNode(context, repository, deployment),
});

export const environmentNode = (environment: Environment) => ({
  __typename: "Environment",
  id: nodeId("Environment", environment.id),
  databaseId: databaseId(environment.id),
  name: environment.name,
});
