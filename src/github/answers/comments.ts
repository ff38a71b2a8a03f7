import * as z from "zod/mini";
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
  id: z.int().check(z.positive()),
  node_id: z.string().check(z.minLength(1)),
  html_url: z.string(),
  body: z.optional(z.string()),
  user: z.nullable(z.looseObject({ login: z.string() })),
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
  listed(z.pipe(restComment, z.transform(ofRest(viewer))), value, "a list of comments");

/** REST, "Create an issue comment". Throws UnreadableAnswer. */
export const readCreatedComment = (value: unknown): Omit<ReadComment, "body" | "byViewer"> => {
  const { id, node_id, html_url } = checked(
    z.pick(restComment, { id: true, node_id: true, html_url: true }),
    value,
    "a comment",
  );
  return { id, nodeId: node_id, url: html_url };
};

/** GraphQL's BigInt comes as text. */
const bigId = z.union([
  z.int().check(z.positive()),
  z.pipe(z.string().check(z.regex(/^[1-9]\d{0,15}$/)), z.transform(Number)),
]);

const graphComment = z
  .pipe(
    z.looseObject({
      id: z.string().check(z.minLength(1)),
      databaseId: z.catch(z.nullish(bigId), undefined),
      fullDatabaseId: z.catch(z.nullish(bigId), undefined),
      viewerDidAuthor: z.boolean(),
      body: z.string(),
      url: z.string(),
    }),
    z.transform(({ id: nodeId, databaseId, fullDatabaseId, viewerDidAuthor: byViewer, body, url }) => ({
      id: fullDatabaseId ?? databaseId ?? 0,
      nodeId,
      url,
      body,
      byViewer,
    })),
  )
  .check(z.refine(({ id }) => id > 0));

export type ReadConversation = Listed<ReadComment> & {
  /** How many comments there are; `undefined` where that was not asked or not told. */
  readonly total: number | undefined;
};

const conversation = z.looseObject({
  totalCount: z.catch(z.optional(z.int().check(z.nonnegative())), undefined),
  nodes: anything,
});

/** GraphQL, `IssueCommentConnection`. Throws UnreadableAnswer. */
export const readConversation = (value: unknown): ReadConversation => {
  const { totalCount, nodes } = checked(conversation, value, "a conversation");
  return { ...listed(graphComment, nodes, "a list of comments"), total: totalCount };
};
