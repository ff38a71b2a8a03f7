import { GetRestApiCommand, type RestApi as SdkRestApi } from "@aws-sdk/client-api-gateway";
import type { Place, RestApi } from "../../domain/stage.ts";
import type { StageUsers } from "../../domain/stage-users.ts";
import type { Connection } from "../client.ts";
import { type Pacing, read } from "../retry.ts";
import { openSession } from "../session.ts";
import { type Deployments, deploymentsOf } from "./deployments.ts";
import { type Drafts, draftsOf } from "./drafts.ts";
import { openPacer, openRemoval, type Removal } from "./removal.ts";
import { findStageUsers } from "./stage-users.ts";
import { type Stages, stagesOf } from "./stages.ts";

/** One REST API in API Gateway. Every method throws ActionError, and nothing else. */
export type Gateway = Deployments &
  Drafts &
  Removal &
  Stages & {
    readonly restApiId: string;
    readonly place: Place;
    readonly getRestApi: () => Promise<RestApi>;
    /** Usage plans and base path mappings that name the stages, by stage name. */
    readonly getStageUsers: (stageNames: readonly string[]) => Promise<ReadonlyMap<string, StageUsers>>;
  };

export const openGateway = (connection: Connection, restApiId: string, pacing: Pacing): Gateway => {
  const session = openSession(connection, restApiId, pacing);
  const { client, path, readOptions, call } = session;
  // One for all: a series of deletions and the reads before it share the account's rate.
  const pacer = openPacer(pacing);
  return {
    ...deploymentsOf(session),
    ...draftsOf(session),
    ...openRemoval(connection, restApiId, pacing, pacer),
    ...stagesOf(session),
    restApiId,
    place: { region: connection.region, dnsSuffix: connection.dnsSuffix },
    getStageUsers: (stageNames) => findStageUsers(connection, restApiId, stageNames, pacing, pacer),
    getRestApi: () =>
      read(call("GetRestApi", "GET", path, "read the properties"), pacing, () =>
        client.send(new GetRestApiCommand({ restApiId }), readOptions).then(restApiOf),
      ),
  };
};

const restApiOf = (answer: SdkRestApi): RestApi => ({
  id: answer.id ?? "",
  name: answer.name ?? "",
  visibility: answer.endpointConfiguration?.types?.includes("PRIVATE") ? "private" : "public",
  vpcEndpointIds: answer.endpointConfiguration?.vpcEndpointIds ?? [],
  defaultEndpointDisabled: answer.disableExecuteApiEndpoint ?? false,
  status: answer.apiStatus,
  tags: answer.tags ?? {},
  hasPolicy: (answer.policy ?? "") !== "",
  binaryMediaTypes: answer.binaryMediaTypes ?? [],
  minimumCompressionSize: answer.minimumCompressionSize,
  apiKeySource: answer.apiKeySource ?? "HEADER",
});
