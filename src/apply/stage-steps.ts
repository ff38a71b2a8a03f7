import { ActionError, asActionError } from "../domain/errors.ts";
import { provenOwner, sameOwner } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import { isSameWrite, type PointerWrite, type SettingWrite, type StageWrite } from "../domain/stage-write.ts";
import { runTag } from "../plan/done-before.ts";
import { afterPointing, historyTag } from "../plan/history.ts";
import { appliedTag, OF_OTHERS } from "../plan/settings/applied.ts";
import { batches } from "../plan/settings/batches.ts";
import type {
  Alternative,
  CreateStageStep,
  KeepHistoryStep,
  PublishDocumentationStep,
  TagStageStep,
  UpdateStageStep,
} from "../plan/step.ts";
import type { Applying, TakeStep } from "./applying.ts";
import type { StepResult } from "./progress.ts";
import { resolve } from "./resolve.ts";
import { quotaFacts } from "./stage-quota.ts";

/** Whether there is room is known to nobody but the service, and the plan says what comes when there is none. */
export const createStage = async (
  step: CreateStageStep,
  applying: Applying,
  takeStep: TakeStep,
): Promise<StepResult> => {
  try {
    return await createStageOnce(step, applying);
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== "STAGE_QUOTA") throw thrown;
    const { happened, remedy } = thrown;
    await makeRoom(step.ifFull ?? { kind: "fail", happened, remedy }, thrown, applying, takeStep);
    return applying.progress.skipped ? "done" : createStageOnce(step, applying);
  }
};

const makeRoom = async (
  alternative: Alternative,
  full: ActionError,
  applying: Applying,
  takeStep: TakeStep,
): Promise<void> => {
  const { progress } = applying;
  switch (alternative.kind) {
    case "fail": {
      const { used, raise } = await quotaFacts(applying);
      throw new ActionError({
        code: full.code,
        doing: full.doing,
        happened: lines(alternative.happened, used),
        acted: full.acted,
        remedy: lines(alternative.remedy, raise),
        cause: full,
      });
    }
    case "skip": {
      const { used, raise } = await quotaFacts(applying);
      progress.skipped = true;
      progress.notes.push(...alternative.notes, ...[used, raise].filter((text) => text !== ""));
      return;
    }
    case "evict":
      progress.notes.push(alternative.because);
      for (const step of alternative.steps) await takeStep(step, applying);
  }
};

const lines = (...texts: readonly string[]): string => texts.filter((text) => text !== "").join("\n");

const createStageOnce = async (step: CreateStageStep, applying: Applying): Promise<StepResult> => {
  const { progress, world } = applying;
  const deploymentId = resolve(step.deployment, progress);
  progress.stage = await createOrTakeStage(step, deploymentId, applying);
  progress.pointedAt = verified(progress.stage, deploymentId);
  world.log.info(`Created stage ${step.stageName}; it serves deployment ${deploymentId}.`);
  return "done";
};

/** Another run of the same pull request may have created the stage since it was looked for: then it is ours to point. */
const createOrTakeStage = async (
  { stageName, tags, writes }: CreateStageStep,
  deploymentId: string,
  applying: Applying,
): Promise<Stage> => {
  const { gateway, settingsLeft } = applying;
  try {
    return await gateway.createStage({ stageName, deploymentId, tags, writes });
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== "STAGE_CHANGED") throw thrown;
    const stage = await gateway.getStage(stageName);
    const address = { restApiId: gateway.restApiId, stageName };
    const wanted = provenOwner(tags, address);
    const found = stage && provenOwner(stage.tags, address);
    if (stage === undefined || wanted === undefined || found === undefined || !sameOwner(wanted, found)) throw thrown;
    return (await writeStage(stageName, settingsLeft(stage), deploymentId, applying)) ?? stage;
  }
};

const pointer = (id: string): PointerWrite => ({ kind: "deployment", id });

/** In as many updates as it takes, the pointer last. Answers the stage after the last; `undefined` when there was nothing to send. */
const writeStage = async (
  stageName: string,
  writes: readonly SettingWrite[],
  deploymentId: string | undefined,
  { gateway, progress, settingsLeft }: Applying,
): Promise<Stage | undefined> => {
  let stage: Stage | undefined;
  const last = deploymentId === undefined ? undefined : pointer(deploymentId);
  for (const update of batches<StageWrite>(writes, gateway.kind, last)) {
    stage = await gateway.updateStage(stageName, update, (now) => tookEffect(update, now, settingsLeft(now)));
    progress.settingsChanged ||= writes.length > 0;
  }
  return stage;
};

/** A removal must not be sent twice: API Gateway refuses to remove what is not there. */
const tookEffect = (update: readonly StageWrite[], stage: Stage, left: readonly SettingWrite[]): boolean =>
  update.every((write) =>
    write.kind === "deployment" ? stage.deploymentId === write.id : !left.some((other) => isSameWrite(other, write)),
  );

export const updateStage = async (step: UpdateStageStep, applying: Applying): Promise<StepResult> => {
  const { progress, world } = applying;
  const deploymentId = step.deployment && resolve(step.deployment, progress);
  const stage = await writeStage(step.stageName, step.writes, deploymentId, applying);
  progress.stage = stage ?? progress.stage;
  // What this run has pointed must be so still when its settings follow.
  const expected = deploymentId ?? progress.pointedAt;
  if (stage !== undefined && expected !== undefined) {
    progress.pointedAt &&= stage.deploymentId;
    progress.pointedAt = verified(stage, expected);
  }
  if (deploymentId === undefined || stage === undefined) {
    world.log.info(`Changed the settings of stage ${step.stageName}.`);
    return "done";
  }
  const before = step.from === undefined ? "" : `; before: ${step.from}`;
  world.log.info(`Pointed stage ${step.stageName} at deployment ${deploymentId}${before}.`);
  return "done";
};

export const publishDocumentation = async (
  { version }: PublishDocumentationStep,
  { gateway, world }: Applying,
): Promise<StepResult> => {
  await gateway.publishDocumentation(version);
  world.log.info(`Published documentation version ${version} of what the draft holds.`);
  return "done";
};

export const tagStage = async (
  { stageName, set, remove }: TagStageStep,
  { gateway, progress, world }: Applying,
): Promise<StepResult> => {
  await gateway.tagStage(stageName, set, remove);
  progress.settingsChanged = true;
  world.log.info(`Changed the tags of stage ${stageName}.`);
  return "done";
};

/** Without the permission to tag, records and markers still tell what the stage served. */
export const keepHistory = async (
  { stageName, before, deployment, previous, rollback, settings, doneBy }: KeepHistoryStep,
  { gateway, progress, world, settingsLeft }: Applying,
): Promise<StepResult> => {
  const deploymentId = resolve(deployment, progress);
  const at = world.clock.now();
  const entries = afterPointing(progress.history ?? before, {
    deploymentId,
    previousDeploymentId: previous && resolve(previous, progress),
    rollback,
    at,
  });
  progress.history = entries;
  try {
    const address = { restApiId: gateway.restApiId, stageName };
    const done = doneBy === undefined ? {} : runTag(doneBy, deploymentId, address);
    const isAsDeclared = progress.stage !== undefined && settingsLeft(progress.stage).length === 0;
    const applied = settings === undefined ? {} : appliedTag(isAsDeclared ? settings : OF_OTHERS, at, address);
    await gateway.tagStage(stageName, { ...historyTag(entries, address), ...applied, ...done }, []);
  } catch (thrown) {
    const error = asActionError(thrown, "keep the stage's history");
    progress.warnings.push(`The stage's history could not be kept in its tags: ${error.message} ${error.remedy}`);
  }
  return "done";
};

const verified = (stage: Stage, deploymentId: string): string => {
  if (stage.deploymentId === deploymentId) return deploymentId;
  throw new ActionError({
    code: "STAGE_CHANGED",
    doing: `verify that stage ${stage.name} serves deployment ${deploymentId}`,
    happened: `API Gateway accepted the request, but says that the stage serves deployment ${stage.deploymentId}.`,
    acted: "yes",
  });
};
