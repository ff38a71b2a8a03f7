import { refusal } from "./refusal.ts";

export type ConnectionArguments = {
  readonly first?: number | null;
  readonly last?: number | null;
  readonly after?: string | null;
  readonly before?: string | null;
};

/**
 * A page of `items` as a connection. `name` is the field's. Throws as GitHub does when neither `first` nor `last` says
 * how many, or more than 100 are asked for ("Using pagination in the GraphQL API").
 */
export const connection = <T extends { readonly id: string }>(
  name: string,
  items: readonly T[],
  page: ConnectionArguments,
) => {
  requireBoundaries(name, page);
  const from = page.after == null ? 0 : positionOf(items, page.after) + 1;
  const to = page.before == null ? items.length : positionOf(items, page.before);
  const start = page.first == null && page.last != null ? Math.max(from, to - page.last) : from;
  const end = page.first == null ? to : Math.min(to, from + page.first);
  const edges = items.slice(start, end).map((node) => ({ cursor: cursorOf(node), node }));
  return {
    totalCount: items.length,
    edges,
    nodes: edges.map((edge) => edge.node),
    pageInfo: {
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
      hasPreviousPage: start > 0,
      hasNextPage: end < items.length,
    },
  };
};

const requireBoundaries = (name: string, { first, last }: ConnectionArguments): void => {
  if (first == null && last == null) {
    throw refusal(
      "MISSING_PAGINATION_BOUNDARIES",
      `You must provide a \`first\` or \`last\` value to properly paginate the \`${name}\` connection.`,
    );
  }
  for (const [limit, records] of Object.entries({ first, last })) {
    if (records != null && records > 100) {
      throw refusal(
        "EXCESSIVE_PAGINATION",
        `Requesting ${records} records on the \`${name}\` connection exceeds the \`${limit}\` limit of 100 records.`,
      );
    }
  }
};

const cursorOf = (node: { readonly id: string }): string => Buffer.from(`cursor:v2:${node.id}`).toString("base64");

const positionOf = (items: readonly { readonly id: string }[], cursor: string): number => {
  const position = items.findIndex((item) => cursorOf(item) === cursor);
  if (position === -1) {
    throw refusal("INVALID_CURSOR_ARGUMENTS", `\`${cursor}\` does not appear to be a valid cursor.`);
  }
  return position;
};
