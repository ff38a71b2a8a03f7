import { linkOf, type Outcome } from "./outcome.ts";
import { planJson } from "./text/plan-text.ts";
import { routeDiffOutputs } from "./text/route-diff.ts";

export type Reported = {
  readonly recordId: number | undefined;
  readonly comment: { readonly id: number; readonly url: string } | undefined;
};

/** The step's outputs, by the names of action.yml. All values are text; what is not known is empty. */
export const outputsOf = (outcome: Outcome, reported: Reported): Record<string, string> => ({
  "invoke-url": invokeUrlOutput(outcome),
  "stage-name": outcome.request.stageName,
  "rest-api-id": outcome.request.restApiId,
  "deployment-id": outcome.deploymentId ?? "",
  "previous-deployment-id": outcome.previousDeploymentId ?? "",
  result: outcome.result,
  changed: String(outcome.changed),
  "github-deployment-id": String(reported.recordId ?? ""),
  "comment-id": String(reported.comment?.id ?? ""),
  "comment-url": reported.comment?.url ?? "",
  ...(outcome.routes === undefined ? noRouteDiff : routeDiffOutputs(outcome.routes.diff)),
  plan: outcome.plan === undefined ? "" : planJson(outcome.plan),
});

/** Empty where the routes were not compared: no data is not zero. */
const noRouteDiff = { "routes-added": "", "routes-removed": "", "routes-changed": "", "auth-weakened": "" };

/** A private API's URL is no link for people, but a later step on a runner inside the VPC can call it. */
const invokeUrlOutput = (outcome: Outcome): string => {
  const { invokeUrl, deploymentId } = outcome;
  if (invokeUrl?.kind === "private" && deploymentId !== undefined) return invokeUrl.url ?? "";
  return linkOf(outcome);
};
