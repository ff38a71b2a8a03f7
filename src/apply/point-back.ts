import type { Gateway } from "../aws/rest-api/gateway.ts";
import { ActionError, asActionError } from "../domain/errors.ts";
import type { Target } from "../inputs/target.ts";

/**
 * Points a stage that failed its smoke tests back at what it served before, and reads it back. Throws `ROLLBACK_FAILED`
 * with both errors and the command that mends it. `failure`: what the smoke tests found, in whole sentences.
 */
export const pointBack = async (
  { restApiId, stageName }: Pick<Target, "restApiId" | "stageName">,
  deploymentId: string,
  gateway: Gateway,
  failure: string,
): Promise<void> => {
  const pointer = { op: "replace", path: "/deploymentId", value: deploymentId } as const;
  const mend = `aws apigateway update-stage --rest-api-id ${restApiId} --stage-name ${stageName} --patch-operations op=replace,path=/deploymentId,value=${deploymentId}`;
  const failed = (happened: string, state: string, cause: unknown): ActionError =>
    new ActionError({
      code: "ROLLBACK_FAILED",
      doing: `point stage ${stageName} of REST API ${restApiId} back at deployment ${deploymentId}`,
      happened: `${failure}\n${happened}`,
      acted: "unknown",
      state,
      remedy: `Point the stage back by hand:\n  ${mend}`,
      cause,
    });
  try {
    const stage = await gateway.updateStage(stageName, [pointer], (now) => now.deploymentId === deploymentId);
    if (stage.deploymentId === deploymentId) return;
    throw failed(
      "API Gateway accepted the request to point it back, but says otherwise.",
      `Stage ${stageName} serves deployment ${stage.deploymentId}.`,
      undefined,
    );
  } catch (thrown) {
    if (thrown instanceof ActionError && thrown.code === "ROLLBACK_FAILED") throw thrown;
    const error = asActionError(thrown, "point the stage back");
    throw failed(`Pointing it back failed too: ${error.message}`, await nowServed(stageName, gateway), thrown);
  }
};

const nowServed = async (stageName: string, gateway: Gateway): Promise<string> => {
  try {
    const stage = await gateway.getStage(stageName);
    return stage === undefined
      ? `Stage ${stageName} does not exist any more.`
      : `Stage ${stageName} serves deployment ${stage.deploymentId}.`;
  } catch {
    return `It is not known what stage ${stageName} serves now.`;
  }
};
