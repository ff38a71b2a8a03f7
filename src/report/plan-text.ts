import type { Plan, Step } from "../plan/plan.ts";

const verbOf = (step: Step): string => {
  switch (step.kind) {
    case "create-deployment":
      return "Create a deployment";
    case "create-stage":
      return `Create stage ${step.stageName}`;
    case "point-stage":
      return `Point stage ${step.stageName}`;
  }
};

/** The plan, a line a step. */
export const planLines = (plan: Plan): readonly string[] =>
  plan.steps.length === 0
    ? [`Nothing to do: stage ${plan.stageName} serves deployment ${plan.serves} already.`]
    : plan.steps.map((step, index) => {
        const seen = step.seenByCallers ? "callers notice it" : "no caller notices it";
        return `${index + 1}. ${verbOf(step)}: ${step.because} (${seen}).`;
      });
