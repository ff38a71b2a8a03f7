import type { Gateway } from "../aws/rest-api/gateway.ts";
import type { ActionError } from "../domain/errors.ts";
import type { RemovalResult, RemovalStep } from "../plan/delete.ts";
import { type RemovalProgress, removalError, takeRemovalSteps } from "./removal-steps.ts";

export type Removed = {
  /** In the order of the steps; steps without one were not reached. */
  readonly results: readonly RemovalResult[];
  /** A sentence for each step that was reached. */
  readonly lines: readonly string[];
  /** Stands for all that failed. Its state says what was removed. */
  readonly error: ActionError | undefined;
};

/** Carries removals out, as far as it goes. Throws nothing. */
export const remove = async (
  steps: readonly RemovalStep[],
  restApiId: string,
  gateway: Gateway,
  log: (line: string) => void,
): Promise<Removed> => {
  const progress: RemovalProgress = { results: [], errors: [] };
  await takeRemovalSteps(steps, { gateway, restApiId, progress, note: log, stageDeleted: async () => {} });
  const lines = linesOf(steps, progress);
  for (const line of lines) log(line);
  const error = removalError(progress.errors, {
    doing: `remove what is over in REST API ${restApiId}`,
    state: `${lines.length === 0 ? "Nothing was removed." : lines.join(" ")} Running the job again carries on from there.`,
    cancelled: false,
  });
  return { results: progress.results, lines, error };
};

const linesOf = (steps: readonly RemovalStep[], { results, errors }: RemovalProgress): readonly string[] => {
  const failures = errors.values();
  return results.flatMap((result, index) => {
    const step = steps[index];
    if (step === undefined) return [];
    const unclear = result === "failed" && failures.next().value?.acted !== "no";
    return [
      unclear ? `It is not known whether ${nameOf(step)} was deleted.` : `${capital(nameOf(step))} ${WORDS[result]}.`,
    ];
  });
};

const nameOf = (step: RemovalStep): string =>
  step.kind === "delete-stage" ? `stage ${step.stageName}` : `deployment ${step.deploymentId}`;

const capital = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

const WORDS: Readonly<Record<RemovalResult, string>> = {
  deleted: "was deleted",
  absent: "was gone already",
  "not-ours": "was kept: it is not the stage any more that was looked at",
  "in-use": "was kept: a stage references it",
  failed: "was not deleted",
  "not-reached": "was not reached",
  planned: "would be deleted",
};
