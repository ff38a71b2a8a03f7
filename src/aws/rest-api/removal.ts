import { DeleteDeploymentCommand, DeleteStageCommand, GetStageCommand } from "@aws-sdk/client-api-gateway";
import type { Removal } from "../gateway.ts";
import { removalWith } from "../removal.ts";
import type { Session } from "../session.ts";
import { readBy } from "./read-by.ts";

/** Deletions of stages and deployments of one REST API. */
export const removalOf = (session: Session): Removal => {
  const { client, restApiId, readOptions } = session;
  return removalWith(session, {
    getStage: (stageName) =>
      client.send(new GetStageCommand({ restApiId, stageName }), readOptions).then(readBy("stageOf")),
    deleteStage: (stageName) => client.send(new DeleteStageCommand({ restApiId, stageName })),
    deleteDeployment: (deploymentId) => client.send(new DeleteDeploymentCommand({ restApiId, deploymentId })),
  });
};
