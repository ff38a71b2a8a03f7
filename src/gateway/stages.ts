import {
  CreateStageCommand,
  GetStageCommand,
  GetStagesCommand,
  type Stage as SdkStage,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import type { Stage } from "../plan/observed.ts";
import { read, write } from "./retry.ts";
import { type Session, undefinedWhenMissing } from "./session.ts";

export type NewStage = {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly tags: Readonly<Record<string, string>>;
};

/** The stages of one REST API. Every method throws ActionError, and nothing else. */
export type Stages = {
  readonly getStages: () => Promise<readonly Stage[]>;
  readonly getStage: (stageName: string) => Promise<Stage | undefined>;
  readonly createStage: (stage: NewStage) => Promise<Stage>;
  /** Points the stage at a deployment and touches nothing else on it. */
  readonly pointStage: (stageName: string, deploymentId: string) => Promise<Stage>;
};

export const stagesOf = ({ client, restApiId, path, pacing, readOptions, call }: Session): Stages => {
  const getStage: Stages["getStage"] = (stageName) =>
    read(call("GetStage", "GET", `${path}/stages/${stageName}`, `read stage ${stageName}`), pacing, () =>
      undefinedWhenMissing(client.send(new GetStageCommand({ restApiId, stageName }), readOptions).then(stageOf)),
    );

  const serving = async (stageName: string, deploymentId: string): Promise<Stage | undefined> => {
    const stage = await getStage(stageName);
    return stage?.deploymentId === deploymentId ? stage : undefined;
  };

  return {
    getStage,

    getStages: () =>
      read(call("GetStages", "GET", `${path}/stages`, "list the stages"), pacing, () =>
        client.send(new GetStagesCommand({ restApiId }), readOptions).then(({ item }) => (item ?? []).map(stageOf)),
      ),

    createStage: ({ stageName, deploymentId, tags }) =>
      write(
        call("CreateStage", "POST", `${path}/stages`, `create stage ${stageName}`),
        pacing,
        () => client.send(new CreateStageCommand({ restApiId, stageName, deploymentId, tags })).then(stageOf),
        () => serving(stageName, deploymentId),
      ),

    pointStage: (stageName, deploymentId) => {
      const patchOperations = [{ op: "replace" as const, path: "/deploymentId", value: deploymentId }];
      return write(
        call("UpdateStage", "PATCH", `${path}/stages/${stageName}`, `point stage ${stageName}`),
        pacing,
        () => client.send(new UpdateStageCommand({ restApiId, stageName, patchOperations })).then(stageOf),
        () => serving(stageName, deploymentId),
      );
    },
  };
};

const stageOf = (answer: SdkStage): Stage => ({
  name: answer.stageName ?? "",
  deploymentId: answer.deploymentId ?? "",
  canary: answer.canarySettings && {
    deploymentId: answer.canarySettings.deploymentId ?? "",
    percentTraffic: answer.canarySettings.percentTraffic ?? 0,
    overridesVariables: Object.keys(answer.canarySettings.stageVariableOverrides ?? {}).length > 0,
  },
  tags: answer.tags ?? {},
  createdAt: answer.createdDate?.getTime(),
});
