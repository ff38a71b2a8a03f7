import { isoTime } from "../iso-time.ts";
import type { Repository } from "../model.ts";
import { nodeId } from "../node-id.ts";
import { fullName, pullRequestsOf } from "../world.ts";
import { userBody } from "./account-bodies.ts";
import { type Call, ok, type Route } from "./call.ts";
import type { RepositoryBody } from "./wire.ts";

export const repositoryUrl = (call: Call, repository: Repository): string =>
  `${call.apiUrl}/repos/${fullName(repository)}`;

export const repositoryPage = (call: Call, repository: Repository): string =>
  `${call.world.serverUrl}/${fullName(repository)}`;

const urlsOf = (url: string, page: string, name: string) => ({
  archive_url: `${url}/{archive_format}{/ref}`,
  assignees_url: `${url}/assignees{/user}`,
  blobs_url: `${url}/git/blobs{/sha}`,
  branches_url: `${url}/branches{/branch}`,
  collaborators_url: `${url}/collaborators{/collaborator}`,
  comments_url: `${url}/comments{/number}`,
  commits_url: `${url}/commits{/sha}`,
  compare_url: `${url}/compare/{base}...{head}`,
  contents_url: `${url}/contents/{+path}`,
  contributors_url: `${url}/contributors`,
  deployments_url: `${url}/deployments`,
  downloads_url: `${url}/downloads`,
  events_url: `${url}/events`,
  forks_url: `${url}/forks`,
  git_commits_url: `${url}/git/commits{/sha}`,
  git_refs_url: `${url}/git/refs{/sha}`,
  git_tags_url: `${url}/git/tags{/sha}`,
  issue_comment_url: `${url}/issues/comments{/number}`,
  issue_events_url: `${url}/issues/events{/number}`,
  issues_url: `${url}/issues{/number}`,
  keys_url: `${url}/keys{/key_id}`,
  labels_url: `${url}/labels{/name}`,
  languages_url: `${url}/languages`,
  merges_url: `${url}/merges`,
  milestones_url: `${url}/milestones{/number}`,
  notifications_url: `${url}/notifications{?since,all,participating}`,
  pulls_url: `${url}/pulls{/number}`,
  releases_url: `${url}/releases{/id}`,
  stargazers_url: `${url}/stargazers`,
  statuses_url: `${url}/statuses/{sha}`,
  subscribers_url: `${url}/subscribers`,
  subscription_url: `${url}/subscription`,
  tags_url: `${url}/tags`,
  teams_url: `${url}/teams`,
  trees_url: `${url}/git/trees{/sha}`,
  hooks_url: `${url}/hooks`,
  clone_url: `${page}.git`,
  svn_url: page,
  git_url: `git:${page.replace(/^https?:/, "")}.git`,
  ssh_url: `git@${new URL(page).host}:${name}.git`,
});

/** Serves as any of the descriptions of a repository that GitHub publishes. */
export const repositoryBody = (call: Call, repository: Repository) => {
  const url = repositoryUrl(call, repository);
  const page = repositoryPage(call, repository);
  const openIssues = pullRequestsOf(repository).filter((pull) => pull.state === "open").length;
  const time = isoTime(repository.createdAt);
  return {
    id: repository.id,
    node_id: nodeId("Repository", repository.id),
    name: repository.name,
    full_name: fullName(repository),
    owner: userBody(call, repository.owner),
    private: repository.private,
    visibility: repository.private ? "private" : "public",
    html_url: page,
    description: null,
    fork: false,
    url,
    ...urlsOf(url, page, fullName(repository)),
    mirror_url: null,
    homepage: null,
    language: null,
    forks_count: 0,
    stargazers_count: 0,
    watchers_count: 0,
    size: 0,
    default_branch: repository.defaultBranch,
    open_issues_count: openIssues,
    topics: [],
    has_issues: true,
    has_projects: true,
    has_wiki: true,
    has_pages: false,
    has_downloads: true,
    has_discussions: false,
    archived: false,
    disabled: false,
    pushed_at: time,
    created_at: time,
    updated_at: time,
    subscribers_count: 0,
    network_count: 0,
    license: null,
    forks: 0,
    open_issues: openIssues,
    watchers: 0,
  } satisfies RepositoryBody;
};

export const repositoryRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "/repos/{owner}/{repo}",
    docs: "repos/repos#get-a-repository",
    needs: [],
    answer: (call) => ok(repositoryBody(call, call.repository)),
  },
];
