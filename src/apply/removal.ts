import { isStillMeant } from "../plan/removal.ts";
import type { DeleteDeploymentStep, DeleteStageStep } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import type { StepResult } from "./progress.ts";

export const deleteStage = async (step: DeleteStageStep, { gateway, stageDeleted }: Applying): Promise<StepResult> => {
  const result = await gateway.deleteStage(step.stageName, (stage) => isStillMeant(step, stage, gateway.restApiId));
  if (result === "deleted") await stageDeleted(step);
  return result;
};

export const deleteDeployment = (step: DeleteDeploymentStep, { gateway }: Applying): Promise<StepResult> =>
  gateway.deleteDeployment(step.deploymentId);
