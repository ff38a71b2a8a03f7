import { doingOf } from "../apply/refused.ts";
import { stateOf } from "../apply/state.ts";
import { withReport } from "../domain/bug.ts";
import { ActionError, asActionError } from "../domain/errors.ts";
import type { Request } from "../inputs/request.ts";
import type { Course } from "./outcome.ts";

/** The error that a run ends with, in whatever way it was broken off: with the state that things are in. */
export const endingError = (thrown: unknown, request: Request, course: Course): ActionError => {
  const error = withReport(asActionError(thrown, doingOf(request)), request.run);
  return error.state === undefined ? error.withState(stateAfter(request, course)) : error;
};

/** The error of a run whose report broke, with what it had done by then. */
export const brokenReport = (thrown: unknown, request: Request, course: Course): ActionError =>
  endingError(asActionError(thrown, `report how it ended: ${doingOf(request)}`), request, course);

/** Plays the story, and answers the error that ended it. */
export const endOf = async (
  story: () => Promise<void>,
  request: Request,
  course: Course,
  signal: AbortSignal,
): Promise<ActionError | undefined> => {
  const failure = await story().then(
    () => undefined,
    (thrown: unknown) => endingError(thrown, request, course),
  );
  return signal.aborted ? cancelledInstead(failure, request, course) : failure;
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
