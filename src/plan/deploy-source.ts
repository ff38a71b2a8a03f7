import { parseMarker, shortDigest } from "../domain/marker.ts";
import type { Routes } from "../domain/route.ts";
import type { Deployment, IntegrationText } from "../domain/stage.ts";
import type { Reading } from "../inputs/definition/read-definition.ts";
import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { needsComparison } from "./fail-on.ts";
import type { Source } from "./pointing.ts";
import { draftProvenance } from "./provenance.ts";
import { sameRoutes } from "./routes/match.ts";

/** What the API makes of the definition. */
export const readingOf = (
  { definition }: Pick<DeployRequest, "definition">,
  { api }: Pick<DeployObserved, "api">,
): Reading | undefined => api.kind.dialect && definition?.definition.as(api.kind.dialect);

/** Which deployment `deploy` makes a stage serve, and what is known of it before it is made. */

export const deploymentToServe = (request: DeployRequest, observed: DeployObserved): Source => {
  const { deploymentId, definition } = request;
  const existing = (id: string, why: string): Source => ({
    deployment: { kind: "existing", id },
    name: `deployment ${id}, ${why}`,
  });
  if (deploymentId !== undefined) return existing(deploymentId, "as deployment-id asks");
  const { earlier, servedDeployment: served } = observed;
  if (earlier !== undefined && isUsable(request, observed, earlier)) {
    const { id, routesAreOfDraft = false } = earlier;
    return { ...existing(id, "which an earlier attempt of this run made"), routesAreOfDraft };
  }
  if (served !== undefined && definition?.mode === "overwrite") {
    const marker = parseMarker(served.description);
    const same = marker?.definition === shortDigest(definition.definition.digest);
    if (
      same &&
      marker?.repositoryId === request.run.repository.id &&
      isOfDefinition(request, observed, served.routes)
    ) {
      return existing(served.id, `which was made of the very same definition (digest ${marker.definition})`);
    }
  }
  return { deployment: { kind: "new" }, name: "the new deployment" };
};

/**
 * What an earlier attempt made is checked once more, as that attempt has or would have done: by its own routes, and where
 * nobody tells them by a draft that still has this run's name on it. One that does not tell what `fail-on` asks would
 * be refused each time.
 */
const isUsable = (
  request: DeployRequest,
  observed: DeployObserved,
  { routes, routesAreOfDraft }: Deployment,
): boolean =>
  isOfDefinition(request, observed, routes) &&
  (routesAreOfDraft !== true || draftIsOf(request, observed.api.tags)) &&
  (routes !== undefined || observed.compared?.kind !== "routes" || !needsComparison(request.routes?.failOn ?? []));

const draftIsOf = ({ definition, restApiId, run }: DeployRequest, tags: Readonly<Record<string, string>>): boolean => {
  const named = draftProvenance(tags, restApiId);
  return (
    named?.repositoryId === run.repository.id &&
    named.runId === run.runId &&
    definition !== undefined &&
    named.definition === shortDigest(definition.definition.digest)
  );
};

/** Whether a deployment can be the definition's; without a definition there is nothing to hold against it. */
const isOfDefinition = (request: DeployRequest, observed: DeployObserved, routes: Routes | undefined): boolean => {
  const reading = readingOf(request, observed);
  if (reading === undefined) return true;
  return routes !== undefined && sameRoutes(reading.routes, routes, request.definition?.mode ?? "overwrite").matches;
};

/** The routes that the stage will have, as far as they are known before the deployment is made. */
export const routesToServe = (
  request: DeployRequest,
  observed: DeployObserved,
  { deployment }: Source,
): Routes | undefined => {
  const { definition } = request;
  if (deployment.kind === "existing") return routesOfExisting(observed, deployment.id);
  const needs = readingOf(request, observed)?.needs;
  if (definition?.mode === "overwrite") return needs;
  const draft = observed.draft?.routes;
  return draft && new Map([...draft, ...(needs ?? [])]);
};

export const integrationsToServe = (
  request: DeployRequest,
  observed: DeployObserved,
): readonly IntegrationText[] | undefined => {
  const { definition, deploymentId } = request;
  if (deploymentId !== undefined) return observed.integrations;
  const ofDraft = observed.draft?.integrations;
  if (definition === undefined) return ofDraft;
  const { file, stageVariables } = definition.definition;
  const used = stageVariables.map((name) => ({ route: file, text: `\${stageVariables.${name}}` }));
  if (definition.mode === "overwrite") return used;
  // A merge leaves what it does not name.
  const needs = readingOf(request, observed)?.needs;
  return [...used, ...(ofDraft ?? []).filter(({ route }) => !needs?.has(route))];
};

const routesOfExisting = (
  { requestedDeployment, earlier, servedDeployment }: DeployObserved,
  id: string,
): Routes | undefined =>
  [requestedDeployment, earlier, servedDeployment].find((deployment) => deployment?.id === id)?.routes;
