import { headerText } from "../../domain/invoke-url.ts";
import { describeServed } from "../../domain/served.ts";
import { servedText } from "../../domain/stage.ts";
import type { RecordEnding } from "../../plan/records.ts";
import { isAboutStage, linkOf, type Outcome, type StageOutcome } from "../outcome.ts";
import { canaryNow, canaryStatus } from "./canary.ts";
import { statusSentence } from "./status-view.ts";
import { sweepViewOf } from "./sweep-page.ts";
import { sweepSummary } from "./sweep-table.ts";

/** The one line that ends the log. */
export const resultLine = (outcome: Outcome, retired: readonly RecordEnding[]): string =>
  `Result: ${outcome.result}. ${isAboutStage(outcome) ? servedNow(outcome) : allNow(outcome, retired)}`;

const allNow = (outcome: Outcome, retired: readonly RecordEnding[]): string => {
  if (outcome.request.command === "sweep") return sweptNow(outcome, retired);
  return outcome.status === undefined ? "Nothing is known." : statusSentence(outcome.status);
};

const sweptNow = (outcome: Outcome, retired: readonly RecordEnding[]): string => {
  const view = sweepViewOf(outcome, retired);
  return view === undefined ? "Nothing was removed." : sweepSummary(view);
};

const servedNow = (outcome: StageOutcome): string => {
  const { request, deploymentId, previousDeploymentId, isKnown } = outcome;
  const { stageName } = request;
  if (!isKnown) return `It is not known what stage ${stageName} serves.`;
  if (deploymentId === undefined) return `Stage ${stageName} does not exist.`;
  const changed = previousDeploymentId && previousDeploymentId !== deploymentId;
  const [url, header] = [linkOf(outcome), headerText(outcome.invokeUrl)];
  const there = `${url === "" ? "" : ` ${url}`}${header === "" ? "" : ` with header ${header}`}`;
  return `Stage ${stageName} serves ${servedText(deploymentId)}${changed ? ` (before: ${previousDeploymentId})` : ""}.${canaryNow(outcome)}${there}`;
};

/** The line beside the state on the environment's page. */
export const statusDescription = (outcome: StageOutcome): string => {
  const { request, result, error, deploymentId, changed } = outcome;
  const ofCanary = error === undefined ? canaryStatus(outcome) : undefined;
  if (ofCanary !== undefined) return ofCanary;
  if (result === "skipped") return `Stage ${request.stageName} waits for a slot`;
  const { stageName } = request;
  if (error === undefined) {
    const header = headerText(outcome.invokeUrl);
    const where = header === "" ? "" : `${linkOf(outcome)} with header ${header}`;
    return describeServed({ stageName, deploymentId: deploymentId ?? "", rollback: result === "rolled-back" }, where);
  }
  if (error.kind === "cancelled") return "Cancelled";
  if (result === "rolled-back") return `Stage ${stageName} was rolled back: ${error.code}`;
  return `Stage ${stageName} ${changed ? "has a problem" : "was not deployed"}: ${error.code}`;
};
