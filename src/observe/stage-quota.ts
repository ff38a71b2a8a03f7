import type { Gateway } from "../aws/gateway.ts";
import type { Stage } from "../domain/stage.ts";
import type { DeployRequest, PromoteRequest } from "../inputs/request.ts";

/** How many stages the API may have, where one more is wanted for a while beside one that exists. Throws nothing. */
export const observeStageQuota = async (
  { darkStage, stageName }: DeployRequest | PromoteRequest,
  stages: readonly Stage[],
  { getStageQuota }: Pick<Gateway, "getStageQuota">,
): Promise<number | undefined> =>
  darkStage && stages.some(({ name }) => name === stageName) ? getStageQuota() : undefined;
