import { CreateDeploymentCommand, GetDeploymentCommand, GetDeploymentsCommand } from "@aws-sdk/client-api-gateway";
import { deploymentsWith } from "../deployments.ts";
import type { Deployments } from "../gateway.ts";
import { PAGE_LIMIT } from "../pages.ts";
import type { Session } from "../session.ts";
import { readBy } from "./read-by.ts";

/** The deployments of one REST API. */
export const deploymentsOf = (session: Session): Deployments => {
  const { client, restApiId, readOptions } = session;
  return deploymentsWith(session, {
    get: (deploymentId, withRoutes) => {
      const embed = withRoutes ? ["apisummary"] : [];
      return client
        .send(new GetDeploymentCommand({ restApiId, deploymentId, embed }), readOptions)
        .then(readBy("deploymentOf"));
    },
    page: (position) => {
      const list = new GetDeploymentsCommand({ restApiId, limit: PAGE_LIMIT, position });
      return client.send(list, readOptions).then(readBy("deploymentsIn"));
    },
    create: (description, options) =>
      client.send(new CreateDeploymentCommand({ restApiId, description }), options).then(readBy("deploymentOf")),
  });
};
