import { provenOwner, sameOwner } from "../domain/owner.ts";
import { isStillMeant } from "../plan/removal.ts";
import type { DeleteDeploymentStep, DeleteStageStep } from "../plan/step.ts";
import type { Applying, TakeStep } from "./applying.ts";
import type { Progress, StepResult } from "./progress.ts";
import { isHeldByPlan } from "./usage-plans.ts";

export const deleteStage = async (
  step: DeleteStageStep,
  applying: Applying,
  takeStep: TakeStep,
): Promise<StepResult> => {
  const { gateway, progress, stageDeleted } = applying;
  if (isHeldByPlan(step, progress)) return "in-plan";
  if (isHeldByRule(step, progress)) return "in-rule";
  const result = await gateway.deleteStage(step.stageName, (stage) => isStillMeant(step, stage, gateway.restApiId));
  if (result === "deleted") await stageDeleted(step);
  if (result === "not-ours") await giveBack(step, applying, takeStep);
  return result;
};

/** A stage that was deployed to after its plans and rules had gone, and stays for that reason, has its own back. */
const giveBack = async (
  { stageName, owner }: DeleteStageStep,
  applying: Applying,
  takeStep: TakeStep,
): Promise<void> => {
  const { gateway, progress } = applying;
  const steps = progress.givesBack.filter((step) => step.stageName === stageName);
  if (steps.length === 0) return;
  const stage = await gateway.getStage(stageName);
  const found = stage && provenOwner(stage.tags, { restApiId: gateway.restApiId, stageName });
  if (found === undefined || !sameOwner(found, owner)) return;
  for (const step of steps) await takeStep(step, applying);
};

/** Whether a rule still leads to the stage, which would lead nowhere without it. */
const isHeldByRule = ({ stageName }: DeleteStageStep, { taken }: Progress): boolean =>
  taken.some(
    ({ step, result }) =>
      step.kind === "delete-routing-rule" &&
      step.stageName === stageName &&
      (result === "failed" || result === "not-ours"),
  );

export const deleteDeployment = (step: DeleteDeploymentStep, { gateway }: Applying): Promise<StepResult> =>
  gateway.deleteDeployment(step.deploymentId);
