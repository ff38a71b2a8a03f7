import { logError } from "./conclude.ts";
import { type ActionError, asActionError } from "./errors.ts";
import { hasCredentials } from "./gateway/client.ts";
import { type Request, readRequest, type Skip } from "./inputs/request.ts";
import type { Run } from "./inputs/run.ts";
import { mayLackCredentials } from "./plan/preview.ts";
import { point } from "./pointing/point.ts";
import { removePreview } from "./remove-preview.ts";
import { errorText } from "./report/error-text.ts";
import { codeBlock, plain } from "./report/markdown.ts";
import { readRun } from "./runner/context.ts";
import { runnerInputs } from "./runner/inputs.ts";
import type { Log } from "./runner/log.ts";
import { writeResults } from "./runner/results.ts";
import { workspaceFiles } from "./runner/workspace.ts";
import { sweep } from "./sweep.ts";

/** The main step. Answers the exit code and throws nothing. */
export const run = async (log: Log, signal: AbortSignal): Promise<number> => {
  const thisRun = readRun(process.env);
  const files = workspaceFiles(process.env["GITHUB_WORKSPACE"] ?? process.cwd());
  const credentials = !mayLackCredentials(thisRun.event) || (await hasCredentials());
  let request: Request | Skip;
  try {
    request = readRequest(runnerInputs, thisRun, files, credentials);
  } catch (thrown) {
    return endWithoutRequest(asActionError(thrown, "read the inputs"), thisRun, log);
  }
  switch (request.command) {
    case "skip":
      return skip(request, log);
    case "sweep":
      return sweep(request, log, signal);
    case "delete":
      return removePreview(request, log, signal);
    default:
      return point(request, log, signal);
  }
};

const skip = async ({ because, advice = "" }: Skip, log: Log): Promise<number> => {
  const text = `${because} ${advice}`.trim();
  log.notice(`Nothing to do. ${text}`, "apigw-stage-action");
  await writeResults({ result: "skipped", changed: "false" }, `### Nothing to do\n\n${plain(text)}`, log);
  return 0;
};

const endWithoutRequest = async (error: ActionError, thisRun: Run, log: Log): Promise<number> => {
  logError(error, thisRun, log);
  const text = errorText(error, thisRun.actionUrl);
  await writeResults({ result: "failed", changed: "false" }, `### ❌ Nothing was deployed\n\n${codeBlock(text)}`, log);
  return 1;
};
