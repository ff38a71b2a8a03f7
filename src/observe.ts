import type { Gateway } from "./aws/rest-api/gateway.ts";
import { markerOf, parseMarker, sameWork } from "./domain/marker.ts";
import type { Compared, Deployment, Observed } from "./domain/stage.ts";
import type { DeployRequest } from "./inputs/request.ts";
import type { StageWish } from "./inputs/settings/resolve.ts";

/**
 * Reads all that the plan depends on, in requests that do not wait for each other as far as they can. Throws ActionError.
 * What a plan does not need is not asked for: each request counts against a rate that the whole account shares.
 */
export const observe = async (request: DeployRequest, gateway: Gateway): Promise<Observed> => {
  const { deploymentId, run, settings, definition } = request;
  const mayHaveRunBefore = run.attempt > 1 && deploymentId === undefined;
  const needsRoutes = request.routes !== undefined || settings.routes !== undefined;
  const [api, stages, requestedDeployment, deployments, { draft, cloudWatchRole }] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    deploymentId === undefined ? undefined : gateway.getDeployment(deploymentId, needsRoutes),
    mayHaveRunBefore ? gateway.getDeployments() : [],
    observeSettings(settings, needsDraft(request), gateway),
  ]);

  const idOf = (name: string): string | undefined => stages.find((stage) => stage.name === name)?.deploymentId;
  const comparedStage = request.routes?.compareWith ?? request.stageName;
  const withRoutes = async (id: string | undefined): Promise<Deployment | undefined> =>
    id === undefined ? undefined : gateway.getDeployment(id, true);
  const made = madeEarlier(request, deployments);
  const ids = {
    served: definition === undefined ? undefined : idOf(request.stageName),
    compared: request.routes === undefined ? undefined : idOf(comparedStage),
  };
  const [served, compared, earlier] = await Promise.all([
    withRoutes(ids.served),
    // Mostly one and the same.
    ids.compared === ids.served ? undefined : withRoutes(ids.compared),
    needsRoutes ? withRoutes(made?.id) : made,
  ]);
  return {
    place: gateway.place,
    api,
    stages,
    requestedDeployment,
    earlier,
    served,
    compared: comparedWith(comparedStage, ids.compared === ids.served ? served : compared),
    draft,
    cloudWatchRole,
  };
};

/** What the checks of settings need to know. */
export const observeSettings = async (
  settings: StageWish,
  needsDraft: boolean,
  gateway: Gateway,
): Promise<Pick<Observed, "draft" | "cloudWatchRole">> => {
  const [draft, cloudWatchRole] = await Promise.all([
    needsDraft ? gateway.getDraft() : undefined,
    wantsLogs(settings) ? gateway.getCloudWatchRole() : ("unknown" as const),
  ]);
  return { draft, cloudWatchRole };
};

const comparedWith = (stageName: string, deployment: Deployment | undefined): Compared | undefined =>
  deployment?.routes && { name: `stage ${stageName}`, routes: deployment.routes };

/** The newest, because an attempt that found its deployment lost may have made a second one. */
const madeEarlier = (request: DeployRequest, deployments: readonly Deployment[]): Deployment | undefined => {
  const { run, stageName, definition } = request;
  const own = markerOf(run, stageName, definition?.definition.digest, definition?.mode);
  return deployments
    .filter((deployment) => {
      const marker = parseMarker(deployment.description);
      return marker !== undefined && sameWork(marker, own);
    })
    .sort((one, other) => other.createdAt - one.createdAt)[0];
};

/** For routes that settings name, and for the stage variables that the integrations use; a definition tells both. */
const needsDraft = ({ settings, definition, deploymentId }: DeployRequest): boolean => {
  if (deploymentId !== undefined || definition?.mode === "overwrite") return false;
  return definition === undefined ? Object.keys(settings).length > 0 : settings.routes !== undefined;
};

const wantsLogs = ({ logging, routes = {} }: StageWish): boolean =>
  logging !== undefined || Object.values(routes).some((route) => !("value" in route) && route.logging !== undefined);
