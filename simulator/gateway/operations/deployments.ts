import { createHash } from "node:crypto";
import { putStage } from "../data-plane/propagation.ts";
import type { Definition, Deployment, Method, Operation, RestApi, Stage, World } from "../model.ts";
import { badRequest } from "../service-error.ts";
import { type CanaryInput, canaryFrom } from "./canary.ts";
import { requireDeployment, requireRestApi } from "./identifiers.ts";
import { pageOf } from "./pages.ts";
import { patchesOf, patchValue } from "./patch.ts";
import { newStage } from "./stages.ts";

/**
 * Freezes the draft. With a `stageName` the stage is pointed at the result: one that exists keeps everything else it
 * has, one that does not is made from the members about the stage. With `canarySettings` the stage keeps its own
 * deployment too, and its canary gets the new one.
 */
const createDeployment: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const stage: Stage | undefined = input.stageName ? api.stages.get(input.stageName) : undefined;
  if (input.canarySettings) checkCanaryDeployment(input.stageName, stage);
  else if (stage?.canarySettings) {
    throw badRequest(
      `Invalid deployment content specified.Non canary deployment not supported on stage ${stage.stageName} because Canary is enabled. Provide CanarySettings in deploymentInput.`,
    );
  }
  checkDeployable(api);
  const deployment: Deployment = {
    id: world.newId(6),
    ...(input.description ? { description: input.description } : {}),
    createdDate: world.clock.now(),
    definition: structuredClone(api.draft),
  };
  const pointed = input.stageName ? pointedStage(world, api, stage, input, deployment.id) : undefined;
  api.deployments.set(deployment.id, deployment);
  if (pointed) putStage(world, api, pointed);
  return deploymentAnswer(deployment);
};

/** Recorded behaviour, a blank missing after the first sentence. */
const checkCanaryDeployment = (stageName: string | undefined, stage: Stage | undefined): void => {
  const refused = "Invalid deployment content specified.";
  if (!stageName) {
    throw badRequest(
      `${refused}Non null and non empty stageName must be provided for canary deployment. Provided value is ${stageName ?? null}`,
    );
  }
  if (!stage) {
    throw badRequest(`${refused}Stage ${stageName} must already be created before making a canary release deployment`);
  }
};

const checkDeployable = (api: RestApi): void => {
  const methods = methodsOf(api.draft);
  if (methods.length === 0) throw badRequest("The REST API doesn't contain any methods");
  if (methods.some(({ methodIntegration }) => methodIntegration === undefined)) {
    throw badRequest("No integration defined for method");
  }
  if (api.endpointConfiguration.types.includes("PRIVATE") && api.draft.policy === undefined) {
    throw badRequest("Private REST API doesn't have a resource policy attached to it");
  }
};

const methodsOf = (definition: Definition): Method[] =>
  [...definition.resources.values()].flatMap(({ methods }) => [...methods.values()]);

type StageInput = {
  readonly stageName: string;
  readonly stageDescription?: string;
  readonly cacheClusterEnabled?: boolean;
  readonly cacheClusterSize?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly tracingEnabled?: boolean;
  readonly canarySettings?: CanaryInput;
};

const pointedStage = (
  world: World,
  api: RestApi,
  stage: Stage | undefined,
  input: StageInput,
  deploymentId: string,
): Stage => {
  if (!stage) {
    const { stageDescription, canarySettings, ...members } = input;
    return newStage(
      world,
      api,
      { ...members, ...(stageDescription ? { description: stageDescription } : {}) },
      deploymentId,
    );
  }
  const lastUpdatedDate = world.clock.now();
  return input.canarySettings
    ? { ...stage, canarySettings: canaryFrom(input.canarySettings, deploymentId), lastUpdatedDate }
    : { ...stage, deploymentId, lastUpdatedDate };
};

const deploymentAnswer = ({ id, description, createdDate }: Deployment): Record<string, unknown> => ({
  id,
  ...(description === undefined ? {} : { description }),
  createdDate,
});

const getDeployment: Operation = (input, world) => {
  const deployment = requireDeployment(requireRestApi(world, input.restApiId), input.deploymentId);
  const embed: readonly string[] = input.embed ?? [];
  return {
    ...deploymentAnswer(deployment),
    ...(embed.some((name) => name.toLowerCase() === "apisummary") ? { apiSummary: apiSummary(deployment) } : {}),
  };
};

type MethodSnapshot = { authorizationType: string; apiKeyRequired: boolean };

/** Path, verb, and what a caller must bring; resources without methods do not show. */
const apiSummary = ({ definition }: Deployment): Record<string, Record<string, MethodSnapshot>> => {
  const summary: Record<string, Record<string, MethodSnapshot>> = {};
  for (const { path, methods } of definition.resources.values()) {
    if (methods.size === 0) continue;
    summary[path] = Object.fromEntries(
      [...methods].map(([verb, { authorizationType, apiKeyRequired }]) => [
        verb,
        { authorizationType, apiKeyRequired },
      ]),
    );
  }
  return summary;
};

/** The order of the service's listing is not documented, so this one follows no date: nobody may rely on any. */
const getDeployments: Operation = (input, world) => {
  const { items, position } = pageOf(requireRestApi(world, input.restApiId).deployments.values(), shuffleKey, input);
  return { items: items.map(deploymentAnswer), ...(position === undefined ? {} : { position }) };
};

const shuffleKey = ({ id }: Deployment): string => createHash("sha256").update(id).digest("hex");

const updateDeployment: Operation = (input, world) => {
  const deployment = requireDeployment(requireRestApi(world, input.restApiId), input.deploymentId);
  const patches = patchesOf(input);
  for (const { op, path } of patches) {
    if (path !== "/description") throw badRequest(`Invalid patch path ${path}`);
    if (op !== "replace") throw badRequest("Invalid patch operation specified. Must be one of: [replace]");
  }
  const [description] = patches.map(patchValue).slice(-1);
  if (description === "") delete deployment.description;
  else if (description !== undefined) deployment.description = description;
  return deploymentAnswer(deployment);
};

const deleteDeployment: Operation = (input, world) => {
  const api = requireRestApi(world, input.restApiId);
  const { id } = requireDeployment(api, input.deploymentId);
  const stages = [...api.stages.values()];
  if (stages.some(({ deploymentId }) => deploymentId === id)) {
    throw badRequest("Active stages pointing to this deployment must be moved or deleted");
  }
  if (stages.some(({ canarySettings }) => canarySettings?.deploymentId === id)) {
    throw badRequest("Active stages with canary settings pointing to this deployment must be moved or deleted");
  }
  api.deployments.delete(id);
};

export const deploymentOperations: Record<string, Operation> = {
  CreateDeployment: createDeployment,
  GetDeployment: getDeployment,
  GetDeployments: getDeployments,
  UpdateDeployment: updateDeployment,
  DeleteDeployment: deleteDeployment,
};
