import type { Deployment } from "../domain/stage.ts";
import { asAsked } from "./as-asked.ts";
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
  /** One that moves from one page to the next is on both. */
  const getDeployments = async (): Promise<readonly Found[]> => {
    const about = call("GetDeployments", "GET", `${path}/deployments`, "list the deployments");
    const listed = await readPages(about, pacing, requests.page);
    return [...new Map(listed.map((one) => [one.id, one])).values()];
  };
  return {
    getDeployments,
    getDeployment: (deploymentId, withRoutes) =>
      read(callFor(deploymentId, path, call), pacing, () =>
        undefinedWhenMissing(
          requests.get(deploymentId, withRoutes).then(asAsked("deployment", deploymentId, ({ id }) => id)),
        ),
      ),
    createDeployment: (description) => {
      const about = call("CreateDeployment", "POST", `${path}/deployments`, "create a deployment");
      return write(
        about,
        pacing,
        () =>
          requests
            .create(description, writeOptions(about))
            .then(asAsked("deployment", description, (made) => made.description || description)),
        async () => (await getDeployments()).find((deployment) => deployment.description === description),
      );
    },
  };
};

const callFor = (deploymentId: string, path: string, call: Session["call"]): Call =>
  call("GetDeployment", "GET", `${path}/deployments/${deploymentId}`, `read deployment ${deploymentId}`);
