import { headerText } from "../domain/invoke-url.ts";
import { evictedOutput, evictedStages } from "./evicted.ts";
import { isAboutStage, linkOf, type Outcome, recordLinkOf, type StageOutcome } from "./outcome.ts";
import { breakingOutput } from "./text/contract.ts";
import { planJson } from "./text/plan-text.ts";
import { routeDiffOutputs } from "./text/route-diff.ts";
import { statusJson } from "./text/status-json.ts";

export type Reported = {
  readonly recordId: number | undefined;
  /** Where what the stage serves was left; `undefined`: nowhere. */
  readonly exportFile?: string | undefined;
  readonly comment: { readonly id: number; readonly url: string } | undefined;
};

/** The step's outputs, by the names of action.yml. All values are text; what is not known is empty. */
export const outputsOf = (outcome: Outcome, reported: Reported): Record<string, string> => ({
  "rest-api-id": outcome.request.restApiId,
  "api-id": outcome.request.restApiId,
  result: outcome.result,
  changed: String(outcome.changed),
  "has-changes": hasChanges(outcome),
  plan: outcome.plan === undefined ? "" : planJson(outcome.plan),
  status: outcome.status === undefined ? "" : statusJson(outcome.status),
  ...(isAboutStage(outcome) ? stageOutputs(outcome, reported) : {}),
});

/** Without a plan it is not known whether there would have been any. */
const hasChanges = ({ plan }: Outcome): string =>
  plan === undefined ? "" : String(plan.steps.length > 0 || (plan.command === "sweep" && plan.records.length > 0));

const stageOutputs = (outcome: StageOutcome, reported: Reported): Record<string, string> => ({
  "invoke-url": invokeUrlOutput(outcome),
  "invoke-header": outcome.deploymentId === undefined ? "" : headerText(outcome.invokeUrl),
  "environment-url": recordLinkOf(outcome),
  "stage-name": outcome.request.stageName,
  "deployment-id": outcome.deploymentId ?? "",
  "previous-deployment-id": outcome.previousDeploymentId ?? "",
  watch: outcome.watch?.health ?? "",
  "canary-deployment-id": outcome.canary?.deploymentId ?? "",
  "canary-percent": outcome.canary === undefined ? "" : String(outcome.canary.percentTraffic),
  ...evictedOutput(evictedStages(outcome)),
  "breaking-changes": breakingOutput(outcome),
  "export-file": reported.exportFile ?? "",
  "github-deployment-id": String(reported.recordId ?? ""),
  "comment-id": String(reported.comment?.id ?? ""),
  "comment-url": reported.comment?.url ?? "",
  ...(outcome.routes === undefined ? noRouteDiff : routeDiffOutputs(outcome.routes.diff)),
});

/** Empty where the routes were not compared: no data is not zero. */
const noRouteDiff = { "routes-added": "", "routes-removed": "", "routes-changed": "", "auth-weakened": "" };

/** A private API's URL is no link for people, but a later step on a runner inside the VPC can call it. */
const invokeUrlOutput = (outcome: StageOutcome): string => {
  const { invokeUrl, deploymentId } = outcome;
  if (invokeUrl?.kind === "private" && deploymentId !== undefined) return invokeUrl.url ?? "";
  return linkOf(outcome);
};
