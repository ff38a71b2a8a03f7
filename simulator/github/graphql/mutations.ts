import { addDeploymentStatus } from "../deployments.ts";
import { secondaryLimitMessage, spendContentCreation } from "../limits.ts";
import type { Comment, DeploymentState, Issue, PullRequest, Repository } from "../model.ts";
import { addComment, editComment } from "../people.ts";
import { notAccessible } from "../permissions.ts";
import { commentProblem } from "../rest/issues.ts";
import { accountOf, isPullRequest } from "../world.ts";
import { connection } from "./connection.ts";
import { type Context, requireAccess } from "./context.ts";
import { locateComment, locateConversation, locateDeployment } from "./lookup.ts";
import { commentNode, issueNode, pullRequestNode, statusNode } from "./nodes.ts";
import { refusal } from "./refusal.ts";

type Mutation<Fields> = (
  argument: { readonly input: Fields & { readonly clientMutationId?: string | null } },
  context: Context,
) => unknown;

const requireConversationAccess = (context: Context, repository: Repository, issue: Issue | PullRequest): void => {
  if (isPullRequest(issue)) requireAccess(context, repository, "write", "issues", "pull-requests");
  else requireAccess(context, repository, "write", "issues");
};

const requireText = (body: string): void => {
  const problem = commentProblem(body);
  if (problem) throw refusal("UNPROCESSABLE", problem);
};

const requireContentCreation = ({ world, profile }: Context): void => {
  if (!spendContentCreation(world, profile.login)) throw refusal("RATE_LIMITED", secondaryLimitMessage);
};

const addCommentMutation: Mutation<{ subjectId: string; body: string }> = ({ input }, context) => {
  const { repository, found } = locateConversation(context, input.subjectId);
  requireConversationAccess(context, repository, found);
  requireContentCreation(context);
  requireText(input.body);
  if (found.locked) throw refusal("FORBIDDEN", "Unable to create comment because issue is locked.");
  const { profile, world } = context;
  const comment = addComment(world, repository, found, {
    user: profile.login,
    body: input.body,
    ...(profile.app ? { app: profile.app } : {}),
  });
  return {
    clientMutationId: input.clientMutationId,
    commentEdge: connection("comments", [commentNode(context, repository, comment)], { first: 1 }).edges[0],
    subject: isPullRequest(found) ? pullRequestNode(context, repository, found) : issueNode(context, repository, found),
  };
};

/** The comment, once it is sure that the caller may change it. */
const changeableComment = (context: Context, id: string): { repository: Repository; comment: Comment } => {
  const { repository, found } = locateComment(context, id);
  requireConversationAccess(context, repository, found.issue);
  return { repository, comment: found };
};

const updateIssueComment: Mutation<{ id: string; body: string }> = ({ input }, context) => {
  const { repository, comment } = changeableComment(context, input.id);
  const isAuthor = comment.user.login.toLowerCase() === context.profile.login.toLowerCase();
  if (!isAuthor && !context.world.editCommentsOfOthers) throw refusal("FORBIDDEN", notAccessible(context.profile));
  requireText(input.body);
  editComment(context.world, comment, input.body);
  return { clientMutationId: input.clientMutationId, issueComment: commentNode(context, repository, comment) };
};

const minimizeComment: Mutation<{ subjectId: string; classifier: string }> = ({ input }, context) => {
  const { repository, comment } = changeableComment(context, input.subjectId);
  comment.minimizedReason = input.classifier.toLowerCase().replace("_", "-");
  return { clientMutationId: input.clientMutationId, minimizedComment: commentNode(context, repository, comment) };
};

const unminimizeComment: Mutation<{ subjectId: string }> = ({ input }, context) => {
  const { repository, comment } = changeableComment(context, input.subjectId);
  comment.minimizedReason = null;
  return { clientMutationId: input.clientMutationId, unminimizedComment: commentNode(context, repository, comment) };
};

const createDeploymentStatus: Mutation<{
  deploymentId: string;
  state: string;
  description?: string | null;
  environment?: string | null;
  environmentUrl?: string | null;
  logUrl?: string | null;
  autoInactive?: boolean | null;
}> = ({ input }, context) => {
  const { world, profile } = context;
  const { repository, found } = locateDeployment(context, input.deploymentId);
  requireAccess(context, repository, "write", "deployments");
  requireContentCreation(context);
  if ((input.description ?? "").length > 140) {
    throw refusal("UNPROCESSABLE", "Description is too long (maximum is 140 characters)");
  }
  const status = addDeploymentStatus(world, repository, found, {
    state: input.state.toLowerCase() as DeploymentState,
    creator: accountOf(world, profile.login),
    app: profile.app ?? null,
    description: input.description ?? "",
    environmentUrl: input.environmentUrl ?? "",
    logUrl: input.logUrl ?? "",
    ...(input.environment ? { environment: input.environment } : {}),
    autoInactive: input.autoInactive ?? true,
  });
  return {
    clientMutationId: input.clientMutationId,
    deploymentStatus: statusNode(context, repository, found, status),
  };
};

export const mutations = {
  addComment: addCommentMutation,
  updateIssueComment,
  minimizeComment,
  unminimizeComment,
  createDeploymentStatus,
};
