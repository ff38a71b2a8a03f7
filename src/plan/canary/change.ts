import type { Stage } from "../../domain/stage.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { CanaryObserved } from "../../observe/observed.ts";
import { doneBefore } from "../done-before.ts";
import { meantStage, refuseForeign } from "../ownership.ts";
import { emptyPlan, type Plan, type Refusal } from "../plan.ts";
import { replacedRecords } from "../records.ts";
import { unmark } from "./abort.ts";
import { tidySteps } from "./completion.ts";
import { aborted, completed, shifted } from "./moves.ts";
import { heldPastDeadline, overdueCanary } from "./overdue.ts";
import { refuseCanaryChange } from "./refusals.ts";
import { pastDeadline, resumed } from "./resume.ts";
import { type CanaryState, canaryStateOf } from "./state.ts";
import type { There } from "./there.ts";

/** Decides what `command: canary` does with the canary that the stage has, or has no more. */
export const planCanary = (request: CanaryRequest, observed: CanaryObserved): Plan | Refusal => {
  const { restApiId, stageName, run, previewOf } = request;
  const stage = observed.stages.find(({ name }) => name === stageName);
  if (stage === undefined) {
    return {
      refused: "STAGE_UNKNOWN",
      happened: `API ${restApiId} has no stage ${stageName}, so there is no canary either.`,
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
  const there: There = { ...state, stage, now: observed.now };
  const { percent, deploymentId = there.canary.deploymentId } = request;
  const overdue =
    percent === 0 || percent === 100 || deploymentId !== there.canary.deploymentId
      ? undefined
      : overdueCanary(stage, request, observed.now);
  if (overdue?.intent.atEnd === "abort") return pastDeadline(there, overdue, common);
  const refusal = refuseCanaryChange(request, stage, state);
  if (refusal !== undefined) return refusal;
  if (percent === undefined) return resumed(request, { ...there, overdue }, observed, common);
  const plan = changed({ ...request, percent }, there, observed, common);
  return overdue === undefined ? plan : { ...plan, warnings: [heldPastDeadline(stage, overdue)] };
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

/** A share that is asked for is for a person, or a workflow, to answer for: it is not judged. */
const changed = (
  request: CanaryRequest & { readonly percent: number },
  there: There,
  observed: CanaryObserved,
  common: Plan,
): Plan => {
  const { percent, policy } = request;
  if (percent === 0) return aborted(there, common, "canary-percent is 0");
  if (percent === 100) return completed(request, there, observed, common);
  const plan = shifted(request, there, percent, common);
  return { ...plan, canary: plan.canary && { ...plan.canary, checkAt: there.now + policy.interval } };
};
