import { hasCredentials } from "./aws/client.ts";
import { logError } from "./conclude.ts";
import { type ActionError, asActionError } from "./domain/errors.ts";
import type { Run } from "./domain/run.ts";
import type { World } from "./domain/world.ts";
import { mayLackCredentials } from "./inputs/preview-rules.ts";
import { type Request, readRequest, type Skip } from "./inputs/request.ts";
import { readRun } from "./inputs/run.ts";
import { point } from "./pointing/point.ts";
import { removePreview } from "./remove-preview.ts";
import { errorText } from "./report/text/error-text.ts";
import { codeBlock, plain } from "./report/text/markdown.ts";
import { readEventFile } from "./runner/event-file.ts";
import { runnerInputs } from "./runner/inputs.ts";
import { writeOutputs, writeSummary } from "./runner/results.ts";
import { sweep } from "./sweep.ts";

/** The main step. Answers the exit code and throws nothing. */
export const run = async (world: World): Promise<number> => {
  const { log, signal } = world;
  const nonce = Math.floor(world.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
  const thisRun = readRun(world.environment, readEventFile(world), nonce);
  const credentials = !mayLackCredentials(thisRun.event) || (await hasCredentials());
  let request: Request | Skip;
  try {
    request = readRequest(runnerInputs, thisRun, world.files.ofWorkspace, credentials);
  } catch (thrown) {
    return endWithoutRequest(asActionError(thrown, "read the inputs"), thisRun, world);
  }
  switch (request.command) {
    case "skip":
      return skip(request, world);
    case "sweep":
      return sweep(request, log, signal);
    case "delete":
      return removePreview(request, log, signal);
    default:
      return point(request, log, signal);
  }
};

const skip = async ({ because, advice = "" }: Skip, world: World): Promise<number> => {
  const text = `${because} ${advice}`.trim();
  world.log.notice(`Nothing to do. ${text}`, "apigw-stage-action");
  writeOutputs({ result: "skipped", changed: "false" }, world);
  writeSummary(`### Nothing to do\n\n${plain(text)}`, world);
  return 0;
};

const endWithoutRequest = async (error: ActionError, thisRun: Run, world: World): Promise<number> => {
  logError(error, thisRun, world.log);
  const text = errorText(error, thisRun.actionUrl);
  writeOutputs({ result: "failed", changed: "false" }, world);
  writeSummary(`### ❌ Nothing was deployed\n\n${codeBlock(text)}`, world);
  return 1;
};
