import type { Clock } from "../http/clock.ts";

/**
 * The state of the simulated GitHub: plain data. Times are milliseconds since 1970; the wire carries ISO 8601 in whole
 * seconds. Logins, `owner/name` and environment names are compared without case, so maps over them have lower-case keys.
 */
export type World = {
  readonly clock: Clock;
  /** Base of the pages for people, `https://github.com` unless told. No trailing slash. */
  readonly serverUrl: string;
  readonly accounts: Map<string, Account>;
  readonly repositories: Map<string, Repository>;
  /** What each token may do. */
  readonly tokens: Map<string, Profile>;
  /** Request tokens that jobs trade for OpenID Connect tokens. */
  readonly idTokenRequests: Map<
    string,
    { readonly repository: Repository; readonly run: WorkflowRun; readonly job: Job }
  >;
  readonly limits: Limits;
  /** Requests spent, by `resource login`. */
  readonly usage: Map<string, Usage>;
  /** When content was created, by login, for the secondary rate limit. */
  readonly contentCreations: Map<string, number[]>;
  /**
   * Whether a token with write permission may change comments of other authors. GitHub does not promise either; a
   * client must be right under both.
   */
  editCommentsOfOthers: boolean;
  /** What a server lacks that is older than GitHub, or only resembles it. */
  readonly missing: Missing;
  /** Never twice the same. Comments, runs and jobs have ids beyond 32 bits, as on GitHub today. */
  readonly newId: (kind?: "comment" | "run") => number;
  /** 40 hexadecimal digits, never twice the same. */
  readonly newSha: () => string;
};

export type Missing = {
  graphql: boolean;
  /** The REST API of deployments. */
  deployments: boolean;
  /** Fields of the GraphQL schema, as `Type.field`. */
  readonly fields: Set<string>;
};

export type Limits = {
  /** Primary limit, requests an hour. GitHub gives `GITHUB_TOKEN` 1,000 ("Rate limits for the REST API"). */
  requestsPerHour: number;
  /** Secondary limit on creating content; 0 refuses all. GitHub: about 80 a minute and 500 an hour. */
  contentPerMinute: number;
  contentPerHour: number;
  /** What `retry-after` of the secondary limit says, in seconds. */
  retryAfter: number;
};

/** One window of the primary limit. */
export type Usage = { used: number; resetsAt: number };

export type Account = {
  readonly id: number;
  readonly login: string;
  readonly type: "User" | "Bot" | "Organization";
};

export type App = { readonly id: number; readonly slug: string; readonly name: string };

export type PermissionKey = "actions" | "checks" | "contents" | "deployments" | "issues" | "pull-requests";
export type Access = "none" | "read" | "write";

/** Who a token speaks for and what it may do. Keys as in a workflow's `permissions:`. */
export type Profile = {
  readonly login: string;
  /** The GitHub App whose installation the token belongs to; absent for a person's token. */
  readonly app?: App;
  readonly permissions: Readonly<Record<PermissionKey, Access>>;
  /** `owner/name` of the repositories that it reaches. Absent: all. */
  readonly repositories?: readonly string[];
};

export type Repository = {
  readonly id: number;
  readonly owner: Account;
  readonly name: string;
  readonly private: boolean;
  readonly defaultBranch: string;
  readonly createdAt: number;
  /** OpenID Connect subjects carry ids, as in repositories made after 2026-07-15. */
  readonly immutableSubject: boolean;
  readonly commits: Map<string, Commit>;
  /** `refs/heads/…`, `refs/tags/…`, `refs/pull/N/head`, `refs/pull/N/merge` → sha. */
  readonly refs: Map<string, string>;
  readonly protectedBranches: Set<string>;
  /** Branches that Git cannot merge with the default branch. */
  readonly conflictingBranches: Set<string>;
  readonly issues: Map<number, Issue | PullRequest>;
  readonly comments: Map<number, Comment>;
  readonly deployments: Map<number, Deployment>;
  readonly environments: Map<string, Environment>;
  readonly runs: Map<number, WorkflowRun>;
};

export type Commit = {
  readonly sha: string;
  readonly parents: readonly string[];
  readonly message: string;
  /** All files of the commit, by their paths from the root. */
  readonly files: ReadonlyMap<string, Buffer>;
  /** Commit statuses by context. */
  readonly statuses: Map<string, "error" | "failure" | "pending" | "success">;
};

export type Issue = {
  readonly id: number;
  readonly number: number;
  title: string;
  body: string | null;
  state: "open" | "closed";
  readonly user: Account;
  labels: string[];
  locked: boolean;
  /** Deleted issues answer 410. */
  deleted: boolean;
  readonly createdAt: number;
  updatedAt: number;
  closedAt: number | null;
};

export type PullRequest = Issue & {
  draft: boolean;
  /** Set when merged. */
  merge: { readonly at: number; readonly sha: string; readonly by: Account } | null;
  readonly head: {
    /** `owner/name`; null when the fork is gone. */
    repository: string | null;
    readonly owner: Account;
    readonly ref: string;
    sha: string;
  };
  readonly base: { readonly ref: string; sha: string };
};

export type Comment = {
  readonly id: number;
  readonly issue: Issue | PullRequest;
  readonly user: Account;
  readonly app: App | null;
  body: string;
  readonly createdAt: number;
  updatedAt: number;
  /** Hidden, with a reason such as `outdated`. */
  minimizedReason: string | null;
};

export type DeploymentState =
  | "error"
  | "failure"
  | "inactive"
  | "in_progress"
  | "queued"
  | "pending"
  | "success"
  /** Of jobs held by their environment; no client can set it. */
  | "waiting";

export type Deployment = {
  readonly id: number;
  readonly sha: string;
  /** As the creator gave it. */
  readonly ref: string;
  readonly task: string;
  readonly payload: string | Record<string, unknown>;
  readonly originalEnvironment: string;
  environment: string;
  readonly description: string | null;
  readonly creator: Account;
  readonly app: App | null;
  readonly transient: boolean;
  readonly production: boolean;
  readonly createdAt: number;
  updatedAt: number;
  /** In order of creation; the last one counts. */
  readonly statuses: DeploymentStatus[];
};

export type DeploymentStatus = {
  readonly id: number;
  readonly state: DeploymentState;
  readonly creator: Account;
  readonly app: App | null;
  readonly description: string;
  readonly environment: string;
  readonly environmentUrl: string;
  readonly logUrl: string;
  readonly createdAt: number;
};

export type Environment = {
  readonly id: number;
  readonly name: string;
  readonly createdAt: number;
  updatedAt: number;
  rules: ProtectionRule[];
  /** Null: every branch and tag may deploy. `protected`: protected branches only. Otherwise name patterns. */
  branchPolicy: null | "protected" | readonly BranchPattern[];
  /** GitHub Apps whose custom rule must pass. */
  customRules: App[];
};

/** A pattern of `branch` policies is matched with branch names, or with full refs when it starts with `refs/`. */
export type BranchPattern = { readonly type: "branch" | "tag"; readonly name: string };

export type ProtectionRule =
  | { readonly id: number; readonly type: "wait_timer"; readonly minutes: number }
  | {
      readonly id: number;
      readonly type: "required_reviewers";
      readonly reviewers: readonly Account[];
      readonly preventSelfReview: boolean;
    }
  | { readonly id: number; readonly type: "branch_policy" };

export type Conclusion = "success" | "failure" | "cancelled";

export type WorkflowRun = {
  readonly id: number;
  readonly number: number;
  /** `owner/name`. */
  readonly repository: string;
  readonly workflow: { readonly id: number; readonly name: string; readonly path: string };
  readonly event: string;
  /** The ref that the run executes (`GITHUB_REF`): `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string;
  /** The commit that the run executes (`GITHUB_SHA`). */
  readonly sha: string;
  /** What the API calls `head_branch` and `head_sha`: of a pull request's run, those of its head. */
  readonly headBranch: string;
  readonly headSha: string;
  /** Numbers; empty when the head is in a fork. */
  readonly pullRequests: readonly number[];
  readonly actor: Account;
  triggeringActor: Account;
  attempt: number;
  readonly createdAt: number;
  startedAt: number;
  /** Of all attempts. */
  readonly jobs: Job[];
  /** What reviewers have decided, in order, of all attempts. */
  readonly reviews: RunReview[];
};

export type RunReview = {
  readonly state: "approved" | "rejected";
  readonly user: Account;
  readonly comment: string;
  readonly environments: readonly Environment[];
};

/** A job and its check run: both have the same id. */
export type Job = {
  readonly id: number;
  readonly runId: number;
  readonly attempt: number;
  readonly name: string;
  readonly runnerName: string | null;
  status: "queued" | "waiting" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  /** The annotation with which GitHub failed the job before it reached a runner. */
  failure: string | null;
  environment: Environment | null;
  deployment: Deployment | null;
  /** What holds the job while it is `waiting`. */
  gate: Gate | null;
  readonly createdAt: number;
  startedAt: number | null;
  completedAt: number | null;
};

export type Gate = {
  /** Null when the environment has no wait timer. */
  readonly timer: { readonly minutes: number; readonly startedAt: number } | null;
  reviewers: { readonly accounts: readonly Account[]; readonly preventSelfReview: boolean } | null;
  customRules: App[];
};
