import {
  type CacheClusterSize,
  CreateStageCommand,
  GetStageCommand,
  GetStagesCommand,
  type Stage as SdkStage,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import type { PatchOperation, StageCreation } from "../../domain/patch.ts";
import type { Stage } from "../../domain/stage.ts";
import type { StageSettings } from "../../domain/stage-settings.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenMissing } from "../session.ts";

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

export const stagesOf = (session: Session): Stages => {
  const { client, restApiId, path, pacing, readOptions, call } = session;
  const getStage: Stages["getStage"] = (stageName) =>
    read(call("GetStage", "GET", `${path}/stages/${stageName}`, `read stage ${stageName}`), pacing, () =>
      undefinedWhenMissing(client.send(new GetStageCommand({ restApiId, stageName }), readOptions).then(stageOf)),
    );

  const stageWhere = async (stageName: string, isDone: (stage: Stage) => boolean): Promise<Stage | undefined> => {
    const stage = await getStage(stageName);
    return stage && isDone(stage) ? stage : undefined;
  };

  return {
    getStage,

    getStages: () =>
      read(call("GetStages", "GET", `${path}/stages`, "list the stages"), pacing, () =>
        client.send(new GetStagesCommand({ restApiId }), readOptions).then(({ item }) => (item ?? []).map(stageOf)),
      ),

    createStage: (stage) =>
      write(
        call("CreateStage", "POST", `${path}/stages`, `create stage ${stage.stageName}`),
        pacing,
        () => client.send(new CreateStageCommand({ restApiId, ...creationOf(stage) })).then(stageOf),
        () => stageWhere(stage.stageName, ({ deploymentId }) => deploymentId === stage.deploymentId),
      ),

    updateStage: (stageName, patch, isDone) => {
      const patchOperations = patch.map((operation) => ({ ...operation }));
      return write(
        call("UpdateStage", "PATCH", `${path}/stages/${stageName}`, `update stage ${stageName}`),
        pacing,
        () => client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations })).then(stageOf),
        () => stageWhere(stageName, isDone),
      );
    },

    tagStage: tagStageOf(session),
  };
};

/** Both requests are harmless when repeated. The removals go first, so that a key that is renamed never counts twice. */
const tagStageOf =
  ({ client, path, arnPrefix, pacing, call }: Session): Stages["tagStage"] =>
  async (stageName, set, remove) => {
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

const stageOf = (answer: SdkStage): Stage => ({
  name: answer.stageName ?? "",
  deploymentId: answer.deploymentId ?? "",
  canary: answer.canarySettings && {
    deploymentId: answer.canarySettings.deploymentId ?? "",
    percentTraffic: answer.canarySettings.percentTraffic ?? 0,
    overridesVariables: Object.keys(answer.canarySettings.stageVariableOverrides ?? {}).length > 0,
  },
  tags: answer.tags ?? {},
  settings: settingsOf(answer),
  createdAt: answer.createdDate?.getTime(),
});

const settingsOf = (answer: SdkStage): StageSettings => ({
  description: answer.description,
  variables: answer.variables ?? {},
  methodSettings: answer.methodSettings ?? {},
  accessLog: answer.accessLogSettings && {
    destinationArn: answer.accessLogSettings.destinationArn,
    format: answer.accessLogSettings.format,
  },
  cacheCluster: {
    enabled: answer.cacheClusterEnabled ?? false,
    size: answer.cacheClusterSize,
    status: answer.cacheClusterStatus,
  },
  clientCertificateId: answer.clientCertificateId,
  documentationVersion: answer.documentationVersion,
  tracingEnabled: answer.tracingEnabled ?? false,
  tags: answer.tags ?? {},
});
