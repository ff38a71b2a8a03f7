import { putStage } from "../data-plane/propagation.ts";
import { checkUnmapped } from "../domain-name.ts";
import type { CanarySettings, Operation, RestApi, Stage, World } from "../model.ts";
import { conflict } from "../service-error.ts";
import { cacheClusterStatus, flushCache, setCacheClusterEnabled, setCacheClusterSize } from "./cache.ts";
import { type CanaryInput, canaryFrom } from "./canary.ts";
import { requireRestApi, requireStage } from "./identifiers.ts";
import { patchesOf } from "./patch.ts";
import { patchedStage } from "./stage-patch.ts";
import {
  checkDeploymentExists,
  checkDocumentationVersionExists,
  checkStageName,
  checkStageQuota,
  checkVariables,
} from "./stage-rules.ts";
import { checkTags } from "./tag-rules.ts";
import { leavePlans } from "./usage-plan-rules.ts";

/** What a creating call can say about a stage; CreateDeployment says it under names of its own. */
export type NewStage = {
  readonly stageName: string;
  readonly description?: string;
  readonly cacheClusterEnabled?: boolean;
  readonly cacheClusterSize?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly documentationVersion?: string;
  readonly canarySettings?: CanaryInput;
  readonly tracingEnabled?: boolean;
  readonly tags?: Readonly<Record<string, string>>;
};

/**
 * A stage that is not yet the API's, on a deployment that the caller answers for. Nothing changes.
 *
 * @throws ServiceError 400, and 429 LimitExceededException at the quota
 */
export const newStage = (world: World, api: RestApi, input: NewStage, deploymentId: string): Stage => {
  checkStageName(input.stageName);
  checkVariables(input.variables);
  checkTags(input.tags ?? {});
  if (input.documentationVersion) checkDocumentationVersionExists(api, input.documentationVersion);
  checkStageQuota(api, world);
  const now = world.clock.now();
  const stage: Stage = {
    stageName: input.stageName,
    deploymentId,
    ...(input.description ? { description: input.description } : {}),
    cacheClusterEnabled: false,
    methodSettings: {},
    ...mapMember("variables", input.variables),
    ...(input.documentationVersion ? { documentationVersion: input.documentationVersion } : {}),
    tracingEnabled: input.tracingEnabled ?? false,
    ...mapMember("tags", input.tags),
    createdDate: now,
    lastUpdatedDate: now,
  };
  if (input.canarySettings) stage.canarySettings = newCanary(api, input.canarySettings);
  if (input.cacheClusterSize !== undefined) setCacheClusterSize(stage, input.cacheClusterSize, world);
  setCacheClusterEnabled(stage, input.cacheClusterEnabled ?? false, world);
  return stage;
};

const newCanary = (api: RestApi, input: CanaryInput): CanarySettings => {
  const deploymentId = input.deploymentId ?? "";
  checkDeploymentExists(api, deploymentId);
  return canaryFrom(input, deploymentId);
};

const mapMember = <Name extends string>(
  name: Name,
  map: Readonly<Record<string, string>> | undefined,
): { [member in Name]?: Record<string, string> } =>
  (map && Object.keys(map).length > 0 ? { [name]: { ...map } } : {}) as { [member in Name]?: Record<string, string> };

/** The Stage shape. Members that are not set are absent (recorded behaviour). */
const stageAnswer = (stage: Stage, world: World): Record<string, unknown> => {
  const { cacheSettlesAt, cacheFlushEndsAt, previously, tags, ...members } = stage;
  return structuredClone({
    ...members,
    cacheClusterStatus: cacheClusterStatus(stage, world),
    ...mapMember("tags", tags),
  });
};

const createStage: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  if (api.stages.has(input.stageName)) throw conflict("Stage already exists");
  checkDeploymentExists(api, input.deploymentId);
  const stage = newStage(world, api, input, input.deploymentId);
  putStage(world, api, stage);
  return stageAnswer(stage, world);
};

const getStage: Operation = (input, world) =>
  stageAnswer(requireStage(requireRestApi(world, input.restApiId), input.stageName), world);

const getStages: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const stages = [...api.stages.values()].filter(
    (stage) => input.deploymentId === undefined || stage.deploymentId === input.deploymentId,
  );
  return { item: stages.map((stage) => stageAnswer(stage, world)) };
};

const updateStage: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const patched = patchedStage(world, api, requireStage(api, input.stageName), patchesOf(input));
  patched.lastUpdatedDate = world.clock.now();
  putStage(world, api, patched);
  return stageAnswer(patched, world);
};

/** A usage plan does not hold a stage back; for its entry see `World.planEntriesGoWithStages`. */
const deleteStage: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const { stageName } = requireStage(api, input.stageName);
  checkUnmapped(world, api.id, stageName);
  api.stages.delete(stageName);
  if (world.planEntriesGoWithStages) leavePlans(world, { apiId: api.id, stage: stageName });
};

const flushStageCache: Operation = (input, world) => {
  flushCache(requireStage(requireRestApi(world, input.restApiId), input.stageName), world);
};

/** Authorizers of the simulator remember nothing, so there is nothing to forget. */
const flushStageAuthorizersCache: Operation = (input, world) => {
  requireStage(requireRestApi(world, input.restApiId), input.stageName);
};

export const stageOperations: Record<string, Operation> = {
  CreateStage: createStage,
  GetStage: getStage,
  GetStages: getStages,
  UpdateStage: updateStage,
  DeleteStage: deleteStage,
  FlushStageCache: flushStageCache,
  FlushStageAuthorizersCache: flushStageAuthorizersCache,
};
