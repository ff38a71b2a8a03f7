import { isoTime } from "./iso-time.ts";
import type { PullRequest, Repository } from "./model.ts";
import { fullName } from "./world.ts";

/** What starts a workflow run: the event's name, its payload, and what GITHUB_SHA and GITHUB_REF are for it. */
export type WorkflowEvent = {
  readonly name: string;
  readonly payload: Readonly<Record<string, unknown>>;
  readonly sha: string;
  readonly ref: string;
  readonly headRef?: string;
  readonly baseRef?: string;
  readonly actor: string;
};

export const repositoryPayload = (repository: Repository) => ({
  id: repository.id,
  name: repository.name,
  full_name: fullName(repository),
  private: repository.private,
  owner: { login: repository.owner.login, id: repository.owner.id, type: repository.owner.type },
  default_branch: repository.defaultBranch,
});

const branchPayload = (login: string, ref: string, sha: string, name: string | null) => ({
  label: `${login}:${ref}`,
  ref,
  sha,
  user: { login },
  repo: name === null ? null : { full_name: name, name: name.split("/")[1] ?? "" },
});

/**
 * `pull_request` with this action. A merged pull request's `closed` runs on the base branch, every other on the test
 * merge (GitHub docs, "Events that trigger workflows"). `label` is the one that `labeled` added or `unlabeled` removed.
 */
export const pullRequestEvent = (
  repository: Repository,
  pull: PullRequest,
  action: string,
  label?: string,
): WorkflowEvent => {
  const testMerge = repository.refs.get(`refs/pull/${pull.number}/merge`);
  const ref = pull.merge === null ? `refs/pull/${pull.number}/merge` : `refs/heads/${pull.base.ref}`;
  return {
    name: "pull_request",
    payload: {
      action,
      number: pull.number,
      pull_request: {
        number: pull.number,
        state: pull.state,
        title: pull.title,
        body: pull.body,
        draft: pull.draft,
        merged: pull.merge !== null,
        merge_commit_sha: pull.merge?.sha ?? testMerge ?? null,
        user: { login: pull.user.login, id: pull.user.id, type: pull.user.type },
        labels: pull.labels.map((name) => ({ name })),
        created_at: isoTime(pull.createdAt),
        head: branchPayload(pull.head.owner.login, pull.head.ref, pull.head.sha, pull.head.repository),
        base: branchPayload(repository.owner.login, pull.base.ref, pull.base.sha, fullName(repository)),
      },
      ...(label === undefined ? {} : { label: { name: label } }),
      repository: repositoryPayload(repository),
      sender: { login: pull.user.login },
    },
    sha: pull.merge?.sha ?? testMerge ?? pull.head.sha,
    ref,
    headRef: pull.head.ref,
    baseRef: pull.base.ref,
    actor: pull.user.login,
  };
};

/**
 * The same payload, in the context of the default branch (GitHub docs, "Events that trigger workflows"), with its secrets
 * and a token that may write, whoever wrote the head.
 */
export const pullRequestTargetEvent = (
  repository: Repository,
  pull: PullRequest,
  action: string,
  label?: string,
): WorkflowEvent => ({
  ...pullRequestEvent(repository, pull, action, label),
  name: "pull_request_target",
  ...defaultBranchOf(repository),
});

export const defaultBranchOf = (repository: Repository): Pick<WorkflowEvent, "sha" | "ref"> => {
  const ref = `refs/heads/${repository.defaultBranch}`;
  return { sha: repository.refs.get(ref) ?? "", ref };
};

/**
 * `workflow_run` of a workflow that has ended for the pull request. Runs in the context of the default branch; for a head
 * in a fork `pull_requests` is empty, and for a fork that is gone `head_repository` is null.
 */
export const workflowRunEvent = (
  repository: Repository,
  pull: PullRequest,
  conclusion: "success" | "failure" | "cancelled" = "success",
): WorkflowEvent => {
  const { head, number, base } = pull;
  const name = fullName(repository);
  return {
    name: "workflow_run",
    payload: {
      action: "completed",
      workflow_run: {
        event: "pull_request",
        status: "completed",
        conclusion,
        head_branch: head.ref,
        head_sha: head.sha,
        head_repository:
          head.repository === null
            ? null
            : { full_name: head.repository, owner: { login: head.repository.split("/")[0] } },
        repository: { full_name: name },
        pull_requests:
          head.repository === name
            ? [{ number, head: { ref: head.ref, sha: head.sha }, base: { ref: base.ref, sha: base.sha } }]
            : [],
      },
      repository: repositoryPayload(repository),
      sender: { login: pull.user.login },
    },
    ...defaultBranchOf(repository),
    actor: pull.user.login,
  };
};

export const pushEvent = (repository: Repository, branch: string, actor: string): WorkflowEvent => {
  const ref = `refs/heads/${branch}`;
  const sha = repository.refs.get(ref) ?? "";
  return {
    name: "push",
    payload: { ref, after: sha, repository: repositoryPayload(repository), sender: { login: actor } },
    sha,
    ref,
    actor,
  };
};

export const dispatchEvent = (
  repository: Repository,
  actor: string,
  inputs: Readonly<Record<string, string>> = {},
): WorkflowEvent => ({
  ...pushEvent(repository, repository.defaultBranch, actor),
  name: "workflow_dispatch",
  payload: { inputs, repository: repositoryPayload(repository), sender: { login: actor } },
});

/** `cron` as the workflow's `on:` has it. The actor is whoever last changed that line. */
export const scheduleEvent = (repository: Repository, cron: string, actor = "alice"): WorkflowEvent => ({
  name: "schedule",
  payload: { schedule: cron, repository: repositoryPayload(repository) },
  ...defaultBranchOf(repository),
  actor,
});
