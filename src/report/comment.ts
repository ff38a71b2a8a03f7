import { commentMarker } from "../domain/comment-marker.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { GitHubClient } from "../github/client.ts";
import { findOlderComment, joinOlderComment, putComment, type StickyComment } from "../github/comments.ts";
import { explainTrouble } from "../github/trouble.ts";
import type { Target } from "../inputs/target.ts";
import type { GitHubSide } from "../observe/github-side.ts";
import type { Observed } from "../observe/observed.ts";
import type { Links } from "./links.ts";
import type { StageOutcome } from "./outcome.ts";
import { page } from "./text/page.ts";

/** The one comment of the stage on the pull request. Nothing here throws: trouble becomes a warning. */
export type CommentChannel = {
  /** Goes on looking for our comment where there are many; `stageCreatedAt` in milliseconds since 1970. */
  readonly locate: (stageCreatedAt: number | undefined) => void;
  /** Posts or edits. Answers whether the pull request is still open, as far as that came along. */
  readonly put: (outcome: StageOutcome) => Promise<PullRequestState>;
  readonly comment: () => StickyComment | undefined;
  /** Whether another run has posted the comment, too, while this one was at it. */
  readonly metAnother: () => boolean;
};

export const noComment: CommentChannel = {
  locate: () => {},
  put: async () => "unknown",
  comment: () => undefined,
  metAnother: () => false,
};

/** Bytes. GitHub refuses more than 65,536 characters; the rest is room for the marker and its seal. */
const LIMIT = 60_000;

export const commentBody = (outcome: StageOutcome, { restApiId, stageName }: Target, links: Links): string =>
  `${commentMarker(restApiId, stageName)}\n${page(outcome, links, outcome.warnings, LIMIT)}`;

export type CommentSubject = {
  readonly request: Target;
  readonly github: GitHubSide;
  readonly links: Links;
  /** When the run began to look for the comment, in milliseconds since 1970. */
  readonly lookedAt: number;
  readonly warn: (text: string) => void;
};

export const openCommentChannel = ({ request, github, links, lookedAt, warn }: CommentSubject): CommentChannel => {
  const { client } = github;
  if (client === undefined || !request.comment) return noComment;
  const marker = commentMarker(request.restApiId, request.stageName);
  let located: Promise<StickyComment | undefined> | undefined;
  let comment: StickyComment | undefined;
  let metAnother = false;
  const locate = (stageCreatedAt: number | undefined): Promise<StickyComment | undefined> => {
    located = github.observed.then((observed) => findOlderComment(client, observed, marker, stageCreatedAt));
    // Whoever awaits it later handles the failure; until then it must not count as unhandled.
    located.catch(() => {});
    return located;
  };
  return {
    locate: (stageCreatedAt) => {
      void locate(stageCreatedAt);
    },
    put: async (outcome) => {
      const { pullRequest, viewer } = await github.observed;
      if (pullRequest === undefined || tellsNothing(outcome)) return "unknown";
      try {
        // A run that failed before it knew the stage has not looked yet.
        const existing = comment ?? (await (located ?? locate(undefined)));
        if (existing === undefined && staysSilent(outcome)) return "unknown";
        const body = commentBody(outcome, request, links);
        const wanted = { address: { pullRequest: pullRequest.number, marker }, viewer, body, lookedAt };
        const put = await putComment(client, { ...wanted, existing });
        comment = put.posted ? await joined(client, put.comment, { ...wanted, warn }) : put.comment;
        metAnother ||= comment.id !== put.comment.id;
        return put.state;
      } catch (thrown) {
        warn(explainTrouble(thrown, `comment on pull request #${pullRequest.number}`, "pull-requests: write"));
        return "unknown";
      }
    },
    comment: () => comment,
    metAnother: () => metAnother,
  };
};

const joined = async (
  client: GitHubClient,
  posted: StickyComment,
  { warn, ...wanted }: Parameters<typeof joinOlderComment>[2] & Pick<CommentSubject, "warn">,
): Promise<StickyComment> => {
  try {
    return await joinOlderComment(client, posted, wanted);
  } catch (thrown) {
    const doing = `make sure that no other run has posted a second comment on pull request #${wanted.address.pullRequest}`;
    warn(explainTrouble(thrown, doing, "pull-requests: write"));
    return posted;
  }
};

/** A stage that stays is told of already. */
const tellsNothing = ({ request, result }: StageOutcome): boolean =>
  (request.command === "delete" && result === "skipped") || (request.command === "canary" && result === "unchanged");

/** Nobody wants a new comment about a stage that is gone. */
const staysSilent = ({ request, result }: StageOutcome): boolean => request.command === "delete" && result !== "failed";

/** When the stage was made, or its first record where it is gone, in milliseconds since 1970. */
export const firstSignOf = (stageName: string, { stages, records }: Observed): number | undefined => {
  const stage = stages.find(({ name }) => name === stageName);
  if (stage !== undefined) return stage.createdAt;
  const dates = records.flatMap(({ payload, createdAt }) => (payload.stageName === stageName ? [createdAt] : []));
  return dates.toSorted((one, other) => one - other)[0];
};
