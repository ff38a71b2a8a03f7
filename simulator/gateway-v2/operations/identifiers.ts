import type { World } from "../../gateway/model.ts";
import { notFound } from "../../gateway/service-error.ts";
import type { Api, Deployment, Stage } from "../model.ts";

/** @throws ServiceError 404, in the words that API Gateway uses (aws-sdk-js issue 2458), for the id of a REST API too */
export const requireApi = (world: World, apiId: string): Api => {
  const api = world.apis.get(apiId);
  if (!api) throw notFound(`Invalid API identifier specified ${world.accountId}:${apiId}`);
  return api;
};

/** @throws ServiceError 404 */
export const requireStage = (api: Api, stageName: string): Stage => {
  const stage = api.stages.get(stageName);
  if (!stage) throw notFound("Invalid stage identifier specified");
  return stage;
};

/** @throws ServiceError 404 */
export const requireDeployment = (api: Api, deploymentId: string): Deployment => {
  const deployment = api.deployments.get(deploymentId);
  if (!deployment) throw notFound("Invalid deployment identifier specified");
  return deployment;
};

/** What of a map is meant by an id, or a 404 that says what is missing: `Route`. The texts are those of an emulator. */
export const requireItem = <Item>(items: ReadonlyMap<string, Item>, id: string, what: string): Item => {
  const item = items.get(id);
  if (!item) throw notFound(`Invalid ${what} identifier specified`);
  return item;
};
