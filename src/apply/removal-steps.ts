import { inSeries, type Removal } from "../aws/rest-api/removal.ts";
import { ActionError, asActionError, type ErrorKind } from "../domain/errors.ts";
import { isStillMeant, type RemovalResult, type RemovalStep } from "../plan/delete.ts";
import type { StageRemovalStep } from "../plan/sweep.ts";

/** How far the steps were carried out; it grows while they are taken. */
export type RemovalProgress = {
  /** One for each step in its order; steps without one were not reached. */
  readonly results: RemovalResult[];
  /** In the order of the steps that failed. */
  readonly errors: ActionError[];
};

export type RemovalTools = {
  readonly gateway: Pick<Removal, "deleteStage" | "deleteDeployment">;
  readonly restApiId: string;
  readonly progress: RemovalProgress;
  readonly note: (text: string) => void;
  /** Awaited right after the stage is gone; must not throw. */
  readonly stageDeleted: (step: StageRemovalStep) => Promise<void>;
};

/** What fails for one step for these reasons fails for all that come after it. */
const ENDING: readonly ErrorKind[] = ["cancelled", "credentials", "permission", "config", "throttled"];

/** Takes the steps one after the other. Throws nothing: what failed is in the progress. */
export const takeRemovalSteps = async (steps: readonly RemovalStep[], tools: RemovalTools): Promise<void> => {
  const { results, errors } = tools.progress;
  const take = async (step: RemovalStep): Promise<void> => {
    try {
      results.push(await remove(step, tools));
    } catch (thrown) {
      const error = asActionError(thrown, doingOf(step, tools.restApiId));
      errors.push(error);
      // A request that was never sent leaves the step as if it had not been reached.
      if (error.kind !== "cancelled" || error.acted !== "no") results.push("failed");
      if (ENDING.includes(error.kind)) throw error;
    }
  };
  // The error that ends the series is among the progress already.
  await inSeries(steps, take, tools.note).catch(() => {});
};

const doingOf = (step: RemovalStep, restApiId: string): string =>
  step.kind === "delete-stage"
    ? `delete stage ${step.stageName} of REST API ${restApiId}`
    : `delete deployment ${step.deploymentId} of REST API ${restApiId}`;

const remove = async (
  step: RemovalStep,
  { gateway, restApiId, stageDeleted }: RemovalTools,
): Promise<RemovalResult> => {
  if (step.kind === "delete-deployment") return gateway.deleteDeployment(step.deploymentId);
  const result = await gateway.deleteStage(step.stageName, (stage) => isStillMeant(step, stage, restApiId));
  if (result === "deleted") await stageDeleted(step);
  return result;
};

/** Errors that are shown one by one; more would help nobody. */
const SHOWN = 10;

type RemovalEnd = {
  /** The whole, as the end of a sentence that begins with "Could not": "finish the sweep of REST API a1b2". */
  readonly doing: string;
  readonly state: string;
  readonly cancelled: boolean;
};

/** The one error that stands for all that failed; `undefined` when nothing did. `state` is that of all steps together. */
export const removalError = (
  errors: readonly ActionError[],
  { doing, state, cancelled }: RemovalEnd,
): ActionError | undefined => {
  const failed = errors.filter(({ kind }) => kind !== "cancelled");
  if (cancelled || failed.length < errors.length) {
    const acted = errors.some((error) => error.acted !== "no") ? "unknown" : "no";
    return cancelledError(failed, acted, doing, state);
  }
  // What ended the series says more than what failed on the way.
  const main = errors.find(({ kind }) => ENDING.includes(kind)) ?? errors[0];
  if (main === undefined) return undefined;
  return new ActionError({
    code: main.code,
    doing: main.doing,
    happened: [main.happened, ...otherFailures(failed.filter((error) => error !== main))].join("\n"),
    acted: failed.some(({ acted }) => acted === "unknown") ? "unknown" : main.acted,
    state,
    remedy: main.remedy,
    cause: main,
  });
};

const otherFailures = (errors: readonly ActionError[]): readonly string[] => {
  if (errors.length === 0) return [];
  const more = errors.length > SHOWN ? [`  and ${errors.length - SHOWN} more.`] : [];
  const shown = errors.slice(0, SHOWN).map(({ message }) => `  ${message.replaceAll("\n", " ")}`);
  return [errors.length === 1 ? "Another step failed:" : `${errors.length} other steps failed:`, ...shown, ...more];
};

const cancelledError = (
  failed: readonly ActionError[],
  acted: ActionError["acted"],
  doing: string,
  state: string,
): ActionError =>
  new ActionError({
    code: "CANCELLED",
    doing,
    happened: ["The run was cancelled.", ...otherFailures(failed)].join("\n"),
    acted,
    state,
    remedy: "Run the job again; it goes on with what is left.",
  });
