import type { Gateway } from "../aws/gateway.ts";
import { DARK_TAG } from "../domain/dark-stage.ts";
import { ActionError, asActionError } from "../domain/errors.ts";
import { provenOwner, sameOwner } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import { planText } from "../domain/usage-plan.ts";
import { batches } from "../plan/settings/batches.ts";
import type { DarkStageStep } from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import { judgeRoutes, seenIn } from "./judge-routes.ts";
import type { StepResult } from "./progress.ts";
import { resolve } from "./resolve.ts";

/** The dark stage is made, looked at and removed again, also when the run is cancelled in between. Throws ActionError. */
export const proveOnDarkStage = async (step: DarkStageStep, applying: Applying): Promise<StepResult> => {
  const { progress, prove } = applying;
  const deploymentId = resolve(step.deployment, progress);
  if (step.left !== undefined) await removeLeft(step, step.left, applying);
  let failure: ActionError | undefined;
  try {
    await makeStage(step, deploymentId, applying);
    await prove(step, deploymentId);
  } catch (thrown) {
    failure = asActionError(thrown, `test deployment ${deploymentId} on stage ${step.stageName}`);
  }
  const isOurs = isMarked(step, applying, step.tags[DARK_TAG]);
  const removed = await removeInAnyCase(step, isOurs, applying).catch((thrown: unknown) =>
    asActionError(thrown, `delete stage ${step.stageName}`),
  );
  if (removed instanceof ActionError) throw leftOver(step, failure ?? removed, removed, applying);
  if (failure !== undefined) {
    if (removed === "deleted") progress.darkStage = `Stage ${step.stageName}, which served it first, is removed.`;
    if (failure.code !== "STAGE_QUOTA" || step.isTested) throw failure;
    judgeWithout(step, deploymentId, applying);
    return "done";
  }
  if (removed !== "deleted") throw taken(step);
  return "done";
};

/** Nobody knew beforehand that there is no room for what was to tell the routes, so they are told as without it. */
const judgeWithout = ({ stageName, judgement }: DarkStageStep, deploymentId: string, applying: Applying): void => {
  const { madeRoutes, warnings } = applying.progress;
  warnings.push(
    `There was no room for stage ${stageName}, which was to tell the routes of deployment ${deploymentId}: API Gateway allows no more stages.`,
  );
  if (judgement === undefined) return;
  judgeRoutes(deploymentId, seenIn({ routes: madeRoutes, routesAreOfDraft: true }), judgement, applying);
};

type Removed = "deleted" | "absent" | "not-ours";

const makeStage = async (step: DarkStageStep, deploymentId: string, { gateway, world }: Applying): Promise<void> => {
  const { stageName, target, tags, creation, settings, webAclArn, plans } = step;
  const serves = ({ deploymentId: served }: Pick<Stage, "deploymentId">): void => {
    if (served !== deploymentId) throw taken(step);
  };
  serves(await gateway.createStage({ stageName, deploymentId, tags, writes: creation }));
  world.log.info(`Created stage ${stageName}; it serves deployment ${deploymentId}, and nobody is told of it.`);
  for (const update of batches(settings, gateway.kind)) {
    // To set them twice does no harm.
    serves(await gateway.updateStage(stageName, update, () => false));
  }
  if (webAclArn !== undefined) await gateway.associateWebAcl(stageName, webAclArn);
  for (const { id } of plans) await gateway.joinUsagePlan(id, stageName);
  if (settings.length > 0) world.log.info(`Stage ${stageName} has the settings of stage ${target}.`);
};

type IsMeant = (stage: Pick<Stage, "name" | "tags">) => boolean;

/** By the process that made it: another run's dark stage of the same name is no longer, or not yet, the one that is meant. */
const isMarked = (step: DarkStageStep, { gateway }: Applying, mark: string | undefined): IsMeant => {
  const address = { restApiId: gateway.restApiId, stageName: step.stageName };
  const owner = provenOwner(step.tags, address);
  return ({ tags }) => {
    const found = provenOwner(tags, address);
    return tags[DARK_TAG] === mark && owner !== undefined && found !== undefined && sameOwner(owner, found);
  };
};

const removeInAnyCase = async (step: DarkStageStep, isOurs: IsMeant, applying: Applying): Promise<Removed> => {
  try {
    return await remove(step, idsOf(step), isOurs, applying.gateway, applying);
  } catch (thrown) {
    if (!applying.world.signal.aborted) throw thrown;
    return removeInTime(step, isOurs, applying);
  }
};

const idsOf = ({ plans }: DarkStageStep): readonly string[] => plans.map(({ id }) => id);

/** Milliseconds; a cancelled run has 6.5 s to end. */
const LEAVING = 1500;
const FINISHING = 4000;

/**
 * A usage plan is changed once in 20 s, which a cancelled run does not have. A stage that goes on answering would be worse
 * than the entry of one that is gone: the next dark stage of this name finds it, and takes it out.
 */
const removeInTime = async (step: DarkStageStep, isOurs: IsMeant, applying: Applying): Promise<Removed> => {
  const { finishing, progress } = applying;
  const hasLeft =
    step.plans.length === 0 ||
    (await leavePlans(step, idsOf(step), isOurs, await finishing(LEAVING)).then(
      () => true,
      () => false,
    ));
  const result = await remove(step, [], isOurs, await finishing(FINISHING), applying);
  if (!hasLeft && result === "deleted") {
    progress.warnings.push(
      `Stage ${step.stageName} is deleted, and could not be taken out of its usage plans before, for which a cancelled run has no time: ${step.plans.map(planText).join(", ")} may name it still. The next dark stage of this name takes the entry out with its own.`,
    );
  }
  return result;
};

const leavePlans = async (
  { stageName }: DarkStageStep,
  planIds: readonly string[],
  isMeant: IsMeant,
  gateway: Gateway,
): Promise<void> => {
  for (const id of planIds) await gateway.leaveUsagePlan(id, [stageName], isMeant);
};

const remove = async (
  step: DarkStageStep,
  planIds: readonly string[],
  isMeant: IsMeant,
  gateway: Gateway,
  { world }: Applying,
): Promise<Removed> => {
  const { stageName } = step;
  await leavePlans(step, planIds, isMeant, gateway);
  const result = await gateway.deleteStage(stageName, isMeant);
  if (result === "deleted") world.log.info(`Deleted stage ${stageName}.`);
  return result;
};

const removeLeft = async (
  step: DarkStageStep,
  { mark, plans }: NonNullable<DarkStageStep["left"]>,
  applying: Applying,
): Promise<void> => {
  const result = await remove(step, plans, isMarked(step, applying, mark), applying.gateway, applying);
  if (result === "not-ours") throw taken(step);
};

const taken = ({ stageName, target }: DarkStageStep): ActionError =>
  new ActionError({
    code: "STAGE_CHANGED",
    doing: `test the deployment on stage ${stageName}`,
    happened: `Another run for stage ${target} has removed stage ${stageName} or taken its place, so what was tested there is not known to be this run's.`,
    acted: "no",
  });

const leftOver = (
  { stageName }: DarkStageStep,
  error: ActionError,
  removal: ActionError,
  { progress }: Applying,
): ActionError => {
  progress.darkStage = `Stage ${stageName}, which served it first, may be there still; the next run that needs it removes it, and so does a sweep after an hour.`;
  if (error !== removal) progress.warnings.push(`${removal.message} ${removal.remedy}`);
  return error;
};
