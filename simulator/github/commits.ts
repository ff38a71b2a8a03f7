import type { Commit, PullRequest, Repository, World } from "./model.ts";

export type NewCommit = {
  readonly sha?: string;
  readonly message?: string;
  /** By path; they come on top of those of the first parent. */
  readonly files?: Readonly<Record<string, string | Buffer>>;
};

/** Adds a commit; the sha is made up unless given. */
export const addCommit = (
  world: World,
  repository: Repository,
  commit: NewCommit & { readonly parents?: readonly string[] } = {},
): Commit => {
  const sha = commit.sha ?? world.newSha();
  const known = repository.commits.get(sha);
  if (known) return known;
  const added: Commit = {
    sha,
    parents: commit.parents ?? [],
    message: commit.message ?? `Commit ${sha.slice(0, 7)}`,
    files: new Map([
      ...(repository.commits.get(commit.parents?.[0] ?? "")?.files ?? []),
      ...Object.entries(commit.files ?? {}).map(([path, content]) => [path, Buffer.from(content)] as const),
    ]),
    statuses: new Map(),
  };
  repository.commits.set(sha, added);
  return added;
};

/** What a branch, a tag, a full ref or a full sha names: the commit, and the branch if it was one. */
export const resolveRef = (repository: Repository, ref: string): { sha: string; branch?: string } | undefined => {
  const branch = ref.replace(/^refs\/heads\//, "");
  const ofBranch = repository.refs.get(`refs/heads/${branch}`);
  if (ofBranch !== undefined) return { sha: ofBranch, branch };
  const sha = repository.refs.get(`refs/tags/${ref}`) ?? repository.refs.get(ref);
  if (sha !== undefined) return { sha };
  return repository.commits.has(ref) ? { sha: ref } : undefined;
};

/** The commit and all its ancestors. */
export const historyOf = (repository: Repository, sha: string | undefined): Set<string> => {
  const seen = new Set<string>();
  const pending = sha === undefined ? [] : [sha];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    if (seen.has(next)) continue;
    seen.add(next);
    pending.push(...(repository.commits.get(next)?.parents ?? []));
  }
  return seen;
};

export const defaultHead = (repository: Repository): string | undefined =>
  repository.refs.get(`refs/heads/${repository.defaultBranch}`);

/** Whether the commit lacks commits of the default branch. */
export const isBehindDefault = (repository: Repository, sha: string): boolean => {
  const head = defaultHead(repository);
  return head !== undefined && !historyOf(repository, sha).has(head);
};

/**
 * The pull requests that brought a commit to the default branch, or, for a commit that is not on it, all merged and open
 * ones that hold it (REST, "List pull requests associated with a commit").
 */
export const pullRequestsWith = (
  repository: Repository,
  pullRequests: readonly PullRequest[],
  sha: string,
): PullRequest[] => {
  const onDefault = historyOf(repository, defaultHead(repository)).has(sha);
  return pullRequests.filter((pull) => {
    if (pull.merge?.sha === sha) return true;
    if (onDefault ? !pull.merge : pull.state === "closed" && !pull.merge) return false;
    return historyOf(repository, pull.head.sha).has(sha) && !historyOf(repository, pull.base.sha).has(sha);
  });
};
