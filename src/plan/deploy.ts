import type { Stage } from "../domain/stage.ts";
import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { refuseCanary } from "./canary.ts";
import { deploymentToServe, integrationsToServe, routeChangesOf, routesToServe } from "./deploy-source.ts";
import { draftUseOf, draftWarnings, uncheckedRoutes } from "./deploy-warnings.ts";
import { makeDeployment } from "./making.ts";
import { meantStage, refuseForeign } from "./ownership.ts";
import { emptyPlan, type Plan, type Refusal } from "./plan.ts";
import { type PointingQuestion, pointStage, type Source, undoPointing } from "./pointing.ts";
import { draftProvenance, refuseDraft } from "./provenance.ts";
import { replacedRecords, standingRecords } from "./records.ts";
import { type Room, roomFor } from "./room.ts";
import { refuseRoutes } from "./routes/fail-on.ts";
import { decideSettings } from "./settings/decide-settings.ts";
import type { RouteJudgement, Step } from "./step.ts";

/** Decides what `deploy` does: which deployment the stage is to serve, and the steps that lead there. */
export const planDeploy = (request: DeployRequest, observed: DeployObserved): Plan | Refusal => {
  const { restApiId, stageName, run, previewOf } = request;
  const stage = observed.stages.find(({ name }) => name === stageName);
  const source = deploymentToServe(request, observed);
  const routes = routesToServe(request, observed, source);
  const integrations = integrationsToServe(request, observed);
  const settings = decideSettings({ request, stage, routes, integrations }, observed);
  const changes = routeChangesOf(observed, source);
  const room = previewOf !== undefined && stage === undefined ? roomFor(request, observed) : undefined;
  const refusal =
    refuseStage(request, stage) ??
    refuseDeployment(request, observed) ??
    refuseComparison(request, observed) ??
    refuseDraft(draftProvenance(observed.api.tags, restApiId), draftUseOf(request)) ??
    settings.refusal ??
    (changes && refuseRoutes(changes.diff, request.routes?.failOn ?? [])) ??
    room?.refusal;
  if (refusal !== undefined) return refusal;

  const common = {
    ...emptyPlan,
    command: "deploy",
    restApiId,
    stageName,
    serves: stage?.deploymentId,
    meant: meantStage(stage, restApiId),
  } as const;
  if (room?.waits !== undefined) return { ...common, result: "skipped", notes: room.waits };
  const question: PointingQuestion = { request, stage, source, settings: settings.plan, ifFull: room?.ifFull };
  const pointing = pointStage(question);
  return {
    ...common,
    result: stage === undefined ? "created" : pointing.length === 0 ? "unchanged" : "updated",
    unchangedBecause: pointing.length === 0 ? `it serves ${source.name}` : undefined,
    deployment: source.deployment,
    steps: stepsOf(request, observed, source, room, pointing),
    undo: undoPointing(question),
    settings: settings.plan.changes,
    routes: changes,
    records: replacedRecords(observed.records, run.runId, previewOf !== undefined),
    standing: standingRecords(observed.records, observed.served, stage === undefined ? [] : [stage.deploymentId]),
    notes: room?.notes ?? [],
    warnings: [
      ...settings.plan.warnings,
      ...(routes === undefined ? uncheckedRoutes(request) : []),
      ...draftWarnings(request, observed, source),
      ...(room?.warnings ?? []),
    ],
  };
};

/** Nothing is taken away before what replaces it is made and checked (I13). */
const stepsOf = (
  request: DeployRequest,
  observed: DeployObserved,
  { deployment }: Source,
  room: Room | undefined,
  pointing: readonly Step[],
): readonly Step[] => [
  ...(deployment.kind === "existing" ? [] : makeDeployment(request, judgementOf(request, observed))),
  ...(room?.evictions ?? []),
  ...pointing,
];

const judgementOf = ({ routes }: DeployRequest, { compared }: DeployObserved): RouteJudgement | undefined =>
  routes && { compared, failOn: routes.failOn };

const refuseStage = (request: DeployRequest, stage: Stage | undefined): Refusal | undefined => {
  if (stage === undefined) return undefined;
  return refuseForeign(request, stage) ?? (stage.canary && refuseCanary(request.restApiId, stage, stage.canary));
};

const refuseDeployment = (request: DeployRequest, observed: DeployObserved): Refusal | undefined =>
  request.deploymentId !== undefined && observed.requestedDeployment === undefined
    ? {
        refused: "UNKNOWN_DEPLOYMENT",
        happened: `REST API ${request.restApiId} has no deployment ${request.deploymentId}.`,
        remedy: `See what exists: aws apigateway get-deployments --rest-api-id ${request.restApiId}`,
      }
    : undefined;

const refuseComparison = ({ routes, restApiId }: DeployRequest, { stages }: DeployObserved): Refusal | undefined => {
  const wanted = routes?.compareWith;
  if (wanted === undefined || stages.some(({ name }) => name === wanted)) return undefined;
  const names = stages.map(({ name }) => name).sort();
  return {
    refused: "COMPARED_STAGE_UNKNOWN",
    happened: `REST API ${restApiId} has no stage ${wanted} to compare with; it has ${names.length === 0 ? "no stage" : names.join(", ")}.`,
  };
};
