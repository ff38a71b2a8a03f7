import { CreateDeploymentCommand, GetDeploymentCommand, GetDeploymentsCommand } from "@aws-sdk/client-api-gateway";
import { pageOf } from "../checked.ts";
import { deploymentsWith } from "../deployments.ts";
import type { Deployments } from "../gateway.ts";
import { PAGE_LIMIT } from "../pages.ts";
import type { Session } from "../session.ts";
import { deploymentAnswer, deploymentOf } from "./answers.ts";

/** The deployments of one REST API. */
export const deploymentsOf = (session: Session): Deployments => {
  const { client, restApiId, readOptions } = session;
  return deploymentsWith(session, {
    get: (deploymentId, withRoutes) => {
      const embed = withRoutes ? ["apisummary"] : [];
      return client.send(new GetDeploymentCommand({ restApiId, deploymentId, embed }), readOptions).then(deploymentOf);
    },
    page: async (position) => {
      const list = new GetDeploymentsCommand({ restApiId, limit: PAGE_LIMIT, position });
      const { items, ...page } = pageOf(deploymentAnswer, await client.send(list, readOptions));
      return { ...page, items: items.map(deploymentOf) };
    },
    create: (description, options) =>
      client.send(new CreateDeploymentCommand({ restApiId, description }), options).then(deploymentOf),
  });
};
