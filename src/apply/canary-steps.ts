import { ActionError, asActionError } from "../domain/errors.ts";
import { type Canary, canaryText, type Stage } from "../domain/stage.ts";
import type { StageWrite } from "../domain/stage-write.ts";
import { CANARY_TAG, intentTag } from "../plan/canary/intent.ts";
import { batches } from "../plan/settings/batches.ts";
import type {
  MarkCanaryStep,
  PromoteCanaryStep,
  RemoveCanaryStep,
  ShiftCanaryStep,
  StartCanaryStep,
} from "../plan/step.ts";
import type { Applying } from "./applying.ts";
import { standing } from "./canary-state.ts";
import type { Progress, StepResult } from "./progress.ts";
import { resolve } from "./resolve.ts";

/**
 * The writes about a canary. Each answer of UpdateStage is the stage as it is now, and must say what was asked for: API
 * Gateway has no conditional update.
 */

const shareOf = (value: number): StageWrite => ({ kind: "canary", member: "percentTraffic", value });

const has = (canary: Canary | undefined, deploymentId: string, percent: number): boolean =>
  canary?.deploymentId === deploymentId && canary.percentTraffic === percent;

/** A share alone would make a canary of the stage's own deployment, so it comes last (recorded behaviour). */
export const startCanary = async (step: StartCanaryStep, applying: Applying): Promise<StepResult> => {
  const { stageName, base, percent, variables, useStageCache } = step;
  const { gateway, progress, world } = applying;
  const deploymentId = resolve(step.deployment, progress);
  const writes: readonly StageWrite[] = [
    { kind: "canary", member: "deploymentId", value: deploymentId },
    ...Object.entries(variables).map(([name, value]) => ({ kind: "canary-variable", name, value }) as const),
    { kind: "canary", member: "useStageCache", value: useStageCache },
  ];
  const calls = batches(writes, gateway.kind, shareOf(percent));
  let stage: Stage | undefined;
  for (const [index, call] of calls.entries()) {
    const share = index === calls.length - 1 ? percent : 0;
    stage = await update(stageName, call, ({ canary }) => has(canary, deploymentId, share), applying);
  }
  verified(
    stage,
    `it serves deployment ${base} and has ${canaryText({ percentTraffic: percent, deploymentId })}`,
    (now) => now.deploymentId === base && has(now.canary, deploymentId, percent),
  );
  world.log.info(
    `Started a canary on stage ${stageName}: ${percent} % of the requests go to deployment ${deploymentId}, the rest to ${base}.`,
  );
  return "done";
};

export const shiftCanary = async (
  { stageName, base, deploymentId, from, to }: ShiftCanaryStep,
  applying: Applying,
): Promise<StepResult> => {
  const isDone = ({ canary }: Stage): boolean => has(canary, deploymentId, to);
  const stage = await update(stageName, [shareOf(to)], isDone, applying);
  verified(
    stage,
    `it serves deployment ${base} and its canary on deployment ${deploymentId} gets ${to} %`,
    (now) => now.deploymentId === base && isDone(now),
  );
  applying.world.log.info(
    `Deployment ${deploymentId} gets ${to} % of the requests to stage ${stageName}; before: ${from} %.`,
  );
  return "done";
};

/**
 * By explicit values, so that it is the deployment that was judged, whatever the canary is on by now. Where API Gateway
 * refuses that, by its own recipe, which copies what the canary has (Developer Guide, "Promote a canary release").
 */
export const promoteCanary = async (step: PromoteCanaryStep, applying: Applying): Promise<StepResult> => {
  const { stageName, deploymentId, from, variables } = step;
  const { progress, world } = applying;
  const isDone = (stage: Stage): boolean =>
    stage.deploymentId === deploymentId &&
    Object.entries(variables).every(([name, value]) => stage.settings.variables[name] === value);
  const stage = await promoteByValues(step, isDone, applying).catch((thrown: unknown) =>
    promoteByCopies(step, thrown, isDone, applying),
  );
  progress.pointedAt = verified(stage, `it serves deployment ${deploymentId} with its variables`, isDone).deploymentId;
  world.log.info(`Completed the canary: stage ${stageName} serves deployment ${deploymentId}; before: ${from}.`);
  return "done";
};

type IsDone = (stage: Stage) => boolean;

const promoteByValues = async (
  { stageName, deploymentId, variables }: PromoteCanaryStep,
  isDone: IsDone,
  applying: Applying,
): Promise<Stage | undefined> => {
  const values = Object.entries(variables).map(([name, value]) => ({ kind: "variable", name, value }) as const);
  let stage: Stage | undefined;
  for (const call of batches<StageWrite>(values, applying.gateway.kind, { kind: "deployment", id: deploymentId })) {
    stage = await update(stageName, call, isDone, applying);
  }
  return stage;
};

const promoteByCopies = async (
  { stageName, deploymentId, variables }: PromoteCanaryStep,
  refusal: unknown,
  isDone: IsDone,
  applying: Applying,
): Promise<Stage> => {
  const { gateway, world } = applying;
  if (!(refusal instanceof ActionError) || refusal.code !== "REJECTED") throw refusal;
  const found = await gateway.getStage(stageName);
  // Without a canary the copies would promote the base onto itself and say that all is well (recorded behaviour).
  if (found?.canary?.deploymentId !== deploymentId) throw refusal;
  world.log.info(
    `API Gateway refuses explicit values (${refusal.happened}); its own recipe copies what the canary has.`,
  );
  const copies: readonly StageWrite[] = [
    shareOf(0),
    ...(Object.keys(variables).length === 0 ? [] : [{ kind: "canary-to-stage", what: "variables" } as const]),
    { kind: "canary-to-stage", what: "deployment" },
  ];
  return update(stageName, copies, isDone, applying);
};

/**
 * A canary that is gone already is what was wanted. Where the stage serves something else by then, somebody has pointed it;
 * that is none of the affairs of who means the canary alone.
 */
export const removeCanary = async (step: RemoveCanaryStep, applying: Applying): Promise<StepResult> => {
  const { stageName, serves, only } = step;
  if (!(await isMeant(step, applying))) return "not-ours";
  const isDone = ({ canary }: Stage): boolean => canary === undefined;
  const stage = await update(stageName, [{ kind: "no-canary" }], isDone, applying).catch((thrown: unknown) =>
    goneAlready(stageName, thrown, applying),
  );
  const now = verified(
    stage,
    only === undefined ? `it serves deployment ${serves} and has no canary any more` : "it has no canary any more",
    (one) => isDone(one) && (only !== undefined || one.deploymentId === serves),
  );
  applying.world.log.info(`Took the canary off stage ${stageName}; all requests go to deployment ${now.deploymentId}.`);
  return "done";
};

const isMeant = async ({ stageName, only }: RemoveCanaryStep, { gateway }: Applying): Promise<boolean> => {
  if (only === undefined) return true;
  const stage = await gateway.getStage(stageName);
  return stage?.canary?.deploymentId === only.deploymentId && stage.tags[CANARY_TAG] === only.tag;
};

const goneAlready = async (stageName: string, thrown: unknown, { gateway, progress }: Applying): Promise<Stage> => {
  if (!(thrown instanceof ActionError) || thrown.code !== "REJECTED") throw thrown;
  const stage = await gateway.getStage(stageName);
  if (stage === undefined || stage.canary !== undefined) throw thrown;
  progress.stage = stage;
  return stage;
};

/** What it explains is there all the same: the stage is the truth. */
export const markCanary = async (
  { stageName, intent }: MarkCanaryStep,
  { gateway, progress, world }: Applying,
): Promise<StepResult> => {
  // It explains the canary that is there still.
  if (intent === undefined && stays(stageName, progress)) return "not-ours";
  try {
    if (intent === undefined) await gateway.tagStage(stageName, {}, [CANARY_TAG]);
    else {
      const { deployment, since, ...rest } = intent;
      const canary = resolve(deployment, progress);
      const meant = { ...rest, canary, since: since === "now" ? world.clock.now() : since };
      await gateway.tagStage(stageName, intentTag(meant, { restApiId: gateway.restApiId, stageName }), []);
    }
  } catch (thrown) {
    const { message, remedy } = asActionError(thrown, `mark the canary of stage ${stageName}`);
    progress.warnings.push(
      intent === undefined
        ? `The tag that explained the canary could not be taken off stage ${stageName}: ${message} ${remedy} It does no harm; a later run tries again.`
        : `The tag that explains the canary could not be written: ${message} ${remedy} Until it can, runs take the canary for somebody else's: to end it or to set its share, give deployment-id with the canary's deployment beside canary-percent.`,
    );
  }
  return "done";
};

const stays = (stageName: string, { taken }: Progress): boolean =>
  taken.some(({ step, result }) => step.kind === "remove-canary" && step.stageName === stageName && result !== "done");

const update = async (
  stageName: string,
  call: readonly StageWrite[],
  isDone: IsDone,
  { gateway, progress }: Applying,
): Promise<Stage> => {
  const stage = await gateway.updateStage(stageName, call, isDone);
  progress.stage = stage;
  progress.settingsChanged = true;
  return stage;
};

const verified = (stage: Stage | undefined, what: string, isSo: IsDone): Stage => {
  if (stage !== undefined && isSo(stage)) return stage;
  const canary = stage?.canary;
  throw new ActionError({
    code: "CANARY_CHANGED",
    doing: `verify of stage ${stage?.name} that ${what}`,
    happened: `API Gateway accepted the request, but says that the stage serves deployment ${stage?.deploymentId} and ${canary === undefined ? "has no canary" : `has ${canaryText(canary)}`}. Somebody else changed it at the same time.`,
    acted: "yes",
    ...(stage === undefined ? {} : { state: standing(stage.name, stage.deploymentId, stage.canary) }),
  });
};
