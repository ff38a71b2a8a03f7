import type { World } from "../gateway/model.ts";
import { ServiceError } from "../gateway/service-error.ts";
import { newDeployment } from "./deployment.ts";
import type { Api } from "./model.ts";

const description = "Automatic deployment triggered by changes to the Api configuration";

/**
 * Brings the stages that deploy by themselves to the draft, after each of its changes. What comes of it stands in the
 * stage (texts of the service's documentation and of its users' scripts); that it takes no time is simplified.
 */
export const deployAutomatically = (world: World, api: Api): void => {
  const stages = [...api.stages.values()].filter(({ autoDeploy }) => autoDeploy);
  if (stages.length === 0) return;
  try {
    const deployment = newDeployment(world, api, { description, autoDeployed: true });
    for (const stage of stages) {
      stage.deploymentId = deployment.deploymentId;
      stage.lastDeploymentStatusMessage = `Successfully deployed stage with deployment ID '${deployment.deploymentId}'`;
      stage.lastUpdatedDate = world.clock.now();
    }
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    for (const stage of stages) stage.lastDeploymentStatusMessage = `Deployment attempt failed: ${error.message}`;
  }
};
