import {
  type CanaryRequest,
  type DeployRequest,
  isStageRequest,
  type Request,
  type StageRequest,
} from "../../inputs/request.ts";
import { declaredLeaves } from "../../inputs/settings/resolve.ts";
import { ALL, type StatusRequest } from "../../inputs/status-request.ts";
import type { SweepRequest } from "../../inputs/sweep-request.ts";
import { counted } from "./prose.ts";

/** What the run was asked to do, for the log. */
export const requestLines = (request: Request): readonly string[] => {
  if (isStageRequest(request)) return stageRequestLines(request);
  return request.command === "sweep" ? sweepRequestLines(request) : statusRequestLines(request);
};

const statusRequestLines = ({ restApiId, details, settingsFile }: StatusRequest) => [
  `Tell the status of ${restApiId === ALL ? "all APIs of the account and Region" : `API ${restApiId}`}. Nothing is written to AWS or GitHub.`,
  settingsFile === undefined
    ? "There is no settings file to compare settings with."
    : "Settings are compared with the settings file.",
  details ? "The draft is compared with what the stages serve." : "The draft is not looked at (details is false).",
];

const sweepRequestLines = ({ restApiId, environment, ttl, keepDeployments, dryRun }: SweepRequest) => [
  `Sweep API ${restApiId}, and environment ${environment}.`,
  ttl === undefined ? "Previews do not expire." : `Previews expire ${ageOf(ttl)} after their last deployment.`,
  keepDeployments === 0
    ? "All unreferenced deployments are kept, but for those of previews that end."
    : `Of the unreferenced deployments, the newest ${keepDeployments} are kept.`,
  ...(dryRun ? ["Dry run: nothing is written to AWS or GitHub."] : []),
];

const HOURS_A_DAY = 24;

const ageOf = (milliseconds: number): string => {
  const hours = milliseconds / 3_600_000;
  return hours % HOURS_A_DAY === 0 ? counted(hours / HOURS_A_DAY, "day") : counted(hours, "hour");
};

const stageRequestLines = (request: StageRequest): readonly string[] => {
  const { run, previewOf } = request;
  const preview = previewOf === undefined ? "" : `, the preview of pull request #${previewOf}`;
  return [
    `${VERBS[request.command]} stage ${request.stageName} of API ${request.restApiId}${preview}.`,
    originLine(request),
    `Commit ${run.commit}, run ${run.runId}, attempt ${run.attempt}.`,
    ...(request.dryRun ? ["Dry run: nothing is written to AWS."] : []),
    ...("settings" in request ? declaredLeaves(request.settings) : []).map(
      ({ setting, value, source }) => `Setting ${setting}: ${value} (${source})`,
    ),
  ];
};

const VERBS = {
  deploy: "Deploy",
  promote: "Promote to",
  rollback: "Roll back",
  canary: "See to the canary of",
  delete: "Delete",
} as const;

const originLine = (request: StageRequest): string => {
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
    case "canary":
      return canaryRequestLine(request);
    case "delete":
      return request.because;
  }
};

const deployLine = ({ deploymentId, definition }: DeployRequest): string => {
  if (deploymentId !== undefined) return `Of the existing deployment ${deploymentId}.`;
  if (definition === undefined) return "From the API's draft as it is now.";
  const { file, digest, as, dialects } = definition.definition;
  const { routes } = as(dialects[0]);
  return `From ${file} (${definition.mode}, ${counted(routes.length, "route")}, digest ${digest.slice(0, 16)}).`;
};

const canaryRequestLine = ({ percent, deploymentId }: CanaryRequest): string => {
  const which = deploymentId === undefined ? "the canary" : `the canary on deployment ${deploymentId}`;
  switch (percent) {
    case undefined:
      return `Let ${which} go on: judge its step, and take the next.`;
    case 100:
      return `Complete ${which}.`;
    case 0:
      return `Abort ${which}.`;
    default:
      return `Give ${which} ${percent} % of the requests.`;
  }
};
