import { CreateDeploymentCommand, GetDeploymentCommand, GetDeploymentsCommand } from "@aws-sdk/client-api-gateway";
import type { Deployment } from "../../domain/stage.ts";
import { pageOf } from "../checked.ts";
import type { Deployments } from "../gateway.ts";
import { PAGE_LIMIT, readPages } from "../pages.ts";
import { read, write } from "../retry.ts";
import { type Session, undefinedWhenMissing } from "../session.ts";
import { deploymentAnswer, deploymentOf } from "./answers.ts";

export const deploymentsOf = (session: Session): Deployments => ({
  getDeployments: () => getDeployments(session),
  getDeployment: (deploymentId, withRoutes) => getDeployment(session, deploymentId, withRoutes),
  createDeployment: (description) => createDeployment(session, description),
});

const getDeployments = async (session: Session): Promise<readonly Deployment[]> => {
  const { client, restApiId, path, pacing, readOptions, call } = session;
  const found = await readPages(
    call("GetDeployments", "GET", `${path}/deployments`, "list the deployments"),
    pacing,
    async (position) => {
      const list = new GetDeploymentsCommand({ restApiId, limit: PAGE_LIMIT, position });
      return pageOf(deploymentAnswer, await client.send(list, readOptions));
    },
  );
  return found.map(deploymentOf);
};

const getDeployment = (
  { client, restApiId, path, pacing, readOptions, call }: Session,
  deploymentId: string,
  withRoutes: boolean,
): Promise<Deployment | undefined> => {
  const get = new GetDeploymentCommand({ restApiId, deploymentId, embed: withRoutes ? ["apisummary"] : [] });
  return read(
    call("GetDeployment", "GET", `${path}/deployments/${deploymentId}`, `read deployment ${deploymentId}`),
    pacing,
    () => undefinedWhenMissing(client.send(get, readOptions).then(deploymentOf)),
  );
};

const createDeployment = (session: Session, description: string): Promise<Deployment> => {
  const { client, restApiId, path, pacing, writeOptions, call } = session;
  const about = call("CreateDeployment", "POST", `${path}/deployments`, "create a deployment");
  const create = new CreateDeploymentCommand({ restApiId, description });
  return write(
    about,
    pacing,
    () => client.send(create, writeOptions(about)).then(deploymentOf),
    async () => (await getDeployments(session)).find((deployment) => deployment.description === description),
  );
};
