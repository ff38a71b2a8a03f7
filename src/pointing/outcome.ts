import { type Progress, seenByCallers, stateOf } from "../apply/progress.ts";
import { ActionError } from "../domain/errors.ts";
import { invokeUrlOf } from "../domain/invoke-url.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import type { Outcome } from "../report/outcome.ts";
import { servedIn, type Work } from "./story.ts";

/** What state a run leaves that was broken off; without a plan it had only looked. */
export const stateAfter = ({ plan, progress }: Work, failure: Pick<ActionError, "acted">): string =>
  plan === undefined ? "Nothing was changed." : stateOf(plan, progress, failure);

/** A run that was cancelled ends so even where its last write still went through; the state says which. */
export const cancelledInstead = (error: ActionError | undefined, work: Work): ActionError => {
  if (error?.kind === "cancelled") return error;
  const state = stateAfter(work, { acted: error?.acted ?? "no" });
  return new ActionError({
    code: "CANCELLED",
    doing: "finish the deployment",
    happened: error === undefined ? "The run was cancelled." : `The run was cancelled. ${error.message}`,
    acted: error?.acted ?? "yes",
    state,
  });
};

export const outcomeOf = (request: PointingRequest, work: Work, error: ActionError | undefined): Outcome => {
  const { facts, plan, progress } = work;
  const serves = facts && servedIn(facts, request);
  const diff = progress.routes ?? plan?.routes;
  return {
    request,
    command: request.command,
    result: resultOf(request, work, error),
    plan,
    api: facts?.api,
    region: facts?.place.region,
    invokeUrl: facts && invokeUrlOf(request.stageName, facts.api, facts.place, request.invokeUrl),
    deploymentId: progress.pointedAt ?? serves,
    previousDeploymentId: serves,
    changed: callersNotice(plan, progress, error),
    routes: diff && facts?.compared && { diff, comparedWith: facts.compared.name },
    smoke: work.smoke,
    history: facts?.history,
    notes: [...(work.skipped === undefined ? [] : work.skipped.split("\n")), ...work.notes],
    error,
    warnings: [...(plan?.warnings ?? []), ...progress.warnings],
  };
};

const resultOf = (request: PointingRequest, work: Work, error: ActionError | undefined): Outcome["result"] => {
  if (work.rolledBack) return "rolled-back";
  if (error !== undefined) return "failed";
  if (work.skipped !== undefined) return "skipped";
  return request.dryRun ? "planned" : (work.plan?.result ?? "failed");
};

const callersNotice = (plan: Plan | undefined, progress: Progress, error: ActionError | undefined): boolean => {
  if (plan === undefined) return false;
  if (error !== undefined) return seenByCallers(plan, progress, error);
  const { pointedAt, settingsChanged } = progress;
  return pointedAt !== undefined || (settingsChanged && plan.steps.some((step) => step.seenByCallers));
};
