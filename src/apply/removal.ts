import { asActionError } from "../errors.ts";
import type { Gateway } from "../gateway/gateway.ts";
import { inSeries } from "../gateway/removal.ts";
import { isStillMeant, type RemovalStep } from "../plan/delete.ts";

/** What became of each step, in their order. */
export type Removed = { readonly step: RemovalStep; readonly result: "deleted" | "absent" | "not-ours" | "in-use" };

/**
 * Carries removals out, one after the other: deployments can only go after their stage. Throws the ActionError of the
 * first that fails, with what was removed before it as the state.
 */
export const remove = async (
  steps: readonly RemovalStep[],
  restApiId: string,
  gateway: Gateway,
  log: (line: string) => void,
): Promise<readonly Removed[]> => {
  const removed: Removed[] = [];
  try {
    await inSeries(
      steps,
      async (step) => {
        const result =
          step.kind === "delete-stage"
            ? await gateway.deleteStage(step.stageName, (stage) => isStillMeant(step, stage, restApiId))
            : await gateway.deleteDeployment(step.deploymentId);
        removed.push({ step, result });
        log(removedLine({ step, result }));
      },
      log,
    );
    return removed;
  } catch (thrown) {
    const error = asActionError(thrown, `remove stages and deployments of REST API ${restApiId}`);
    const gone = removed.filter(({ result }) => result === "deleted").map(({ step }) => nameOf(step));
    throw error.withState(
      `${gone.length === 0 ? "Nothing was removed" : `Removed before it: ${gone.join(", ")}`}. Running the job again carries on from there.`,
    );
  }
};

const nameOf = (step: RemovalStep): string =>
  step.kind === "delete-stage" ? `stage ${step.stageName}` : `deployment ${step.deploymentId}`;

const WORDS: Readonly<Record<Removed["result"], string>> = {
  deleted: "was deleted",
  absent: "was gone already",
  "not-ours": "was kept: it is not the stage any more that was looked at",
  "in-use": "was kept: a stage references it",
};

/** "Stage pr-7 was deleted." */
export const removedLine = ({ step, result }: Removed): string => {
  const name = nameOf(step);
  return `${name.charAt(0).toUpperCase()}${name.slice(1)} ${WORDS[result]}.`;
};
