import { version } from "../version.ts";
import type { ActionError } from "./errors.ts";
import type { Run } from "./run.ts";

/** A fault of the action's own, as the run ends with it: what was thrown goes into the debug log, not before people. */

type Told = Pick<Run, "serverUrl" | "repository" | "runId" | "attempt" | "actionUrl">;

/** The same error with where to report it, when it is a bug; any other as it is. */
export const withReport = (error: ActionError, run: Told): ActionError =>
  error.code === "BUG" ? error.withRemedy(reportIt(run)) : error;

const reportIt = ({ serverUrl, repository, runId, attempt, actionUrl }: Told): string => {
  const tracker =
    actionUrl === "" ? "in the action's repository" : `at ${actionUrl.replace(/\/blob\/.*$/s, "/issues")}`;
  const log = `${serverUrl}/${repository.owner}/${repository.name}/actions/runs/${runId}/attempts/${attempt}`;
  return `This is a bug of the action. Please open an issue ${tracker} with this message, the version (${version}) and the log of ${log}, best of a run with debug logging switched on. Then run the job again: it carries on from what is there.`;
};

/** The trace of what was thrown, for the debug log; empty where there is none. */
export const traceOf = ({ code, cause }: ActionError): string =>
  code === "BUG" && cause instanceof Error ? (cause.stack ?? "") : "";
