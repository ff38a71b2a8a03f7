import { type EarlierRecord, standingOf } from "../domain/github-record.ts";
import { anObject, ifReadable, leftOutWarnings } from "./answers/checked.ts";
import { RECORD_FIELDS } from "./answers/fields.ts";
import { type ReadRecord, type ReadRecordPage, readRecordPage } from "./answers/records.ts";
import { readViewer } from "./answers/viewer.ts";
import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble, GitHubRefusal, UnreadableAnswer } from "./trouble.ts";

/** Our records of an environment, page by page. */

export type RecordsSeen = { readonly records: readonly EarlierRecord[]; readonly warnings: readonly string[] };

/** Pages of a hundred, the newest first; older ones than these have had many sweeps to be found by. */
const PAGES = 10;

const QUERY = `
query ($owner: String!, $name: String!, $environment: String!, $after: String) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    deployments(environments: [$environment], first: 100, after: $after,
                orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes { ${RECORD_FIELDS} }
    }
  }
}`;

/** The record as one of ours: its payload is, and `viewer` created it. Anybody may write a payload like ours. */
export const earlierRecord = (
  { payload, nodeId, id, state, createdAt, creator }: ReadRecord,
  viewer: string,
): EarlierRecord | undefined =>
  payload === undefined || creator === "" || creator !== viewer
    ? undefined
    : { id, nodeId, state, creator, createdAt, payload };

/** Our records in the environment, of every API and stage, at most the thousand newest. Throws nothing. */
export const readRecords = (client: GitHubClient, environment: string): Promise<RecordsSeen> =>
  readPages(client, { environment, after: undefined, enough: () => false });

export type EarlierRecordsQuestion = {
  readonly environment: string;
  readonly restApiId: string;
  readonly stageName: string;
  /** What is known of the stage's records, and where older records begin; `undefined` at the end of the list. */
  readonly known: readonly EarlierRecord[];
  readonly olderFrom: string | undefined;
  /** Milliseconds since 1970 before which the stage has no records, where that is known. */
  readonly since: number | undefined;
};

/**
 * All records of ours for the stage that may still be open, also those behind hundreds of newer ones in a busy
 * environment: it reads on until one that is live, because that one's run has seen to all that were before it. Throws
 * nothing.
 */
export const readEarlierRecords = async (
  client: GitHubClient,
  { environment, restApiId, stageName, known, olderFrom, since }: EarlierRecordsQuestion,
): Promise<RecordsSeen> => {
  const isLive = ({ state }: EarlierRecord): boolean => standingOf(state) === "live";
  if (olderFrom === undefined || known.some(isLive)) return { records: known, warnings: [] };
  const isAbout = ({ payload }: EarlierRecord): boolean =>
    payload.restApiId === restApiId && payload.stageName === stageName;
  const { records, warnings } = await readPages(client, {
    environment,
    after: olderFrom,
    enough: (page, ours) =>
      ours.some((record) => isAbout(record) && isLive(record)) ||
      page.some(({ createdAt }) => since !== undefined && createdAt < since),
  });
  return { records: [...known, ...records.filter(isAbout)], warnings };
};

type Reading = {
  readonly environment: string;
  /** Where to begin; `undefined` with the newest. */
  readonly after: string | undefined;
  /** Whether what is wanted is there, told by the page that was just read and by those of ours in it. */
  readonly enough: (page: readonly ReadRecord[], ours: readonly EarlierRecord[]) => boolean;
};

const readPages = async (client: GitHubClient, { environment, after, enough }: Reading): Promise<RecordsSeen> => {
  const records: EarlierRecord[] = [];
  const doing = `read the GitHub deployments of environment ${environment}`;
  let leftOut = 0;
  let next = after;
  try {
    for (let count = 0; count < PAGES; count += 1) {
      const { page, viewer } = await readPage(client, environment, next);
      const ours = page.entries.flatMap((record) => earlierRecord(record, viewer) ?? []);
      for (const record of ours) records.push(record);
      leftOut += page.leftOut;
      if (page.next === undefined || enough(page.entries, ours)) break;
      if (page.next === next || page.entries.length + page.leftOut === 0)
        throw new UnreadableAnswer("its pages do not go on", { lasting: true });
      next = page.next;
    }
    return { records, warnings: leftOutWarnings(leftOut, "GitHub deployments") };
  } catch (thrown) {
    return { records, warnings: [explainTrouble(thrown, doing, "deployments: read")] };
  }
};

const readPage = async (
  client: GitHubClient,
  environment: string,
  after: string | undefined,
): Promise<{ readonly page: ReadRecordPage; readonly viewer: string }> => {
  const { data, errors } = await repeatable(client, () => client.graphql(QUERY, { environment, after: after ?? null }));
  const deployments = ifReadable(anObject, data["repository"])?.["deployments"];
  const [error] = errors;
  if (deployments === undefined && error !== undefined) throw new GitHubRefusal(error.message, { errors });
  const viewer = readViewer(data);
  if (viewer === "") throw new UnreadableAnswer("it does not say whom the token acts as");
  return { page: readRecordPage(deployments), viewer };
};
