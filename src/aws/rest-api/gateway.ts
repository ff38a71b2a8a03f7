import { GetClientCertificateCommand, GetRestApiCommand, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import type { ClientCertificate, Place, RestApi } from "../../domain/stage.ts";
import type { StageUsers } from "../../domain/stage-users.ts";
import { pageOf } from "../checked.ts";
import type { Connection } from "../client.ts";
import { PAGE_LIMIT, readPages } from "../pages.ts";
import { type Pacing, read } from "../retry.ts";
import { limitedTo, openSession, type Session, undefinedWhenDenied, undefinedWhenMissing } from "../session.ts";
import { clientCertificateOf, restApiAnswer, restApiOf } from "./answers.ts";
import { type Deployments, deploymentsOf } from "./deployments.ts";
import { type Documentation, documentationOf } from "./documentation.ts";
import { type Drafts, draftsOf } from "./drafts.ts";
import { exportStage } from "./exports.ts";
import { type Removal, removalOf } from "./removal.ts";
import { findStageUsers } from "./stage-users.ts";
import { type Stages, stagesOf } from "./stages.ts";
import { type UsagePlans, usagePlansOf } from "./usage-plans.ts";

/** One REST API in API Gateway. Every method throws ActionError, and nothing else. */
export type Gateway = Deployments &
  Documentation &
  Drafts &
  Removal &
  Stages &
  UsagePlans & {
    readonly restApiId: string;
    readonly place: Place;
    readonly getRestApi: () => Promise<RestApi>;
    /** All of the account and Region, at the pace of a long series. */
    readonly getRestApis: () => Promise<readonly RestApi[]>;
    /** Puts a web ACL of AWS WAF before the stage, in place of any other. */
    readonly associateWebAcl: (stageName: string, webAclArn: string) => Promise<void>;
    /** How many stages it may have; `undefined` where Service Quotas does not tell. Throws nothing. */
    readonly getStageQuota: () => Promise<number | undefined>;
    /** The same reads, which are over so many milliseconds from now: an answer that is not there then is an error. */
    readonly within: (milliseconds: number) => Pick<Gateway, "getStage" | "getDeployment">;
    /** What the stage serves, as an OpenAPI document; `undefined` where it is missing, or the role may not look. */
    readonly getExport: (stageName: string, extensions?: "integrations") => Promise<unknown>;
    /** `undefined` where it is missing, or the role may not look. */
    readonly getClientCertificate: (id: string) => Promise<ClientCertificate | undefined>;
    /** Usage plans, base path mappings and routing rules that name the stages, by stage name. */
    readonly getStageUsers: (stageNames: readonly string[]) => Promise<ReadonlyMap<string, StageUsers>>;
  };

export const openGateway = (connection: Connection, restApiId: string, pacing: Pacing): Gateway => {
  const session = openSession(connection, restApiId, pacing);
  const { client, path, readOptions, call } = session;
  const stages = stagesOf(session);
  return {
    ...deploymentsOf(session),
    ...documentationOf(session),
    ...draftsOf(session),
    ...removalOf(session),
    ...stages,
    ...usagePlansOf(session, stages),
    associateWebAcl: async (stageName, webAclArn) => {
      // Few runs need AWS WAF, and the others do not load what it takes.
      const { openWebAcls } = await import(/* webpackChunkName: "waf" */ "../waf/web-acls.ts");
      const stage = { name: stageName, arn: `${session.arnPrefix}${path}/stages/${stageName}` };
      const isDone = async () => (await stages.getStage(stageName))?.webAclArn === webAclArn;
      await openWebAcls(connection, restApiId, pacing)(stage, webAclArn, isDone);
    },
    getStageQuota: async () => {
      const { readStageQuota } = await import(
        /* webpackChunkName: "service-quotas" */ "../service-quotas/stage-quota.ts"
      );
      return readStageQuota(connection, restApiId, pacing);
    },
    restApiId,
    place: { region: connection.region, dnsSuffix: connection.dnsSuffix },
    within: (milliseconds) => {
      const limited = limitedTo(milliseconds, session);
      const { getDeployment } = deploymentsOf(limited);
      const { getStage } = stagesOf(limited);
      return { getDeployment, getStage };
    },
    getExport: (stageName, extensions) => exportStage(session, stageName, extensions),
    getClientCertificate: (id) => getClientCertificate(session, id),
    getStageUsers: (stageNames) => findStageUsers(session, stageNames),
    getRestApis: () => getRestApis(session),
    getRestApi: () =>
      read(call("GetRestApi", "GET", path, "read the properties"), pacing, () =>
        client.send(new GetRestApiCommand({ restApiId }), readOptions).then(restApiOf),
      ),
  };
};

const getRestApis = async ({
  client,
  pacing,
  pacer,
  readOptions,
  callBeside,
}: Session): Promise<readonly RestApi[]> => {
  const found = await readPages(
    callBeside("GetRestApis", "/restapis", "list the REST APIs"),
    pacing,
    async (position) => {
      const list = new GetRestApisCommand({ limit: PAGE_LIMIT, position });
      return pageOf(restApiAnswer, await client.send(list, readOptions));
    },
    () => pacer.turn(),
  );
  return found.map(restApiOf);
};

const getClientCertificate = (
  { client, pacing, readOptions, callBeside }: Session,
  id: string,
): Promise<ClientCertificate | undefined> => {
  const about = callBeside("GetClientCertificate", `/clientcertificates/${id}`, `read client certificate ${id}`);
  const get = new GetClientCertificateCommand({ clientCertificateId: id });
  return undefinedWhenDenied(
    read(about, pacing, () => undefinedWhenMissing(client.send(get, readOptions).then(clientCertificateOf))),
  );
};
