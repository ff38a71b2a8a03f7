import type { ActionError } from "../domain/errors.ts";
import type { Run } from "../domain/run.ts";
import type { World } from "../domain/world.ts";
import type { Skip } from "../inputs/request.ts";
import { writeOutputs, writeSummary } from "../runner/results.ts";
import { exitCodeOf } from "./exit-code.ts";
import { logError } from "./log-error.ts";
import type { Outcome } from "./outcome.ts";
import { errorSection } from "./text/error-text.ts";
import { SUMMARY_LIMIT } from "./text/fitting.ts";
import { paragraphs, unmarked } from "./text/prose.ts";

/** Runs that end before there is a request, or whose report broke. */

export const reportSkip = ({ because, advice = "" }: Skip, world: World): void => {
  const text = `${because} ${advice}`.trim();
  world.log.notice(`Nothing to do. ${unmarked(text)}`, "apigw-stage-action");
  writeOutputs({ result: "skipped", changed: "false", "has-changes": "false" }, world);
  writeSummary(`### Nothing to do\n\n${paragraphs(text)}`, world);
};

export const reportUnread = (error: ActionError, run: Run, world: World): number => {
  logError(error, run, world.log);
  writeOutputs({ result: "failed", changed: "false" }, world);
  writeSummary(`### ❌ Nothing was deployed\n\n${errorSection(error, run.actionUrl, SUMMARY_LIMIT)}`, world);
  return exitCodeOf(error);
};

/** What is left to tell where the report itself broke: no part of it that could break again. */
export const reportBroken = (error: ActionError, { request, result, changed }: Outcome, world: World): number => {
  logError(error, request.run, world.log);
  writeOutputs({ result: result === "rolled-back" ? result : "failed", changed: String(changed) }, world);
  writeSummary(
    `### ❌ The run could not be reported\n\n${errorSection(error, request.run.actionUrl, SUMMARY_LIMIT)}`,
    world,
  );
  return exitCodeOf(error);
};
