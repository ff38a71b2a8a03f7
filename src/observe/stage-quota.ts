import type { Gateway } from "../aws/gateway.ts";
import type { Stage } from "../domain/stage.ts";
import type { DeployRequest, PromoteRequest } from "../inputs/request.ts";

/** How many stages the API may have, where one more is wanted for a while beside those that exist. Throws nothing. */
export const observeStageQuota = async (
  { darkStage, exact, stageName }: DeployRequest | PromoteRequest,
  stages: readonly Stage[],
  { kind, getStageQuota }: Pick<Gateway, "kind" | "getStageQuota">,
): Promise<number | undefined> =>
  (darkStage && stages.some(({ name }) => name === stageName)) ||
  (exact && kind.lacks["deployment-routes"] !== undefined)
    ? getStageQuota()
    : undefined;
