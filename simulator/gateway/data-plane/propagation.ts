import type { Definition, RestApi, Stage, World } from "../model.ts";

/**
 * Puts the stage in the place of the one with its name, or beside the others. When it points elsewhere than before,
 * the data plane learns of it `World.propagationMs` later.
 */
export const putStage = (world: World, api: RestApi, stage: Stage): void => {
  const before = api.stages.get(stage.stageName);
  if (before?.deploymentId !== stage.deploymentId)
    setPrevious(world, stage, before && servedDefinition(world, api, before));
  api.stages.set(stage.stageName, stage);
};

const setPrevious = (world: World, stage: Stage, definition: Definition | undefined): void => {
  delete stage.previously;
  const { propagationMs = 0 } = world;
  if (propagationMs === 0) return;
  stage.previously = { ...(definition ? { definition } : {}), until: world.clock.now() + propagationMs };
};

/** What the data plane answers the stage's own traffic from; nothing while it has not heard of the stage. */
export const servedDefinition = (world: World, api: RestApi, stage: Stage): Definition | undefined =>
  stage.previously && world.clock.now() < stage.previously.until
    ? stage.previously.definition
    : api.deployments.get(stage.deploymentId)?.definition;
