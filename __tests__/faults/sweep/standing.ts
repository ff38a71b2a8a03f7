import type { Stage } from "../../../simulator/gateway/model.ts";
import type { Stage as HttpStage } from "../../../simulator/gateway-v2/model.ts";
import type { Scene } from "../../e2e/scene.ts";

/** What stands in API Gateway, of a REST API or of an HTTP API, in the words that promises are told in. */

export type StandingStage = {
  readonly name: string;
  readonly deploymentId: string;
  readonly canary: { readonly deploymentId: string; readonly percent: number | undefined } | undefined;
  /** Its settings by route, and its variables: what callers may notice beside what is served. */
  readonly settings: unknown;
  readonly variables: unknown;
  readonly webAcl: string | undefined;
  readonly documentation: string | undefined;
  readonly tags: Readonly<Record<string, string>>;
};

export type StandingDeployment = { readonly description: string; readonly routes: readonly string[] };

const standing = (stage: Stage): StandingStage => ({
  name: stage.stageName,
  deploymentId: stage.deploymentId,
  canary: stage.canarySettings && {
    deploymentId: stage.canarySettings.deploymentId ?? "",
    percent: stage.canarySettings.percentTraffic,
  },
  settings: stage.methodSettings,
  variables: stage.variables ?? {},
  // Its name; the id at the end is new in each world.
  webAcl: stage.webAclArn?.split("/").at(-2),
  documentation: stage.documentationVersion,
  tags: stage.tags ?? {},
});

const standingHttp = (stage: HttpStage): StandingStage => ({
  name: stage.stageName,
  deploymentId: stage.deploymentId ?? "",
  canary: undefined,
  settings: [stage.defaultRouteSettings, stage.routeSettings],
  variables: stage.stageVariables,
  webAcl: undefined,
  documentation: undefined,
  tags: stage.tags,
});

/** A copy, by name. */
export const stagesIn = ({ api, httpApi }: Scene): ReadonlyMap<string, StandingStage> => {
  const stages =
    httpApi === undefined ? [...api.stages.values()].map(standing) : [...httpApi.stages.values()].map(standingHttp);
  return new Map(stages.map((stage) => [stage.name, structuredClone(stage)]));
};

export const deploymentsIn = ({ api, httpApi }: Scene): ReadonlyMap<string, StandingDeployment> => {
  if (httpApi !== undefined) {
    return new Map(
      [...httpApi.deployments].map(([id, { description = "", definition }]) => [
        id,
        { description, routes: [...definition.routes.values()].map(({ routeKey }) => routeKey).sort() },
      ]),
    );
  }
  return new Map(
    [...api.deployments].map(([id, { description = "", definition }]) => [
      id,
      {
        description,
        routes: [...definition.resources.values()]
          .flatMap(({ path, methods }) => [...methods.keys()].map((verb) => `${verb} ${path}`))
          .sort(),
      },
    ]),
  );
};

/** A stage of others, with a deployment of the draft. */
export const addStageOfOthers = (scene: Scene, name: string, tags: Readonly<Record<string, string>>): void => {
  const { httpApi } = scene;
  if (httpApi === undefined) {
    scene.addStage(name, { tags: { ...tags } });
    return;
  }
  const deploymentId = scene.gateway.world.newId(6);
  httpApi.deployments.set(deploymentId, {
    deploymentId,
    description: "Friday's release",
    createdDate: 1,
    autoDeployed: false,
    settlesAt: 1,
    servedFrom: 1,
    definition: httpApi.draft,
  });
  httpApi.stages.set(name, {
    stageName: name,
    deploymentId,
    defaultRouteSettings: {},
    routeSettings: {},
    stageVariables: {},
    tags: { ...tags },
    createdDate: 1,
    lastUpdatedDate: 1,
  });
};
