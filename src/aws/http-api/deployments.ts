import { CreateDeploymentCommand, GetDeploymentCommand, GetDeploymentsCommand } from "@aws-sdk/client-apigatewayv2";
import { ActionError } from "../../domain/errors.ts";
import type { Deployment } from "../../domain/stage.ts";
import { deploymentsWith } from "../deployments.ts";
import type { Deployments } from "../gateway.ts";
import { pause } from "../retry.ts";
import { deploymentOf, deploymentsPage, type Progressing } from "./answers.ts";
import { PAGE_SIZE, type Session } from "./session.ts";

/** The deployments of one HTTP or WebSocket API. */
export const deploymentsOf = (session: Session): Deployments => {
  const { client, restApiId: ApiId, readOptions } = session;
  const get = (DeploymentId: string): Promise<Progressing> =>
    client.send(new GetDeploymentCommand({ ApiId, DeploymentId }), readOptions).then(deploymentOf);
  const deployments = deploymentsWith<Progressing, Session["client"]>(session, {
    get,
    page: (NextToken) =>
      client
        .send(new GetDeploymentsCommand({ ApiId, NextToken, MaxResults: PAGE_SIZE }), readOptions)
        .then(deploymentsPage),
    create: (Description, options) =>
      client.send(new CreateDeploymentCommand({ ApiId, Description }), options).then(deploymentOf),
  });
  return {
    ...deployments,
    // A stage that nothing was deployed to yet serves a deployment without an id.
    getDeployment: async (id, withRoutes) => (id === "" ? undefined : deployments.getDeployment(id, withRoutes)),
    createDeployment: async (description) =>
      completed(session, await deployments.createDeployment(description), (id) => deployments.getDeployment(id, false)),
  };
};

/** Milliseconds between looks: 0.25 s, 0.5 s, … 8 s; and how many there are: some five minutes. */
const FIRST_LOOK = 250;
const LONGEST_LOOK = 8000;
const LOOKS = 40;

/** The service goes on with a deployment after its answer: waits until it is complete. Throws ActionError. */
const completed = async (
  { path, pacing, call }: Session,
  made: Progressing,
  look: (id: string) => Promise<Progressing | undefined>,
): Promise<Deployment> => {
  const { id } = made;
  const about = call("GetDeployment", "GET", `${path}/deployments/${id}`, `wait for deployment ${id}`);
  let now: Progressing | undefined = made;
  for (let looks = 0; looks < LOOKS; looks += 1) {
    if (now === undefined) throw ended(about.doing, `Deployment ${id} was deleted meanwhile.`);
    if (now.status === "DEPLOYED") return now;
    if (now.status === "FAILED") {
      const why = now.failure === undefined ? ", and does not say why." : `: ${now.failure}`;
      throw ended(about.doing, `API Gateway says that deployment ${id} has failed${why}`);
    }
    await pause(Math.min(FIRST_LOOK * 2 ** looks, LONGEST_LOOK), about, pacing, "unknown");
    now = await look(id);
  }
  throw ended(about.doing, `Deployment ${id} is still not complete after five minutes.`);
};

const ended = (doing: string, happened: string): ActionError =>
  new ActionError({ code: "DEPLOYMENT_FAILED", doing, happened, acted: "yes" });
