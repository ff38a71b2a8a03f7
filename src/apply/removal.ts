import type { Gateway } from "../gateway/gateway.ts";
import type { RemovalStep } from "../plan/delete.ts";
import { type RemovalProgress, removalError, takeRemovalSteps } from "./removal-steps.ts";

/**
 * Carries removals out and answers a sentence for each. Throws one ActionError for all that failed, with what was removed
 * as the state.
 */
export const remove = async (
  steps: readonly RemovalStep[],
  restApiId: string,
  gateway: Gateway,
  log: (line: string) => void,
): Promise<readonly string[]> => {
  const progress: RemovalProgress = { results: [], errors: [] };
  await takeRemovalSteps(steps, { gateway, restApiId, progress, note: log, stageDeleted: async () => {} });
  const lines = progress.results.flatMap((result, index) => {
    const step = steps[index];
    return step === undefined || result === "failed" ? [] : [`${nameOf(step)} ${WORDS[result]}.`];
  });
  for (const line of lines) log(line);
  const state = `${lines.length === 0 ? "Nothing was removed." : lines.join(" ")} Running the job again carries on from there.`;
  const error = removalError(progress.errors, {
    doing: `remove what is over in REST API ${restApiId}`,
    state,
    cancelled: false,
  });
  if (error !== undefined) throw error;
  return lines;
};

const nameOf = (step: RemovalStep): string =>
  step.kind === "delete-stage" ? `Stage ${step.stageName}` : `Deployment ${step.deploymentId}`;

const WORDS = {
  deleted: "was deleted",
  absent: "was gone already",
  "not-ours": "was kept: it is not the stage any more that was looked at",
  "in-use": "was kept: a stage references it",
  "not-reached": "was not reached",
  planned: "would be deleted",
} as const;
