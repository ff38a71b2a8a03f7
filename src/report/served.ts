import type { Progress } from "../apply/progress.ts";
import { parseMarker } from "../domain/marker.ts";
import { type Routes, routeFrom, sortRoutes } from "../domain/route.ts";
import type { Deployment } from "../domain/stage.ts";
import type { Request } from "../inputs/request.ts";
import type { Observed } from "../observe/observed.ts";
import { standsFor } from "../plan/served-records.ts";

/** A route that answers everybody, or everybody with an API key, to a plain GET. */
export type Example = { readonly path: string; readonly needsApiKey: boolean };

/** What is known of the deployment that a stage serves. */
export type Served = {
  /** Of this repository; `undefined` where nothing tells. */
  readonly commit: string | undefined;
  readonly example: Example | undefined;
};

export const servedOf = (
  deploymentId: string | undefined,
  { run }: Request,
  observed: Observed | undefined,
  { made, madeRoutes }: Progress,
): Served => {
  if (deploymentId === undefined || observed === undefined) return { commit: undefined, example: undefined };
  if (deploymentId === made) return { commit: run.commit, example: madeRoutes && exampleIn(madeRoutes) };
  const deployment = deploymentsIn(observed).find(({ id }) => id === deploymentId);
  const marker = deployment && parseMarker(deployment.description);
  const record = observed.served.find((one) => standsFor(one, deploymentId));
  return {
    commit: (marker?.repositoryId === run.repository.id ? marker.commit : undefined) ?? record?.commit,
    example: deployment?.routes && exampleIn(deployment.routes),
  };
};

/** Those that some command has looked at, each under a name of its own. */
const deploymentsIn = (observed: Observed & Partial<Looked>): readonly Deployment[] => {
  const { requestedDeployment, earlier, servedDeployment, comes, deployments = [] } = observed;
  return [requestedDeployment, earlier, servedDeployment, comes, ...deployments].filter((one) => one !== undefined);
};

type Looked = {
  readonly requestedDeployment: Deployment | undefined;
  readonly earlier: Deployment | undefined;
  readonly servedDeployment: Deployment | undefined;
  readonly comes: Deployment | undefined;
  readonly deployments: readonly Deployment[];
};

/** The shortest path that is whole as it stands and needs the least; those that everybody may ask come first. */
export const exampleIn = (routes: Routes): Example | undefined => {
  const examples = sortRoutes(routes.keys()).flatMap((route): readonly Example[] => {
    const { verb, path } = routeFrom(route);
    const needs = routes.get(route);
    const answers = (verb === "GET" || verb === "ANY") && !/[{'"\\\s]/.test(path);
    return answers && needs?.authorizationType === "NONE" ? [{ path, needsApiKey: needs.apiKeyRequired }] : [];
  });
  return examples.toSorted(
    (one, other) => Number(one.needsApiKey) - Number(other.needsApiKey) || one.path.length - other.path.length,
  )[0];
};
