import { DeleteDeploymentCommand, DeleteStageCommand, GetStageCommand } from "@aws-sdk/client-api-gateway";
import { failureOf } from "../failure.ts";
import type { DeploymentRemoval, Removal, StageIdentity, StageRemoval } from "../gateway.ts";
import { write } from "../retry.ts";
import { type Session, undefinedWhenMissing } from "../session.ts";
import { stageOf } from "./answers.ts";

/**
 * Deletions of stages and deployments. A repeated DELETE does no harm: what the first one removed is not found by the
 * second, and that is the wanted end.
 */

export const removalOf = (session: Session): Removal => ({
  deleteStage: (stageName, mayDelete) => deleteStage(session, stageName, mayDelete),
  deleteDeployment: (deploymentId) => deleteDeployment(session, deploymentId),
});

/** Sending again looks first. */
const nothing = async (): Promise<undefined> => undefined;

const deleteStage = async (
  { client, restApiId, path, call, pacing, pacer, readOptions }: Session,
  stageName: string,
  mayDelete: (stage: StageIdentity) => boolean,
): Promise<StageRemoval> => {
  await pacer.turn(2);
  const names = { restApiId, stageName };
  let sent = false;
  const send = async (): Promise<StageRemoval> => {
    const stage = await undefinedWhenMissing(client.send(new GetStageCommand(names), readOptions).then(stageOf));
    if (stage === undefined) return sent ? "deleted" : "absent";
    if (!mayDelete(stage)) return "not-ours";
    sent = true;
    await undefinedWhenMissing(client.send(new DeleteStageCommand(names)));
    return "deleted";
  };
  const about = call("DeleteStage", "DELETE", `${path}/stages/${stageName}`, `delete stage ${stageName}`);
  return write(about, pacing, send, nothing);
};

const deleteDeployment = async (
  { client, restApiId, path, call, pacing, pacer }: Session,
  deploymentId: string,
): Promise<DeploymentRemoval> => {
  await pacer.turn();
  let sent = false;
  const send = async (): Promise<DeploymentRemoval> => {
    const again = sent;
    sent = true;
    try {
      const answer = await undefinedWhenMissing(client.send(new DeleteDeploymentCommand({ restApiId, deploymentId })));
      return answer === undefined && !again ? "absent" : "deleted";
    } catch (thrown) {
      if (isInUse(thrown)) return "in-use";
      throw thrown;
    }
  };
  const resource = `${path}/deployments/${deploymentId}`;
  return write(
    call("DeleteDeployment", "DELETE", resource, `delete deployment ${deploymentId}`),
    pacing,
    send,
    nothing,
  );
};

/** Recorded behaviour: a BadRequestException, with one text for stages and another for their canaries. */
const isInUse = (thrown: unknown): boolean => {
  const { name, message } = failureOf(thrown);
  return name === "BadRequestException" && /^Active stages\b.*pointing to this deployment/i.test(message);
};
