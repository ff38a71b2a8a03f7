import { anObject, checked, ifReadable, leftOutWarnings } from "./answers/checked.ts";
import { readConversation } from "./answers/comments.ts";
import type { GraphAnswer } from "./answers/envelope.ts";
import { COMMENT_FIELDS } from "./answers/fields.ts";
import { readViewer } from "./answers/viewer.ts";
import type { GitHubClient } from "./client.ts";
import {
  type CommentAddress,
  type FoundComment,
  findSticky,
  findStickySince,
  type StickyComment,
  sealed,
} from "./comments.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble, GitHubRefusal, type GraphError } from "./trouble.ts";

/** The comments of previews that are about to be removed, which will say so. None is posted where there is none. */

export type RemovedPreview = {
  readonly pullRequest: number;
  readonly stageName: string;
  /** What the preview's comment begins with. */
  readonly marker: string;
  /** When the stage was made, in milliseconds since 1970. */
  readonly stageCreatedAt: number | undefined;
};

export type PreviewComments = {
  /** Replaces the text of the stage's comment, if it has one that `isStale`. Throws nothing. */
  readonly replace: (stageName: string, body: string, isStale?: (text: string) => boolean) => Promise<void>;
  /** Stages whose comments are too many for one run. */
  readonly left: ReadonlySet<string>;
  readonly warnings: () => readonly string[];
};

export const noPreviewComments: PreviewComments = { replace: async () => {}, left: new Set(), warnings: () => [] };

/** Comments that one sweep edits at most: beside its other requests they must stay below GitHub's limits. */
const AT_MOST = 30;
/** Failed edits after which the rest is left: the next ones would fail in the same way. */
const PATIENCE = 3;

type Found = { readonly comment: FoundComment; readonly address: CommentAddress };
type Located = { readonly found: ReadonlyMap<string, Found>; readonly warnings: readonly string[] };

/** Looks for the comments, in one request for all of them as a rule. Throws nothing. */
export const findPreviewComments = async (
  client: GitHubClient,
  previews: readonly RemovedPreview[],
): Promise<PreviewComments> => {
  if (previews.length === 0) return noPreviewComments;
  const wanted = previews.slice(0, AT_MOST);
  const rest = previews.slice(AT_MOST);
  const left = new Set(rest.map(({ stageName }) => stageName));
  const warnings = tooMany(rest);
  try {
    const located = await locate(client, wanted);
    return { ...openComments(client, located.found, [...warnings, ...located.warnings]), left };
  } catch (thrown) {
    return { ...noPreviewComments, left, warnings: () => [...warnings, notFound(thrown)] };
  }
};

const notFound = (thrown: unknown): string =>
  explainTrouble(thrown, "look for the comments of the previews", "pull-requests: read");

const numbersOf = (previews: readonly { readonly pullRequest: number }[]): string =>
  previews.map(({ pullRequest }) => `#${pullRequest}`).join(", ");

const tooMany = (left: readonly RemovedPreview[]): readonly string[] =>
  left.length === 0
    ? []
    : [
        `One sweep edits at most ${AT_MOST} comments. Those of pull requests ${numbersOf(left)} still show their preview. Where GitHub deployments are open, they stay so, and the next sweep goes on with them.`,
      ];

const openComments = (
  client: GitHubClient,
  comments: ReadonlyMap<string, Found>,
  warnings: readonly string[],
): Omit<PreviewComments, "left"> => {
  const failed: CommentAddress[] = [];
  let reason: unknown;
  return {
    replace: async (stageName, body, isStale = () => true) => {
      const found = comments.get(stageName);
      if (found === undefined || failed.length >= PATIENCE || !isStale(found.comment.body)) return;
      try {
        await replace(client, found.comment, sealed(body, found.address));
      } catch (thrown) {
        reason ??= thrown;
        failed.push(found.address);
      }
    },
    warnings: () =>
      failed.length === 0
        ? warnings
        : [
            ...warnings,
            explainTrouble(
              reason,
              `say in the comments of pull requests ${numbersOf(failed)} that their previews are gone`,
              "pull-requests: write",
            ),
          ],
  };
};

/** A comment that somebody has deleted meanwhile needs no new text. */
const replace = async (client: GitHubClient, { id }: StickyComment, body: string): Promise<void> => {
  try {
    await repeatable(client, () => client.rest("PATCH /issues/comments/{comment_id}", { comment_id: id, body }));
  } catch (thrown) {
    if (!(thrown instanceof GitHubRefusal) || (thrown.status !== 404 && thrown.status !== 410)) throw thrown;
  }
};

const aliasOf = (number: number): string => `pr${number}`;

/** Ours is mostly among the first hundred, because it is posted when the pull request is opened. */
const queryFor = (numbers: readonly number[]): string => `
query ($owner: String!, $name: String!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    ${numbers.map((number) => `${aliasOf(number)}: pullRequest(number: ${number}) { ...conversation }`).join("\n    ")}
  }
}
fragment conversation on PullRequest {
  comments(first: 100) { totalCount nodes { ${COMMENT_FIELDS} } }
}`;

/** A pull request whose conversation cannot be read is told of and costs the others nothing; one that is gone has none. */
const locate = async (client: GitHubClient, previews: readonly RemovedPreview[]): Promise<Located> => {
  const numbers = [...new Set(previews.map(({ pullRequest }) => pullRequest))];
  const answer = await repeatable(client, () => client.graphql(queryFor(numbers), {}));
  const found = new Map<string, Found>();
  const troubles: unknown[] = refusalsIn(answer);
  let leftOut = 0;
  for (const preview of previews) {
    try {
      const { comment, unread } = await commentIn(answer, preview, client);
      if (comment !== undefined) found.set(preview.stageName, { comment, address: preview });
      else leftOut += unread;
    } catch (thrown) {
      troubles.push(thrown);
    }
  }
  const warnings = troubles.length > 0 ? [notFound(troubles[0])] : leftOutWarnings(leftOut, "comments");
  return { found, warnings };
};

const refusalsIn = ({ errors }: GraphAnswer): unknown[] =>
  errors.filter((error) => !isGone(error)).map((error) => new GitHubRefusal(error.message, { errors: [error] }));

const isGone = ({ type, path }: GraphError): boolean => type === "NOT_FOUND" && path.length === 2;

/** Milliseconds by which the clocks of AWS and GitHub may differ. */
const CLOCK_MARGIN = 60_000;

/** In a long conversation it is among those that were edited since the stage was made: each deployment edits it. */
const commentIn = async (
  { data, errors }: GraphAnswer,
  preview: RemovedPreview,
  client: GitHubClient,
): Promise<{ readonly comment: FoundComment | undefined; readonly unread: number }> => {
  const alias = aliasOf(preview.pullRequest);
  const told = ifReadable(anObject, data["repository"])?.[alias];
  if (told === null && errors.some((error) => isGone(error) && error.path[1] === alias))
    return { comment: undefined, unread: 0 };
  const pullRequest = checked(anObject, told, "a pull request");
  const { entries, leftOut: unread, total = Number.POSITIVE_INFINITY } = readConversation(pullRequest["comments"]);
  const comment = findSticky(entries, preview);
  const { stageCreatedAt } = preview;
  if (comment !== undefined || total <= entries.length || stageCreatedAt === undefined) return { comment, unread };
  const since = new Date(stageCreatedAt - CLOCK_MARGIN);
  const older = await findStickySince(client, { address: preview, viewer: readViewer(data), since });
  return { comment: older, unread: 0 };
};
