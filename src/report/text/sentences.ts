import { describeServed } from "../../domain/served.ts";
import type { DeleteRequest, DeployRequest, PointingRequest } from "../../inputs/request.ts";
import { declaredLeaves } from "../../inputs/settings/resolve.ts";
import { linkOf, type Outcome } from "../outcome.ts";

/** What the run was asked to do, for the log. */
export const requestLines = (request: PointingRequest | DeleteRequest): readonly string[] => {
  const { run, previewOf } = request;
  const preview = previewOf === undefined ? "" : `, the preview of pull request #${previewOf}`;
  return [
    `${VERBS[request.command]} stage ${request.stageName} of REST API ${request.restApiId}${preview}.`,
    originLine(request),
    `Commit ${run.commit}, run ${run.runId}, attempt ${run.attempt}, environment ${request.environment}.`,
    ...(request.dryRun ? ["Dry run: nothing is written to AWS."] : []),
    ...("settings" in request ? declaredLeaves(request.settings) : []).map(
      ({ setting, value, source }) => `Setting ${setting}: ${value} (${source})`,
    ),
  ];
};

const VERBS = { deploy: "Deploy", promote: "Promote to", rollback: "Roll back", delete: "Delete" } as const;

const originLine = (request: PointingRequest | DeleteRequest): string => {
  switch (request.command) {
    case "deploy":
      return deployLine(request);
    case "promote":
      return request.source.kind === "stage"
        ? `Take what stage ${request.source.stageName} serves.`
        : `Take deployment ${request.source.deploymentId}.`;
    case "rollback":
      return request.deploymentId === undefined
        ? "Go back to what the stage served before."
        : `Go back to deployment ${request.deploymentId}.`;
    case "delete":
      return request.because;
  }
};

const deployLine = ({ deploymentId, definition }: DeployRequest): string => {
  if (deploymentId !== undefined) return `Of the existing deployment ${deploymentId}.`;
  if (definition === undefined) return "From the API's draft as it is now.";
  const { file, digest, routes } = definition.definition;
  return `From ${file} (${definition.mode}, ${routes.length} routes, digest ${digest.slice(0, 16)}).`;
};

/** The one line that ends the log. */
export const resultLine = (outcome: Outcome): string => {
  const { result, request, deploymentId, previousDeploymentId } = outcome;
  const before =
    previousDeploymentId === undefined || previousDeploymentId === deploymentId
      ? ""
      : ` (before: ${previousDeploymentId})`;
  const serves =
    deploymentId === undefined
      ? `Stage ${request.stageName} does not exist.`
      : `Stage ${request.stageName} serves deployment ${deploymentId}${before}.`;
  const url = linkOf(outcome);
  return `Result: ${result}. ${serves}${url === "" ? "" : ` ${url}`}`;
};

/** The line beside the state on the environment's page. */
export const statusDescription = ({ request, result, error, deploymentId, changed }: Outcome): string => {
  if (result === "skipped") return `Stage ${request.stageName} waits for a slot`;
  const { stageName } = request;
  if (error === undefined) {
    return describeServed({ stageName, deploymentId: deploymentId ?? "", rollback: result === "rolled-back" });
  }
  if (error.kind === "cancelled") return "Cancelled";
  if (result === "rolled-back") return `Stage ${stageName} was rolled back: ${error.code}`;
  return `Stage ${stageName} ${changed ? "has a problem" : "was not deployed"}: ${error.code}`;
};
