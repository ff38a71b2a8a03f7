import { planText } from "../../domain/usage-plan.ts";
import { webAclText } from "../../domain/web-acl.ts";
import { looksSecret, MASK } from "../../inputs/settings/secret-names.ts";
import type { Plan } from "../../plan/plan.ts";
import type { DarkStageStep, Step } from "../../plan/step.ts";
import { item, paragraphs } from "./prose.ts";
import { watchPlanLines } from "./watch.ts";

const verbOf = (step: Step): string => {
  switch (step.kind) {
    case "import-definition":
      return `Import ${step.file} (${step.mode})`;
    case "create-deployment":
      return "Create a deployment";
    case "prove-on-dark-stage":
      return `Serve the deployment by stage ${step.stageName} first`;
    case "create-stage":
      return `Create stage ${step.stageName}`;
    case "update-stage":
      return step.deployment === undefined
        ? `Change the settings of stage ${step.stageName}`
        : `Point stage ${step.stageName}`;
    case "tag-stage":
      return `Change the tags of stage ${step.stageName}`;
    case "keep-history":
      return `Keep the history of stage ${step.stageName}`;
    case "publish-documentation":
      return `Publish documentation version ${step.version}`;
    case "associate-web-acl":
      return `Associate ${webAclText(step.webAclArn)} with stage ${step.stageName}`;
    case "join-usage-plan":
      return `Add stage ${step.stageName} to ${planText(step.plan)}`;
    case "leave-usage-plan":
      return `Take ${step.stages.map(({ stageName }) => `stage ${stageName}`).join(", ")} out of ${planText(step.plan)}`;
    case "start-canary":
      return `Start a canary of ${step.percent} % on stage ${step.stageName}`;
    case "shift-canary":
      return `Set the canary of stage ${step.stageName} to ${step.to} %`;
    case "promote-canary":
      return `Complete the canary of stage ${step.stageName}`;
    case "remove-canary":
      return `Take the canary off stage ${step.stageName}`;
    case "mark-canary":
      return step.intent === undefined
        ? `Take the canary's tag off stage ${step.stageName}`
        : `Tag stage ${step.stageName} with its canary`;
    case "create-routing-rule":
      return `Create a routing rule of priority ${step.priority} on domain ${step.domain.name}`;
    case "delete-routing-rule":
      return `Delete routing rule ${step.ruleId} of domain ${step.domain.name}`;
    case "delete-stage":
      return `Delete stage ${step.stageName}`;
    case "delete-deployment":
      return `Delete deployment ${step.deploymentId}`;
  }
};

/** The plan, a line a step, and below it what it does beside, or instead where only the service can tell. */
export const planLines = (plan: Plan): readonly string[] => [
  ...(plan.steps.length === 0 ? [nothingToDo(plan)] : []),
  ...plan.steps.flatMap((step, index) => [
    `${index + 1}. ${stepText(step)}`,
    ...furtherTexts(step).map((text) => `   ${text}`),
  ]),
  ...watchPlanLines(plan.watch),
];

/** The same as Markdown. */
export const planSection = (plan: Plan): string => {
  const steps = plan.steps.flatMap((step, index) => [
    `${index + 1}. ${item(stepText(step))}`,
    ...furtherTexts(step).map((text) => `   - ${item(text)}`),
  ]);
  return [
    ...(steps.length === 0 ? [paragraphs(nothingToDo(plan))] : [steps.join("\n")]),
    ...watchPlanLines(plan.watch).map(paragraphs),
  ].join("\n\n");
};

const stepText = (step: Step): string => {
  const seen = step.seenByCallers ? "callers notice it" : "no caller notices it";
  return `${verbOf(step)}: ${step.because} (${seen}).`;
};

const furtherTexts = (step: Step): readonly string[] => {
  if (step.kind === "prove-on-dark-stage") return darkTexts(step);
  if (step.kind === "import-definition") return step.takenAway.map(({ what }) => `It ${what}.`);
  if (step.kind !== "create-stage" || step.ifFull === undefined) return [];
  switch (step.ifFull.kind) {
    case "evict":
      return step.ifFull.steps.map((eviction) => `If the API's quota of stages is used up: ${stepText(eviction)}`);
    case "skip":
      return ["If the API's quota of stages is used up, the run ends without it."];
    case "fail":
      return [];
  }
};

const darkTexts = ({ target, isTested, judgement, webAclArn, plans, left }: DarkStageStep): readonly string[] => [
  ...(left === undefined ? [] : ["One that a run has left, which was broken off, is deleted before."]),
  ...(isTested ? [`It has the settings that stage ${target} will have, without a cache.`] : []),
  ...(judgement?.compared === undefined ? [] : [`Its routes are compared with ${judgement.compared.name}.`]),
  ...(webAclArn === undefined ? [] : [`It gets ${webAclText(webAclArn)}.`]),
  ...plans.map((plan) => `It is in ${planText(plan)} meanwhile.`),
];

const nothingToDo = ({ command, stageName, result, unchangedBecause }: Plan): string => {
  if (command === "sweep") return "Nothing to sweep.";
  if (result === "skipped") return `Nothing is done for stage ${stageName}.`;
  return `Nothing to do for stage ${stageName}: ${unchangedBecause ?? "it is as it should be"}.`;
};

/** Of one list. No later step goes through more, and the outputs have the counts of routes. */
const MOST_ENTRIES = 1000;

/**
 * The plan as JSON for later steps; a status is an output of its own. Values of settings that look secret are masked, as
 * everywhere. Where a list is cut, `leftOut` says how many of its entries are missing, by the list's name.
 */
export const planJson = (plan: Plan): string => {
  const secret = new Set(
    plan.settings.filter(({ masked }) => masked).map(({ setting }) => setting.replace(/^variables\./, "")),
  );
  const { routes, status: _, ...rest } = plan;
  const leftOut: Record<string, number> = {};
  const shown = {
    ...rest,
    routes: routes?.diff,
    comparedWith: routes?.comparedWith,
    // Read last, when all lists before it are cut.
    get leftOut() {
      return Object.keys(leftOut).length === 0 ? undefined : leftOut;
    },
  };
  return JSON.stringify(shown, (key, value: unknown) => {
    // Routes by name: the plan's readers get them as the diff.
    if (value instanceof Map) return undefined;
    if (Array.isArray(value) && value.length > MOST_ENTRIES) {
      leftOut[key] = (leftOut[key] ?? 0) + value.length - MOST_ENTRIES;
      return value.slice(0, MOST_ENTRIES);
    }
    if (key === "variables" && isRecord(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, secret.has(name) ? MASK : text]));
    }
    if (
      isRecord(value) &&
      value["kind"] === "variable" &&
      value["value"] !== null &&
      (secret.has(String(value["name"])) || looksSecret(String(value["name"])))
    ) {
      return { ...value, value: MASK };
    }
    return value;
  });
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
