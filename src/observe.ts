import type { Gateway } from "./gateway/gateway.ts";
import type { Request } from "./inputs/request.ts";
import type { Observed } from "./plan/observed.ts";

/** Reads all that the plan depends on, in requests that do not wait for each other. Throws ActionError. */
export const observe = async (request: Request, gateway: Gateway): Promise<Observed> => {
  const { deploymentId, run } = request;
  const mayHaveRunBefore = run.attempt > 1 && deploymentId === undefined;
  const [api, stages, requestedDeployment, deployments] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    deploymentId === undefined ? undefined : gateway.getDeployment(deploymentId),
    mayHaveRunBefore ? gateway.getDeployments() : [],
  ]);
  return { place: gateway.place, api, stages, requestedDeployment, deployments };
};
