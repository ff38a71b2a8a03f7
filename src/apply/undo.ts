import type { Gateway } from "../aws/rest-api/gateway.ts";
import { ActionError } from "../domain/errors.ts";
import { canaryText } from "../domain/stage.ts";
import { abortCommand } from "../plan/canary/has-canary.ts";
import type { Plan } from "../plan/plan.ts";
import type { RemoveCanaryStep, UpdateStageStep } from "../plan/step.ts";
import { takeStep } from "./apply.ts";
import type { Applying } from "./applying.ts";

/**
 * Takes the steps that lead back from an unhealthy stage. Throws `ROLLBACK_FAILED` with both errors and the command that
 * mends it. `failure`: what was found, in whole sentences.
 */
export const undo = async ({ undo: steps }: Plan, failure: string, applying: Applying): Promise<void> => {
  const { progress, world } = applying;
  for (const step of steps) {
    const error = await takeStep(step, applying);
    if (error !== undefined && step.kind === "update-stage") throw await rollbackFailed(step, failure, error, applying);
    if (error !== undefined && step.kind === "remove-canary") throw await abortFailed(step, failure, error, applying);
  }
  progress.rolledBack = true;
  const back = steps.find((step) => step.kind === "update-stage");
  if (back !== undefined) world.log.info(`Pointed stage ${back.stageName} back at deployment ${progress.pointedAt}.`);
};

const rollbackFailed = async (
  { stageName, deployment }: UpdateStageStep,
  failure: string,
  error: ActionError,
  { gateway }: Applying,
): Promise<ActionError> => {
  const { restApiId } = gateway;
  const deploymentId = deployment?.kind === "existing" ? deployment.id : "";
  const mend = `aws apigateway update-stage --rest-api-id ${restApiId} --stage-name ${stageName} --patch-operations op=replace,path=/deploymentId,value=${deploymentId}`;
  return new ActionError({
    code: "ROLLBACK_FAILED",
    doing: `point stage ${stageName} of REST API ${restApiId} back at deployment ${deploymentId}`,
    happened: `${failure}\nPointing it back failed too: ${error.message}`,
    acted: "unknown",
    state: await nowServed(stageName, gateway),
    remedy: `Point the stage back by hand:\n  ${mend}`,
    cause: error,
  });
};

const abortFailed = async (
  { stageName }: RemoveCanaryStep,
  failure: string,
  error: ActionError,
  { gateway }: Applying,
): Promise<ActionError> => {
  const { restApiId } = gateway;
  return new ActionError({
    code: "ROLLBACK_FAILED",
    doing: `take the canary off stage ${stageName} of REST API ${restApiId}`,
    happened: `${failure}\nTaking the canary away failed too: ${error.message}`,
    acted: "unknown",
    state: await nowServed(stageName, gateway),
    remedy: `Take the canary away by hand:\n  ${abortCommand(restApiId, stageName)}`,
    cause: error,
  });
};

const nowServed = async (stageName: string, gateway: Gateway): Promise<string> => {
  try {
    const stage = await gateway.getStage(stageName);
    return stage === undefined
      ? `Stage ${stageName} does not exist any more.`
      : `Stage ${stageName} serves deployment ${stage.deploymentId}${stage.canary === undefined ? "" : `, and has ${canaryText(stage.canary)}`}.`;
  } catch {
    return `It is not known what stage ${stageName} serves now.`;
  }
};
