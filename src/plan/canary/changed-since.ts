import type { Stage } from "../../domain/stage.ts";
import type { Plan, Refusal } from "../plan.ts";

/**
 * Looks at the stage again right before a canary is started, moved or ended: API Gateway has no conditional update.
 * Answers why the plan no longer holds, or `undefined`.
 */
export const canaryChanged = (
  { canary: planned, meant, restApiId, stageName }: Pick<Plan, "canary" | "meant" | "restApiId" | "stageName">,
  now: Stage | undefined,
): Refusal | undefined => {
  if (planned === undefined) return undefined;
  const changed = (happened: string): Refusal => ({ refused: "CANARY_CHANGED", happened });
  if (now === undefined)
    return changed(`Stage ${stageName} of API ${restApiId} was deleted while this run was at work.`);
  if (now.deploymentId !== planned.base) {
    return changed(
      `Stage ${stageName} served deployment ${planned.base} when this run looked at it, and serves ${now.deploymentId} now.`,
    );
  }
  const { found } = planned;
  const same = now.canary?.deploymentId === found?.deploymentId && now.canary?.percentTraffic === found?.percentTraffic;
  // To abort what was moved meanwhile is as safe as before.
  // What is to be aborted before another one starts.
  if (found === undefined && now.canary !== undefined && now.canary.deploymentId === meant?.ending) return undefined;
  if (same || (planned.does === "abort" && now.canary !== undefined)) return undefined;
  return changed(
    `The canary of stage ${stageName} was changed while this run was at work: ${told(found)} before, ${told(now.canary)} now.`,
  );
};

const told = (canary: Stage["canary"]): string =>
  canary === undefined ? "none" : `${canary.percentTraffic} % on deployment ${canary.deploymentId}`;
