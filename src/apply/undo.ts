import { byHand } from "../domain/api-kind.ts";
import { ActionError } from "../domain/errors.ts";
import { canaryText, type Stage } from "../domain/stage.ts";
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
    if (error !== undefined && step.kind === "remove-canary") {
      if (!isWithoutCanary(error, progress)) throw await abortFailed(step, failure, error, applying);
      progress.warnings.push(error.message);
    }
  }
  progress.rolledBack = true;
  const back = steps.find((step) => step.kind === "update-stage");
  if (back !== undefined) world.log.info(`Pointed stage ${back.stageName} back at deployment ${progress.pointedAt}.`);
};

/** The canary is gone, which was to be done; that somebody has pointed the stage meanwhile is told beside it. */
const isWithoutCanary = ({ code }: ActionError, { stage }: Applying["progress"]): boolean =>
  code === "CANARY_CHANGED" && stage !== undefined && stage.canary === undefined;

const rollbackFailed = async (
  { stageName, deployment }: UpdateStageStep,
  failure: string,
  error: ActionError,
  applying: Applying,
): Promise<ActionError> => {
  const { restApiId, kind } = applying.gateway;
  const deploymentId = deployment?.kind === "existing" ? deployment.id : "";
  const now = await lookAgain(stageName, applying);
  const address = { api: restApiId, stage: stageName, deployment: deploymentId };
  const anew = byHand(kind, "create-stage", address);
  const mend = byHand(kind, "point-stage", address);
  return new ActionError({
    code: "ROLLBACK_FAILED",
    doing: `point stage ${stageName} of API ${restApiId} back at deployment ${deploymentId}`,
    happened: `${failure}\nPointing it back failed too: ${error.message}`,
    acted: "unknown",
    state: stateNow(stageName, now),
    remedy:
      now.kind === "gone"
        ? `Somebody deleted the stage meanwhile. If that was a mistake, make it anew, and give it its settings and tags:\n  ${anew}`
        : `Point the stage back by hand:\n  ${mend}`,
    cause: error,
  });
};

const abortFailed = async (
  { stageName }: RemoveCanaryStep,
  failure: string,
  error: ActionError,
  applying: Applying,
): Promise<ActionError> => {
  const { restApiId } = applying.gateway;
  const now = await lookAgain(stageName, applying);
  return new ActionError({
    code: "ROLLBACK_FAILED",
    doing: `take the canary off stage ${stageName} of API ${restApiId}`,
    happened: `${failure}\nTaking the canary away failed too: ${error.message}`,
    acted: "unknown",
    state: stateNow(stageName, now),
    remedy:
      now.kind === "gone"
        ? "Somebody deleted the stage meanwhile, and its canary with it. If that was a mistake, make the stage anew."
        : `Take the canary away by hand:\n  ${abortCommand(restApiId, stageName)}`,
    cause: error,
  });
};

type Now = { readonly kind: "there"; readonly stage: Stage } | { readonly kind: "gone" } | { readonly kind: "unknown" };

const lookAgain = async (stageName: string, { gateway, progress }: Applying): Promise<Now> => {
  try {
    const stage = await gateway.getStage(stageName);
    progress.found = { stage };
    return stage === undefined ? { kind: "gone" } : { kind: "there", stage };
  } catch {
    return { kind: "unknown" };
  }
};

const stateNow = (stageName: string, now: Now): string => {
  if (now.kind === "gone") return `Stage ${stageName} does not exist any more.`;
  if (now.kind === "unknown") return `It is not known what stage ${stageName} serves now.`;
  const { deploymentId, canary } = now.stage;
  return `Stage ${stageName} serves deployment ${deploymentId}${canary === undefined ? "" : `, and has ${canaryText(canary)}`}.`;
};
