import { minuteText } from "../../domain/time-text.ts";
import { type CanaryPolicy, stepOf } from "../../inputs/canary/policy.ts";
import type { CanaryResult } from "../../plan/plan.ts";
import type { StageOutcome } from "../outcome.ts";
import { code } from "./markdown.ts";
import { list } from "./prose.ts";
import type { Said } from "./said.ts";

/** Characters of a GitHub deployment status' description (API reference). */
const DESCRIPTION = 140;

/** What is said of canaries: their share, what is known of them, what comes next, and how to end them. */

export const canaryHeadline = ({ canary, error }: StageOutcome, result: CanaryResult, subject: string): Said => {
  const share = `${canary?.percentTraffic} %`;
  switch (result) {
    case "canary-started":
      return { sign: "🐤", text: `${subject} has a canary of ${share}` };
    case "canary-shifted":
      return { sign: "🐤", text: `the canary of ${subject} gets ${share}` };
    case "canary-held":
      return { sign: "🐤", text: `the canary of ${subject} stays at ${share}` };
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
    nextLine(outcome),
    `To set its share: \`command: canary\` with \`canary-percent\`, what deployment ${canary.deploymentId} is to get.`,
    "To complete it: `command: canary` with `canary-percent: 100`.",
    "To abort it: `command: canary` with `canary-percent: 0`.",
    ...deadlineLine(outcome),
  ];
};

/** What the next run does, and from when on. */
const nextLine = ({ plan, request, canary }: StageOutcome): string => {
  const { checkAt } = plan?.canary ?? {};
  const { steps = [] } = policyOf(request) ?? {};
  const next = steps.find((share) => share > (canary?.percentTraffic ?? 0));
  const then = next === undefined ? "completes it" : `gives it ${next} %`;
  const who = "`command: canary` without `canary-percent`";
  return checkAt === undefined
    ? `To go on: ${who} judges its step. Where that is healthy, it ${then}.`
    : `To go on: from ${minuteText(checkAt)} on, ${who} judges its step. Where that is healthy, it ${then}.`;
};

/** How the canary is meant to go on, as far as the run knows. */
const policyOf = (request: StageOutcome["request"]): CanaryPolicy | undefined => {
  if (request.command === "canary") return request.policy;
  return request.command === "deploy" || request.command === "promote" ? request.canary?.policy : undefined;
};

/** `1 of 2`; `undefined` where nothing tells of steps. */
const stepText = ({ request, canary }: StageOutcome): string | undefined => {
  const policy = policyOf(request);
  return policy === undefined || canary === undefined
    ? undefined
    : `${stepOf(policy, canary.percentTraffic)} of ${policy.steps.length}`;
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

const isShown = (outcome: StageOutcome): boolean => isAboutCanary(outcome) && outcome.result !== "planned";

/** Who gets which share, as rows of the comment's and the summary's table. */
export const canaryFacts = (outcome: StageOutcome): readonly (readonly [name: string, value: string])[] => {
  const { canary, deploymentId } = outcome;
  if (canary === undefined || !isShown(outcome)) return [];
  const rest = Math.round((100 - canary.percentTraffic) * 10) / 10;
  return [
    ["Canary", `${canary.percentTraffic} % of the requests go to deployment ${code(canary.deploymentId)}`],
    ["Base", `${rest} % go to deployment ${code(deploymentId ?? "")}`],
    ["Step", `${stepText(outcome) ?? ""} (${(policyOf(outcome.request)?.steps ?? []).join(" %, ")} %)`],
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
  const { checkAt, judged } = outcome.plan?.canary ?? {};
  return [
    `Canary: ${canary.percentTraffic} % of stage ${request.stageName} on deployment ${canary.deploymentId}`,
    `step ${stepText(outcome)}`,
    ...(checkAt === undefined ? [] : [`next from ${minuteText(checkAt)} on`]),
    ...(judged === undefined ? [] : [`before: ${judged.health}`]),
  ]
    .join("; ")
    .slice(0, DESCRIPTION);
};
