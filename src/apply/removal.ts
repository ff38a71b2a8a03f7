import type { ActionError } from "../domain/errors.ts";
import { isStillMeant } from "../plan/removal.ts";
import type { DeleteDeploymentStep, DeleteStageStep, Step } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import type { Progress, StepResult } from "./progress.ts";
import { isHeldByPlan, rejoinPlans } from "./usage-plans.ts";

export const deleteStage = async (
  step: DeleteStageStep,
  applying: Applying,
  takeStep: (step: Step, applying: Applying) => Promise<ActionError | undefined>,
): Promise<StepResult> => {
  const { gateway, progress, stageDeleted } = applying;
  if (isHeldByPlan(step, progress)) return "in-plan";
  if (isHeldByRule(step, progress)) return "in-rule";
  const result = await gateway.deleteStage(step.stageName, (stage) => isStillMeant(step, stage, gateway.restApiId));
  if (result === "deleted") await stageDeleted(step);
  if (result === "not-ours") {
    await rejoinPlans(step, applying, takeStep);
    if (progress.removedRules.length > 0) {
      const { restoreRules } = await import(/* webpackChunkName: "preview-domain" */ "./routing-rules.ts");
      await restoreRules(step, applying, takeStep);
    }
  }
  return result;
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
