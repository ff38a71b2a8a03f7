import {
  CreateDeploymentCommand,
  CreateStageCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  GetRestApiCommand,
  GetStageCommand,
  GetStagesCommand,
  type Deployment as SdkDeployment,
  type RestApi as SdkRestApi,
  type Stage as SdkStage,
  UpdateStageCommand,
} from "@aws-sdk/client-api-gateway";
import type { Deployment, Place, RestApi, Stage } from "../plan/observed.ts";
import type { Connection } from "./client.ts";
import { type Pacing, read, write } from "./retry.ts";
import type { Call } from "./translate.ts";

export type NewStage = {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly tags: Readonly<Record<string, string>>;
};

/** One REST API and its stages. Every method throws ActionError, and nothing else. */
export type Gateway = {
  readonly place: Place;
  readonly getRestApi: () => Promise<RestApi>;
  readonly getStages: () => Promise<readonly Stage[]>;
  readonly getStage: (stageName: string) => Promise<Stage | undefined>;
  readonly getDeployment: (deploymentId: string) => Promise<Deployment | undefined>;
  /** All of them, in no order (the service promises none). */
  readonly getDeployments: () => Promise<readonly Deployment[]>;
  /** `description` must be unlike that of any other deployment: it is how one is found whose answer was lost. */
  readonly createDeployment: (description: string) => Promise<Deployment>;
  readonly createStage: (stage: NewStage) => Promise<Stage>;
  /** Points the stage at a deployment and touches nothing else on it. */
  readonly pointStage: (stageName: string, deploymentId: string) => Promise<Stage>;
};

export const openGateway = (connection: Connection, restApiId: string, pacing: Pacing): Gateway => {
  const { client, region, dnsSuffix } = connection;
  const api = `/restapis/${restApiId}`;
  const options = { abortSignal: pacing.signal };
  const call = (operation: string, verb: Call["verb"], resource: string, doing: string): Call => ({
    operation,
    verb,
    resource,
    doing: `${doing} of REST API ${restApiId}`,
    arnPrefix: `arn:${connection.partitionName}:apigateway:${region}::`,
    restApiId,
    region,
  });

  const getStage: Gateway["getStage"] = (stageName) =>
    read(call("GetStage", "GET", `${api}/stages/${stageName}`, `read stage ${stageName}`), pacing, () =>
      undefinedWhenMissing(client.send(new GetStageCommand({ restApiId, stageName }), options).then(stageOf)),
    );

  const getDeployments: Gateway["getDeployments"] = async () => {
    const found: Deployment[] = [];
    let position: string | undefined;
    do {
      const page = await read(call("GetDeployments", "GET", `${api}/deployments`, "list the deployments"), pacing, () =>
        client.send(new GetDeploymentsCommand({ restApiId, limit: 500, position }), options),
      );
      found.push(...(page.items ?? []).map(deploymentOf));
      position = page.position;
    } while (position !== undefined);
    return found;
  };

  return {
    place: { region, dnsSuffix },
    getStage,
    getDeployments,

    getRestApi: () =>
      read(call("GetRestApi", "GET", api, "read the properties"), pacing, () =>
        client.send(new GetRestApiCommand({ restApiId }), options).then(restApiOf),
      ),

    getStages: () =>
      read(call("GetStages", "GET", `${api}/stages`, "list the stages"), pacing, () =>
        client.send(new GetStagesCommand({ restApiId }), options).then(({ item }) => (item ?? []).map(stageOf)),
      ),

    getDeployment: (deploymentId) =>
      read(
        call("GetDeployment", "GET", `${api}/deployments/${deploymentId}`, `read deployment ${deploymentId}`),
        pacing,
        () =>
          undefinedWhenMissing(
            client.send(new GetDeploymentCommand({ restApiId, deploymentId }), options).then(deploymentOf),
          ),
      ),

    createDeployment: (description) =>
      write(
        call("CreateDeployment", "POST", `${api}/deployments`, "create a deployment"),
        pacing,
        () => client.send(new CreateDeploymentCommand({ restApiId, description })).then(deploymentOf),
        async () => (await getDeployments()).find((deployment) => deployment.description === description),
      ),

    createStage: ({ stageName, deploymentId, tags }) =>
      write(
        call("CreateStage", "POST", `${api}/stages`, `create stage ${stageName}`),
        pacing,
        () => client.send(new CreateStageCommand({ restApiId, stageName, deploymentId, tags })).then(stageOf),
        async () => {
          const stage = await getStage(stageName);
          return stage?.deploymentId === deploymentId ? stage : undefined;
        },
      ),

    pointStage: (stageName, deploymentId) =>
      write(
        call("UpdateStage", "PATCH", `${api}/stages/${stageName}`, `point stage ${stageName}`),
        pacing,
        () =>
          client
            .send(
              new UpdateStageCommand({
                restApiId,
                stageName,
                patchOperations: [{ op: "replace", path: "/deploymentId", value: deploymentId }],
              }),
            )
            .then(stageOf),
        async () => {
          const stage = await getStage(stageName);
          return stage?.deploymentId === deploymentId ? stage : undefined;
        },
      ),
  };
};

const undefinedWhenMissing = async <T>(answer: Promise<T>): Promise<T | undefined> => {
  try {
    return await answer;
  } catch (thrown) {
    const error = thrown as { name?: string; message?: string };
    if (error.name === "NotFoundException" && !/API identifier/i.test(error.message ?? "")) return undefined;
    throw thrown;
  }
};

const restApiOf = (answer: SdkRestApi): RestApi => ({
  id: answer.id ?? "",
  name: answer.name ?? "",
  visibility: answer.endpointConfiguration?.types?.includes("PRIVATE") ? "private" : "public",
  vpcEndpointIds: answer.endpointConfiguration?.vpcEndpointIds ?? [],
  defaultEndpointDisabled: answer.disableExecuteApiEndpoint ?? false,
  status: answer.apiStatus,
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
  createdAt: answer.createdDate?.getTime(),
});

const deploymentOf = (answer: SdkDeployment): Deployment => ({
  id: answer.id ?? "",
  description: answer.description ?? "",
  createdAt: answer.createdDate?.getTime() ?? 0,
});
