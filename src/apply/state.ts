import type { ActionError } from "../domain/errors.ts";
import { servedText } from "../domain/stage.ts";
import { planText } from "../domain/usage-plan.ts";
import type { Plan } from "../plan/plan.ts";
import { type DeleteRuleStep, isRemoval, type LeavePlanStep, type RemovalStep, type Step } from "../plan/step.ts";
import { canaryState } from "./canary-state.ts";
import { draftState } from "./draft-state.ts";
import type { Progress, StepResult, Taken } from "./progress.ts";

/** What state a run leaves, in sentences, and whether a caller of the API could notice. */

/**
 * Whether the request that failed was about the stage, and may have got through. It is the first that failed: what makes
 * room for a stage fails before the step that needs the room.
 */
const mayHaveChangedStage = ({ taken }: Progress): boolean => {
  const failed = taken.find(({ error }) => error !== undefined);
  return failed !== undefined && !isAboutOthers(failed.step) && failed.error?.acted !== "no";
};

const isAboutOthers = (step: Step): boolean =>
  isRemoval(step) ||
  step.kind === "leave-usage-plan" ||
  step.kind === "publish-documentation" ||
  step.kind === "prove-on-dark-stage" ||
  step.kind === "create-routing-rule" ||
  step.kind === "delete-routing-rule";

/**
 * Whether it is known what the stage serves that the plan is about, once the run has ended: a request to point or delete
 * it may have been carried out, or somebody else has changed it.
 */
export const isStageKnown = ({ stageName }: Pick<Plan, "stageName">, { taken, changedByOthers }: Progress): boolean =>
  !changedByOthers && !taken.some(({ step, result, error }) => isAbout(step, stageName) && isInDoubt(result, error));

const isAbout = (step: Step, stageName: string | undefined): boolean => {
  if (step.kind === "update-stage") return step.deployment !== undefined;
  return (step.kind === "create-stage" || step.kind === "delete-stage") && step.stageName === stageName;
};

const isInDoubt = (result: StepResult, error: ActionError | undefined): boolean =>
  result === "not-ours" || (error !== undefined && (error.acted !== "no" || error.code === "STAGE_CHANGED"));

/** Whether a caller could notice what was done. `failed`: whether the run ended with an error. */
export const seenByCallers = (plan: Plan, progress: Progress, failed: boolean): boolean => {
  if (progress.taken.some(tookStageAway)) return true;
  if (!failed) {
    const noticed = progress.settingsChanged && plan.steps.some((step) => step.seenByCallers);
    return progress.pointedAt !== undefined || noticed;
  }
  return progress.pointedAt !== undefined || progress.settingsChanged || mayHaveChangedStage(progress);
};

/** A stage was deleted, or a request to delete one may have been carried out. */
const tookStageAway = ({ step, result, error }: Taken): boolean =>
  step.kind === "delete-stage" && (result === "deleted" || (result === "failed" && error?.acted !== "no"));

/** What state a run leaves that ended so. */
export const stateOf = (plan: Plan, progress: Progress): string => {
  const evicted = removalLines(progress.taken).join(" ");
  switch (plan.command) {
    case "sweep":
      return removalSummary(plan, progress);
    case "delete":
      return evicted === "" ? "Nothing was removed." : `${evicted} Running the job again carries on from there.`;
    case "status":
      return "Nothing was changed.";
    default:
      return [stateOfStage(plan, progress), progress.darkStage ?? "", endedCanary(plan, progress), evicted]
        .filter((part) => part !== "")
        .join(" ");
  }
};

/** Of a run that was about something else. */
const endedCanary = ({ canary, stageName }: Plan, { taken }: Progress): string =>
  canary === undefined && taken.some(({ step, result }) => step.kind === "remove-canary" && result === "done")
    ? `The canary of stage ${stageName} was aborted.`
    : "";

const stateOfStage = (plan: Plan, progress: Progress): string => {
  if (plan.canary !== undefined) return canaryState(plan, progress, mayHaveChangedStage(progress));
  const { stageName } = plan;
  if (progress.pointedAt !== undefined) {
    const settings = unsettled(plan, progress)
      ? " Not all of its settings are as declared; running this job again applies them."
      : "";
    return `Stage ${stageName} was pointed at deployment ${progress.pointedAt}.${settings}${withoutRule(plan, progress)}`;
  }
  const leftOver =
    progress.made === undefined
      ? ""
      : ` Deployment ${progress.made} was created and no stage serves it; running this job again uses it.`;
  const draft = draftState(plan, progress);
  if (mayHaveChangedStage(progress)) {
    return `It is not known whether stage ${stageName} was changed.${leftOver}`;
  }
  if (progress.changedByOthers) {
    return `This run did not point stage ${stageName}, and it is not known what the stage serves now.${leftOver}${draft}`;
  }
  if (plan.serves === undefined) return `Stage ${stageName} was not created.${leftOver}${draft}`;
  const noticed = progress.settingsChanged ? "some of its settings were changed" : "callers notice nothing";
  return `Stage ${stageName} still serves ${servedText(plan.serves)}; ${noticed}.${leftOver}${draft}`;
};

const withoutRule = ({ steps }: Plan, { taken }: Progress): string => {
  const step = steps.find((one) => one.kind === "create-routing-rule");
  return step === undefined || taken.some((one) => one.step === step && one.result === "done")
    ? ""
    : ` No routing rule of domain ${step.domain.name} leads to it yet; running this job again makes one.`;
};

const SETTLING: readonly Step["kind"][] = ["update-stage", "tag-stage", "associate-web-acl", "join-usage-plan"];

const unsettled = ({ steps }: Plan, { taken }: Progress): boolean => {
  const done = new Set(taken.flatMap(({ step, result }) => (result === "done" ? [step] : [])));
  return steps.some((step) => SETTLING.includes(step.kind) && !done.has(step));
};

/** A sentence for each removal that was reached. */
export const removalLines = (taken: readonly Taken[]): readonly string[] =>
  taken.flatMap(({ step, result, error }) => {
    if (step.kind === "leave-usage-plan") return [leavingLine(step, result, error)];
    if (step.kind === "delete-routing-rule") return [ruleLine(step, result, error)];
    if (!isRemoval(step)) return [];
    const unclear = result === "failed" && error?.acted !== "no";
    const name = nameOf(step);
    return [unclear ? `It is not known whether ${name} was deleted.` : `${capitalized(name)} ${WORDS[result]}.`];
  });

/** What became of a rule, in a sentence. */
const ruleLine = (
  { ruleId, domain }: DeleteRuleStep,
  result: StepResult,
  error: Pick<ActionError, "acted"> | undefined,
): string => {
  const name = `routing rule ${ruleId} of domain ${domain.name}`;
  if (result === "failed" && error?.acted !== "no") return `It is not known whether ${name} was deleted.`;
  return `${capitalized(name)} ${result === "not-ours" ? "was kept: it, or its stage, was changed meanwhile" : WORDS[result]}.`;
};

/** How stages left a usage plan, in a sentence. */
export const leavingLine = (
  { plan, stages }: LeavePlanStep,
  result: StepResult,
  error: Pick<ActionError, "acted"> | undefined,
): string => {
  const names = stages.map(({ stageName }) => stageName);
  const what = names.length === 1 ? `Stage ${names[0]} was` : `Stages ${names.join(", ")} were`;
  if (result === "done") return `${what} taken out of ${planText(plan)}.`;
  if (result === "absent") return `${what} not in ${planText(plan)} any more.`;
  return error?.acted === "no"
    ? `${what} not taken out of ${planText(plan)}.`
    : `It is not known whether stage ${names.join(", ")} is in ${planText(plan)} still.`;
};

const nameOf = (step: RemovalStep): string =>
  step.kind === "delete-stage" ? `stage ${step.stageName}` : `deployment ${step.deploymentId}`;

const WORDS: Readonly<Record<StepResult, string>> = {
  done: "was deleted",
  deleted: "was deleted",
  absent: "was gone already",
  "not-ours": "was kept: it is not the stage any more that was looked at",
  "in-use": "was kept: a stage references it",
  "in-plan": "was kept: it could not be taken out of its usage plan",
  "in-rule": "was kept: a routing rule still leads to it",
  failed: "was not deleted",
};

/** Many removals in one sentence. */
export const removalSummary = ({ steps }: Plan, { taken }: Progress): string => {
  if (steps.length === 0) return "Nothing to sweep.";
  const deleted = (kind: Step["kind"]): number =>
    taken.filter(({ step, result }) => step.kind === kind && result === "deleted").length;
  const rest = steps.length - taken.length;
  const missed =
    rest === 0
      ? ""
      : ` ${rest} of ${counted(steps.length, "step")} ${rest === 1 ? "was" : "were"} not reached; the next sweep goes on.`;
  return `Deleted ${counted(deleted("delete-stage"), "stage")} and ${counted(deleted("delete-deployment"), "deployment")}.${missed}`;
};

const counted = (count: number, noun: string): string => `${count} ${noun}${count === 1 ? "" : "s"}`;

const capitalized = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
