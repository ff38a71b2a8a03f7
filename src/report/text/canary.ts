import { minuteText } from "../../domain/time-text.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { CanaryResult } from "../../plan/plan.ts";
import type { StageOutcome } from "../outcome.ts";
import { code, factTable, plain } from "./markdown.ts";

/** What is said of canaries: their share, what is known of them, what comes next, and how to end them. */

export const canaryRequestLine = ({ percent, deploymentId }: CanaryRequest): string => {
  const which = deploymentId === undefined ? "the canary" : `the canary on deployment ${deploymentId}`;
  switch (percent) {
    case undefined:
      return `Look at ${which}.`;
    case 100:
      return `Complete ${which}.`;
    case 0:
      return `Abort ${which}.`;
    default:
      return `Give ${which} ${percent} % of the requests.`;
  }
};

export const canaryHeadline = ({ canary, error }: StageOutcome, result: CanaryResult, subject: string): string => {
  const share = `${canary?.percentTraffic} %`;
  switch (result) {
    case "canary-started":
      return `### 🐤 ${subject} has a canary of ${share}`;
    case "canary-shifted":
      return `### 🐤 The canary of ${lower(subject)} gets ${share}`;
    case "canary-completed":
      return `### ✅ The canary of ${lower(subject)} is completed`;
    case "canary-aborted":
      return error === undefined
        ? `### ✅ The canary of ${lower(subject)} is aborted`
        : `### ❌ The canary of ${lower(subject)} failed and was aborted`;
  }
};

const lower = (subject: string): string => `${subject.charAt(0).toLowerCase()}${subject.slice(1)}`;

/** Whether the run is about a canary, and not only met one. */
const isAboutCanary = ({ plan, request }: StageOutcome): boolean =>
  plan?.canary !== undefined || request.command === "canary";

/** How a canary that is there goes on and is ended, a line each; nothing where there is none. */
export const canaryLines = (outcome: StageOutcome): readonly string[] => {
  const { canary, deploymentId, plan } = outcome;
  if (canary === undefined || !isAboutCanary(outcome)) return [];
  if (canary.deploymentId === deploymentId && plan?.canary?.does === "complete") {
    return ["The canary is still to be removed: command: canary does that, with or without canary-percent."];
  }
  return [
    `To go on: command: canary with canary-percent, the share that deployment ${canary.deploymentId} is to get.`,
    "To complete it: command: canary with canary-percent: 100.",
    "To abort it: command: canary with canary-percent: 0.",
    ...deadlineLine(outcome),
  ];
};

const deadlineLine = ({ plan }: StageOutcome): readonly string[] => {
  const { until, atEnd } = plan?.canary ?? {};
  if (until === undefined) return ["No deadline is known for it: it stays until somebody ends it."];
  return [
    atEnd === "abort"
      ? `If it has not ended by ${minuteText(until)}, the next run on the stage or the next sweep aborts it.`
      : `If it has not ended by ${minuteText(until)}, the next run on the stage or the next sweep says so, and leaves it (on-failure: hold).`,
  ];
};

/** The same for the comment and the summary, with the share. */
export const canarySection = (outcome: StageOutcome): string => {
  const { canary, deploymentId, result } = outcome;
  if (canary === undefined || !isAboutCanary(outcome) || result === "planned") return "";
  const rest = Math.round((100 - canary.percentTraffic) * 10) / 10;
  return [
    factTable([
      ["Canary", `${canary.percentTraffic} % of the requests go to deployment ${code(canary.deploymentId)}`],
      ["Base", `${rest} % go to deployment ${code(deploymentId ?? "")}`],
    ]),
    canaryLines(outcome).map(plain).join("\n\n"),
  ].join("\n\n");
};

/** Beside what the stage serves, in the log's last line. */
export const canaryNow = ({ canary }: StageOutcome): string =>
  canary === undefined
    ? ""
    : ` ${canary.percentTraffic} % of the requests go to its canary on deployment ${canary.deploymentId}.`;

/** The line beside the state on the environment's page; `undefined`: the usual one. */
export const canaryStatus = (outcome: StageOutcome): string | undefined => {
  const { canary, result, request } = outcome;
  if (!isAboutCanary(outcome)) return undefined;
  if (result === "canary-aborted") return `Canary of stage ${request.stageName} aborted`;
  if (canary === undefined || result === "canary-completed") return undefined;
  return `Canary: ${canary.percentTraffic} % of stage ${request.stageName} on deployment ${canary.deploymentId}`;
};
