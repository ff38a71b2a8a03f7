import { doingOf } from "../apply/refused.ts";
import { stateOf } from "../apply/state.ts";
import { ActionError, asActionError } from "../domain/errors.ts";
import type { Request } from "../inputs/request.ts";
import type { Course } from "./outcome.ts";

/** The error that a run ends with, in whatever way it was broken off: with the state that things are in. */
export const endingError = (thrown: unknown, request: Request, course: Course): ActionError => {
  const error = asActionError(thrown, doingOf(request));
  return error.state === undefined ? error.withState(stateAfter(request, course)) : error;
};

/** A run that was cancelled ends so even where its last write still went through; the state says which. */
export const cancelledInstead = (error: ActionError | undefined, request: Request, course: Course): ActionError => {
  if (error?.kind === "cancelled") return error;
  const acted = error?.acted ?? "yes";
  return new ActionError({
    code: "CANCELLED",
    doing: `finish: ${doingOf(request)}`,
    happened: error === undefined ? "The run was cancelled." : `The run was cancelled. ${error.message}`,
    acted,
    state: stateAfter(request, course),
  });
};

/** Without a plan a run had only looked. */
const stateAfter = (request: Request, { plan, progress }: Course): string => {
  if (plan !== undefined) return stateOf(plan, progress);
  return request.command === "delete" ? "Nothing was removed." : "Nothing was changed.";
};

/** 130 is what a process ends with that was interrupted. */
export const exitCodeOf = (error: ActionError | undefined): number => {
  if (error === undefined) return 0;
  return error.kind === "cancelled" ? 130 : 1;
};
