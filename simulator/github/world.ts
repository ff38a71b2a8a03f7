import { createHash } from "node:crypto";
import { type Clock, scaledClock } from "../http/clock.ts";
import type { Account, Environment, Issue, Limits, PullRequest, Repository, WorkflowRun, World } from "./model.ts";
import { githubActionsBot } from "./tokens.ts";

export type GitHubWorldOptions = {
  readonly clock?: Clock;
  /** Base of the pages for people. */
  readonly serverUrl?: string;
  readonly limits?: Partial<Limits>;
};

const firstId = { comment: 4_500_000_000, run: 20_000_000_000, other: 1_500_000_000 };

/** An empty GitHub: no repositories, no tokens, and of accounts only `github-actions[bot]`. */
export const createGitHubWorld = (options: GitHubWorldOptions = {}): World => {
  let ids = 0;
  let shas = 0;
  return {
    clock: options.clock ?? scaledClock(),
    serverUrl: options.serverUrl ?? "https://github.com",
    accounts: new Map([[githubActionsBot.login, githubActionsBot]]),
    repositories: new Map(),
    tokens: new Map(),
    idTokenRequests: new Map(),
    limits: { requestsPerHour: 1000, contentPerMinute: 80, contentPerHour: 500, retryAfter: 60, ...options.limits },
    usage: new Map(),
    contentCreations: new Map(),
    editCommentsOfOthers: true,
    missing: { graphql: false, deployments: false, fields: new Set() },
    newId: (kind) => {
      ids += 1;
      return firstId[kind ?? "other"] + ids;
    },
    newSha: () => {
      shas += 1;
      return createHash("sha1").update(`commit ${shas}`).digest("hex");
    },
  };
};

/** `owner/name` of a repository. */
export const fullName = (repository: Repository): string => `${repository.owner.login}/${repository.name}`;

/** Throws when there is none: for callers inside this process, who made it themselves. */
export const repositoryOf = (world: World, name: string): Repository => {
  const repository = world.repositories.get(name.toLowerCase());
  if (!repository) throw new Error(`The simulated GitHub has no repository ${name}.`);
  return repository;
};

/** The account of that login, made as a user when there is none. A login that ends in `[bot]` becomes a bot. */
export const accountOf = (world: World, login: string, type?: Account["type"]): Account => {
  const key = login.toLowerCase();
  const known = world.accounts.get(key);
  if (known) return known;
  const account: Account = { id: world.newId(), login, type: type ?? (login.endsWith("[bot]") ? "Bot" : "User") };
  world.accounts.set(key, account);
  return account;
};

export const isPullRequest = (issue: Issue | PullRequest): issue is PullRequest => "head" in issue;

export const pullRequestsOf = (repository: Repository): PullRequest[] =>
  [...repository.issues.values()].filter(isPullRequest);

/** The environment of that name, made without protection when there is none: what a job or a deployment that names it does. */
export const ensureEnvironment = (world: World, repository: Repository, name: string): Environment => {
  const known = repository.environments.get(name.toLowerCase());
  if (known) return known;
  const now = world.clock.now();
  const environment: Environment = {
    id: world.newId(),
    name,
    createdAt: now,
    updatedAt: now,
    rules: [],
    branchPolicy: null,
    customRules: [],
  };
  repository.environments.set(name.toLowerCase(), environment);
  return environment;
};

/** The page of a job, which deployment statuses of GitHub's own carry as `log_url`. */
export const jobPage = (world: World, run: WorkflowRun, jobId: number): string =>
  `${world.serverUrl}/${run.repository}/actions/runs/${run.id}/job/${jobId}`;
