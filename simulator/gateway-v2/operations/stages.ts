import { checkUnmapped } from "../../gateway/domain-name.ts";
import type { World } from "../../gateway/model.ts";
import { badRequest, conflict } from "../../gateway/service-error.ts";
import { deployAutomatically } from "../auto-deploy.ts";
import { putStage } from "../data-plane/propagation.ts";
import type { Api, RouteSettings, Stage } from "../model.ts";
import type { Operation } from "../operation.ts";
import { quotaReached } from "../refusals.ts";
import { checkDeploymentNotPrescribed, checkNewStage, checkStage, noSuchRoute } from "../stage-rules.ts";
import { requireApi, requireDeployment, requireStage } from "./identifiers.ts";
import { listed } from "./pages.ts";

/** What a call can say of a stage. */
export type StageMembers = Partial<
  Omit<Stage, "apiGatewayManaged" | "createdDate" | "lastUpdatedDate" | "lastDeploymentStatusMessage">
>;

/**
 * A stage that is not yet the API's.
 *
 * @throws ServiceError 400, 404 for what it names and there is not, 409 where its name is taken, 429 at the quota
 */
export const newStage = (world: World, api: Api, input: StageMembers & Pick<Stage, "stageName">): Stage => {
  const { stageName } = input;
  checkNewStage(api, input);
  if (api.stages.has(stageName)) throw conflict("Stage already exists");
  const quota = world.quotas.stagesOfApi.get(api.apiId) ?? world.quotas.stagesPerApi;
  if (api.stages.size >= quota) throw quotaReached("Stages");
  const now = world.clock.now();
  const fresh: Stage = {
    stageName,
    defaultRouteSettings: defaultRouteSettings[api.protocolType],
    routeSettings: {},
    stageVariables: {},
    tags: { ...input.tags },
    createdDate: now,
    lastUpdatedDate: now,
  };
  return merged(world, api, fresh, input);
};

const defaultRouteSettings: Readonly<Record<Api["protocolType"], RouteSettings>> = {
  HTTP: { detailedMetricsEnabled: false },
  WEBSOCKET: { detailedMetricsEnabled: false, dataTraceEnabled: false, loggingLevel: "OFF" },
};

/**
 * The stage with what the input says of it: members that are absent stay, maps and settings are merged, a variable goes
 * by an empty value, a client certificate too; an empty description says nothing (cdkd and cdk-real-drift, live runs).
 */
const merged = (world: World, api: Api, stage: Stage, input: StageMembers): Stage => {
  const { autoDeploy, deploymentId, description, clientCertificateId, accessLogSettings } = input;
  const next: Stage = {
    ...stage,
    ...(autoDeploy === undefined ? {} : { autoDeploy }),
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(description ? { description } : {}),
    ...(clientCertificateId === undefined ? {} : { clientCertificateId }),
    ...(accessLogSettings === undefined
      ? {}
      : { accessLogSettings: { ...stage.accessLogSettings, ...accessLogSettings } }),
    defaultRouteSettings: { ...stage.defaultRouteSettings, ...input.defaultRouteSettings },
    routeSettings: mergedSettings(stage.routeSettings, input.routeSettings ?? {}),
    stageVariables: withoutEmpty({ ...stage.stageVariables, ...input.stageVariables }),
  };
  if (next.clientCertificateId === "") delete next.clientCertificateId;
  if (deploymentId !== undefined) {
    checkDeploymentNotPrescribed(next);
    requireDeployment(api, deploymentId);
  }
  checkStage(world, api, next, input);
  return next;
};

const mergedSettings = (before: Stage["routeSettings"], given: Stage["routeSettings"]): Stage["routeSettings"] => ({
  ...before,
  ...Object.fromEntries(Object.entries(given).map(([key, settings]) => [key, { ...before[key], ...settings }])),
});

const withoutEmpty = (variables: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(variables).filter(([, value]) => value !== ""));

const stageView = (stage: Stage): unknown => {
  const { previously: _, ...members } = stage;
  return structuredClone(members);
};

const createStage: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const stage = newStage(world, api, input);
  putStage(world, api, stage);
  if (stage.autoDeploy) deployAutomatically(world, api);
  return stageView(stage);
};

const getStage: Operation = (input, world) => stageView(requireStage(requireApi(world, input.apiId), input.stageName));

const getStages: Operation = (input, world) => listed(requireApi(world, input.apiId).stages.values(), input, stageView);

const updateStage: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const before = requireStage(api, input.stageName);
  if (before.apiGatewayManaged) throw badRequest("You can't modify the $default stage, it is managed by API Gateway");
  const stage = merged(world, api, before, input);
  stage.lastUpdatedDate = world.clock.now();
  putStage(world, api, stage);
  if (stage.autoDeploy && !before.autoDeploy) deployAutomatically(world, api);
  return stageView(stage);
};

const deleteStage: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const { stageName } = requireStage(api, input.stageName);
  checkUnmapped(world, api.apiId, stageName);
  api.stages.delete(stageName);
};

const deleteAccessLogSettings: Operation = (input, world) => {
  const stage = requireStage(requireApi(world, input.apiId), input.stageName);
  delete stage.accessLogSettings;
  stage.lastUpdatedDate = world.clock.now();
};

const deleteRouteSettings: Operation = (input, world) => {
  const stage = requireStage(requireApi(world, input.apiId), input.stageName);
  const { [input.routeKey]: gone, ...left } = stage.routeSettings;
  if (gone === undefined) throw noSuchRoute(input.routeKey);
  Object.assign(stage, { routeSettings: left, lastUpdatedDate: world.clock.now() });
};

/** Authorizers of the simulator remember nothing, so there is nothing to forget. */
const resetAuthorizersCache: Operation = (input, world) => {
  requireStage(requireApi(world, input.apiId), input.stageName);
};

export const stageOperations: Record<string, Operation> = {
  CreateStage: createStage,
  GetStage: getStage,
  GetStages: getStages,
  UpdateStage: updateStage,
  DeleteStage: deleteStage,
  DeleteAccessLogSettings: deleteAccessLogSettings,
  DeleteRouteSettings: deleteRouteSettings,
  ResetAuthorizersCache: resetAuthorizersCache,
};
