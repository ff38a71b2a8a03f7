import type { ActionError } from "../domain/errors.ts";
import type { Plan } from "../plan/plan.ts";
import type { RouteDiff } from "../plan/routes/diff.ts";

/** How far a plan was carried out; it grows while steps are taken, for those who must report in the middle of one. */
export type Progress = {
  /** The deployment that this run made. */
  made: string | undefined;
  /** The deployment that the stage serves since this run pointed it. */
  pointedAt: string | undefined;
  /** Whether settings or tags of the stage were changed. */
  settingsChanged: boolean;
  /** How many of the plan's steps were carried out whole. */
  stepsDone: number;
  /** What the new deployment changes for callers, once that is known. */
  routes: RouteDiff | undefined;
  readonly warnings: string[];
};

export const noProgress = (): Progress => ({
  made: undefined,
  pointedAt: undefined,
  settingsChanged: false,
  stepsDone: 0,
  routes: undefined,
  warnings: [],
});

type Failure = { readonly acted: ActionError["acted"] };

/** Whether the failed request was the one that points the stage, and may have got through. */
const mayHavePointed = (plan: Plan, progress: Progress, failure: Failure): boolean =>
  failure.acted !== "no" && (progress.made !== undefined || plan.deployment.kind === "existing");

/** Whether a caller of the API could notice what a failed run did. */
export const seenByCallers = (plan: Plan, progress: Progress, failure: Failure): boolean =>
  progress.pointedAt !== undefined || progress.settingsChanged || mayHavePointed(plan, progress, failure);

/** What state a failed run leaves, in sentences. */
export const stateOf = (plan: Plan, progress: Progress, failure: Failure): string => {
  const { stageName } = plan;
  if (progress.pointedAt !== undefined) {
    const unsettled = plan.steps
      .slice(progress.stepsDone)
      .some(({ kind }) => kind === "update-stage" || kind === "tag-stage");
    const settings = unsettled ? " Not all of its settings are as declared; running this job again applies them." : "";
    return `Stage ${stageName} was pointed at deployment ${progress.pointedAt}.${settings}`;
  }
  const leftOver =
    progress.made === undefined
      ? ""
      : ` Deployment ${progress.made} was created and no stage serves it; running this job again uses it.`;
  if (mayHavePointed(plan, progress, failure)) {
    return `It is not known whether stage ${stageName} was changed.${leftOver}`;
  }
  if (plan.serves === undefined) return `Stage ${stageName} was not created.${leftOver}`;
  const noticed = progress.settingsChanged ? "some of its settings were changed" : "callers notice nothing";
  return `Stage ${stageName} still serves deployment ${plan.serves}; ${noticed}.${leftOver}`;
};
