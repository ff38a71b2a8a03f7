import { ActionError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import type { Stage } from "../plan/observed.ts";
import { provenOwner, sameOwner } from "../plan/ownership.ts";
import type { DeploymentRef, Plan, Step } from "../plan/plan.ts";

/** How far a plan was carried out. */
export type Progress = {
  /** The deployment that this run made. */
  made: string | undefined;
  /** The deployment that the stage serves since this run pointed it. */
  pointedAt: string | undefined;
};

export type Applied = { readonly deploymentId: string; readonly previousDeploymentId: string | undefined };

/**
 * Carries the plan out, step by step. Throws an ActionError that says how far it came; `progress` tells the same as it
 * goes, for those who must report while a step is still under way.
 */
export const apply = async (
  plan: Plan,
  gateway: Gateway,
  progress: Progress,
  log: (line: string) => void,
): Promise<Applied> => {
  try {
    for (const step of plan.steps) await carryOut(step, plan, gateway, progress, log);
  } catch (thrown) {
    if (thrown instanceof ActionError) throw thrown.withState(stateOf(plan, progress, thrown));
    throw thrown;
  }
  return { deploymentId: resolve(plan.deployment, progress), previousDeploymentId: plan.serves };
};

const carryOut = async (
  step: Step,
  plan: Plan,
  gateway: Gateway,
  progress: Progress,
  log: (line: string) => void,
): Promise<void> => {
  switch (step.kind) {
    case "create-deployment": {
      progress.made = (await gateway.createDeployment(step.description)).id;
      log(`Created deployment ${progress.made}.`);
      return;
    }
    case "create-stage": {
      const deploymentId = resolve(step.deployment, progress);
      const stage = await createOrTakeStage(step, plan.restApiId, deploymentId, gateway);
      progress.pointedAt = verified(stage, deploymentId, step);
      log(`Created stage ${step.stageName}; it serves deployment ${deploymentId}.`);
      return;
    }
    case "point-stage": {
      const deploymentId = resolve(step.deployment, progress);
      const stage = await gateway.pointStage(step.stageName, deploymentId);
      progress.pointedAt = verified(stage, deploymentId, step);
      log(`Pointed stage ${step.stageName} at deployment ${deploymentId}; before: ${step.from}.`);
      return;
    }
  }
};

const resolve = (deployment: DeploymentRef, progress: Progress): string => {
  const id = deployment.kind === "existing" ? deployment.id : progress.made;
  if (id === undefined) throw new Error("the plan uses a deployment before making it");
  return id;
};

/** Another run of the same pull request may have created the stage since it was looked for: then it is ours to point. */
const createOrTakeStage = async (
  step: Extract<Step, { kind: "create-stage" }>,
  restApiId: string,
  deploymentId: string,
  gateway: Gateway,
): Promise<Stage> => {
  const { stageName, tags } = step;
  try {
    return await gateway.createStage({ stageName, deploymentId, tags });
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== "STAGE_CHANGED") throw thrown;
    const stage = await gateway.getStage(stageName);
    const address = { restApiId, stageName };
    const wanted = provenOwner(tags, address);
    const found = stage && provenOwner(stage.tags, address);
    if (wanted === undefined || found === undefined || !sameOwner(wanted, found)) throw thrown;
    return gateway.pointStage(stageName, deploymentId);
  }
};

const verified = (stage: Stage, deploymentId: string, step: Step): string => {
  if (stage.deploymentId === deploymentId) return deploymentId;
  throw new ActionError({
    code: "STAGE_CHANGED",
    doing: `verify that stage ${stage.name} serves deployment ${deploymentId}`,
    happened: `API Gateway accepted the request to ${step.kind === "create-stage" ? "create" : "point"} the stage, but says that it serves deployment ${stage.deploymentId}.`,
    acted: "yes",
  });
};

type Failure = { readonly acted: ActionError["acted"] };

/** Whether the failed request was the one that points the stage, and may have got through. */
const mayHavePointed = (plan: Plan, progress: Progress, failure: Failure): boolean =>
  failure.acted !== "no" && (progress.made !== undefined || plan.deployment.kind === "existing");

/** Whether a caller of the API could notice what a failed run did. */
export const seenByCallers = (plan: Plan, progress: Progress, failure: Failure): boolean =>
  progress.pointedAt !== undefined || mayHavePointed(plan, progress, failure);

/** What state a failed run leaves, in sentences. */
export const stateOf = (plan: Plan, progress: Progress, failure: Failure): string => {
  const { stageName } = plan;
  if (progress.pointedAt !== undefined) return `Stage ${stageName} was pointed at deployment ${progress.pointedAt}.`;
  const leftOver =
    progress.made === undefined
      ? ""
      : ` Deployment ${progress.made} was created and no stage serves it; running this job again uses it.`;
  if (mayHavePointed(plan, progress, failure)) {
    return `It is not known whether stage ${stageName} was changed.${leftOver}`;
  }
  return plan.serves === undefined
    ? `Stage ${stageName} was not created.${leftOver}`
    : `Stage ${stageName} still serves deployment ${plan.serves}; callers notice nothing.${leftOver}`;
};
