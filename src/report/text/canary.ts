import { minuteText } from "../../domain/time-text.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { CanaryResult } from "../../plan/plan.ts";
import type { StageOutcome } from "../outcome.ts";
import type { Said } from "./headline.ts";
import { code } from "./markdown.ts";
import { list } from "./prose.ts";

/** What is said of canaries: their share, what is known of them, what comes next, and how to end them. */

export const canaryRequestLine = ({ percent, deploymentId }: CanaryRequest): string => {
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

export const canaryHeadline = ({ canary, error }: StageOutcome, result: CanaryResult, subject: string): Said => {
  const share = `${canary?.percentTraffic} %`;
  switch (result) {
    case "canary-started":
      return { sign: "🐤", text: `${subject} has a canary of ${share}` };
    case "canary-shifted":
      return { sign: "🐤", text: `the canary of ${subject} gets ${share}` };
    case "canary-completed":
      return { sign: "✅", text: `the canary of ${subject} is completed` };
    case "canary-aborted":
      return error === undefined
        ? { sign: "✅", text: `the canary of ${subject} is aborted` }
        : { sign: "❌", text: `the canary of ${subject} failed and was aborted` };
  }
};

/** Whether the run is about a canary, and not only met one. */
const isAboutCanary = ({ plan, request }: StageOutcome): boolean =>
  plan?.canary !== undefined || request.command === "canary";

/** How a canary that is there goes on and is ended, a line each; nothing where there is none. */
export const canaryLines = (outcome: StageOutcome): readonly string[] => {
  const { canary, deploymentId, plan } = outcome;
  if (canary === undefined || !isAboutCanary(outcome)) return [];
  if (canary.deploymentId === deploymentId && plan?.canary?.does === "complete") {
    return ["The canary is still to be removed: `command: canary` does that, with or without `canary-percent`."];
  }
  return [
    `To go on: \`command: canary\` with \`canary-percent\`, the share that deployment ${canary.deploymentId} is to get.`,
    "To complete it: `command: canary` with `canary-percent: 100`.",
    "To abort it: `command: canary` with `canary-percent: 0`.",
    ...deadlineLine(outcome),
  ];
};

const deadlineLine = ({ plan }: StageOutcome): readonly string[] => {
  const { until, atEnd } = plan?.canary ?? {};
  if (until === undefined) return ["No deadline is known for it: it stays until somebody ends it."];
  return [
    atEnd === "abort"
      ? `If it has not ended by ${minuteText(until)}, the next run or sweep aborts it.`
      : `If it has not ended by ${minuteText(until)}, the next run or sweep says so, and leaves it (on-failure: hold).`,
  ];
};

const isShown = (outcome: StageOutcome): boolean => isAboutCanary(outcome) && outcome.result !== "planned";

/** Who gets which share, as rows of the comment's and the summary's table. */
export const canaryFacts = (outcome: StageOutcome): readonly (readonly [name: string, value: string])[] => {
  const { canary, deploymentId } = outcome;
  if (canary === undefined || !isShown(outcome)) return [];
  const rest = Math.round((100 - canary.percentTraffic) * 10) / 10;
  return [
    ["Canary", `${canary.percentTraffic} % of the requests go to deployment ${code(canary.deploymentId)}`],
    ["Base", `${rest} % go to deployment ${code(deploymentId ?? "")}`],
  ];
};

/** How the canary goes on, as Markdown. */
export const canarySection = (outcome: StageOutcome): string => (isShown(outcome) ? list(canaryLines(outcome)) : "");

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
