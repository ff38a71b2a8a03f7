import type { Stage } from "../domain/stage.ts";
import type { CanaryRequest, PointingRequest } from "../inputs/request.ts";
import type { Environments } from "./environment.ts";
import type { GitHubSide } from "./github-side.ts";
import type { Observed } from "./observed.ts";

/**
 * What GitHub's records tell of the stage. In a busy environment the newest hundred may be about others only; then it
 * reads on, as far back as the stage is old.
 */
export const observeRecords = async (
  { run, restApiId, stageName, githubDeployment, dryRun }: PointingRequest | CanaryRequest,
  stages: readonly Stage[],
  { client, observed, environments }: GitHubSide,
): Promise<Pick<Observed, "records" | "served" | "warnings" | keyof Environments>> => {
  const { earlierRecords, olderRecords: olderFrom, served } = await observed;
  const where = await environments;
  const { environment } = where;
  // The record that asked for this run may be one of ours; it is not an earlier one.
  const known = earlierRecords.filter(({ nodeId }) => run.event.kind !== "deployment" || nodeId !== run.event.nodeId);
  const stage = stages.find(({ name }) => name === stageName);
  if (client === undefined || stage === undefined || githubDeployment === "never" || dryRun) {
    return { records: known, served, warnings: [], ...where };
  }
  const since = stage.createdAt;
  const { readEarlierRecords } = await import(/* webpackChunkName: "story" */ "../github/record-list.ts");
  const seen = await readEarlierRecords(client, { environment, restApiId, stageName, known, olderFrom, since });
  return { ...seen, served, ...where };
};
