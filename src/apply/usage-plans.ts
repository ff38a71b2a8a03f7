import { planText } from "../domain/usage-plan.ts";
import { isStillMeant } from "../plan/removal.ts";
import type { DeleteStageStep, JoinPlanStep, LeavePlanStep } from "../plan/step.ts";
import { joinStep } from "../plan/usage-plans.ts";
import type { Applying } from "./applying.ts";
import type { Progress, StepResult } from "./progress.ts";

export const joinPlan = async (
  { plan, stageName }: JoinPlanStep,
  { gateway, progress, world }: Applying,
): Promise<StepResult> => {
  await gateway.joinUsagePlan(plan.id, stageName);
  progress.settingsChanged = true;
  world.log.info(
    `Stage ${stageName} is in ${planText(plan)}. It may take two minutes until all its keys open the stage.`,
  );
  return "done";
};

const STAYS = "it was deployed to meanwhile, and stays";

/** Only stages that are still the ones that were looked at leave. */
export const leavePlan = async (
  { plan, stages }: LeavePlanStep,
  { gateway, progress, world }: Applying,
): Promise<StepResult> => {
  const left = await gateway.leaveUsagePlan(
    plan.id,
    stages.map(({ stageName }) => stageName),
    (stage) => stages.some((ending) => isStillMeant(ending, stage, gateway.restApiId)),
  );
  if (left.length === 0) return "absent";
  progress.settingsChanged = true;
  progress.givesBack.push(...left.map((stageName) => joinStep(plan, stageName, STAYS)));
  world.log.info(`Took ${left.map((name) => `stage ${name}`).join(", ")} out of ${planText(plan)}.`);
  return "done";
};

/** Whether the stage could not be taken out of a plan, so that it is not known what its deletion would leave there. */
export const isHeldByPlan = ({ stageName }: DeleteStageStep, { taken }: Progress): boolean =>
  taken.some(
    ({ step, result }) =>
      step.kind === "leave-usage-plan" &&
      result === "failed" &&
      step.stages.some((stage) => stage.stageName === stageName),
  );
