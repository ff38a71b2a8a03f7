import type { Canary, Stage } from "../../domain/stage.ts";
import type { Refusal } from "../plan.ts";

type CanaryStage = Pick<Stage, "name" | "deploymentId">;

/** The deployments in play, in a sentence without its end. */
export const sharedBy = ({ name, deploymentId }: CanaryStage, canary: Canary): string =>
  `${canary.percentTraffic} % of the traffic of stage ${name} goes to a canary on deployment ${canary.deploymentId}, the rest to deployment ${deploymentId}`;

/** The one call that drops a canary, for people. */
export const abortCommand = (restApiId: string, stageName: string): string =>
  `aws apigateway update-stage --rest-api-id ${restApiId} --stage-name ${stageName} --patch-operations op=remove,path=/canarySettings`;

/** How a canary is ended: by this action, and by the recipe of the Developer Guide ("Promote a canary release"). */
export const howToEnd = (restApiId: string, { name }: CanaryStage, canary: Canary): string => {
  const update = `aws apigateway update-stage --rest-api-id ${restApiId} --stage-name ${name} --patch-operations`;
  const copyVariables =
    Object.keys(canary.overrides).length > 0
      ? " op=copy,from=/canarySettings/stageVariableOverrides,path=/variables"
      : "";
  return [
    "Complete it (the canary's deployment becomes the stage's): command: canary with canary-percent: 100, or by hand:",
    `  ${update} op=replace,path=/canarySettings/percentTraffic,value=0.0${copyVariables} op=copy,from=/canarySettings/deploymentId,path=/deploymentId`,
    `  ${abortCommand(restApiId, name)}`,
    "Abort it (all traffic goes back to the stage's deployment): command: canary with canary-percent: 0, or by hand:",
    `  ${abortCommand(restApiId, name)}`,
  ].join("\n");
};

/** A deployment beside a canary would leave three versions in play. */
export const refuseCanary = (restApiId: string, stage: Stage, canary: Canary): Refusal => ({
  refused: "STAGE_HAS_CANARY",
  happened: `${sharedBy(stage, canary)}.`,
  remedy: `Complete the canary or abort it, then run again.\n${howToEnd(restApiId, stage, canary)}`,
});
