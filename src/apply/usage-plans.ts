import type { ActionError } from "../domain/errors.ts";
import { provenOwner, sameOwner } from "../domain/owner.ts";
import { planText } from "../domain/usage-plan.ts";
import { isStillMeant } from "../plan/removal.ts";
import type { DeleteStageStep, JoinPlanStep, LeavePlanStep, Step } from "../plan/step.ts";
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
  progress.leftPlans.push(...left.map((stageName) => ({ stageName, plan })));
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

type TakeStep = (step: Step, applying: Applying) => Promise<ActionError | undefined>;

/** A stage that was deployed to after it had left its plans, and stays for that reason, has its keys back. */
export const rejoinPlans = async (
  { stageName, owner }: DeleteStageStep,
  applying: Applying,
  takeStep: TakeStep,
): Promise<void> => {
  const { gateway, progress } = applying;
  const left = progress.leftPlans.filter((one) => one.stageName === stageName);
  if (left.length === 0) return;
  const stage = await gateway.getStage(stageName);
  const found = stage && provenOwner(stage.tags, { restApiId: gateway.restApiId, stageName });
  if (found === undefined || !sameOwner(found, owner)) return;
  for (const { plan } of left) {
    const error = await takeStep(joinStep(plan, stageName, "it was deployed to meanwhile, and stays"), applying);
    if (error !== undefined) throw error;
  }
};
