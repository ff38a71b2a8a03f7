import type { PullRequestState } from "../domain/pull-request.ts";
import type { GitHubClient } from "./client.ts";
import { findOrRepeat, repeatable } from "./retry.ts";

/** A comment of ours on a pull request. */
export type StickyComment = { readonly id: number; readonly nodeId: string; readonly url: string };

/** What became of the comment, and whether the pull request is still open, as far as the same answer told. */
export type PutComment = { readonly comment: StickyComment; readonly state: PullRequestState };

/** What both interfaces tell about a comment, as far as finding ours needs it. */
export type CommentFacts = StickyComment & { readonly body: string; readonly ours: boolean };

/** The oldest comment that begins with the marker and that we wrote: anybody can paste a marker. */
export const findSticky = (comments: readonly CommentFacts[], marker: string): StickyComment | undefined => {
  const [found] = comments
    .filter(({ body, ours }) => ours && body.startsWith(marker))
    .sort((one, other) => one.id - other.id);
  return found && { id: found.id, nodeId: found.nodeId, url: found.url };
};

type RestComment = { id: number; node_id: string; html_url: string; body?: string; user: { login: string } | null };

/**
 * Our comment among those that were created or edited since `since`. They come oldest first, a hundred a page, and ours
 * is mostly on the first; a conversation with more than a thousand newer edits of older comments is given up.
 */
export const findStickySince = async (
  client: GitHubClient,
  pullRequest: number,
  since: Date,
  viewer: string,
  marker: string,
): Promise<StickyComment | undefined> => {
  for (let page = 1; page <= PAGES; page += 1) {
    const comments = await pageSince(client, pullRequest, since, viewer, page);
    const found = findSticky(comments, marker);
    if (found !== undefined || comments.length < PAGE_SIZE) return found;
  }
  return undefined;
};

const PAGES = 10;
const PAGE_SIZE = 100;

const pageSince = async (
  client: GitHubClient,
  pullRequest: number,
  since: Date,
  viewer: string,
  page: number,
): Promise<readonly CommentFacts[]> => {
  const { data } = await repeatable(() =>
    client.rest("GET /issues/{issue_number}/comments", {
      issue_number: pullRequest,
      since: since.toISOString(),
      per_page: PAGE_SIZE,
      page,
    }),
  );
  return (data as RestComment[]).map(({ id, node_id, html_url, body, user }) => ({
    id,
    nodeId: node_id,
    url: html_url,
    body: body ?? "",
    ours: user?.login === viewer,
  }));
};

const created = (data: unknown): StickyComment => {
  const { id, node_id, html_url } = data as RestComment;
  return { id, nodeId: node_id, url: html_url };
};

/** Edits the comment, or posts it where there is none (any more). Throws what Octokit throws. */
export const putComment = async (
  client: GitHubClient,
  pullRequest: number,
  marker: string,
  viewer: string,
  body: string,
  existing: StickyComment | undefined,
): Promise<PutComment> => {
  if (existing !== undefined) {
    const state = await edit(client, existing, body);
    if (state !== "gone") return { comment: existing, state };
  }
  const startedAt = new Date(Date.now() - 60_000);
  const comment = await findOrRepeat(
    async () =>
      created((await client.rest("POST /issues/{issue_number}/comments", { issue_number: pullRequest, body })).data),
    () => findStickySince(client, pullRequest, startedAt, viewer, marker),
  );
  return { comment, state: "unknown" };
};

/** Edits and asks in one request. */
const EDIT = `
mutation ($id: ID!, $body: String!) {
  updateIssueComment(input: { id: $id, body: $body }) { issueComment { pullRequest { state } } }
}`;

type Edited = {
  readonly updateIssueComment: { readonly issueComment: { readonly pullRequest: { readonly state: string } | null } };
};

/** The pull request's state; `gone` when somebody deleted the comment meanwhile. */
const edit = async (client: GitHubClient, { nodeId }: StickyComment, body: string): Promise<PullRequestState> => {
  try {
    const answer = (await repeatable(() => client.mutate(EDIT, { id: nodeId, body }))) as Edited;
    const state = answer.updateIssueComment.issueComment.pullRequest?.state;
    if (state === undefined) return "unknown";
    return state === "OPEN" ? "open" : "closed";
  } catch (thrown) {
    const { errors } = thrown as { errors?: readonly { type?: string }[] };
    if (errors?.some(({ type }) => type === "NOT_FOUND")) return "gone";
    throw thrown;
  }
};
