import { byHand } from "../domain/api-kind.ts";
import type { ContractComparison } from "../domain/contract.ts";
import { placeText } from "../domain/errors.ts";
import { provenOwner } from "../domain/owner.ts";
import type { Routes } from "../domain/route.ts";
import type { RestApi, Stage } from "../domain/stage.ts";
import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { type WithoutOverdue, withoutOverdue } from "./canary/overdue.ts";
import { isStartedCanary, refuseByCanary, withCanary } from "./canary/start.ts";
import { comparedRoutes, comparisonFor, refuseComparison, refuseContract } from "./comparison.ts";
import { type Ahead, lookAhead } from "./dark-stage/decide.ts";
import { deploymentToServe, integrationsToServe, readingOf, routesToServe } from "./deploy-source.ts";
import { draftUseOf, draftWarnings, remarksOn, uncheckedRoutes } from "./deploy-warnings.ts";
import { earlierAttempt } from "./earlier-attempt.ts";
import { refuseByFailOn } from "./fail-on.ts";
import { makeDeployment } from "./making.ts";
import { refuseNamed } from "./named-deployment.ts";
import { meantStage, refuseForeign } from "./ownership.ts";
import { emptyPlan, type Plan, type Refusal, withChanges } from "./plan.ts";
import { type PointingQuestion, pointStage, type Source, servesAlready, undoPointing } from "./pointing.ts";
import { draftProvenance, refuseDraft } from "./provenance.ts";
import { refuseUntestable } from "./reach.ts";
import { recordsOfMissing, replacedRecords, standingRecords } from "./records.ts";
import { type Room, roomFor } from "./room.ts";
import { decideSettings, type SettingsDecision } from "./settings/decide-settings.ts";
import type { ImportStep, Step } from "./step.ts";
import { settingsTakenAway, type TakenAway, takenAwayWarning } from "./taken-away.ts";
import { decideWatch } from "./watch.ts";

/** Decides what `deploy` does: which deployment the stage is to serve, and the steps that lead there. */
export const planDeploy = (request: DeployRequest, observed: DeployObserved): Plan | Refusal => {
  const decided = decide(request, observed);
  const { stage, changes, contract, room } = decided;
  const refusal = refusalOf(request, observed, decided);
  if (refusal !== undefined) return withChanges(refusal, changes, contract);
  const { restApiId, stageName } = request;
  const common: Plan = {
    ...emptyPlan,
    command: "deploy",
    result: "skipped",
    restApiId,
    stageName,
    serves: stage?.deploymentId,
    meant: meantStage(stage, restApiId, decided.overdue.ending),
    remarks: remarksOn(request.definition?.definition, observed.api),
  };
  if (room?.waits !== undefined) return { ...common, notes: room.waits };
  return pointTo(request, observed, decided, common);
};

type Decided = Ahead & {
  /** `undefined`: it does not exist yet. */
  readonly stage: Stage | undefined;
  readonly overdue: WithoutOverdue;
  readonly source: Source;
  /** What the stage will have; `undefined` where it is not known yet. */
  readonly routes: Routes | undefined;
  readonly settings: SettingsDecision;
  readonly contract: ContractComparison | undefined;
  readonly takenAway: readonly TakenAway[];
  readonly room: Room | undefined;
};

const decide = (request: DeployRequest, observed: DeployObserved): Decided => {
  const overdue = withoutOverdue(request, observed);
  const { stage } = overdue;
  const source = deploymentToServe(request, observed);
  const routes = routesToServe(request, observed, source);
  const integrations = integrationsToServe(request, observed);
  const settings = decideSettings({ request, stage, routes, integrations, unread: request.deploymentId }, observed);
  const question = { request, stage, source, settings };
  const ahead = lookAhead(question, observed, comparisonFor(request, observed), routes);
  return {
    stage,
    overdue,
    source,
    routes,
    settings,
    ...ahead,
    contract: servesAlready(source, stage) ? undefined : observed.contract,
    takenAway: takenAwayBy(request, observed, source),
    room: request.previewOf !== undefined && stage === undefined ? roomFor(request, observed) : undefined,
  };
};

const refusalOf = (
  request: DeployRequest,
  observed: DeployObserved,
  { stage, source, comparison, settings, changes, takenAway, room, dark, ...decided }: Decided,
): Refusal | undefined => {
  // What a dark stage serves tells it exactly.
  const contract = dark.steps.length > 0 ? undefined : decided.contract;
  return (
    refuseDefinition(request, observed) ??
    (stage && refuseForeign(request, stage)) ??
    refuseByCanary(request, stage, source) ??
    refuseDeployment(request, observed) ??
    refuseComparison(request.routes?.failOn ?? [], comparison) ??
    refuseContract(request.routes?.failOn ?? [], contract) ??
    refuseDraft(draftProvenance(observed.api.tags, request.restApiId), draftUseOf(request)) ??
    settings.refusal ??
    refuseUntestable(request, observed, source.deployment.kind === "new" ? request.definition : undefined) ??
    refuseByFailOn({ routes: changes?.diff, takenAway, contract }, request.routes?.failOn ?? []) ??
    room?.refusal ??
    dark.refusal
  );
};

const pointTo = (request: DeployRequest, observed: DeployObserved, decided: Decided, common: Plan): Plan | Refusal => {
  const { stage, overdue, source, routes, settings, takenAway, room } = decided;
  const { run, previewOf } = request;
  const earlier = earlierAttempt({ ...observed, request, stage, marked: isPointedEarlier(observed, stage) });
  const question: PointingQuestion = {
    request,
    stage,
    source,
    ...settings.forPointing,
    pointedFrom: earlier.from,
    ifFull: room?.ifFull,
  };
  const pointing = [...overdue.steps, ...pointStage(question)];
  const steps = [...makingSteps(request, observed, decided), ...(room?.evictions ?? []), ...pointing];
  const canaryIsThere = isStartedCanary(request, stage, source);
  const watch = decideWatch({ ...observed, request, steps, canaryIsThere, earlier });
  if (watch.refusal !== undefined) return watch.refusal;
  return withCanary(question, observed.now, {
    ...common,
    result: stage === undefined ? "created" : pointing.length === 0 ? "unchanged" : "updated",
    unchangedBecause: pointing.length === 0 ? `it serves ${source.name}` : undefined,
    deployment: source.deployment,
    steps,
    undo: undoPointing(question),
    watch: watch.watch,
    settings: settings.plan.changes,
    routes: decided.changes,
    contract: decided.contract,
    records: [
      ...replacedRecords(observed.records, run.runId, previewOf !== undefined || observed.isShared),
      ...(mayEvict(request) ? recordsOfMissing(observed.otherRecords, observed) : []),
    ],
    standing: standingRecords(observed.records, observed.served, stage === undefined ? [] : [stage.deploymentId]),
    notes: [...overdue.notes, ...(room?.notes ?? []), ...decided.notes, ...watch.notes],
    warnings: [
      ...settings.plan.warnings,
      ...decided.dark.warnings,
      ...(routes === undefined ? uncheckedRoutes(request, observed.api, source) : []),
      ...draftWarnings(request, observed, source),
      ...takenAway.map(takenAwayWarning),
      ...(room?.warnings ?? []),
      ...watch.warnings,
    ],
  });
};

/** What such a run has removed, its next attempt must tell where it could not. */
const mayEvict = ({ previewOf, slots }: DeployRequest): boolean =>
  previewOf !== undefined && slots.onLimit === "evict-oldest";

/** By what this run's earlier attempt has made: the stage serves it. */
const isPointedEarlier = ({ earlier }: DeployObserved, stage: Stage | undefined): boolean =>
  earlier !== undefined && earlier.id === stage?.deploymentId;

/** Nothing is taken away before what replaces it is made and checked (I13). */
const makingSteps = (
  request: DeployRequest,
  { api, stages }: DeployObserved,
  { source, comparison, takenAway, settings: { publish }, dark }: Decided,
): readonly Step[] => {
  if (source.deployment.kind === "existing") return [...dark.steps, ...publish];
  const { routes } = request;
  const judgement = routes && { compared: comparedRoutes(comparison), failOn: routes.failOn };
  const imported = readingOf(request, { api })?.routes ?? [];
  const facts = { judgement, routes: imported, takenAway, restoredFrom: standsForDraft(request, stages, api) };
  return [...makeDeployment(request, facts), ...dark.steps, ...publish];
};

/** Nothing is imported where the deployment is there already. */
const takenAwayBy = (
  { definition }: DeployRequest,
  { api }: DeployObserved,
  { deployment }: Source,
): readonly TakenAway[] =>
  definition === undefined || deployment.kind === "existing" ? [] : settingsTakenAway(api, definition);

/** The stage that most likely serves what people want the draft to be: the run's own, unless that is a preview. */
const standsForDraft = (
  { restApiId, stageName, previewOf, routes }: DeployRequest,
  stages: readonly Stage[],
  { kind }: Pick<RestApi, "kind">,
): ImportStep["restoredFrom"] => {
  const compared = routes?.compareWith.kind === "stage" ? [routes.compareWith.stageName] : [];
  const lasting = stages.filter(
    ({ tags, name }) => provenOwner(tags, { restApiId, stageName: name })?.pullRequest === undefined,
  );
  const others = [...compared, ...lasting.map(({ name }) => name).sort()];
  const wanted = previewOf === undefined ? [stageName, ...others] : [...others, stageName];
  const found = wanted.find((candidate) =>
    stages.some(({ name, deploymentId }) => name === candidate && deploymentId !== ""),
  );
  if (found === undefined) return undefined;
  const calls = (["save-stage", "import-saved"] as const).map((call) =>
    byHand(kind, call, { api: restApiId, stage: found }),
  );
  return { stageName: found, calls };
};

/** What the kind of the API alone can tell; all that is wrong whatever its kind was reported with the inputs. */
const refuseDefinition = (request: DeployRequest, observed: DeployObserved): Refusal | undefined => {
  const places = readingOf(request, observed)?.problems ?? [];
  if (places.length === 0) return undefined;
  const count = places.length === 1 ? "One thing is" : `${places.length} things are`;
  return {
    refused: "INVALID_DEFINITION",
    happened: [
      `${count} missing or wrong for this kind of API:`,
      ...places.map((place) => `  ${placeText(place)}`),
    ].join("\n"),
    remedy: "Correct what the message names in the file and run again.",
    places,
  };
};

const refuseDeployment = ({ deploymentId }: DeployRequest, observed: DeployObserved): Refusal | undefined =>
  deploymentId === undefined ? undefined : refuseNamed(observed.api, deploymentId, observed.requestedDeployment);
