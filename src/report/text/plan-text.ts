import type { DeletePlan, RemovalStep } from "../../plan/delete.ts";
import type { Plan, Step } from "../../plan/plan.ts";

const verbOf = (step: Step | RemovalStep): string => {
  switch (step.kind) {
    case "import-definition":
      return `Import ${step.file} (${step.mode})`;
    case "create-deployment":
      return "Create a deployment";
    case "create-stage":
      return `Create stage ${step.stageName}`;
    case "update-stage":
      return step.deployment === undefined
        ? `Change the settings of stage ${step.stageName}`
        : `Point stage ${step.stageName}`;
    case "tag-stage":
      return `Change the tags of stage ${step.stageName}`;
    case "delete-stage":
      return `Delete stage ${step.stageName}`;
    case "delete-deployment":
      return `Delete deployment ${step.deploymentId}`;
  }
};

/** The plan, a line a step. */
export const planLines = (plan: Plan | DeletePlan): readonly string[] =>
  plan.steps.length === 0
    ? [`Nothing to do for stage ${plan.stageName}: ${whyUnchanged(plan)}.`]
    : plan.steps.map((step, index) => {
        const seen = step.seenByCallers ? "callers notice it" : "no caller notices it";
        return `${index + 1}. ${verbOf(step)}: ${step.because} (${seen}).`;
      });

const whyUnchanged = (plan: Plan | DeletePlan): string =>
  plan.command === "delete"
    ? "there is none, and no deployment that was made for it"
    : (plan.unchangedBecause ?? "it is as it should be");

const MASK = "***";

/** The plan as JSON for later steps. Values of settings that look secret are masked, as everywhere. */
export const planJson = (plan: Plan | DeletePlan): string => {
  const settings = plan.command === "delete" ? [] : plan.settings;
  const secret = new Set(
    settings.filter(({ masked }) => masked).map(({ setting }) => setting.replace(/^variables\./, "")),
  );
  return JSON.stringify(plan, (key, value: unknown) => {
    if (key === "variables" && isRecord(value)) {
      return Object.fromEntries(Object.entries(value).map(([name, text]) => [name, secret.has(name) ? MASK : text]));
    }
    if (
      isRecord(value) &&
      typeof value["path"] === "string" &&
      secret.has(value["path"].replace(/^\/variables\//, ""))
    ) {
      return { ...value, value: MASK };
    }
    return value;
  });
};

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
