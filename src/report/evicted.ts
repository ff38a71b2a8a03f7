import type { DeleteStageStep, Step } from "../plan/step.ts";
import type { Outcome } from "./outcome.ts";

/** Previews that a run deletes to make room for its own. */

type Evicting = Pick<Outcome, "request" | "plan" | "taken">;

/** Names of those that are gone; in a dry run, of those that would go. */
export const evictedStages = ({ request, plan, taken }: Evicting): readonly string[] => {
  if (request.command !== "deploy") return [];
  const steps = request.dryRun
    ? (plan?.steps ?? [])
    : taken.flatMap(({ step, result }) => (result === "deleted" ? [step] : []));
  return steps.filter(isEviction).map(({ stageName }) => stageName);
};

const isEviction = (step: Step): step is DeleteStageStep => step.kind === "delete-stage";

/** As an output: what later steps read as JSON. */
export const evictedOutput = (stageNames: readonly string[]): Readonly<Record<"evicted-stages", string>> => ({
  "evicted-stages": JSON.stringify(stageNames),
});

/** Told at once: a run that is killed right after tells nothing else any more. */
export const evictionLine = ({ stageName, owner: { pullRequest } }: DeleteStageStep): string =>
  `Deleted stage ${stageName}, the preview of pull request #${pullRequest}, to make room.`;
