import {
  type CacheClusterSize,
  CreateStageCommand,
  GetStageCommand,
  GetStagesCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import type { PatchOperation, StageCreation } from "../../domain/patch.ts";
import type { Stage } from "../../domain/stage.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenMissing } from "../session.ts";
import { stageOf, stagesIn } from "./answers.ts";

export type NewStage = StageCreation & {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly tags: Readonly<Record<string, string>>;
};

/** The stages of one REST API. Every method throws ActionError, and nothing else. */
export type Stages = {
  readonly getStages: () => Promise<readonly Stage[]>;
  readonly getStage: (stageName: string) => Promise<Stage | undefined>;
  readonly createStage: (stage: NewStage) => Promise<Stage>;
  /** One call, which touches nothing but what the patch names. `isDone` tells by the stage whether it took effect. */
  readonly updateStage: (
    stageName: string,
    patch: readonly PatchOperation[],
    isDone: (stage: Stage) => boolean,
  ) => Promise<Stage>;
  readonly tagStage: (
    stageName: string,
    set: Readonly<Record<string, string>>,
    remove: readonly string[],
  ) => Promise<void>;
};

export const stagesOf = (session: Session): Stages => ({
  getStage: (stageName) => getStage(session, stageName),
  getStages: () => getStages(session),
  createStage: (stage) => createStage(session, stage),
  updateStage: (stageName, patch, isDone) => updateStage(session, stageName, patch, isDone),
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
  const { stageName } = stage;
  return write(
    call("CreateStage", "POST", `${path}/stages`, `create stage ${stageName}`),
    pacing,
    () => client.send(new CreateStageCommand({ restApiId, ...creationOf(stage) })).then(stageOf),
    () => stageWhere(session, stageName, ({ deploymentId }) => deploymentId === stage.deploymentId),
  );
};

const updateStage = (
  session: Session,
  stageName: string,
  patch: readonly PatchOperation[],
  isDone: (stage: Stage) => boolean,
): Promise<Stage> => {
  const { client, restApiId, path, pacing, call } = session;
  const patchOperations = patch.map((operation) => ({ ...operation }));
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

/** The SDK wants what is readonly here to be writable. */
const creationOf = ({ variables, tags, cacheClusterSize, ...stage }: NewStage) => ({
  ...stage,
  ...(cacheClusterSize === undefined ? {} : { cacheClusterSize: cacheClusterSize as CacheClusterSize }),
  tags: { ...tags },
  ...(variables === undefined ? {} : { variables: { ...variables } }),
});
