import { keyOfDomain } from "../domain-name.ts";
import type { Deployment, DomainName, RestApi, Stage, World } from "../model.ts";
import { notFound } from "../service-error.ts";

/** @throws ServiceError 404, in the words that API Gateway uses (recorded behaviour). */
export const requireRestApi = (world: World, restApiId: string): RestApi => {
  const api = world.restApis.get(restApiId);
  if (!api) throw notFound(`Invalid API identifier specified ${world.accountId}:${restApiId}`);
  return api;
};

/** @throws ServiceError 404 */
export const requireStage = (api: RestApi, stageName: string): Stage => {
  const stage = api.stages.get(stageName);
  if (!stage) throw notFound("Invalid stage identifier specified");
  return stage;
};

/** @throws ServiceError 404 */
export const requireDeployment = (api: RestApi, deploymentId: string): Deployment => {
  const deployment = api.deployments.get(deploymentId);
  if (!deployment) throw notFound("Invalid Deployment identifier specified");
  return deployment;
};

/** @throws ServiceError 404 */
export const requireDomainName = (world: World, domainName: string, domainNameId: string | undefined): DomainName => {
  const domain = world.domainNames.get(keyOfDomain(domainName, domainNameId));
  if (!domain) throw notFound("Invalid domain name identifier specified");
  return domain;
};
