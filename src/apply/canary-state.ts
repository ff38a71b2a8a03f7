import { type Canary, canaryText } from "../domain/stage.ts";
import type { Plan } from "../plan/plan.ts";
import type { Progress } from "./progress.ts";

/** What a run that is about a canary leaves of it, in sentences. `unclear`: a write may have got through. */
export const canaryState = (
  { stageName, canary: planned, serves }: Plan,
  { stage, made }: Progress,
  unclear: boolean,
): string => {
  const leftOver =
    made === undefined || stage !== undefined
      ? ""
      : ` Deployment ${made} was created and no stage serves it; running this job again uses it.`;
  if (unclear) {
    return `It is not known whether the canary of stage ${stageName} was changed; running this job again looks first.${leftOver}`;
  }
  const deploymentId = stage?.deploymentId ?? serves;
  const canary = stage === undefined ? planned?.found : stage.canary;
  return `${standing(stageName ?? "", deploymentId ?? "", canary)}${leftOver}`;
};

/** How the stage and its canary are, and how to go on. */
export const standing = (stageName: string, deploymentId: string, canary: Canary | undefined): string => {
  if (canary === undefined) return `Stage ${stageName} serves deployment ${deploymentId} and has no canary.`;
  return canary.deploymentId === deploymentId
    ? `Stage ${stageName} serves deployment ${deploymentId} alone; its canary is still to be removed, which running this job again does.`
    : `Stage ${stageName} serves deployment ${deploymentId}, with ${canaryText(canary)}. To abort it: command: canary with canary-percent: 0.`;
};
