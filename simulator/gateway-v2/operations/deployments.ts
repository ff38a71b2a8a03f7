import type { World } from "../../gateway/model.ts";
import { badRequest } from "../../gateway/service-error.ts";
import { putStage } from "../data-plane/propagation.ts";
import { deploymentView, newDeployment } from "../deployment.ts";
import type { Stage } from "../model.ts";
import type { Operation } from "../operation.ts";
import { checkDeploymentNotPrescribed } from "../stage-rules.ts";
import { requireApi, requireDeployment, requireStage } from "./identifiers.ts";
import { listed } from "./pages.ts";

/** With a `stageName` the stage, which must be there, is pointed at it. */
const createDeployment: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const stage: Stage | undefined = input.stageName ? requireStage(api, input.stageName) : undefined;
  if (stage) checkDeploymentNotPrescribed(stage);
  const deployment = newDeployment(world, api, { description: input.description });
  if (stage) {
    putStage(world, api, { ...stage, deploymentId: deployment.deploymentId, lastUpdatedDate: world.clock.now() });
  }
  return deploymentView(world, deployment);
};

const getDeployment: Operation = (input, world) =>
  deploymentView(world, requireDeployment(requireApi(world, input.apiId), input.deploymentId));

/** In an order that says nothing of their age, which the service does not document either. */
const getDeployments: Operation = (input, world) => {
  const all = [...requireApi(world, input.apiId).deployments.values()];
  const byId = all.sort((one, other) => (one.deploymentId < other.deploymentId ? -1 : 1));
  return listed(byId, input, (deployment) => deploymentView(world, deployment));
};

/** It is PENDING again for a while (Terraform waits for it), and goes on being served. */
const updateDeployment: Operation = (input, world) => {
  const deployment = requireDeployment(requireApi(world, input.apiId), input.deploymentId);
  if (input.description) deployment.description = input.description;
  deployment.settlesAt = settledAgain(world);
  return deploymentView(world, deployment);
};

const settledAgain = ({ clock, delays }: World): number => clock.now() + delays.deploymentMs;

const deleteDeployment: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const { deploymentId } = requireDeployment(api, input.deploymentId);
  if ([...api.stages.values()].some((stage) => stage.deploymentId === deploymentId)) {
    throw badRequest("Active stages pointing to this deployment must be moved or deleted");
  }
  api.deployments.delete(deploymentId);
};

export const deploymentOperations: Record<string, Operation> = {
  CreateDeployment: createDeployment,
  GetDeployment: getDeployment,
  GetDeployments: getDeployments,
  UpdateDeployment: updateDeployment,
  DeleteDeployment: deleteDeployment,
};
