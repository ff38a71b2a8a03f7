import { GetRestApiCommand, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import type { ListedApi } from "../../domain/stage.ts";
import { asAsked } from "../as-asked.ts";
import type { Connection } from "../client.ts";
import type { Gateway } from "../gateway.ts";
import { PAGE_LIMIT, readPages } from "../pages.ts";
import { type Pacing, read } from "../retry.ts";
import { limitedTo, openSession, type Session } from "../session.ts";
import { getClientCertificate } from "./client-certificates.ts";
import { deploymentsOf } from "./deployments.ts";
import { documentationOf } from "./documentation.ts";
import { draftsOf } from "./drafts.ts";
import { restApi } from "./kind.ts";
import { readBy } from "./read-by.ts";
import { removalOf } from "./removal.ts";
import { stagesOf } from "./stages.ts";
import { usagePlansOf } from "./usage-plans.ts";

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
      const { openWebAcls } = await import(/* webpackChunkName: "services" */ "../waf/web-acls.ts");
      const stage = { name: stageName, arn: `${session.arnPrefix}${path}/stages/${stageName}` };
      const isDone = async () => (await stages.getStage(stageName))?.webAclArn === webAclArn;
      await openWebAcls(connection, restApiId, pacing)(stage, webAclArn, isDone);
    },
    getStageQuota: async () => {
      const { readStageQuota } = await import(/* webpackChunkName: "services" */ "../service-quotas/stage-quota.ts");
      return readStageQuota(connection, session);
    },
    kind: restApi,
    restApiId,
    place: { region: connection.region, dnsSuffix: connection.dnsSuffix },
    clockOffset: () => client.config.systemClockOffset,
    within: (milliseconds) => {
      const limited = limitedTo(milliseconds, session);
      const { getDeployment } = deploymentsOf(limited);
      const { getStage } = stagesOf(limited);
      return { getDeployment, getStage };
    },
    getExport: async (stageName) => (await exportsRoom()).exportStage(session, stageName),
    getClientCertificate: (id) => getClientCertificate(session, id),
    getStageUsers: async (...about) => (await stageUsersRoom()).findStageUsers(session, ...about),
    routingRules: async (domain) => {
      const { openRoutingRules } = await import(/* webpackChunkName: "routing-rules" */ "./routing-rules.ts");
      return openRoutingRules(session, domain);
    },
    domainReader: async (domain) => {
      const { openDomainReader } = await import(/* webpackChunkName: "routing-rules" */ "./domain-facts.ts");
      return openDomainReader(session, domain, async () => {
        const { getHttpApis } = await import(/* webpackChunkName: "http-api" */ "../http-api/gateway.ts");
        return getHttpApis(connection, pacing);
      });
    },
    getApis: () => getApis(session),
    getApi: () =>
      read(call("GetRestApi", "GET", path, "read the properties"), pacing, () =>
        client
          .send(new GetRestApiCommand({ restApiId }), readOptions)
          .then(readBy("restApiOf"))
          .then(asAsked("API", restApiId, ({ id }) => id)),
      ),
  };
};

const exportsRoom = () => import(/* webpackChunkName: "aside" */ "./exports.ts");
const stageUsersRoom = () => import(/* webpackChunkName: "aside" */ "./stage-users.ts");

const getApis = ({ client, pacing, pacer, readOptions, callBeside }: Session): Promise<readonly ListedApi[]> =>
  readPages(
    callBeside("GetRestApis", "/restapis", "list the REST APIs"),
    pacing,
    async (position) => {
      const list = new GetRestApisCommand({ limit: PAGE_LIMIT, position });
      return client.send(list, readOptions).then(readBy("listedApisIn"));
    },
    () => pacer.turn(),
  );
