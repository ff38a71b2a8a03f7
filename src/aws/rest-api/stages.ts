import {
  type CacheClusterSize,
  CreateStageCommand,
  GetStageCommand,
  GetStagesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import type { NewStage, Stages } from "../gateway.ts";
import { read } from "../retry.ts";
import type { Session } from "../session.ts";
import { stagesWith } from "../stages.ts";
import { creationOf, patchOf } from "./patches.ts";
import { readBy } from "./read-by.ts";

/** The stages of one REST API. */
export const stagesOf = (session: Session): Stages => {
  const { client, restApiId, pacing, readOptions } = session;
  return stagesWith(session, {
    get: (stageName) => client.send(new GetStageCommand({ restApiId, stageName }), readOptions).then(readBy("stageOf")),
    list: (call) =>
      read(call, pacing, () => client.send(new GetStagesCommand({ restApiId }), readOptions).then(readBy("stagesIn"))),
    create: (stage) => client.send(new CreateStageCommand({ restApiId, ...inputOf(stage) })).then(readBy("stageOf")),
    update: (stageName, writes) =>
      client
        .send(new UpdateStageCommand({ restApiId, stageName, patchOperations: writes.map(patchOf) }))
        .then(readBy("stageOf")),
    tag: (resourceArn, tags) => client.send(new TagResourceCommand({ resourceArn, tags })),
    untag: (resourceArn, tagKeys) => client.send(new UntagResourceCommand({ resourceArn, tagKeys })),
    tagVerb: "PUT",
  });
};

const inputOf = ({ stageName, deploymentId, tags, writes }: NewStage) => {
  const { cacheClusterSize, ...settings } = creationOf(writes);
  return {
    stageName,
    deploymentId,
    tags: { ...tags },
    ...settings,
    ...(cacheClusterSize === undefined ? {} : { cacheClusterSize: cacheClusterSize as CacheClusterSize }),
  };
};
