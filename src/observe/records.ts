import type { Stage } from "../domain/stage.ts";
import { readEarlierRecords } from "../github/record-list.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Observed } from "./observed.ts";
import type { GitHubSide } from "./session.ts";

/**
 * What GitHub's records tell of the stage. In a busy environment the newest hundred may be about others only; then it
 * reads on, as far back as the stage is old.
 */
export const observeRecords = async (
  { environment, restApiId, stageName, githubDeployment, dryRun }: PointingRequest,
  stages: readonly Stage[],
  { client, observed }: GitHubSide,
): Promise<Pick<Observed, "records" | "served" | "warnings">> => {
  const { earlierRecords: known, olderRecords: olderFrom, served } = await observed;
  const stage = stages.find(({ name }) => name === stageName);
  if (client === undefined || stage === undefined || githubDeployment === "never" || dryRun) {
    return { records: known, served, warnings: [] };
  }
  const since = stage.createdAt;
  const seen = await readEarlierRecords(client, { environment, restApiId, stageName, known, olderFrom, since });
  return { ...seen, served };
};
