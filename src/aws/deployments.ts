import type { Deployment } from "../domain/stage.ts";
import type { Deployments } from "./gateway.ts";
import { type Page, readPages } from "./pages.ts";
import { read, write } from "./retry.ts";
import { type Session, undefinedWhenMissing } from "./session.ts";
import type { Call } from "./translate.ts";

/** What a kind of API is asked and told of its deployments, a request each. They throw what the SDK throws. */
export type DeploymentRequests<Found extends Deployment> = {
  readonly get: (deploymentId: string, withRoutes: boolean) => Promise<Found>;
  readonly page: (position: string | undefined) => Promise<Page<Found>>;
  readonly create: (description: string, options: ReturnType<Session["writeOptions"]>) => Promise<Found>;
};

/** The deployments of one API: when a request is sent again, and by what its effect is known. */
export const deploymentsWith = <Found extends Deployment, Client>(
  { path, pacing, writeOptions, call }: Session<Client>,
  requests: DeploymentRequests<Found>,
): Deployments<Found> => {
  const getDeployments = (): Promise<readonly Found[]> =>
    readPages(call("GetDeployments", "GET", `${path}/deployments`, "list the deployments"), pacing, requests.page);
  return {
    getDeployments,
    getDeployment: (deploymentId, withRoutes) =>
      read(callFor(deploymentId, path, call), pacing, () =>
        undefinedWhenMissing(requests.get(deploymentId, withRoutes)),
      ),
    createDeployment: (description) => {
      const about = call("CreateDeployment", "POST", `${path}/deployments`, "create a deployment");
      return write(
        about,
        pacing,
        () => requests.create(description, writeOptions(about)),
        async () => (await getDeployments()).find((deployment) => deployment.description === description),
      );
    },
  };
};

const callFor = (deploymentId: string, path: string, call: Session["call"]): Call =>
  call("GetDeployment", "GET", `${path}/deployments/${deploymentId}`, `read deployment ${deploymentId}`);
