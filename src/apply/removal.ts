import type { ActionError } from "../domain/errors.ts";
import { isStillMeant } from "../plan/removal.ts";
import type { DeleteDeploymentStep, DeleteStageStep, Step } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import type { StepResult } from "./progress.ts";
import { isHeldByPlan, rejoinPlans } from "./usage-plans.ts";

export const deleteStage = async (
  step: DeleteStageStep,
  applying: Applying,
  takeStep: (step: Step, applying: Applying) => Promise<ActionError | undefined>,
): Promise<StepResult> => {
  const { gateway, progress, stageDeleted } = applying;
  if (isHeldByPlan(step, progress)) return "in-plan";
  const result = await gateway.deleteStage(step.stageName, (stage) => isStillMeant(step, stage, gateway.restApiId));
  if (result === "deleted") await stageDeleted(step);
  if (result === "not-ours") await rejoinPlans(step, applying, takeStep);
  return result;
};

export const deleteDeployment = (step: DeleteDeploymentStep, { gateway }: Applying): Promise<StepResult> =>
  gateway.deleteDeployment(step.deploymentId);
