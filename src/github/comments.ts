import { createHash, randomBytes } from "node:crypto";
import type { PullRequestState } from "../domain/pull-request.ts";
import { anObject, ifReadable, type Listed } from "./answers/checked.ts";
import { type ReadComment, readCreatedComment, readRestComments } from "./answers/comments.ts";
import { readStateOf } from "./answers/pull-requests.ts";
import type { GitHubClient } from "./client.ts";
import { findOrRepeat, repeatable } from "./retry.ts";
import { GitHubRefusal, UnreadableAnswer } from "./trouble.ts";

/** A comment of ours on a pull request. */
export type StickyComment = { readonly id: number; readonly nodeId: string; readonly url: string };

/** The same, with what it says. */
export type FoundComment = StickyComment & { readonly body: string };

/** Where a comment of ours is, and what it begins with. */
export type CommentAddress = { readonly pullRequest: number; readonly marker: string };

/** What became of the comment, and whether the pull request is still open, as far as the same answer told. */
export type PutComment = {
  readonly comment: StickyComment;
  readonly state: PullRequestState;
  /** Posted just now, and not edited: another run may have done the same. */
  readonly posted: boolean;
};

/**
 * Ends each comment of ours. All workflows of a repository write as one account, so that marker and author prove little;
 * this line names the pull request and the marker that it was written for. It is no secret: it tells our comments from
 * those that quote, continue or merely begin like one.
 */
const sealOf = ({ pullRequest, marker }: CommentAddress): string => {
  const digest = createHash("sha256").update(`apigw-stage-action comment\n${pullRequest}\n${marker}`).digest("hex");
  return `<!-- apigw-stage-action seal ${digest.slice(0, 32)} -->`;
};

/** The text as it is put. */
export const sealed = (body: string, address: CommentAddress): string => `${body}\n\n${sealOf(address)}`;

/** Tells one posting from all others, those of runs at the same time, too. */
const postingMark = (posting: string): string => `<!-- apigw-stage-action posting ${posting} -->`;

/**
 * Our comment: it begins with the marker, ends with the seal, and the token's account wrote it. Of several the oldest,
 * because a copy of ours comes after it.
 */
export const findSticky = (comments: readonly ReadComment[], address: CommentAddress): FoundComment | undefined => {
  const [found] = comments
    .filter(
      ({ body, byViewer }) => byViewer && body.startsWith(address.marker) && body.trimEnd().endsWith(sealOf(address)),
    )
    .toSorted((one, other) => one.id - other.id);
  return found && { id: found.id, nodeId: found.nodeId, url: found.url, body: found.body };
};

const PAGES = 10;
const PAGE_SIZE = 100;

export type CommentSearch = {
  readonly address: CommentAddress;
  /** The login that the token acts as. */
  readonly viewer: string;
  readonly since: Date;
  /** Where one posting is looked for, and no other comment will do. */
  readonly posting?: string;
};

/**
 * Our comment among those that were created or edited since `since`. They come oldest first, a hundred a page, and ours
 * is mostly on the first; a conversation with more than a thousand newer edits of older comments is given up. Throws
 * UnreadableAnswer, too, where one that cannot be read may have been ours.
 */
export const findStickySince = async (
  client: GitHubClient,
  { address, viewer, since, posting }: CommentSearch,
): Promise<FoundComment | undefined> => {
  if (viewer === "") throw new UnreadableAnswer("it does not say whom the token acts as");
  let unread = 0;
  let newestSeen = 0;
  for (let page = 1; page <= PAGES; page += 1) {
    const { entries, leftOut } = await pageSince(client, address.pullRequest, { since, viewer, page });
    const found = findSticky(
      posting === undefined ? entries : entries.filter(({ body }) => body.includes(postingMark(posting))),
      address,
    );
    if (found !== undefined) return found;
    unread += leftOut;
    const newest = Math.max(newestSeen, ...entries.map(({ id }) => id));
    if (entries.length + leftOut < PAGE_SIZE) break;
    if (newest === newestSeen) throw new UnreadableAnswer("its pages do not go on", { lasting: true });
    newestSeen = newest;
  }
  if (unread > 0) throw new UnreadableAnswer(`it has ${unread} comments that are none, and ours may be one of them`);
  return undefined;
};

const pageSince = async (
  client: GitHubClient,
  pullRequest: number,
  { since, viewer, page }: { readonly since: Date; readonly viewer: string; readonly page: number },
): Promise<Listed<ReadComment>> => {
  const answer = await repeatable(client, () =>
    client.rest("GET /issues/{issue_number}/comments", {
      issue_number: pullRequest,
      since: since.toISOString(),
      per_page: PAGE_SIZE,
      page,
    }),
  );
  return readRestComments(answer, viewer);
};

/** Milliseconds by which the clocks of AWS and GitHub, and their rounding, may differ. */
const CLOCK_MARGIN = 60_000;

/** What is known of a conversation after the first look at it. */
export type ConversationSeen = {
  readonly viewer: string;
  readonly pullRequest:
    | { readonly number: number; readonly comment: StickyComment | undefined; readonly allSeen: boolean }
    | undefined;
  readonly earlierRecords: readonly { readonly createdAt: number }[];
};

/**
 * Our comment on a pull request with more comments than were seen, in one more request: it was edited whenever the stage
 * was deployed, so it is among those edited since the first sign of us, our first record or else the stage itself (which
 * may be older than we are). Without such a sign there is no comment. Throws GitHubTrouble.
 */
export const findOlderComment = async (
  client: GitHubClient,
  { pullRequest, earlierRecords, viewer }: ConversationSeen,
  marker: string,
  stageCreatedAt: number | undefined,
): Promise<StickyComment | undefined> => {
  if (pullRequest === undefined || pullRequest.comment !== undefined || pullRequest.allSeen)
    return pullRequest?.comment;
  const firstSign =
    earlierRecords.map(({ createdAt }) => createdAt).toSorted((one, other) => one - other)[0] ?? stageCreatedAt;
  if (firstSign === undefined) return undefined;
  const since = new Date(firstSign - CLOCK_MARGIN);
  return findStickySince(client, { address: { pullRequest: pullRequest.number, marker }, viewer, since });
};

export type CommentToPut = {
  readonly address: CommentAddress;
  readonly viewer: string;
  readonly body: string;
  readonly existing: StickyComment | undefined;
  /** When this run began to look for the comment, in milliseconds since 1970. */
  readonly lookedAt: number;
};

/** Edits the comment, or posts it where there is none (any more). Throws GitHubTrouble. */
export const putComment = async (
  client: GitHubClient,
  { address, viewer, body, existing, lookedAt }: CommentToPut,
): Promise<PutComment> => {
  if (existing !== undefined) {
    const state = await edit(client, existing, body, address);
    if (state !== "gone") return { comment: existing, state, posted: false };
  }
  const posting = randomBytes(16).toString("hex");
  const text = sealed(`${body}\n\n${postingMark(posting)}`, address);
  const since = new Date(lookedAt - CLOCK_MARGIN);
  const comment = await findOrRepeat(
    client,
    async () =>
      readCreatedComment(
        await client.rest("POST /issues/{issue_number}/comments", { issue_number: address.pullRequest, body: text }),
      ),
    () => findStickySince(client, { address, viewer, since, posting }),
  );
  return { comment, state: "unknown", posted: true };
};

/**
 * Makes one comment of those that runs have posted at the same time: each looks again after it has posted, and the
 * oldest stays. It gets the text of the run that finds its own to be younger, which is deleted then. Answers the comment
 * that is left. Throws GitHubTrouble.
 */
export const joinOlderComment = async (
  client: GitHubClient,
  posted: StickyComment,
  { address, viewer, body, lookedAt }: Omit<CommentToPut, "existing">,
): Promise<StickyComment> => {
  const since = new Date(lookedAt - CLOCK_MARGIN);
  const oldest = await findStickySince(client, { address, viewer, since });
  if (oldest === undefined || oldest.id >= posted.id) return posted;
  if ((await edit(client, oldest, body, address)) === "gone") return posted;
  await remove(client, posted);
  return oldest;
};

/** What somebody has deleted meanwhile need not be deleted. */
const remove = async (client: GitHubClient, { id }: StickyComment): Promise<void> => {
  try {
    await repeatable(client, () => client.rest("DELETE /issues/comments/{comment_id}", { comment_id: id }));
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || thrown.status !== 404) throw thrown;
  }
};

/** Edits and asks in one request. */
const EDIT = `
mutation ($id: ID!, $body: String!) {
  updateIssueComment(input: { id: $id, body: $body }) { issueComment { pullRequest { number state } } }
}`;

/** The pull request's state; `gone` when somebody deleted the comment meanwhile. */
const edit = async (
  client: GitHubClient,
  { nodeId }: StickyComment,
  text: string,
  address: CommentAddress,
): Promise<PullRequestState> => {
  const body = sealed(text, address);
  const { data, errors } = await repeatable(client, async () => {
    try {
      return await client.mutate(EDIT, { id: nodeId, body });
    } catch (thrown) {
      // GitHub may leave the data out altogether.
      if (!(thrown instanceof GitHubRefusal) || !thrown.errors.some(({ type }) => type === "NOT_FOUND")) throw thrown;
      return { data: {}, errors: thrown.errors };
    }
  });
  const edited = ifReadable(anObject, data["updateIssueComment"]);
  if (edited === undefined) {
    if (errors.some(({ type }) => type === "NOT_FOUND")) return "gone";
    const [error] = errors;
    throw error === undefined
      ? new UnreadableAnswer("it does not say that the comment was edited")
      : new GitHubRefusal(error.message, { errors });
  }
  const comment = ifReadable(anObject, edited["issueComment"]);
  return readStateOf(address.pullRequest, comment?.["pullRequest"]);
};
