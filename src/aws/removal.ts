import type { Stage } from "../domain/stage.ts";
import { failureOf } from "./failure.ts";
import type { DeploymentRemoval, Removal, StageIdentity, StageRemoval } from "./gateway.ts";
import { write } from "./retry.ts";
import { type Session, undefinedWhenMissing } from "./session.ts";
import { namedAs } from "./stages.ts";

/**
 * Deletions of stages and deployments. A repeated DELETE does no harm: what the first one removed is not found by the
 * second, and that is the wanted end.
 */

/** What a kind of API is asked and told, a request each. They throw what the SDK throws. */
export type RemovalRequests = {
  readonly getStage: (stageName: string) => Promise<Stage>;
  readonly deleteStage: (stageName: string) => Promise<unknown>;
  readonly deleteDeployment: (deploymentId: string) => Promise<unknown>;
};

export const removalWith = <Client>(session: Session<Client>, requests: RemovalRequests): Removal => ({
  deleteStage: (stageName, mayDelete) => deleteStage(session, requests, stageName, mayDelete),
  deleteDeployment: (deploymentId) => deleteDeployment(session, requests, deploymentId),
});

const deleteStage = async <Client>(
  { path, call, pacing, pacer }: Session<Client>,
  requests: RemovalRequests,
  stageName: string,
  mayDelete: (stage: StageIdentity) => boolean,
): Promise<StageRemoval> => {
  await pacer.turn(2);
  let sent = false;
  const send = async (): Promise<StageRemoval> => {
    const stage = await undefinedWhenMissing(requests.getStage(stageName).then(namedAs(stageName)));
    if (stage === undefined) return sent ? "deleted" : "absent";
    if (!mayDelete(stage)) return "not-ours";
    sent = true;
    await undefinedWhenMissing(requests.deleteStage(stageName));
    return "deleted";
  };
  const about = call("DeleteStage", "DELETE", `${path}/stages/${stageName}`, `delete stage ${stageName}`);
  return write(about, pacing, send);
};

const deleteDeployment = async <Client>(
  { path, call, pacing, pacer }: Session<Client>,
  requests: RemovalRequests,
  deploymentId: string,
): Promise<DeploymentRemoval> => {
  await pacer.turn();
  let sent = false;
  const send = async (): Promise<DeploymentRemoval> => {
    const again = sent;
    sent = true;
    try {
      const answer = await undefinedWhenMissing(requests.deleteDeployment(deploymentId));
      return answer === undefined && !again ? "absent" : "deleted";
    } catch (thrown) {
      if (isInUse(thrown)) return "in-use";
      throw thrown;
    }
  };
  const resource = `${path}/deployments/${deploymentId}`;
  return write(call("DeleteDeployment", "DELETE", resource, `delete deployment ${deploymentId}`), pacing, send);
};

/** Recorded behaviour: a BadRequestException, with one text for stages and another for their canaries. */
const isInUse = (thrown: unknown): boolean => {
  const { name, message } = failureOf(thrown);
  return name === "BadRequestException" && /^Active stages\b.*pointing to this deployment/i.test(message);
};
