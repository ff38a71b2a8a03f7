import type { Canary, Stage } from "../../domain/stage.ts";
import { stepOf } from "../../inputs/canary/policy.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { CanaryObserved } from "../../observe/observed.ts";
import { doneBefore } from "../done-before.ts";
import { meantStage, refuseForeign } from "../ownership.ts";
import { emptyPlan, type Plan, type Refusal } from "../plan.ts";
import { pointedFrom, replacedRecords, standingRecords } from "../records.ts";
import { abortSteps, undoByAbort, unmark } from "./abort.ts";
import { completeSteps, tidySteps, undoCompletion } from "./completion.ts";
import { refuseCanaryChange } from "./refusals.ts";
import { type CanaryState, canaryStateOf } from "./state.ts";
import { intentOf, type There } from "./there.ts";

/** Decides what `command: canary` does with the canary that the stage has, or has no more. */
export const planCanary = (request: CanaryRequest, observed: CanaryObserved): Plan | Refusal => {
  const { restApiId, stageName, run, previewOf } = request;
  const stage = observed.stages.find(({ name }) => name === stageName);
  if (stage === undefined) {
    return {
      refused: "STAGE_UNKNOWN",
      happened: `REST API ${restApiId} has no stage ${stageName}, so there is no canary either.`,
      remedy: "Correct stage-name, or deploy the stage first.",
    };
  }
  const foreign = refuseForeign(request, stage);
  if (foreign !== undefined) return foreign;
  const state = canaryStateOf(stage, run.repository.id, request);
  const common: Plan = {
    ...emptyPlan,
    command: "canary",
    restApiId,
    stageName,
    result: "unchanged",
    serves: stage.deploymentId,
    meant: meantStage(stage, restApiId),
    canary: {
      does: "nothing",
      base: stage.deploymentId,
      found: stage.canary,
      until: state.kind === "foreign" ? undefined : state.intent?.until,
      atEnd: state.intent?.atEnd ?? "hold",
    },
    records: replacedRecords(observed.records, run.runId, previewOf !== undefined || observed.isShared),
  };
  if (state.kind === "none") return withoutCanary(request, stage, state, { observed, common });
  if (state.kind === "promoted") return tidy(request, stage, state, common);
  return (
    refuseCanaryChange(request, stage, state) ??
    changed(request, { ...state, stage, now: observed.now }, observed, common)
  );
};

type Beside = { readonly observed: CanaryObserved; readonly common: Plan };

/** Aborting what is gone is done; completing it, or giving it a share, is not. */
const withoutCanary = (
  request: CanaryRequest,
  stage: Stage,
  { intent }: Extract<CanaryState, { kind: "none" }>,
  { observed, common }: Beside,
): Plan | Refusal => {
  const { percent, deploymentId, stageName } = request;
  const served = `it has no canary; it serves deployment ${stage.deploymentId}`;
  const serves = `Stage ${stageName} has no canary; it serves deployment ${stage.deploymentId}`;
  const isCompleted =
    percent === 100 &&
    (deploymentId === stage.deploymentId ||
      doneBefore(request, stage, observed.records) ||
      intent?.canary === stage.deploymentId);
  if (percent === undefined || percent === 0 || isCompleted) {
    return {
      ...common,
      steps: intent === undefined ? [] : [unmark(stageName)],
      unchangedBecause: served,
      notes: intent === undefined ? [] : [`${serves}. ${endedElsewhere(stage, intent)}`],
    };
  }
  return { refused: "CANARY_MISSING", happened: `${serves}.` };
};

const endedElsewhere = (
  { deploymentId }: Stage,
  { canary, base }: { readonly canary: string; readonly base: string },
): string => {
  const told = `A canary on deployment ${canary} was started beside deployment ${base}`;
  if (deploymentId === canary) return `${told}, and it was completed elsewhere.`;
  return deploymentId === base
    ? `${told}, and it was aborted elsewhere.`
    : `${told}; since then somebody has ended it and pointed the stage at another deployment.`;
};

/** What remains of a completion that was interrupted. */
const tidy = (
  request: CanaryRequest,
  stage: Stage,
  { canary, intent }: Extract<CanaryState, { kind: "promoted" }>,
  common: Plan,
): Plan => ({
  ...common,
  result: "canary-completed",
  deployment: { kind: "existing", id: stage.deploymentId },
  canary: common.canary && { ...common.canary, does: "complete" },
  steps: tidySteps(request, stage, intent),
  notes: [
    `Stage ${stage.name} serves deployment ${canary.deploymentId} alone already; an earlier completion was interrupted before it removed the canary.`,
    ...(request.percent === 0
      ? ["So there is nothing left to abort. If that deployment is wrong, roll the stage back: command: rollback."]
      : []),
  ],
});

const changed = (request: CanaryRequest, there: There, observed: CanaryObserved, common: Plan): Plan => {
  const { percent } = request;
  if (percent === 0) return aborted(there, common, "canary-percent is 0");
  if (percent === 100) return completed(request, there, observed, common);
  return shifted(request, there, percent ?? there.canary.percentTraffic, common);
};

const aborted = ({ stage, canary }: There, common: Plan, because: string): Plan => ({
  ...common,
  result: "canary-aborted",
  canary: common.canary && { ...common.canary, does: "abort" },
  steps: abortSteps(stage, because),
  notes: [`Deployment ${canary.deploymentId}, which the canary was on, stays for those who look for what was wrong.`],
});

const completed = (request: CanaryRequest, there: There, { records, served }: CanaryObserved, common: Plan): Plan => {
  const { stage, canary } = there;
  return {
    ...common,
    result: "canary-completed",
    deployment: { kind: "existing", id: canary.deploymentId },
    canary: common.canary && { ...common.canary, does: "complete" },
    steps: completeSteps(request, there),
    undo: undoCompletion(request, there),
    settings: variableChanges(stage, canary),
    standing: standingRecords(records, served, [
      pointedFrom(records, request.run.runId, stage.deploymentId) ?? stage.deploymentId,
    ]),
  };
};

/** What the stage's variables become once the canary's are its own. */
const variableChanges = ({ settings }: Stage, { overrides }: Canary): Plan["settings"] =>
  Object.entries(overrides).flatMap(([name, to]) => {
    const from = settings.variables[name];
    return from === to ? [] : [{ setting: `variables.${name}`, from, to, source: "canary" }];
  });

/** Down as well as up. A share that is there already is written down where the tag says another. */
const shifted = (request: CanaryRequest, there: There, percent: number, common: Plan): Plan => {
  const { stage, canary, kind } = there;
  const { policy } = request;
  const mark = intentOf(request, there, { percent, step: stepOf(policy, percent), since: "now", failed: 0 });
  const same = canary.percentTraffic === percent;
  const until = mark.intent?.until;
  return {
    ...common,
    result: same ? "unchanged" : "canary-shifted",
    unchangedBecause: `its canary on deployment ${canary.deploymentId} gets ${percent} % of the traffic already`,
    canary: common.canary && { ...common.canary, does: same ? "nothing" : "shift", until },
    steps: same
      ? kind === "ours"
        ? []
        : [mark]
      : [
          {
            kind: "shift-canary",
            stageName: stage.name,
            deploymentId: canary.deploymentId,
            from: canary.percentTraffic,
            to: percent,
            because: `${percent} % of the requests go to deployment ${canary.deploymentId} in place of ${canary.percentTraffic} %`,
            seenByCallers: true,
          },
          mark,
        ],
    undo: undoByAbort(request, stage),
  };
};
