import {
  DeleteDeploymentCommand,
  DeleteStageCommand,
  GetApiCommand,
  GetApisCommand,
  GetStageCommand,
} from "@aws-sdk/client-apigatewayv2";
import type { ListedApi, RestApi } from "../../domain/stage.ts";
import { asAsked } from "../as-asked.ts";
import type { Connection } from "../client.ts";
import type { Documentation, Gateway, Removal, UsagePlans } from "../gateway.ts";
import { readPages } from "../pages.ts";
import { removalWith } from "../removal.ts";
import { getClientCertificate } from "../rest-api/client-certificates.ts";
import { type Pacing, read } from "../retry.ts";
import { limitedTo, openSession as openRestSession } from "../session.ts";
import { apiOf, apisPage, stageOf } from "./answers.ts";
import { contentsOf } from "./contents.ts";
import { deploymentsOf } from "./deployments.ts";
import { draftsOf } from "./drafts.ts";
import { openSession, PAGE_SIZE, type Session } from "./session.ts";
import { findStageUsers } from "./stage-users.ts";
import { stagesOf } from "./stages.ts";

/** One HTTP or WebSocket API, of which nobody knows yet which of the two. */
const EITHER = "HTTP or WebSocket API";

/** The API as it is, and the port to it. Throws ActionError: `UNKNOWN_API` where version 2 does not know it. */
export const findHttpApi = async (
  connection: Connection,
  apiId: string,
  pacing: Pacing,
): Promise<{ readonly api: RestApi; readonly gateway: Gateway }> => {
  const api = await getApi(openSession(connection, apiId, EITHER, pacing));
  return { api, gateway: openHttpGateway(connection, api, pacing) };
};

/** `kind`: what the service has said that it is. */
export const openHttpGateway = (
  connection: Connection,
  { id, kind }: Pick<RestApi, "id" | "kind">,
  pacing: Pacing,
): Gateway => {
  const session = openSession(connection, id, kind.name, pacing);
  const stages = stagesOf(session);
  const deployments = deploymentsOf(session);
  return {
    ...deployments,
    ...draftsOf(session),
    ...removalOf(session),
    ...stages,
    ...ofRestApisAlone,
    kind,
    restApiId: id,
    place: { region: connection.region, dnsSuffix: connection.dnsSuffix },
    clockOffset: () => session.client.config.systemClockOffset,
    getStageQuota: async () => {
      const { readStageQuota } = await import(/* webpackChunkName: "services" */ "../service-quotas/stage-quota.ts");
      return readStageQuota(connection, session);
    },
    within: (milliseconds) => {
      const limited = limitedTo(milliseconds, session);
      const { getDeployment } = deploymentsOf(limited);
      const { getStage } = stagesOf(limited);
      return { getDeployment, getStage };
    },
    getExport: async () => undefined,
    ...(kind.dialect === undefined ? {} : contentsOf(session, deployments, stages)),
    getClientCertificate: (certificate) => getClientCertificate(openRestSession(connection, id, pacing), certificate),
    getStageUsers: (stageNames) => findStageUsers(session, stageNames),
    getApi: () => getApi(session),
    getApis: () => getHttpApis(connection, pacing),
  };
};

const getApi = ({ client, restApiId: ApiId, path, pacing, readOptions, call }: Session): Promise<RestApi> =>
  read(call("GetApi", "GET", path, "read the properties"), pacing, () =>
    client
      .send(new GetApiCommand({ ApiId }), readOptions)
      .then(apiOf)
      .then(asAsked("API", ApiId, ({ id }) => id)),
  );

/** All of the account and Region, at the pace of a long series. Throws ActionError. */
export const getHttpApis = (connection: Connection, pacing: Pacing): Promise<readonly ListedApi[]> => {
  const { client, pacer, readOptions, callBeside } = openSession(connection, "", EITHER, pacing);
  return readPages(
    callBeside("GetApis", "/apis", "list the HTTP and WebSocket APIs"),
    pacing,
    (NextToken) => client.send(new GetApisCommand({ NextToken, MaxResults: PAGE_SIZE }), readOptions).then(apisPage),
    () => pacer.turn(),
  );
};

const removalOf = (session: Session): Removal => {
  const { client, restApiId: ApiId, readOptions } = session;
  return removalWith(session, {
    getStage: (StageName) => client.send(new GetStageCommand({ ApiId, StageName }), readOptions).then(stageOf),
    deleteStage: (StageName) => client.send(new DeleteStageCommand({ ApiId, StageName })),
    deleteDeployment: (DeploymentId) => client.send(new DeleteDeploymentCommand({ ApiId, DeploymentId })),
  });
};

const never = async (): Promise<never> => {
  throw new Error("the API's kind keeps this from being asked");
};

/** What is refused before anything is asked of an API that cannot do it. */
const ofRestApisAlone: Documentation & UsagePlans & Pick<Gateway, "associateWebAcl" | "routingRules" | "domainReader"> =
  {
    findDocumentation: never,
    publishDocumentation: never,
    getUsagePlans: never,
    getUsagePlan: never,
    joinUsagePlan: never,
    leaveUsagePlan: never,
    associateWebAcl: never,
    routingRules: never,
    domainReader: never,
  };
