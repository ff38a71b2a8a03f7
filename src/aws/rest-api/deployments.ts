import {
  CreateDeploymentCommand,
  GetDeploymentCommand,
  GetDeploymentsCommand,
  type Deployment as SdkDeployment,
} from "@aws-sdk/client-api-gateway";
import { routesOf } from "../../domain/route.ts";
import type { Deployment } from "../../domain/stage.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenMissing } from "../session.ts";

/** The deployments of one REST API. Every method throws ActionError, and nothing else. */
export type Deployments = {
  /** With its routes where `withRoutes`. */
  readonly getDeployment: (deploymentId: string, withRoutes: boolean) => Promise<Deployment | undefined>;
  /** All of them, in no order (the service promises none). */
  readonly getDeployments: () => Promise<readonly Deployment[]>;
  /** `description` must be unlike that of any other deployment: it is how one is found whose answer was lost. */
  readonly createDeployment: (description: string) => Promise<Deployment>;
};

export const deploymentsOf = ({ client, restApiId, path, pacing, readOptions, call }: Session): Deployments => {
  const getDeployments: Deployments["getDeployments"] = async () => {
    const found: Deployment[] = [];
    let position: string | undefined;
    do {
      const page = await read(
        call("GetDeployments", "GET", `${path}/deployments`, "list the deployments"),
        pacing,
        () => client.send(new GetDeploymentsCommand({ restApiId, limit: 500, position }), readOptions),
      );
      found.push(...(page.items ?? []).map(deploymentOf));
      position = page.position;
    } while (position !== undefined);
    return found;
  };

  return {
    getDeployments,

    getDeployment: (deploymentId, withRoutes) =>
      read(
        call("GetDeployment", "GET", `${path}/deployments/${deploymentId}`, `read deployment ${deploymentId}`),
        pacing,
        () =>
          undefinedWhenMissing(
            client
              .send(
                new GetDeploymentCommand({ restApiId, deploymentId, embed: withRoutes ? ["apisummary"] : [] }),
                readOptions,
              )
              .then((answer) => ({
                ...deploymentOf(answer),
                ...(withRoutes ? { routes: routesOf(answer.apiSummary) } : {}),
              })),
          ),
      ),

    createDeployment: (description) =>
      write(
        call("CreateDeployment", "POST", `${path}/deployments`, "create a deployment"),
        pacing,
        () => client.send(new CreateDeploymentCommand({ restApiId, description })).then(deploymentOf),
        async () => (await getDeployments()).find((deployment) => deployment.description === description),
      ),
  };
};

const deploymentOf = (answer: SdkDeployment): Deployment => ({
  id: answer.id ?? "",
  description: answer.description ?? "",
  createdAt: answer.createdDate?.getTime() ?? 0,
});
