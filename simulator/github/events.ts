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

const repositoryPayload = (repository: Repository) => ({
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
 * merge (GitHub docs, "Events that trigger workflows").
 */
export const pullRequestEvent = (repository: Repository, pull: PullRequest, action: string): WorkflowEvent => {
  const name = fullName(repository);
  const merged = pull.merge !== null;
  const ref = merged ? `refs/heads/${pull.base.ref}` : `refs/pull/${pull.number}/merge`;
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
        merged,
        merge_commit_sha: pull.merge?.sha ?? repository.refs.get(`refs/pull/${pull.number}/merge`) ?? null,
        user: { login: pull.user.login, id: pull.user.id, type: pull.user.type },
        labels: pull.labels.map((label) => ({ name: label })),
        created_at: isoTime(pull.createdAt),
        head: branchPayload(pull.head.owner.login, pull.head.ref, pull.head.sha, pull.head.repository),
        base: branchPayload(repository.owner.login, pull.base.ref, pull.base.sha, name),
      },
      repository: repositoryPayload(repository),
      sender: { login: pull.user.login },
    },
    sha: pull.merge?.sha ?? repository.refs.get(`refs/pull/${pull.number}/merge`) ?? pull.head.sha,
    ref,
    headRef: pull.head.ref,
    baseRef: pull.base.ref,
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
