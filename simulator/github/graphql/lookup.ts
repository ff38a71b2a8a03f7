import type { Comment, Deployment, DeploymentStatus, Environment, Issue, PullRequest, Repository } from "../model.ts";
import { type NodeType, nodeId, readNodeId } from "../node-id.ts";
import { maySee } from "../permissions.ts";
import { isPullRequest } from "../world.ts";
import { type Context, requireAccess } from "./context.ts";
import {
  commentNode,
  deploymentNode,
  environmentNode,
  issueNode,
  pullRequestNode,
  repositoryNode,
  statusNode,
} from "./nodes.ts";
import { refusal } from "./refusal.ts";

export const unresolvedNode = (id: string) =>
  refusal("NOT_FOUND", `Could not resolve to a node with the global id of '${id}'`);

type Finder<T> = (repository: Repository, id: string) => T | undefined;

/** The thing of a global id, in what repository. Throws `NOT_FOUND`. */
const locate = <T>(context: Context, id: string, find: Finder<T>): { repository: Repository; found: T } => {
  for (const repository of context.world.repositories.values()) {
    if (!maySee(context.profile, repository)) continue;
    const found = find(repository, id);
    if (found !== undefined) return { repository, found };
  }
  throw unresolvedNode(id);
};

const byNodeId =
  <T extends { readonly id: number }>(type: NodeType, all: (repository: Repository) => Iterable<T>): Finder<T> =>
  (repository, id) => {
    for (const item of all(repository)) if (nodeId(type, item.id) === id) return item;
    return undefined;
  };

const findComment: Finder<Comment> = byNodeId("IssueComment", (repository) => repository.comments.values());
const findDeployment: Finder<Deployment> = byNodeId("Deployment", (repository) => repository.deployments.values());
const findEnvironment: Finder<Environment> = byNodeId("Environment", (repository) => repository.environments.values());
const findConversation: Finder<Issue | PullRequest> = (repository, id) =>
  [...repository.issues.values()].find(
    (issue) => !issue.deleted && nodeId(isPullRequest(issue) ? "PullRequest" : "Issue", issue.id) === id,
  );
const findStatus: Finder<{ deployment: Deployment; status: DeploymentStatus }> = (repository, id) => {
  for (const deployment of repository.deployments.values()) {
    const status = deployment.statuses.find((known) => nodeId("DeploymentStatus", known.id) === id);
    if (status) return { deployment, status };
  }
  return undefined;
};

export const locateComment = (context: Context, id: string) => locate(context, id, findComment);
export const locateConversation = (context: Context, id: string) => locate(context, id, findConversation);
export const locateDeployment = (context: Context, id: string) => locate(context, id, findDeployment);

const conversationNode = (context: Context, id: string) => {
  const { repository, found } = locateConversation(context, id);
  if (isPullRequest(found)) {
    requireAccess(context, repository, "read", "pull-requests");
    return pullRequestNode(context, repository, found);
  }
  requireAccess(context, repository, "read", "issues");
  return issueNode(context, repository, found);
};

const nodeOfType: Partial<Record<NodeType, (context: Context, id: string) => unknown>> = {
  Deployment: (context, id) => {
    const { repository, found } = locateDeployment(context, id);
    requireAccess(context, repository, "read", "deployments");
    return deploymentNode(context, repository, found);
  },
  DeploymentStatus: (context, id) => {
    const { repository, found } = locate(context, id, findStatus);
    requireAccess(context, repository, "read", "deployments");
    return statusNode(context, repository, found.deployment, found.status);
  },
  Environment: (context, id) => {
    const { repository, found } = locate(context, id, findEnvironment);
    requireAccess(context, repository, "read", "actions");
    return environmentNode(found);
  },
  Issue: conversationNode,
  IssueComment: (context, id) => {
    const { repository, found } = locateComment(context, id);
    requireAccess(context, repository, "read", "issues", "pull-requests");
    return commentNode(context, repository, found);
  },
  PullRequest: conversationNode,
  Repository: (context, id) => {
    const same: Finder<Repository> = (repository, wanted) =>
      nodeId("Repository", repository.id) === wanted ? repository : undefined;
    return repositoryNode(context, locate(context, id, same).found);
  },
};

/** The query's `node`. */
export const nodeOf = (context: Context, id: string): unknown => {
  const type = readNodeId(id)?.type;
  const view = type && nodeOfType[type];
  if (!view) throw unresolvedNode(id);
  return view(context, id);
};
