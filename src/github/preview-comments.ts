import type { GitHubClient } from "./client.ts";
import { findSticky, findStickySince, type StickyComment } from "./comments.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble } from "./trouble.ts";

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
  /** Replaces the text of the stage's comment, if it has one. Throws nothing. */
  readonly replace: (stageName: string, body: string) => Promise<void>;
  readonly warnings: () => readonly string[];
};

export const noPreviewComments: PreviewComments = { replace: async () => {}, warnings: () => [] };

/** Comments that one sweep edits at most: beside its other requests they must stay below GitHub's limits. */
const AT_MOST = 30;
/** Failed edits after which the rest is left: the next ones would fail in the same way. */
const PATIENCE = 3;

/** Looks for the comments, in one request for all of them as a rule. Throws nothing. */
export const findPreviewComments = async (
  client: GitHubClient,
  previews: readonly RemovedPreview[],
): Promise<PreviewComments> => {
  if (previews.length === 0) return noPreviewComments;
  const wanted = previews.slice(0, AT_MOST);
  const warnings = tooMany(previews.slice(AT_MOST));
  try {
    return openComments(client, wanted, await locate(client, wanted), warnings);
  } catch (thrown) {
    const trouble = explainTrouble(thrown, "look for the comments of the previews", "pull-requests: read");
    return { ...noPreviewComments, warnings: () => [...warnings, trouble] };
  }
};

const numbersOf = (previews: readonly RemovedPreview[]): string =>
  previews.map(({ pullRequest }) => `#${pullRequest}`).join(", ");

const tooMany = (left: readonly RemovedPreview[]): readonly string[] =>
  left.length === 0
    ? []
    : [
        `One sweep edits at most ${AT_MOST} comments. Those of pull requests ${numbersOf(left)} still show their preview; nothing else is missing.`,
      ];

const openComments = (
  client: GitHubClient,
  previews: readonly RemovedPreview[],
  comments: ReadonlyMap<string, StickyComment>,
  warnings: readonly string[],
): PreviewComments => {
  const failed: RemovedPreview[] = [];
  let reason: unknown;
  return {
    replace: async (stageName, body) => {
      const preview = previews.find((one) => one.stageName === stageName);
      const comment = comments.get(stageName);
      if (preview === undefined || comment === undefined || failed.length >= PATIENCE) return;
      try {
        await replace(client, comment, body);
      } catch (thrown) {
        reason ??= thrown;
        failed.push(preview);
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
    await repeatable(() => client.rest("PATCH /issues/comments/{comment_id}", { comment_id: id, body }));
  } catch (thrown) {
    const { status } = thrown as { status?: number };
    if (status !== 404 && status !== 410) throw thrown;
  }
};

type Conversation = {
  readonly comments: {
    readonly totalCount: number;
    readonly nodes: readonly {
      /** GraphQL's `databaseId` is a 32-bit integer, which comment ids have outgrown. */
      readonly fullDatabaseId: string;
      readonly id: string;
      readonly viewerDidAuthor: boolean;
      readonly body: string;
      readonly url: string;
    }[];
  };
};
type Answer = {
  readonly viewer: { readonly login: string };
  readonly repository: Readonly<Record<string, Conversation | null>>;
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
  comments(first: 100) { totalCount nodes { id fullDatabaseId viewerDidAuthor body url } }
}`;

const locate = async (
  client: GitHubClient,
  previews: readonly RemovedPreview[],
): Promise<ReadonlyMap<string, StickyComment>> => {
  const numbers = [...new Set(previews.map(({ pullRequest }) => pullRequest))];
  const { viewer, repository } = (await repeatable(() => client.graphql(queryFor(numbers), {}))) as Answer;
  const found = new Map<string, StickyComment>();
  for (const preview of previews) {
    const conversation = repository[aliasOf(preview.pullRequest)];
    const comment = conversation && (await commentIn(conversation, preview, client, viewer.login));
    if (comment) found.set(preview.stageName, comment);
  }
  return found;
};

/** Milliseconds by which the clocks of AWS and GitHub may differ. */
const CLOCK_MARGIN = 60_000;

/** In a long conversation it is among those that were edited since the stage was made: each deployment edits it. */
const commentIn = async (
  { comments }: Conversation,
  { pullRequest, marker, stageCreatedAt }: RemovedPreview,
  client: GitHubClient,
  viewer: string,
): Promise<StickyComment | undefined> => {
  const seen = comments.nodes.map(({ id, fullDatabaseId, viewerDidAuthor, body, url }) => ({
    id: Number(fullDatabaseId),
    nodeId: id,
    url,
    body,
    ours: viewerDidAuthor,
  }));
  const found = findSticky(seen, marker);
  if (found !== undefined || comments.totalCount <= seen.length || stageCreatedAt === undefined) return found;
  return findStickySince(client, pullRequest, new Date(stageCreatedAt - CLOCK_MARGIN), viewer, marker);
};
