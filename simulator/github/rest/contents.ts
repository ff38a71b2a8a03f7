import { createHash } from "node:crypto";
import { defaultHead, resolveRef } from "../commits.ts";
import { isoTime } from "../iso-time.ts";
import type { Commit } from "../model.ts";
import { nodeId } from "../node-id.ts";
import { ApiError, notFound } from "./api-error.ts";
import { type Answer, ok, type RepositoryCall, type Route, read } from "./call.ts";
import { repositoryPage, repositoryUrl } from "./repository.ts";
import type { BlobBody, ContentFileBody, GitCommitBody } from "./wire.ts";

/** Files of commits: those that a commit was made with and those of its first parent. There are no links and submodules. */

/** As Git names a file's content. */
const blobSha = (bytes: Buffer): string =>
  createHash("sha1").update(`blob ${bytes.length}\0`).update(bytes).digest("hex");

/** GitHub breaks base64 into lines of 60 characters, each with its line end. */
const base64 = (bytes: Buffer): string => bytes.toString("base64").replace(/.{1,60}/g, "$&\n");

/** Above a megabyte the content is left out; above a hundred there is no answer (REST, "Get repository content"). */
const INLINE = 1024 * 1024;
const LONGEST = 100 * INLINE;

type Entry = { readonly type: "file" | "dir"; readonly path: string; readonly sha: string; readonly size: number };

const urlsOf = (call: RepositoryCall, commit: Commit, { type, path, sha }: Entry) => {
  const url = `${repositoryUrl(call, call.repository)}/contents/${path}?ref=${commit.sha}`;
  const kind = type === "file" ? "blob" : "tree";
  const gitUrl = `${repositoryUrl(call, call.repository)}/git/${kind}s/${sha}`;
  const page = `${repositoryPage(call, call.repository)}/${kind}/${commit.sha}/${path}`;
  return {
    url,
    git_url: gitUrl,
    html_url: page,
    download_url: type === "file" ? page.replace("/blob/", "/raw/") : null,
    _links: { self: url, git: gitUrl, html: page },
  };
};

const entryBody = (call: RepositoryCall, commit: Commit, entry: Entry) => ({
  type: entry.type,
  size: entry.size,
  name: entry.path.split("/").at(-1) ?? "",
  path: entry.path,
  sha: entry.sha,
  ...urlsOf(call, commit, entry),
});

const getContent = (call: RepositoryCall): Answer => {
  const ref = call.request.url.searchParams.get("ref");
  const sha = ref === null ? defaultHead(call.repository) : resolveRef(call.repository, ref)?.sha;
  const commit = call.repository.commits.get(sha ?? "");
  if (!commit) throw new ApiError(404, `No commit found for the ref ${ref}`);
  const path = call.path["path"] ?? "";
  const bytes = commit.files.get(path);
  if (bytes) return ok(fileBody(call, commit, path, bytes));
  const entries = entriesIn(commit, path);
  if (entries.length === 0) throw notFound();
  return ok(entries.map((entry) => entryBody(call, commit, entry)));
};

const fileBody = (call: RepositoryCall, commit: Commit, path: string, bytes: Buffer): ContentFileBody => {
  if (bytes.length > LONGEST) {
    const errors = [{ resource: "Blob", field: "data", code: "too_large" }];
    throw new ApiError(403, "This API returns blobs up to 100 MB in size.", { errors });
  }
  const inline = bytes.length <= INLINE;
  return {
    ...entryBody(call, commit, { type: "file", path, sha: blobSha(bytes), size: bytes.length }),
    type: "file",
    encoding: inline ? "base64" : "none",
    content: inline ? base64(bytes) : "",
  };
};

/** What a directory holds, in the order of Git: by name. */
const entriesIn = (commit: Commit, directory: string): Entry[] => {
  const found = new Map<string, Entry>();
  for (const [path, bytes] of commit.files) {
    if (!path.startsWith(`${directory}/`)) continue;
    const [name = "", ...below] = path.slice(directory.length + 1).split("/");
    const at = `${directory}/${name}`;
    const sha = below.length > 0 ? createHash("sha1").update(`tree ${commit.sha}/${at}`).digest("hex") : blobSha(bytes);
    found.set(
      at,
      below.length > 0 ? { type: "dir", path: at, sha, size: 0 } : { type: "file", path: at, sha, size: bytes.length },
    );
  }
  return [...found.values()].toSorted((one, other) => (one.path < other.path ? -1 : 1));
};

const getBlob = (call: RepositoryCall): Answer => {
  const sha = call.path["file_sha"] ?? "";
  for (const commit of call.repository.commits.values()) {
    for (const bytes of commit.files.values()) {
      if (blobSha(bytes) !== sha) continue;
      return ok({
        sha,
        node_id: nodeId("Blob", sha),
        size: bytes.length,
        url: `${repositoryUrl(call, call.repository)}/git/blobs/${sha}`,
        content: base64(bytes),
        encoding: "base64",
      } satisfies BlobBody);
    }
  }
  throw notFound();
};

const getGitCommit = (call: RepositoryCall): Answer => {
  const commit = call.repository.commits.get(call.path["commit_sha"] ?? "");
  if (!commit) throw notFound();
  const url = `${repositoryUrl(call, call.repository)}/git`;
  const page = (sha: string): string => `${repositoryPage(call, call.repository)}/commit/${sha}`;
  const tree = createHash("sha1").update(`tree ${commit.sha}`).digest("hex");
  const person = { date: isoTime(call.repository.createdAt), name: "Ada", email: "ada@example.com" };
  return ok({
    sha: commit.sha,
    node_id: nodeId("Commit", commit.sha),
    url: `${url}/commits/${commit.sha}`,
    html_url: page(commit.sha),
    author: person,
    committer: person,
    message: commit.message,
    tree: { sha: tree, url: `${url}/trees/${tree}` },
    parents: commit.parents.map((sha) => ({ sha, url: `${url}/commits/${sha}`, html_url: page(sha) })),
    verification: { verified: false, reason: "unsigned", signature: null, payload: null, verified_at: null },
  } satisfies GitCommitBody);
};

export const contentRoutes: readonly Route[] = [
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/contents/{path}",
    docs: "repos/contents#get-repository-content",
    needs: read("contents"),
    answer: getContent,
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/git/blobs/{file_sha}",
    docs: "git/blobs#get-a-blob",
    needs: read("contents"),
    answer: getBlob,
  },
  {
    method: "GET",
    template: "/repos/{owner}/{repo}/git/commits/{commit_sha}",
    docs: "git/commits#get-a-commit-object",
    needs: read("contents"),
    answer: getGitCommit,
  },
];
