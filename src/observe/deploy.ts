import { rightToRead } from "../domain/api-kind.ts";
import { markerOf, parseMarker, sameWork } from "../domain/marker.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import type { StageUsers } from "../domain/stage-users.ts";
import type { Reading } from "../inputs/definition/read-definition.ts";
import type { DeployRequest } from "../inputs/request.ts";
import { observeAlarms } from "./alarms.ts";
import { observeInside, observeOutside } from "./comparison.ts";
import { type Inside, lookInto } from "./contracts.ts";
import type { DeployObserved } from "./observed.ts";
import { observeReadiness } from "./readiness.ts";
import { observeRecords } from "./records.ts";
import type { Session } from "./session.ts";
import { observeDocumentation, observeSettings, withAuthorizers } from "./settings.ts";
import { observeStageQuota } from "./stage-quota.ts";

/**
 * Reads all that the plan depends on, in requests that do not wait for each other as far as they can. Throws ActionError.
 * What a plan does not need is not asked for: each request counts against a rate that the whole account shares.
 */
export const observeDeploy = async (request: DeployRequest, session: Session): Promise<DeployObserved> => {
  const { gateway, github, world } = session;
  const { deploymentId, run, settings } = request;
  const mayHaveRunBefore = run.attempt > 1 && deploymentId === undefined;
  const [api, stages, requestedDeployment, deployments, settingsFacts, outside, alarms] = await Promise.all([
    gateway.getApi(),
    gateway.getStages(),
    deploymentId === undefined ? undefined : gateway.getDeployment(deploymentId, true),
    mayHaveRunBefore ? gateway.getDeployments() : [],
    observeSettings(settings, needsDraft(request), gateway),
    observeOutside(request, session),
    observeAlarms(request.watch, session),
  ]);
  if (needsDraft(request) && settingsFacts.draft === undefined) world.log.info(draftUnread(gateway));
  const reading = request.definition && gateway.kind.dialect && request.definition.definition.as(gateway.kind.dialect);
  const existing = deploymentId === undefined ? undefined : lookInto(gateway, deploymentId, stages);
  const known = knownOf(settingsFacts, reading, requestedDeployment, existing);
  const [deploymentsInUse, documentation, readiness, inside, users, records, stageQuota, draft] = await Promise.all([
    observeDeployments(request, stages, deployments, gateway),
    observeDocumentation(request, stages, gateway),
    observeReadiness(request, stages, known, session),
    existing,
    observeUsers(request, stages, gateway),
    observeRecords(request, stages, github),
    observeStageQuota(request, stages, gateway),
    withAuthorizers(settingsFacts.draft, session),
  ]);
  return {
    place: gateway.place,
    api,
    stages,
    requestedDeployment,
    ...deploymentsInUse,
    compared: outside ?? deploymentsInUse.compared,
    comingContract: inside?.contract,
    stageQuota,
    ...settingsFacts,
    draft,
    ...readiness,
    integrations: inside?.integrations,
    documentation,
    alarms,
    users,
    ...records,
    otherRecords: (await github.observed).otherRecords,
    now: world.clock.now(),
  };
};

/** Of the draft and its definition, or of the deployment that is there already. */
const knownOf = (
  { cloudWatchRole, draft }: Pick<DeployObserved, "cloudWatchRole" | "draft">,
  reading: Reading | undefined,
  requested: Deployment | undefined,
  existing: Promise<Inside> | undefined,
): Parameters<typeof observeReadiness>[2] => ({
  cloudWatchRole,
  routes: [requested?.routes, reading?.needs, draft?.routes],
  integrations:
    existing === undefined
      ? [...(draft?.integrations ?? []), ...(reading?.functions ?? [])]
      : existing.then(({ integrations = [] }) => integrations),
});

const needsRoutes = ({ routes, settings }: DeployRequest): boolean =>
  routes !== undefined || settings.routes !== undefined;

const observeDeployments = async (
  request: DeployRequest,
  stages: readonly Stage[],
  deployments: readonly Deployment[],
  gateway: Session["gateway"],
): Promise<Pick<DeployObserved, "earlier" | "servedDeployment" | "compared">> => {
  const idOf = (name: string): string | undefined => stages.find((stage) => stage.name === name)?.deploymentId;
  const withRoutes = async (id: string | undefined): Promise<Deployment | undefined> =>
    id === undefined ? undefined : gateway.getDeployment(id, true);
  const servedId = request.definition === undefined ? undefined : idOf(request.stageName);
  const served = withRoutes(servedId);
  const made = madeEarlier(request, deployments);
  const [servedDeployment, compared, earlier] = await Promise.all([
    served,
    // Mostly one and the same.
    observeInside(
      request,
      stages,
      ({ deploymentId }) => (deploymentId === servedId ? served : withRoutes(deploymentId)),
      gateway,
    ),
    needsRoutes(request) ? withRoutes(made?.id).then((found) => routesByDraft(request, found, gateway)) : made,
  ]);
  return { servedDeployment, compared, earlier };
};

/** What no stage serves may tell its routes to nobody. Then the draft tells those of the definition that it was made of. */
const routesByDraft = async (
  { definition }: DeployRequest,
  made: Deployment | undefined,
  gateway: Session["gateway"],
): Promise<Deployment | undefined> => {
  if (definition === undefined || made === undefined || made.routes !== undefined) return made;
  const draft = await gateway.getDraft();
  return draft === undefined ? made : { ...made, routes: draft.routes, routesAreOfDraft: true };
};

/** Asked only where the workflow lets a new preview take another one's place. */
const observeUsers = async (
  { previewOf, slots, stageName }: DeployRequest,
  stages: readonly Stage[],
  gateway: Session["gateway"],
): Promise<ReadonlyMap<string, StageUsers>> =>
  previewOf === undefined || slots.onLimit !== "evict-oldest" || stages.some(({ name }) => name === stageName)
    ? new Map()
    : gateway.getStageUsers(stages.map(({ name }) => name));

/** The newest, because an attempt that found its deployment lost may have made a second one. */
const madeEarlier = (request: DeployRequest, deployments: readonly Deployment[]): Deployment | undefined => {
  const own = markerOf(request.run, request.stageName, request);
  return deployments
    .filter(({ incomplete, ...deployment }) => {
      const marker = parseMarker(deployment.description);
      return incomplete === undefined && marker !== undefined && sameWork(marker, own);
    })
    .sort((one, other) => other.createdAt - one.createdAt)[0];
};

/**
 * For the routes that the new deployment will have, and for what its integrations use; an overwrite leaves nothing of the
 * draft.
 */
const needsDraft = ({ definition, deploymentId }: DeployRequest): boolean =>
  deploymentId === undefined && definition?.mode !== "overwrite";

const draftUnread = ({ kind, restApiId }: Session["gateway"]): string =>
  `Nobody checked which stage variables the draft uses and which of its routes require an API key, because the role may not read it (${rightToRead(kind, "draft", { api: restApiId })}).`;
