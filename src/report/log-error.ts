import { traceOf } from "../domain/bug.ts";
import type { ActionError } from "../domain/errors.ts";
import type { Run } from "../domain/run.ts";
import type { Log } from "../domain/world.ts";
import { errorText } from "./text/error-text.ts";

/** The whole error once, and what concerns a line of a file beside that line. */
export const logError = (error: ActionError, { actionUrl }: Run, log: Log): void => {
  log.error(errorText(error, actionUrl), error.code, error);
  const trace = traceOf(error);
  if (trace !== "") log.debug(trace);
  for (const place of error.places) log.at(place, error.code);
};
