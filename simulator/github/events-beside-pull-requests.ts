import { defaultBranchOf, repositoryPayload, type WorkflowEvent } from "./events.ts";
import type { Commit, Deployment, Issue, PullRequest, Repository } from "./model.ts";
import { nodeId } from "./node-id.ts";
import { fullName, isPullRequest } from "./world.ts";

/**
 * Events that are about something else than a pull request's own life. Which commit and ref each runs on is from GitHub
 * docs, "Events that trigger workflows"; the payloads from "Webhook events and payloads".
 */

/** The merge queue asks for the checks of `group`, which is on a branch of its own. */
export const mergeGroupEvent = (repository: Repository, pull: PullRequest, group: Commit): WorkflowEvent => {
  const ref = `refs/heads/gh-readonly-queue/${pull.base.ref}/pr-${pull.number}-${pull.base.sha}`;
  return {
    name: "merge_group",
    payload: {
      action: "checks_requested",
      merge_group: {
        head_sha: group.sha,
        head_ref: ref,
        base_sha: pull.base.sha,
        base_ref: `refs/heads/${pull.base.ref}`,
      },
      repository: repositoryPayload(repository),
      sender: { login: pull.user.login },
    },
    sha: group.sha,
    ref,
    actor: pull.user.login,
  };
};

const deploymentPayload = ({ id, sha, ref, task, environment, payload, transient, production }: Deployment) => ({
  id,
  node_id: nodeId("Deployment", id),
  sha,
  ref,
  task,
  payload,
  environment,
  transient_environment: transient,
  production_environment: production,
});

/** `ref` is empty for a deployment of a bare commit. */
export const deploymentEvent = (repository: Repository, deployment: Deployment): WorkflowEvent => ({
  name: "deployment",
  payload: {
    action: "created",
    deployment: deploymentPayload(deployment),
    repository: repositoryPayload(repository),
    sender: { login: deployment.creator.login },
  },
  sha: deployment.sha,
  ref: repository.refs.has(`refs/heads/${deployment.ref}`) ? `refs/heads/${deployment.ref}` : "",
  actor: deployment.creator.login,
});

/** Of the newest status. */
export const deploymentStatusEvent = (repository: Repository, deployment: Deployment): WorkflowEvent => {
  const event = deploymentEvent(repository, deployment);
  const state = deployment.statuses.at(-1)?.state ?? "pending";
  return { ...event, name: "deployment_status", payload: { ...event.payload, deployment_status: { state } } };
};

const onTag = (repository: Repository, tag: string): Pick<WorkflowEvent, "sha" | "ref"> => {
  const ref = `refs/tags/${tag}`;
  return { sha: repository.refs.get(ref) ?? "", ref };
};

export const releaseEvent = (repository: Repository, tag: string, actor: string): WorkflowEvent => ({
  name: "release",
  payload: {
    action: "published",
    release: { tag_name: tag, draft: false, prerelease: false },
    repository: repositoryPayload(repository),
    sender: { login: actor },
  },
  ...onTag(repository, tag),
  actor,
});

export const tagPushEvent = (repository: Repository, tag: string, actor: string): WorkflowEvent => {
  const { ref, sha } = onTag(repository, tag);
  return {
    name: "push",
    payload: { ref, after: sha, repository: repositoryPayload(repository), sender: { login: actor } },
    sha,
    ref,
    actor,
  };
};

/** Of a pull request the issue has a member of that name. */
export const issueCommentEvent = (repository: Repository, issue: Issue | PullRequest, body: string): WorkflowEvent => ({
  name: "issue_comment",
  payload: {
    action: "created",
    issue: { number: issue.number, state: issue.state, ...(isPullRequest(issue) ? { pull_request: {} } : {}) },
    comment: { body, author_association: "MEMBER" },
    repository: repositoryPayload(repository),
    sender: { login: issue.user.login },
  },
  ...defaultBranchOf(repository),
  actor: issue.user.login,
});

export const repositoryDispatchEvent = (
  repository: Repository,
  actor: string,
  clientPayload: Readonly<Record<string, unknown>> = {},
): WorkflowEvent => ({
  name: "repository_dispatch",
  payload: {
    action: "deploy",
    branch: repository.defaultBranch,
    client_payload: clientPayload,
    repository: repositoryPayload(repository),
    sender: { login: actor },
  },
  ...defaultBranchOf(repository),
  actor,
});

/** A suite that another App's checks have completed. Of a fork's commit the branch is null, and no pull request is told. */
export const checkSuiteEvent = (repository: Repository, pull: PullRequest): WorkflowEvent => {
  const { head, number } = pull;
  const ofFork = head.repository !== fullName(repository);
  return {
    name: "check_suite",
    payload: {
      action: "completed",
      check_suite: {
        head_sha: head.sha,
        head_branch: ofFork ? null : head.ref,
        conclusion: "success",
        pull_requests: ofFork ? [] : [{ number, head: { ref: head.ref, sha: head.sha } }],
      },
      repository: repositoryPayload(repository),
      sender: { login: pull.user.login },
    },
    ...defaultBranchOf(repository),
    actor: pull.user.login,
  };
};
