import { ActionError } from "../domain/errors.ts";
import { provenOwner, sameOwner } from "../domain/owner.ts";
import type { PatchOperation } from "../domain/patch.ts";
import type { Routes } from "../domain/route.ts";
import type { Compared, Stage } from "../domain/stage.ts";
import type { FailOn } from "../inputs/fail-on.ts";
import type {
  CreateDeploymentStep,
  CreateStageStep,
  DeploymentRef,
  ImportStep,
  Plan,
  Step,
  UpdateStageStep,
} from "../plan/plan.ts";
import { diffRoutes } from "../plan/routes/diff.ts";
import { refuseRoutes } from "../plan/routes/fail-on.ts";
import { batches } from "../plan/settings/batches.ts";
import { importAndDeploy, type Making } from "./make-deployment.ts";
import { type Progress, stateOf } from "./progress.ts";

/** What a plan is carried out with. */
export type Applying = Making & {
  /** What the new deployment's routes are compared with before the stage is pointed at it. */
  readonly compared: Compared | undefined;
  readonly failOn: readonly FailOn[];
  /** Whether anybody wants to know the routes. */
  readonly compareRoutes: boolean;
  /** What would still have to be sent for the stage to have the settings that are declared for it. */
  readonly settingsLeft: (stage: Stage) => readonly PatchOperation[];
  /** Throws when it turns out that the stage must not be pointed after all. */
  readonly beforePointing: () => Promise<void>;
};

/**
 * Carries the plan out, step by step. Throws an ActionError that says how far it came; `progress` tells the same as it
 * goes. Answers the stage as the service showed it last; `undefined` when no step was about the stage.
 */
export const apply = async (plan: Plan, applying: Applying): Promise<Stage | undefined> => {
  try {
    await makeDeployment(plan, applying);
    if (plan.steps.length > 0) await applying.beforePointing();
    let stage: Stage | undefined;
    for (const [index, step] of plan.steps.entries()) {
      stage = (await carryOut(step, applying)) ?? stage;
      applying.progress.stepsDone = index + 1;
    }
    return stage;
  } catch (thrown) {
    if (thrown instanceof ActionError) throw thrown.withState(stateOf(plan, applying.progress, thrown));
    throw thrown;
  }
};

/** Make and check; pointing comes after. */
const makeDeployment = async ({ steps, deployment }: Plan, applying: Applying): Promise<void> => {
  const { gateway, progress, log } = applying;
  const create = steps.find((step): step is CreateDeploymentStep => step.kind === "create-deployment");
  // A run that had to make room first comes here twice.
  if (create === undefined || deployment.kind === "existing" || progress.made !== undefined) return;
  const importing = steps.find((step): step is ImportStep => step.kind === "import-definition");
  if (importing !== undefined) {
    judgeRoutes(await importAndDeploy(importing, create, applying), applying);
    return;
  }
  progress.made = (await gateway.createDeployment(create.description)).id;
  log(`Created deployment ${progress.made}.`);
  if (!applying.compareRoutes) return;
  judgeRoutes((await gateway.getDeployment(progress.made, true))?.routes ?? new Map(), applying);
};

/** The last moment at which what callers would lose can be stopped. */
const judgeRoutes = (routes: Routes, { compared, failOn, progress }: Applying): void => {
  if (compared === undefined) return;
  progress.routes = diffRoutes(compared.routes, routes);
  const refusal = refuseRoutes(progress.routes, failOn);
  if (refusal === undefined) return;
  const { refused, ...facts } = refusal;
  throw new ActionError({ code: refused, doing: "point the stage at the new deployment", ...facts, acted: "no" });
};

const carryOut = async (step: Step, applying: Applying): Promise<Stage | undefined> => {
  switch (step.kind) {
    case "import-definition":
    case "create-deployment":
      return undefined;
    case "create-stage":
      return createStage(step, applying);
    case "update-stage":
      return updateStage(step, applying);
    case "tag-stage":
      await applying.gateway.tagStage(step.stageName, step.set, step.remove);
      applying.progress.settingsChanged = true;
      applying.log(`Changed the tags of stage ${step.stageName}.`);
      return undefined;
  }
};

const resolve = (deployment: DeploymentRef, progress: Progress): string => {
  const id = deployment.kind === "existing" ? deployment.id : progress.made;
  if (id === undefined) throw new Error("the plan uses a deployment before making it");
  return id;
};

const createStage = async (step: CreateStageStep, applying: Applying): Promise<Stage> => {
  const { progress, log } = applying;
  const deploymentId = resolve(step.deployment, progress);
  const stage = await createOrTakeStage(step, deploymentId, applying);
  progress.pointedAt = verified(stage, deploymentId);
  log(`Created stage ${step.stageName}; it serves deployment ${deploymentId}.`);
  return stage;
};

/** Another run of the same pull request may have created the stage since it was looked for: then it is ours to point. */
const createOrTakeStage = async (
  { stageName, tags, creation }: CreateStageStep,
  deploymentId: string,
  applying: Applying,
): Promise<Stage> => {
  const { gateway, restApiId, settingsLeft } = applying;
  try {
    return await gateway.createStage({ ...creation, stageName, deploymentId, tags });
  } catch (thrown) {
    if (!(thrown instanceof ActionError) || thrown.code !== "STAGE_CHANGED") throw thrown;
    const stage = await gateway.getStage(stageName);
    const address = { restApiId, stageName };
    const wanted = provenOwner(tags, address);
    const found = stage && provenOwner(stage.tags, address);
    if (stage === undefined || wanted === undefined || found === undefined || !sameOwner(wanted, found)) throw thrown;
    return (await patchStage(stageName, settingsLeft(stage), deploymentId, applying)) ?? stage;
  }
};

const pointer = (deploymentId: string) => ({ op: "replace", path: "/deploymentId", value: deploymentId }) as const;

/** In as many calls as it takes, the pointer last. Answers the stage after the last; `undefined` when there was nothing to send. */
const patchStage = async (
  stageName: string,
  patch: readonly PatchOperation[],
  deploymentId: string | undefined,
  { gateway, progress, settingsLeft }: Applying,
): Promise<Stage | undefined> => {
  let stage: Stage | undefined;
  for (const call of batches(patch, deploymentId === undefined ? undefined : pointer(deploymentId))) {
    stage = await gateway.updateStage(stageName, call, (now) => tookEffect(call, now, settingsLeft(now)));
    progress.settingsChanged ||= patch.length > 0;
  }
  return stage;
};

/** A removal must not be sent twice: API Gateway refuses to remove what is not there. */
const tookEffect = (call: readonly PatchOperation[], stage: Stage, left: readonly PatchOperation[]): boolean =>
  call.every(({ op, path, value }) =>
    path === "/deploymentId"
      ? stage.deploymentId === value
      : !left.some((other) => other.op === op && other.path === path && other.value === value),
  );

const updateStage = async (step: UpdateStageStep, applying: Applying): Promise<Stage | undefined> => {
  const { progress, log } = applying;
  const deploymentId = step.deployment && resolve(step.deployment, progress);
  const stage = await patchStage(step.stageName, step.patch, deploymentId, applying);
  if (deploymentId === undefined || stage === undefined) {
    log(`Changed the settings of stage ${step.stageName}.`);
    return stage;
  }
  progress.pointedAt = verified(stage, deploymentId);
  log(`Pointed stage ${step.stageName} at deployment ${deploymentId}; before: ${step.from}.`);
  return stage;
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
