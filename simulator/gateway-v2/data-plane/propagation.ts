import { isDeepStrictEqual } from "node:util";
import type { World } from "../../gateway/model.ts";
import { isServed } from "../deployment.ts";
import type { Api, Serving, Stage } from "../model.ts";

/**
 * Puts the stage in the place of the one with its name, or beside the others. When it serves other than before, the
 * data plane learns of it `World.propagationMs` later.
 */
export const putStage = (world: World, api: Api, stage: Stage): void => {
  const before = api.stages.get(stage.stageName);
  const { propagationMs = 0 } = world;
  if (propagationMs > 0 && !(before && isDeepStrictEqual(whatServes(before), whatServes(stage)))) {
    const serving = before && servingOf(world, api, before);
    stage.previously = { until: world.clock.now() + propagationMs, ...(serving ? { serving } : {}) };
  }
  api.stages.set(stage.stageName, stage);
};

const whatServes = ({ deploymentId, stageVariables }: Stage): unknown => [deploymentId, stageVariables];

/** What answers the stage's traffic; nothing where it is pointed at nothing, or at what is not DEPLOYED. */
export const servingOf = (world: World, api: Api, stage: Stage): Serving | undefined => {
  const { previously, deploymentId = "", stageVariables } = stage;
  if (previously && world.clock.now() < previously.until) return previously.serving;
  const deployment = api.deployments.get(deploymentId);
  if (!deployment || !isServed(world, deployment)) return undefined;
  return { deploymentId, definition: deployment.definition, variables: { ...stageVariables } };
};
