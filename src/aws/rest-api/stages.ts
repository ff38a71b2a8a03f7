import {
  type CacheClusterSize,
  CreateStageCommand,
  GetStageCommand,
  GetStagesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import type { Stage } from "../../domain/stage.ts";
import type { StageWrite } from "../../domain/stage-write.ts";
import type { NewStage, Stages } from "../gateway.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenMissing } from "../session.ts";
import { stageOf, stagesIn } from "./answers.ts";
import { creationOf, patchOf } from "./patches.ts";

export const stagesOf = (session: Session): Stages => ({
  getStage: (stageName) => getStage(session, stageName),
  getStages: () => getStages(session),
  createStage: (stage) => createStage(session, stage),
  updateStage: (stageName, writes, isDone) => updateStage(session, stageName, writes, isDone),
  tagStage: (stageName, set, remove) => tagStage(session, stageName, set, remove),
});

const getStages = ({ client, restApiId, path, pacing, readOptions, call }: Session): Promise<readonly Stage[]> =>
  read(call("GetStages", "GET", `${path}/stages`, "list the stages"), pacing, () =>
    client.send(new GetStagesCommand({ restApiId }), readOptions).then(stagesIn),
  );

const getStage = (
  { client, restApiId, path, pacing, readOptions, call }: Session,
  stageName: string,
): Promise<Stage | undefined> =>
  read(call("GetStage", "GET", `${path}/stages/${stageName}`, `read stage ${stageName}`), pacing, () =>
    undefinedWhenMissing(client.send(new GetStageCommand({ restApiId, stageName }), readOptions).then(stageOf)),
  );

const stageWhere = async (
  session: Session,
  stageName: string,
  isDone: (stage: Stage) => boolean,
): Promise<Stage | undefined> => {
  const stage = await getStage(session, stageName);
  return stage && isDone(stage) ? stage : undefined;
};

const createStage = (session: Session, stage: NewStage): Promise<Stage> => {
  const { client, restApiId, path, pacing, call } = session;
  const { stageName, deploymentId, tags } = stage;
  const { cacheClusterSize, ...settings } = creationOf(stage.writes);
  const create = new CreateStageCommand({
    restApiId,
    stageName,
    deploymentId,
    tags: { ...tags },
    ...settings,
    ...(cacheClusterSize === undefined ? {} : { cacheClusterSize: cacheClusterSize as CacheClusterSize }),
  });
  return write(
    call("CreateStage", "POST", `${path}/stages`, `create stage ${stageName}`),
    pacing,
    () => client.send(create).then(stageOf),
    () => stageWhere(session, stageName, (found) => found.deploymentId === deploymentId),
  );
};

const updateStage = (
  session: Session,
  stageName: string,
  writes: readonly StageWrite[],
  isDone: (stage: Stage) => boolean,
): Promise<Stage> => {
  const { client, restApiId, path, pacing, call } = session;
  const patchOperations = writes.map(patchOf);
  return write(
    call("UpdateStage", "PATCH", `${path}/stages/${stageName}`, `update stage ${stageName}`),
    pacing,
    () => client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations })).then(stageOf),
    () => stageWhere(session, stageName, isDone),
  );
};

/** Both requests are harmless when repeated. The removals go first, so that a key that is renamed never counts twice. */
const tagStage = async (
  { client, path, arnPrefix, pacing, call }: Session,
  stageName: string,
  set: Readonly<Record<string, string>>,
  remove: readonly string[],
): Promise<void> => {
  const resourceArn = `${arnPrefix}${path}/stages/${stageName}`;
  const resource = `/tags/${encodeURIComponent(resourceArn)}`;
  const nothing = async (): Promise<undefined> => undefined;
  if (remove.length > 0) {
    const untag = new UntagResourceCommand({ resourceArn, tagKeys: [...remove] });
    const about = call("UntagResource", "DELETE", resource, `remove tags from stage ${stageName}`);
    await write(about, pacing, () => client.send(untag), nothing);
  }
  if (Object.keys(set).length > 0) {
    const tag = new TagResourceCommand({ resourceArn, tags: set });
    const about = call("TagResource", "PUT", resource, `tag stage ${stageName}`);
    await write(about, pacing, () => client.send(tag), nothing);
  }
};
