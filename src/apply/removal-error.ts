import { ActionError, type ErrorKind } from "../domain/errors.ts";
import type { Plan } from "../plan/plan.ts";

/** What fails for one removal for these reasons fails for all that come after it. */
const ENDING: readonly ErrorKind[] = ["cancelled", "credentials", "permission", "config", "throttled"];

export const endsRemovals = ({ kind }: ActionError): boolean => ENDING.includes(kind);

/** Errors that are shown one by one; more would help nobody. */
const SHOWN = 10;

/** The one error that stands for all that failed; `undefined` when nothing did. `state` is that of all steps together. */
export const removalError = (
  errors: readonly ActionError[],
  { command, restApiId }: Plan,
  state: string,
): ActionError | undefined => {
  const failed = errors.filter(({ kind }) => kind !== "cancelled");
  if (failed.length < errors.length) {
    return new ActionError({
      code: "CANCELLED",
      doing: `finish the ${command} in API ${restApiId}`,
      happened: ["The run was cancelled.", ...otherFailures(failed)].join("\n"),
      acted: errors.some((error) => error.acted !== "no") ? "unknown" : "no",
      state,
      remedy: "Run the job again; it goes on with what is left.",
    });
  }
  // What ended the series says more than what failed on the way.
  const main = errors.find(endsRemovals) ?? errors[0];
  if (main === undefined) return undefined;
  return new ActionError({
    code: main.code,
    doing: main.doing,
    happened: [main.happened, ...otherFailures(failed.filter((error) => error !== main))].join("\n"),
    acted: failed.some(({ acted }) => acted === "unknown") ? "unknown" : main.acted,
    state,
    remedy: main.remedy,
    cause: main,
  });
};

const otherFailures = (errors: readonly ActionError[]): readonly string[] => {
  if (errors.length === 0) return [];
  const more = errors.length > SHOWN ? [`  and ${errors.length - SHOWN} more.`] : [];
  const shown = errors.slice(0, SHOWN).map(({ message }) => `  ${message.replaceAll("\n", " ")}`);
  return [errors.length === 1 ? "Another step failed:" : `${errors.length} other steps failed:`, ...shown, ...more];
};
