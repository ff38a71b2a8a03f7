import { isProduction } from "../domain/environment.ts";
import { parseMarker, shortDigest } from "../domain/marker.ts";
import { type Owner, ownerTags, provenOwner, sameOwner } from "../domain/owner.ts";
import { type Route, type Routes, routeFrom, routeKey, someOf, sortRoutes } from "../domain/route.ts";
import type { IntegrationText, Observed, Stage } from "../domain/stage.ts";
import type { DeployRequest } from "../inputs/request.ts";
import { refuseCanary } from "./canary.ts";
import type { ImportStep, Plan, Refusal, Step } from "./plan.ts";
import { createDeploymentStep, pointStage, type Source } from "./pointing.ts";
import { type DraftUse, draftProvenance, draftTags, refuseDraft } from "./provenance.ts";
import { diffRoutes, type RouteDiff } from "./routes/diff.ts";
import { refuseRoutes } from "./routes/fail-on.ts";
import { sameRoutes } from "./routes/match.ts";
import { checkSettings } from "./settings/checks.ts";
import { planSettings } from "./settings/plan-settings.ts";

/** Decides what `deploy` does: which deployment the stage is to serve, and the steps that lead there. */
export const planDeploy = (request: DeployRequest, observed: Observed): Plan | Refusal => {
  const { restApiId, stageName } = request;
  const stage = observed.stages.find(({ name }) => name === stageName);
  const source = deploymentToServe(request, observed);
  const servedRoutes = routesToServe(request, observed, source);
  const settings = planSettings({ wanted: request.settings, current: stage?.settings, routes: servedRoutes });
  const checked = checkSettings({
    plan: settings,
    wanted: request.settings,
    cloudWatchRole: observed.cloudWatchRole,
    integrations: integrationsToServe(request, observed),
    preview: request.previewOf !== undefined,
    production: isProduction(request.environment),
  });
  const routes = routeDiffOf(observed, source);
  const refusal =
    refuseStage(request, stage) ??
    refuseDeployment(request, observed) ??
    refuseComparison(request, observed) ??
    refuseDraft(draftProvenance(observed.api.tags, restApiId), draftUseOf(request)) ??
    refuseSettings([...settings.problems, ...checked.problems]) ??
    (source.deployment.kind === "existing" && routes ? refuseRoutes(routes, request.routes?.failOn ?? []) : undefined);
  if (refusal !== undefined) return refusal;

  const pointing = pointStage({
    stageName,
    stage,
    source,
    settings,
    ownerTags: ownerTags(ownerOf(request), { restApiId, stageName }),
  });
  return {
    command: "deploy",
    restApiId,
    stageName,
    result: stage === undefined ? "created" : pointing.length === 0 ? "unchanged" : "updated",
    unchangedBecause: pointing.length === 0 ? `it serves ${source.name}` : undefined,
    serves: stage?.deploymentId,
    deployment: source.deployment,
    source: undefined,
    steps: [...makingSteps(request, source), ...pointing],
    settings: settings.changes,
    routes,
    warnings: [
      ...settings.warnings,
      ...checked.warnings,
      ...(servedRoutes === undefined ? uncheckedRoutes(request) : []),
      ...draftWarnings(request, observed, source),
    ],
  };
};

const deploymentToServe = (request: DeployRequest, observed: Observed): Source => {
  const { deploymentId, definition } = request;
  const existing = (id: string, why: string): Source => ({
    deployment: { kind: "existing", id },
    name: `deployment ${id}, ${why}`,
  });
  if (deploymentId !== undefined) return existing(deploymentId, "as deployment-id asks");
  const { earlier, served } = observed;
  if (earlier !== undefined && isOfDefinition(request, earlier.routes)) {
    return existing(earlier.id, "which an earlier attempt of this run made");
  }
  if (served !== undefined && definition?.mode === "overwrite") {
    const marker = parseMarker(served.description);
    const same = marker?.definition === shortDigest(definition.definition.digest);
    if (same && marker?.repositoryId === request.run.repository.id && isOfDefinition(request, served.routes)) {
      return existing(served.id, `which was made of the very same definition (digest ${marker.definition})`);
    }
  }
  return { deployment: { kind: "new" }, name: "the new deployment" };
};

/** Whether a deployment can be the definition's; without a definition there is nothing to hold against it. */
const isOfDefinition = ({ definition }: DeployRequest, routes: Routes | undefined): boolean =>
  definition === undefined ||
  (routes !== undefined && sameRoutes(definition.definition.routes, routes, definition.mode).matches);

const makingSteps = (request: DeployRequest, { deployment }: Source): readonly Step[] => {
  if (deployment.kind === "existing") return [];
  const create = createDeploymentStep(request.run, request.stageName, request.definition);
  return request.definition === undefined ? [create] : [importStep(request, request.definition), create];
};

const importStep = (
  request: DeployRequest,
  { definition, mode, failOnWarnings }: NonNullable<DeployRequest["definition"]>,
): ImportStep => {
  const { run, restApiId } = request;
  const pullRequest = pullRequestOf(request);
  return {
    kind: "import-definition",
    file: definition.file,
    mode,
    failOnWarnings,
    routes: definition.routes,
    draftTags: draftTags(
      {
        repositoryId: run.repository.id,
        pullRequest,
        ref: pullRequest === undefined ? run.ref : undefined,
        commit: run.commit,
        runId: run.runId,
        attempt: run.attempt,
        definition: shortDigest(definition.digest),
      },
      restApiId,
    ),
    because: `${mode === "overwrite" ? "replaces" : "extends"} the API's draft; no stage serves the draft`,
    seenByCallers: false,
  };
};

/** The pull request whose file a run imports, also onto a stage that is no preview; a merged one's is its base branch's. */
const pullRequestOf = ({ previewOf, run: { event } }: DeployRequest): number | undefined =>
  previewOf ?? (event.kind === "pull-request" && event.open ? event.number : undefined);

/** The routes that the stage will have, as far as they are known before the deployment is made. */
const routesToServe = (
  request: DeployRequest,
  observed: Observed,
  { deployment }: Source,
): readonly Route[] | undefined => {
  const { definition } = request;
  if (deployment.kind === "existing") {
    const routes = routesOfExisting(observed, deployment.id);
    return routes && [...routes.keys()].map(routeFrom);
  }
  if (definition?.mode === "overwrite") return definition.definition.routes;
  const draft = observed.draft?.routes;
  return draft === undefined ? undefined : [...draft, ...(definition?.definition.routes ?? [])];
};

const integrationsToServe = (
  { definition, deploymentId }: DeployRequest,
  { draft }: Observed,
): readonly IntegrationText[] | undefined => {
  if (deploymentId !== undefined) return undefined;
  if (definition === undefined) return draft?.integrations;
  return definition.definition.stageVariables.map((name) => ({
    route: definition.definition.file,
    text: `\${stageVariables.${name}}`,
  }));
};

const routesOfExisting = ({ requestedDeployment, earlier, served }: Observed, id: string): Routes | undefined =>
  [requestedDeployment, earlier, served].find((deployment) => deployment?.id === id)?.routes;

/** What changes for callers, where the deployment exists; of a new one it is known once it is made. */
const routeDiffOf = (observed: Observed, { deployment }: Source): RouteDiff | undefined => {
  const { compared } = observed;
  const routes = deployment.kind === "existing" ? routesOfExisting(observed, deployment.id) : undefined;
  return compared && routes && diffRoutes(compared.routes, routes);
};

const draftUseOf = ({ run, stageName, previewOf, definition, deploymentId }: DeployRequest): DraftUse => ({
  repositoryId: run.repository.id,
  stageName,
  previewOf,
  importsDefinition: definition !== undefined,
  deploymentId,
});

const ownerOf = (request: DeployRequest): Owner => ({
  repositoryId: request.run.repository.id,
  pullRequest: request.previewOf,
});

const refuseStage = (request: DeployRequest, stage: Stage | undefined): Refusal | undefined => {
  if (stage === undefined) return undefined;
  const { restApiId, stageName } = request;
  if (request.previewOf !== undefined) {
    const owner = provenOwner(stage.tags, { restApiId, stageName });
    if (owner === undefined || !sameOwner(owner, ownerOf(request))) {
      return {
        refused: "STAGE_NOT_OURS",
        happened: `Stage ${stageName} exists, and nothing on it proves that it was made for pull request #${request.previewOf} of this repository.`,
      };
    }
  }
  return stage.canary === undefined ? undefined : refuseCanary(restApiId, stage, stage.canary);
};

const refuseDeployment = (request: DeployRequest, observed: Observed): Refusal | undefined =>
  request.deploymentId !== undefined && observed.requestedDeployment === undefined
    ? {
        refused: "UNKNOWN_DEPLOYMENT",
        happened: `REST API ${request.restApiId} has no deployment ${request.deploymentId}.`,
        remedy: `See what exists: aws apigateway get-deployments --rest-api-id ${request.restApiId}`,
      }
    : undefined;

const refuseComparison = ({ routes, restApiId }: DeployRequest, { stages }: Observed): Refusal | undefined => {
  const wanted = routes?.compareWith;
  if (wanted === undefined || stages.some(({ name }) => name === wanted)) return undefined;
  const names = stages.map(({ name }) => name).sort();
  return {
    refused: "COMPARED_STAGE_UNKNOWN",
    happened: `REST API ${restApiId} has no stage ${wanted} to compare with; it has ${names.length === 0 ? "no stage" : names.join(", ")}.`,
  };
};

/** Settings that cannot be applied are refused before anything is made. */
export const refuseSettings = (problems: readonly string[]): Refusal | undefined =>
  problems.length === 0
    ? undefined
    : {
        refused: "INVALID_SETTINGS",
        happened: ["The declared settings cannot be applied:", ...problems.map((problem) => `  ${problem}`)].join("\n"),
      };

const uncheckedRoutes = ({ settings: { routes = {} }, restApiId }: DeployRequest): string[] => {
  const names = Object.entries(routes).flatMap(([name, settings]) => ("value" in settings ? [] : [name]));
  return names.length === 0
    ? []
    : [
        `Nobody checked that the API has ${someOf(names)}, because the role may not read the draft; settings of a route that does not exist have no effect. apigateway:GET on /restapis/${restApiId}/resources allows it.`,
      ];
};

const draftWarnings = (request: DeployRequest, observed: Observed, { deployment }: Source): string[] => [
  ...(observed.api.status === "UPDATING"
    ? [
        "API Gateway is still applying a change to this REST API (apiStatus UPDATING, up to about 15 minutes); deploy once more when it is done.",
      ]
    : []),
  ...(deployment.kind === "new" ? importWarnings(request, observed) : []),
];

const importWarnings = (request: DeployRequest, { api, served }: Observed): string[] => {
  if (request.definition === undefined) return [];
  const { definition, mode } = request.definition;
  if (mode === "merge") {
    return [
      ...mergedInto(request, definition.file, api),
      ...(served?.routes ? leftOut(definition, served.routes) : []),
    ];
  }
  return api.hasPolicy && !definition.hasPolicy
    ? [
        `The API has a resource policy and ${definition.file} has none (x-amazon-apigateway-policy): the overwrite removes the policy.`,
      ]
    : [];
};

/** A merge takes over what the draft holds; a run without a definition would be refused here. */
const mergedInto = (request: DeployRequest, file: string, { tags }: Observed["api"]): string[] => {
  const provenance = draftProvenance(tags, request.restApiId);
  if (provenance === undefined) return [];
  return refuseDraft(provenance, { ...draftUseOf(request), importsDefinition: false }) === undefined
    ? []
    : [
        `The draft holds what pull request #${provenance.pullRequest} imported last (commit ${provenance.commit.slice(0, 7)}), and a merge keeps it: what ${file} does not replace goes to stage ${request.stageName} too.`,
      ];
};

const leftOut = (
  definition: { readonly file: string; readonly routes: readonly Route[] },
  served: Routes,
): string[] => {
  const inFile = new Set(definition.routes.map(routeKey));
  const others = sortRoutes([...served.keys()].filter((route) => !inFile.has(route)));
  return others.length === 0
    ? []
    : [
        `A merge removes nothing: these live routes are not in ${definition.file} and stay as they are: ${someOf(others)}.`,
      ];
};
