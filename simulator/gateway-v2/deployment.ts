import type { World } from "../gateway/model.ts";
import { badRequest } from "../gateway/service-error.ts";
import type { Api, Deployment } from "./model.ts";

/**
 * Freezes the draft as a deployment of the API.
 *
 * @throws ServiceError 400 for an API that has nothing to deploy
 */
export const newDeployment = (
  world: World,
  api: Api,
  { description, autoDeployed = false }: { readonly description?: string; readonly autoDeployed?: boolean },
): Deployment => {
  if (api.draft.routes.size === 0) throw badRequest(noRoutes[api.protocolType]);
  const now = world.clock.now();
  const settlesAt = autoDeployed ? now : now + world.delays.deploymentMs;
  const deployment: Deployment = {
    deploymentId: world.newId(6),
    ...(description ? { description } : {}),
    createdDate: now,
    autoDeployed,
    settlesAt,
    servedFrom: settlesAt,
    ...(world.deploymentFailure === undefined || autoDeployed ? {} : { failure: world.deploymentFailure }),
    definition: structuredClone(api.draft),
  };
  api.deployments.set(deployment.deploymentId, deployment);
  return deployment;
};

/** Mach Composer issue 42; SAM issue 2512. */
const noRoutes: Readonly<Record<Api["protocolType"], string>> = {
  HTTP: "Unable to deploy API because no routes exist in this API",
  WEBSOCKET: "At least one route is required before deploying the Api",
};

/** Whether stages serve it. */
export const isServed = (world: World, { servedFrom, failure }: Deployment): boolean =>
  failure === undefined && world.clock.now() >= servedFrom;

/** What the service answers about a deployment. */
export const deploymentView = (world: World, deployment: Deployment): Record<string, unknown> => {
  const { deploymentId, description, createdDate, autoDeployed, settlesAt, failure } = deployment;
  const settled = failure === undefined ? "DEPLOYED" : "FAILED";
  const deploymentStatus = world.clock.now() < settlesAt ? "PENDING" : settled;
  return {
    autoDeployed,
    createdDate,
    deploymentId,
    deploymentStatus,
    ...(deploymentStatus === "FAILED" ? { deploymentStatusMessage: failure } : {}),
    ...(description === undefined ? {} : { description }),
  };
};
