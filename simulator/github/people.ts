import { addCommit, defaultHead, type NewCommit } from "./commits.ts";
import type {
  App,
  BranchPattern,
  Comment,
  Commit,
  Environment,
  Issue,
  Profile,
  ProtectionRule,
  PullRequest,
  Repository,
  World,
} from "./model.ts";
import { accountOf, ensureEnvironment, fullName, isPullRequest } from "./world.ts";

/** A repository (`name` is `owner/name`) with one commit on its default branch. */
export const createRepository = (
  world: World,
  name: string,
  options: { readonly private?: boolean; readonly defaultBranch?: string; readonly immutableSubject?: boolean } = {},
): Repository => {
  const [owner = "", repositoryName = ""] = name.split("/");
  const repository: Repository = {
    id: world.newId(),
    owner: accountOf(world, owner, "Organization"),
    name: repositoryName,
    private: options.private ?? false,
    defaultBranch: options.defaultBranch ?? "main",
    createdAt: world.clock.now(),
    immutableSubject: options.immutableSubject ?? false,
    commits: new Map(),
    refs: new Map(),
    protectedBranches: new Set(),
    conflictingBranches: new Set(),
    issues: new Map(),
    comments: new Map(),
    deployments: new Map(),
    environments: new Map(),
    runs: new Map(),
  };
  world.repositories.set(name.toLowerCase(), repository);
  push(world, repository, repository.defaultBranch);
  return repository;
};

/** Makes the token valid, with these rights. */
export const issueToken = (world: World, token: string, profile: Profile): void => {
  accountOf(world, profile.login);
  world.tokens.set(token, profile);
};

/** A new commit on a branch. A new branch starts at the default branch's head. */
export const push = (world: World, repository: Repository, branch: string, commit: NewCommit = {}): Commit => {
  const parent = repository.refs.get(`refs/heads/${branch}`) ?? defaultHead(repository);
  const added = addCommit(world, repository, { ...commit, parents: parent === undefined ? [] : [parent] });
  repository.refs.set(`refs/heads/${branch}`, added.sha);
  return added;
};

export const tag = (repository: Repository, name: string, sha: string): void => {
  repository.refs.set(`refs/tags/${name}`, sha);
};

export const deleteBranch = (repository: Repository, branch: string): void => {
  repository.refs.delete(`refs/heads/${branch}`);
};

export const setCommitStatus = (
  repository: Repository,
  sha: string,
  context: string,
  state: "error" | "failure" | "pending" | "success",
): void => {
  repository.commits.get(sha)?.statuses.set(context, state);
};

const nextNumber = (repository: Repository): number => Math.max(0, ...repository.issues.keys()) + 1;

const newIssue = (
  world: World,
  repository: Repository,
  fields: {
    readonly title?: string;
    readonly body?: string;
    readonly user: string;
    readonly labels?: readonly string[];
  },
): Issue => {
  const now = world.clock.now();
  const number = nextNumber(repository);
  return {
    id: world.newId(),
    number,
    title: fields.title ?? `Change ${number}`,
    body: fields.body ?? null,
    state: "open",
    user: accountOf(world, fields.user),
    labels: [...(fields.labels ?? [])],
    locked: false,
    deleted: false,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
  };
};

export const openIssue = (
  world: World,
  repository: Repository,
  fields: { readonly title?: string; readonly body?: string; readonly user: string },
): Issue => {
  const issue = newIssue(world, repository, fields);
  repository.issues.set(issue.number, issue);
  return issue;
};

export const deleteIssue = (issue: Issue): void => {
  issue.deleted = true;
};

export type NewPullRequest = {
  /** Login of the author. */
  readonly user: string;
  /** Branch of the head. */
  readonly headRef: string;
  /** Commit of the head. Unless given: the branch's, in a fork or for a new branch a fresh one. */
  readonly headSha?: string;
  /** `owner/name` of the fork; unless given, the repository itself. */
  readonly headRepository?: string;
  /** Unless given, the default branch. */
  readonly baseRef?: string;
  readonly title?: string;
  readonly body?: string;
  readonly draft?: boolean;
  readonly labels?: readonly string[];
};

export const openPullRequest = (world: World, repository: Repository, fields: NewPullRequest): PullRequest => {
  const headRepository = fields.headRepository ?? fullName(repository);
  const baseRef = fields.baseRef ?? repository.defaultBranch;
  const baseSha = repository.refs.get(`refs/heads/${baseRef}`);
  if (baseSha === undefined) throw new Error(`${fullName(repository)} has no branch ${baseRef}.`);
  const pull: PullRequest = {
    ...newIssue(world, repository, fields),
    draft: fields.draft ?? false,
    merge: null,
    head: {
      repository: headRepository,
      owner: accountOf(world, headRepository.split("/")[0] ?? ""),
      ref: fields.headRef,
      sha: headCommit(world, repository, fields, headRepository, baseSha),
    },
    base: { ref: baseRef, sha: baseSha },
  };
  repository.issues.set(pull.number, pull);
  updatePullRefs(world, repository, pull);
  return pull;
};

const headCommit = (
  world: World,
  repository: Repository,
  fields: NewPullRequest,
  headRepository: string,
  baseSha: string,
): string => {
  const isFork = headRepository !== fullName(repository);
  const branch = `refs/heads/${fields.headRef}`;
  const known = isFork ? undefined : repository.refs.get(branch);
  if (fields.headSha === undefined && known !== undefined) return known;
  const commit = addCommit(world, repository, {
    ...(fields.headSha === undefined ? {} : { sha: fields.headSha }),
    parents: [known ?? baseSha],
  });
  if (!isFork) repository.refs.set(branch, commit.sha);
  return commit.sha;
};

/** `refs/pull/N/merge` is a commit of GitHub's own, the head merged into the base: what `pull_request` runs check out. */
const updatePullRefs = (world: World, repository: Repository, pull: PullRequest): void => {
  const merge = addCommit(world, repository, { parents: [pull.base.sha, pull.head.sha] });
  repository.refs.set(`refs/pull/${pull.number}/head`, pull.head.sha);
  repository.refs.set(`refs/pull/${pull.number}/merge`, merge.sha);
};

/** A commit on the head, at home or in the fork. */
export const pushToPullRequest = (
  world: World,
  repository: Repository,
  pull: PullRequest,
  commit: { readonly sha?: string; readonly message?: string } = {},
): Commit => {
  const added = addCommit(world, repository, { ...commit, parents: [pull.head.sha] });
  if (pull.head.repository === fullName(repository)) repository.refs.set(`refs/heads/${pull.head.ref}`, added.sha);
  pull.head.sha = added.sha;
  updatePullRefs(world, repository, pull);
  touch(world, pull);
  return added;
};

/** Closes; with `mergedBy` merges, by a merge commit on the base. */
export const closePullRequest = (
  world: World,
  repository: Repository,
  pull: PullRequest,
  options: { readonly mergedBy?: string } = {},
): void => {
  const now = world.clock.now();
  pull.state = "closed";
  pull.closedAt = now;
  touch(world, pull);
  if (options.mergedBy === undefined) return;
  const branch = `refs/heads/${pull.base.ref}`;
  const baseSha = repository.refs.get(branch) ?? pull.base.sha;
  const merge = addCommit(world, repository, {
    parents: [baseSha, pull.head.sha],
    message: `Merge pull request #${pull.number} from ${pull.head.owner.login}/${pull.head.ref}`,
  });
  repository.refs.set(branch, merge.sha);
  pull.merge = { at: now, sha: merge.sha, by: accountOf(world, options.mergedBy) };
};

export const reopenPullRequest = (world: World, pull: PullRequest): void => {
  if (pull.merge) throw new Error(`Pull request ${pull.number} is merged.`);
  pull.state = "open";
  pull.closedAt = null;
  touch(world, pull);
};

export const setDraft = (world: World, pull: PullRequest, draft: boolean): void => {
  pull.draft = draft;
  touch(world, pull);
};

/** The fork's owner deletes it: `head.repo` is null from then on. */
export const deleteFork = (pull: PullRequest): void => {
  pull.head.repository = null;
};

export const label = (world: World, issue: Issue, name: string): void => {
  if (!issue.labels.includes(name)) issue.labels.push(name);
  touch(world, issue);
};

export const unlabel = (world: World, issue: Issue, name: string): void => {
  issue.labels = issue.labels.filter((known) => known !== name);
  touch(world, issue);
};

export const lock = (issue: Issue): void => {
  issue.locked = true;
};

export const unlock = (issue: Issue): void => {
  issue.locked = false;
};

const touch = (world: World, issue: Issue): void => {
  issue.updatedAt = world.clock.now();
};

/** A comment by this login; with `app`, through that app. */
export const addComment = (
  world: World,
  repository: Repository,
  issue: Issue | PullRequest,
  fields: { readonly user: string; readonly body: string; readonly app?: App },
): Comment => {
  const now = world.clock.now();
  const comment: Comment = {
    id: world.newId("comment"),
    issue,
    user: accountOf(world, fields.user),
    app: fields.app ?? null,
    body: fields.body,
    createdAt: now,
    updatedAt: now,
    minimizedReason: null,
  };
  repository.comments.set(comment.id, comment);
  touch(world, issue);
  return comment;
};

export const editComment = (world: World, comment: Comment, body: string): void => {
  comment.body = body;
  comment.updatedAt = world.clock.now();
};

export type EnvironmentSettings = {
  /** Minutes, 1 to 43,200. */
  readonly waitTimer?: number;
  /** Logins, up to six. */
  readonly reviewers?: readonly string[];
  readonly preventSelfReview?: boolean;
  readonly branchPolicy?: "protected" | readonly BranchPattern[];
  readonly customRules?: readonly App[];
};

/** What an administrator does: makes the environment, or replaces its protection. */
export const createEnvironment = (
  world: World,
  repository: Repository,
  name: string,
  settings: EnvironmentSettings = {},
): Environment => {
  const environment = ensureEnvironment(world, repository, name);
  environment.rules = rulesOf(world, settings);
  environment.branchPolicy = settings.branchPolicy ?? null;
  environment.customRules = [...(settings.customRules ?? [])];
  environment.updatedAt = world.clock.now();
  return environment;
};

const rulesOf = (world: World, settings: EnvironmentSettings): ProtectionRule[] => {
  const rules: ProtectionRule[] = [];
  if (settings.waitTimer !== undefined) {
    rules.push({ id: world.newId(), type: "wait_timer", minutes: settings.waitTimer });
  }
  if (settings.reviewers && settings.reviewers.length > 0) {
    rules.push({
      id: world.newId(),
      type: "required_reviewers",
      reviewers: settings.reviewers.map((login) => accountOf(world, login)),
      preventSelfReview: settings.preventSelfReview ?? false,
    });
  }
  if (settings.branchPolicy !== undefined) rules.push({ id: world.newId(), type: "branch_policy" });
  return rules;
};

export const deleteEnvironment = (repository: Repository, name: string): void => {
  repository.environments.delete(name.toLowerCase());
};

/** Throws when there is no pull request of that number. */
export const pullRequest = (repository: Repository, number: number): PullRequest => {
  const issue = repository.issues.get(number);
  if (!issue || !isPullRequest(issue)) throw new Error(`${fullName(repository)} has no pull request ${number}.`);
  return issue;
};
