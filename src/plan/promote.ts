import { type Comparison, comparedWith, servesNothing } from "../domain/comparison.ts";
import type { Stage } from "../domain/stage.ts";
import type { PromoteSource } from "../inputs/promote-source.ts";
import type { PromoteRequest } from "../inputs/request.ts";
import type { PromoteObserved } from "../observe/observed.ts";
import { withoutOverdue } from "./canary/overdue.ts";
import { isStartedCanary, refuseByCanary, withCanary } from "./canary/start.ts";
import { refuseComparison, refuseContract } from "./comparison.ts";
import { type Ahead, lookAhead } from "./dark-stage/decide.ts";
import { doneBefore } from "./done-before.ts";
import { type EarlierAttempt, earlierAttempt } from "./earlier-attempt.ts";
import { refuseByFailOn } from "./fail-on.ts";
import { type GateVerdict, judgeGate } from "./gate.ts";
import { refuseIncomplete, refuseNamed } from "./named-deployment.ts";
import { meantStage, refuseForeign } from "./ownership.ts";
import { emptyPlan, type Plan, type Refusal, withChanges } from "./plan.ts";
import { type PointingQuestion, pointStage, servesAlready, undoPointing } from "./pointing.ts";
import { refuseUntestable } from "./reach.ts";
import { replacedRecords, standingRecords } from "./records.ts";
import { decideSettings, type SettingsDecision, type SettingsSubject } from "./settings/decide-settings.ts";
import { decideWatch } from "./watch.ts";

/**
 * Promotion: the target stage is pointed at a deployment that exists already. No new snapshot is taken, so nothing that
 * entered the draft meanwhile can come along. The target keeps its own settings.
 */

type Found = { readonly deploymentId: string; readonly name: string; readonly source: Plan["source"] };

/** Decides what `promote` does: which deployment the target is to serve, and the steps that lead there. */
export const planPromote = (request: PromoteRequest, observed: PromoteObserved): Plan | Refusal => {
  const { restApiId, stageName, run, previewOf } = request;
  const overdue = withoutOverdue(request, observed);
  const { stage } = overdue;
  const { found, comes } = whatComes(request, observed, stage);
  if ("refused" in found) return found;
  const coming = knownOf(request, observed, comes);
  const settings = decideSettings({ request, stage, ...coming }, observed);
  const source = { deployment: { kind: "existing", id: found.deploymentId } as const, name: found.name };
  const question = { request, stage, source, settings };
  const ahead = lookAhead(question, observed, comparisonOf(stageName, observed), comes?.routes);
  const { dark, changes } = ahead;
  const gate = gateOf(request, observed);
  const contract = servesAlready(source, stage) ? undefined : observed.contract;
  const refusal =
    (gate.kind === "refusal" ? gate : undefined) ??
    refuseTarget(request, observed, stage, source) ??
    refusalOf(request, { ...ahead, settings, contract });
  if (refusal !== undefined) return withChanges(refusal, changes, contract);
  const earlier = pointedBefore(request, observed, stage);
  const pointing = { request, stage, source, ...settings.forPointing, pointedFrom: earlier.from, ifFull: undefined };
  const steps = [...dark.steps, ...overdue.steps, ...pointStage(pointing)];
  const canaryIsThere = isStartedCanary(request, stage, source);
  const watch = decideWatch({ ...observed, request, steps, canaryIsThere, earlier });
  if (watch.refusal !== undefined) return watch.refusal;
  return withCanary(pointing, observed.now, {
    ...emptyPlan,
    command: "promote",
    restApiId,
    stageName,
    result: steps.length === 0 ? "unchanged" : "promoted",
    unchangedBecause: steps.length === 0 ? `it serves ${found.name}` : undefined,
    serves: stage?.deploymentId,
    meant: meantStage(stage, restApiId, overdue.ending),
    deployment: source.deployment,
    source: found.source,
    steps,
    undo: undoPointing(pointing),
    watch: watch.watch,
    settings: settings.plan.changes,
    routes: changes,
    contract,
    records: replacedRecords(observed.records, run.runId, previewOf !== undefined || observed.isShared),
    standing: standingRecords(observed.records, observed.served, stage === undefined ? [] : [stage.deploymentId]),
    notes: [overdue.notes, proofOf(gate), ahead.notes, watch.notes].flat(),
    warnings: [settings.plan.warnings, dark.warnings, warningOf(gate), watch.warnings].flat(),
  });
};

type Judged = Ahead & {
  readonly settings: SettingsDecision;
  readonly contract: PromoteObserved["contract"];
};

const refusalOf = (
  { failOn }: PromoteRequest,
  { settings, dark, comparison, changes, contract }: Judged,
): Refusal | undefined =>
  dark.refusal ??
  settings.refusal ??
  refuseComparison(failOn, comparison) ??
  // What a dark stage serves tells it.
  (dark.steps.length > 0 ? undefined : refuseContract(failOn, contract)) ??
  refuseByFailOn({ routes: changes?.diff, takenAway: [], contract }, failOn);

/** What settings and warnings go by. */
const knownOf = (
  { source }: PromoteRequest,
  { integrations }: PromoteObserved,
  comes: PromoteObserved["comes"],
): Pick<SettingsSubject, "routes" | "integrations" | "unread"> => ({
  routes: comes?.routes,
  integrations,
  unread: source.kind === "deployment" ? source.deploymentId : comes?.id,
});

const warningOf = (gate: GateVerdict): readonly string[] => (gate.kind === "warning" ? [gate.text] : []);

const proofOf = (gate: GateVerdict): readonly string[] =>
  gate.kind === "ok" && gate.proof !== undefined ? [gate.proof] : [];

const refuseTarget = (
  request: PromoteRequest,
  observed: PromoteObserved,
  stage: Stage | undefined,
  source: PointingQuestion["source"],
): Refusal | undefined =>
  (stage && refuseForeign(request, stage)) ??
  refuseByCanary(request, stage, source) ??
  refuseUntestable(request, observed);

const pointedBefore = (
  request: PromoteRequest,
  { records }: PromoteObserved,
  stage: Stage | undefined,
): EarlierAttempt => {
  const marked = stage !== undefined && doneBefore(request, stage, records);
  return earlierAttempt({ request, stage, records, marked });
};

const comparisonOf = (stageName: string, { stages, servedDeployment }: PromoteObserved): Comparison => {
  const stage = stages.find(({ name }) => name === stageName);
  return servesNothing(stageName, stage) ?? comparedWith(`stage ${stageName}`, servedDeployment);
};

/**
 * A job that is run again has promoted already; what the source serves meanwhile is for another run, and approval. What
 * `deployment-id` names it must serve all the same: a job before it may have made another one by now.
 */
const whatComes = (
  request: PromoteRequest,
  observed: PromoteObserved,
  stage: Stage | undefined,
): { readonly found: Found | Refusal; readonly comes: PromoteObserved["comes"] } => {
  const named = request.source.kind === "stage" ? request.source.expected : request.source.deploymentId;
  const isOther = named !== undefined && named !== stage?.deploymentId;
  if (stage === undefined || isOther || !doneBefore(request, stage, observed.records))
    return { found: findDeployment(request, observed), comes: observed.comes };
  const { deploymentId } = stage;
  const name = `deployment ${deploymentId}, which an earlier attempt of this run has promoted`;
  return { found: { deploymentId, name, source: undefined }, comes: observed.servedDeployment };
};

/** A promotion that writes must come from behind its gate, when the workflow wants that; a plan is for those before it. */
const gateOf = (request: PromoteRequest, observed: PromoteObserved): GateVerdict => {
  const verdict = gateVerdict(request, observed);
  if (verdict.kind !== "refusal" || !request.dryRun) return verdict;
  const text = `This is a dry run; a real run of this very job would be refused. ${verdict.happened}\n${verdict.remedy}`;
  return { kind: "warning", text };
};

const gateVerdict = (request: PromoteRequest, { gate, environment }: PromoteObserved): GateVerdict => {
  if (gate === undefined) return { kind: "ok", proof: undefined };
  const { repository, ownerId, serverUrl } = request.run;
  return judgeGate(
    {
      mode: request.gate,
      environment,
      stageName: request.stageName,
      repositoryUrl: `${serverUrl}/${repository.owner}/${repository.name}`,
      repository,
      ownerId,
    },
    gate,
  );
};

/**
 * Looks at the source again, right before the target is pointed: a person may have approved what the plan showed hours
 * ago. Answers why the plan no longer holds, or `undefined`.
 */
export const sourceChanged = (
  { source, restApiId }: Pick<Plan, "source" | "restApiId">,
  stages: readonly Stage[],
): Refusal | undefined => {
  if (source === undefined) return undefined;
  const found = findInStage(
    restApiId,
    { kind: "stage", stageName: source.stageName, expected: source.deploymentId },
    stages,
  );
  return "refused" in found ? found : undefined;
};

const findDeployment = (
  { restApiId, source }: PromoteRequest,
  { api, stages, comes }: PromoteObserved,
): Found | Refusal => {
  if (source.kind === "stage") {
    const found = findInStage(restApiId, source, stages);
    return "refused" in found ? found : (refuseIncomplete(found.deploymentId, comes, api) ?? found);
  }
  const { deploymentId } = source;
  const refusal = refuseNamed(api, deploymentId, comes);
  if (refusal !== undefined) return refusal;
  return { deploymentId, name: `deployment ${deploymentId}, as deployment-id asks`, source: undefined };
};

const findInStage = (
  restApiId: string,
  { stageName, expected }: Extract<PromoteSource, { kind: "stage" }>,
  stages: readonly Stage[],
): Found | Refusal => {
  const stage = stages.find(({ name }) => name === stageName);
  if (stage === undefined) return unknownSource(restApiId, stageName, stages);
  const { deploymentId, canary } = stage;
  if (deploymentId === "") {
    return {
      refused: "SOURCE_STAGE_UNKNOWN",
      happened: `Stage ${stageName} serves no deployment yet, so there is none to take from it.`,
      remedy: `Deploy to stage ${stageName} first, or correct from-stage-name.`,
    };
  }
  if (canary !== undefined && canary.deploymentId !== deploymentId) {
    return {
      refused: "SOURCE_STAGE_HAS_CANARY",
      happened: `Stage ${stageName} serves two versions: deployment ${deploymentId}, and deployment ${canary.deploymentId} as a canary that gets ${canary.percentTraffic} % of the traffic. Which of them is tested and meant is not for this action to guess.`,
      remedy: `Complete or abort the canary of stage ${stageName}, or say which deployment is meant: give deployment-id and no from-stage-name.`,
    };
  }
  if (expected !== undefined && expected !== deploymentId) {
    return {
      refused: "SOURCE_STAGE_CHANGED",
      happened: `Stage ${stageName} serves deployment ${deploymentId} now; what was planned, shown and approved is deployment ${expected}.`,
      remedy: `Run the newest workflow run, which shows and asks for deployment ${deploymentId}. If deployment ${expected} is what you want all the same, give deployment-id without from-stage-name.`,
    };
  }
  return {
    deploymentId,
    name: `deployment ${deploymentId}, which stage ${stageName} serves`,
    source: { stageName, deploymentId },
  };
};

const unknownSource = (restApiId: string, stageName: string, stages: readonly Stage[]): Refusal => ({
  refused: "SOURCE_STAGE_UNKNOWN",
  happened: `API ${restApiId} has no stage ${stageName} to take a deployment from.`,
  remedy:
    stages.length === 0
      ? "The API has no stage at all: deploy one first."
      : `Correct from-stage-name; the API has ${[...stages.map(({ name }) => name)].sort().join(", ")}.`,
});
