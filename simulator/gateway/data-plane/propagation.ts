import { isDeepStrictEqual } from "node:util";
import type { RestApi, Serving, Stage, Version, World } from "../model.ts";

/**
 * Puts the stage in the place of the one with its name, or beside the others. When it serves other than before, the
 * data plane learns of it `World.propagationMs` later.
 */
export const putStage = (world: World, api: RestApi, stage: Stage): void => {
  const before = api.stages.get(stage.stageName);
  if (!before || !isDeepStrictEqual(whatServes(before), whatServes(stage))) {
    setPrevious(world, stage, before ? servingOf(world, api, before) : {});
  }
  api.stages.set(stage.stageName, stage);
};

const whatServes = ({ deploymentId, variables, canarySettings }: Stage): unknown => [
  deploymentId,
  variables,
  canarySettings,
];

const setPrevious = (world: World, stage: Stage, serving: Serving): void => {
  delete stage.previously;
  const { propagationMs = 0 } = world;
  if (propagationMs > 0) stage.previously = { serving, until: world.clock.now() + propagationMs };
};

/** What the data plane answers the stage's traffic from. */
export const servingOf = (world: World, api: RestApi, stage: Stage): Serving =>
  stage.previously && world.clock.now() < stage.previously.until ? stage.previously.serving : current(api, stage);

const current = (api: RestApi, { deploymentId, variables, canarySettings }: Stage): Serving => {
  const base = versionOf(api, deploymentId, { ...variables });
  const overlaid = { ...variables, ...canarySettings?.stageVariableOverrides };
  const canary = canarySettings && versionOf(api, canarySettings.deploymentId, overlaid);
  return {
    ...(base ? { base } : {}),
    ...(canary ? { canary: { ...canary, percentTraffic: canarySettings.percentTraffic } } : {}),
  };
};

const versionOf = (api: RestApi, deploymentId: string, variables: Version["variables"]): Version | undefined => {
  const definition = api.deployments.get(deploymentId)?.definition;
  return definition && { deploymentId, definition, variables };
};
