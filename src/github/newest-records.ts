import type { StageRecord } from "../domain/github-record.ts";
import type { StageAddress } from "../domain/owner.ts";
import { anObject, ifReadable } from "./answers/checked.ts";
import { RECORD_FIELDS, STATUS_FIELDS } from "./answers/fields.ts";
import { readRecordPage } from "./answers/records.ts";
import { readViewer } from "./answers/viewer.ts";
import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";
import { servedRecordOf } from "./served-record.ts";
import { explainTrouble, GitHubRefusal, UnreadableAnswer } from "./trouble.ts";

/** The repository's newest hundred records, of whatever environment, in one request. GitHub's own say nothing of ours last. */
const QUERY = `
query ($owner: String!, $name: String!) {
  viewer { login }
  repository(owner: $owner, name: $name) {
    deployments(first: 100, orderBy: { field: CREATED_AT, direction: DESC }) {
      pageInfo { hasNextPage endCursor }
      nodes { ${RECORD_FIELDS} commitOid statuses(first: 10) { nodes { ${STATUS_FIELDS} } } }
    }
  }
}`;

/** What they tell of a stage, newest first. */
export type NewestRecords = (address: StageAddress) => readonly StageRecord[];

/** Throws nothing: answers what kept them from being read, as a whole sentence. */
export const readNewestRecords = async (
  client: GitHubClient,
): Promise<NewestRecords | { readonly trouble: string }> => {
  try {
    const { data, errors } = await repeatable(client, () => client.graphql(QUERY, {}));
    const deployments = ifReadable(anObject, data["repository"])?.["deployments"];
    const [error] = errors;
    if (deployments === undefined && error !== undefined) throw new GitHubRefusal(error.message, { errors });
    const viewer = readViewer(data);
    if (viewer === "") throw new UnreadableAnswer("it does not say whom the token acts as");
    const { entries } = readRecordPage(deployments);
    return (address) => entries.flatMap((record) => servedRecordOf(address, record, viewer) ?? []);
  } catch (thrown) {
    return { trouble: explainTrouble(thrown, "read the GitHub deployments of the repository", "deployments: read") };
  }
};
