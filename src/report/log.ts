import type { Remark } from "../domain/errors.ts";
import type { Log } from "../domain/world.ts";
import type { Request } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import type { RecordEnding } from "../plan/records.ts";
import type { Status } from "../plan/status/status.ts";
import { logError } from "./log-error.ts";
import { isAboutStage, type Outcome } from "./outcome.ts";
import { canaryLines } from "./text/canary.ts";
import { evidenceLines } from "./text/canary-evidence.ts";
import { contractLines } from "./text/contract.ts";
import { historyLines } from "./text/history.ts";
import { planLines } from "./text/plan-text.ts";
import { unmarked } from "./text/prose.ts";
import { routeDiffLines } from "./text/route-diff.ts";
import { resultLine } from "./text/sentences.ts";
import { settingsLines } from "./text/settings-diff.ts";
import { statusLines } from "./text/status-table.ts";
import { sweepViewOf } from "./text/sweep-page.ts";
import { leftLines, sweepLines } from "./text/sweep-table.ts";

/** What the log tells, in the order of the run. */

export const logPlan = (request: Request, plan: Plan, log: Log): void => {
  if (plan.status !== undefined) {
    logStatus(request, plan.status, log);
    return;
  }
  if (plan.history !== undefined) log.group("History", historyLines(plan.history, plan.serves ?? ""));
  if (plan.canary?.judged !== undefined) log.group("Evidence", evidenceLines(plan.canary.judged).map(unmarked));
  // A group is folded: what nobody may miss stands above it.
  for (const note of plan.notes) log.info(unmarked(note));
  log.group("Plan", [...planLines(plan), ...leftLines(plan.left)].map(unmarked));
  if ("settings" in request && Object.keys(request.settings).length > 0) {
    log.group("Settings", settingsLines(plan.settings));
  }
  if (plan.routes !== undefined) log.group("Routes", routeDiffLines(plan.routes));
  if (plan.contract !== undefined) log.group("Breaking changes", contractLines(plan));
  logRemarks(plan.remarks, log);
};

const logStatus = ({ run }: Request, status: Status, log: Log): void =>
  log.group("Status", statusLines(status, run.repository.id));

const logRemarks = (remarks: readonly Remark[], log: Log): void => {
  for (const remark of remarks) log.at(remark, "Definition");
};

/** What a refusal tells all the same. */
const logUnplanned = (outcome: Outcome, log: Log): void => {
  const { request, history, routes, contract, status, deploymentId } = outcome;
  if (history !== undefined) log.group("History", historyLines(history, deploymentId ?? ""));
  if (routes !== undefined) log.group("Routes", routeDiffLines(routes));
  if (contract !== undefined) log.group("Breaking changes", contractLines(outcome));
  if (status !== undefined) logStatus(request, status, log);
};

export const logEnd = (
  outcome: Outcome,
  retired: readonly RecordEnding[],
  warnings: readonly string[],
  log: Log,
): void => {
  const { error, request, notes, plan, remarks } = outcome;
  const view = request.command === "sweep" && !request.dryRun ? sweepViewOf(outcome, retired) : undefined;
  if (plan === undefined) logUnplanned(outcome, log);
  else if (outcome.contract !== plan.contract) log.group("Breaking changes", contractLines(outcome));
  if (view !== undefined) log.group("Result", sweepLines(view));
  // What the plan says of itself stands above it.
  for (const note of notes.filter((text) => !plan?.notes.includes(text))) log.info(unmarked(note));
  for (const warning of warnings) log.warning(unmarked(warning));
  logRemarks(
    remarks.filter((remark) => !plan?.remarks.includes(remark)),
    log,
  );
  for (const line of isAboutStage(outcome) ? canaryLines(outcome) : []) log.info(unmarked(line));
  if (error !== undefined) logError(error, request.run, log);
  log.info(resultLine(outcome, retired));
};
