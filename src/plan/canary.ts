import type { Stage } from "../domain/stage.ts";
import type { Refusal } from "./plan.ts";

/** The recipe of the API Gateway Developer Guide ("Promote a canary release"), and the one patch that drops a canary. */
export const refuseCanary = (restApiId: string, stage: Stage, canary: NonNullable<Stage["canary"]>): Refusal => {
  const update = `aws apigateway update-stage --rest-api-id ${restApiId} --stage-name ${stage.name} --patch-operations`;
  const copyVariables = canary.overridesVariables
    ? " op=copy,from=/canarySettings/stageVariableOverrides,path=/variables"
    : "";
  return {
    refused: "STAGE_HAS_CANARY",
    happened: `${canary.percentTraffic} % of the stage's traffic goes to a canary on deployment ${canary.deploymentId}, the rest to deployment ${stage.deploymentId}.`,
    remedy: [
      "Complete the canary or abort it, then run again.",
      "Complete it (the canary's deployment becomes the stage's):",
      `  ${update} op=replace,path=/canarySettings/percentTraffic,value=0.0${copyVariables} op=copy,from=/canarySettings/deploymentId,path=/deploymentId`,
      `  ${update} op=remove,path=/canarySettings`,
      "Abort it (all traffic goes back to the stage's deployment):",
      `  ${update} op=remove,path=/canarySettings`,
    ].join("\n"),
  };
};
