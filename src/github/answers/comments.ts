import * as z from "zod";
import { anything, checked, type Listed, listed } from "./checked.ts";

/** A comment as both interfaces tell of it. */
export type ReadComment = {
  readonly id: number;
  readonly nodeId: string;
  readonly url: string;
  readonly body: string;
  /** Whether the account that the token acts as wrote it. */
  readonly byViewer: boolean;
};

const restComment = z.looseObject({
  id: z.int().positive(),
  node_id: z.string().min(1),
  html_url: z.string(),
  body: z.string().optional(),
  user: z.looseObject({ login: z.string() }).nullable(),
});

const ofRest =
  (viewer: string) =>
  ({ id, node_id, html_url, body = "", user }: z.output<typeof restComment>): ReadComment => ({
    id,
    nodeId: node_id,
    url: html_url,
    body,
    byViewer: viewer !== "" && user?.login === viewer,
  });

/** REST, "List issue comments". Throws UnreadableAnswer. */
export const readRestComments = (value: unknown, viewer: string): Listed<ReadComment> =>
  listed(restComment.transform(ofRest(viewer)), value, "a list of comments");

/** REST, "Create an issue comment". Throws UnreadableAnswer. */
export const readCreatedComment = (value: unknown): Omit<ReadComment, "body" | "byViewer"> => {
  const { id, node_id, html_url } = checked(
    restComment.pick({ id: true, node_id: true, html_url: true }),
    value,
    "a comment",
  );
  return { id, nodeId: node_id, url: html_url };
};

/** What a query must ask of a comment. Ids have outgrown `databaseId`, and old servers have no `fullDatabaseId`. */
export const COMMENT_FIELDS = "id databaseId fullDatabaseId viewerDidAuthor body url";

/** GraphQL's BigInt comes as text. */
const bigId = z.union([
  z.int().positive(),
  z
    .string()
    .regex(/^[1-9]\d{0,15}$/)
    .transform(Number),
]);

const graphComment = z
  .looseObject({
    id: z.string().min(1),
    databaseId: bigId.nullish().catch(undefined),
    fullDatabaseId: bigId.nullish().catch(undefined),
    viewerDidAuthor: z.boolean(),
    body: z.string(),
    url: z.string(),
  })
  .transform(({ id: nodeId, databaseId, fullDatabaseId, viewerDidAuthor: byViewer, body, url }) => ({
    id: fullDatabaseId ?? databaseId ?? 0,
    nodeId,
    url,
    body,
    byViewer,
  }))
  .refine(({ id }) => id > 0);

export type ReadConversation = Listed<ReadComment> & {
  /** How many comments there are; `undefined` where that was not asked or not told. */
  readonly total: number | undefined;
};

const conversation = z.looseObject({
  totalCount: z.int().nonnegative().optional().catch(undefined),
  nodes: anything,
});

/** GraphQL, `IssueCommentConnection`. Throws UnreadableAnswer. */
export const readConversation = (value: unknown): ReadConversation => {
  const { totalCount, nodes } = checked(conversation, value, "a conversation");
  return { ...listed(graphComment, nodes, "a list of comments"), total: totalCount };
};
