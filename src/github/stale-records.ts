import type { EarlierRecord } from "../domain/github-record.ts";
import type { GitHubClient } from "./client.ts";
import { parsePayload } from "./records.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble } from "./trouble.ts";

/** The newest first, in pages of a hundred; older ones than these have had many sweeps to be found by. */
const PAGES = 10;

const QUERY = `
query ($owner: String!, $name: String!, $environment: String!, $after: String) {
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 100, after: $after,
                orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes { id databaseId state createdAt payload }
    }
  }
}`;

type Page = {
  readonly pageInfo: { readonly hasNextPage: boolean; readonly endCursor: string | null };
  readonly nodes: readonly {
    readonly id: string;
    readonly databaseId: number | null;
    readonly state: string;
    readonly createdAt: string;
    readonly payload: string | null;
  }[];
};

export type RecordsSeen = { readonly records: readonly EarlierRecord[]; readonly warnings: readonly string[] };

/** Our records in the environment, of every REST API and stage, at most the thousand newest. Throws nothing. */
export const readRecords = async (client: GitHubClient, environment: string): Promise<RecordsSeen> => {
  const records: EarlierRecord[] = [];
  let after: string | null = null;
  try {
    for (let count = 0; count < PAGES; count += 1) {
      const page = await readPage(client, environment, after);
      records.push(...oursIn(page));
      if (!page.pageInfo.hasNextPage) break;
      after = page.pageInfo.endCursor;
    }
    return { records, warnings: [] };
  } catch (thrown) {
    const doing = `read the GitHub deployments of environment ${environment}`;
    return { records, warnings: [explainTrouble(thrown, doing, "deployments: read")] };
  }
};

const readPage = async (client: GitHubClient, environment: string, after: string | null): Promise<Page> => {
  const answer = await repeatable(() => client.graphql(QUERY, { environment, after }));
  return (answer as { repository: { deployments: Page } }).repository.deployments;
};

const oursIn = ({ nodes }: Page): readonly EarlierRecord[] =>
  nodes.flatMap(({ id, databaseId, state, createdAt, payload }) => {
    const ours = parsePayload(payload);
    return ours === undefined
      ? []
      : [{ id: databaseId ?? undefined, nodeId: id, state, createdAt: Date.parse(createdAt), payload: ours }];
  });

/** The numbers of records whose number has outgrown GraphQL's 32-bit integers, by node id. REST lists newest first, too. */
export const recordIds = async (
  client: GitHubClient,
  environment: string,
  records: readonly EarlierRecord[],
): Promise<ReadonlyMap<string, number>> => {
  const wanted = new Set(records.filter(({ id }) => id === undefined).map(({ nodeId }) => nodeId));
  const ids = new Map<string, number>();
  for (let page = 1; page <= PAGES && ids.size < wanted.size; page += 1) {
    const { data } = await repeatable(() => client.rest("GET /deployments", { environment, per_page: 100, page }));
    const listed = data as { node_id: string; id: number }[];
    for (const { node_id, id } of listed) if (wanted.has(node_id)) ids.set(node_id, id);
    if (listed.length < 100) break;
  }
  return ids;
};
