import type { Deployment } from "../../domain/stage.ts";
import type { Deployments, Drafts, Gateway, Stages } from "../gateway.ts";
import { undefinedWhenDenied } from "../session.ts";
import { exportApi } from "./exports.ts";
import type { Session } from "./session.ts";

type Contents = Pick<Deployments, "createDeployment" | "getDeployment"> &
  Pick<Drafts, "getDraft" | "getAuthorizers"> &
  Pick<Gateway, "getExport">;

/**
 * What the draft and the deployments of an HTTP API hold. Exports alone tell it, and of deployments those that a stage
 * serves. One that was made a moment ago is a snapshot of the draft, so the draft tells what it holds.
 */
export const contentsOf = (session: Session, deployments: Deployments, stages: Stages): Contents => {
  const made = new Set<string>();
  return {
    createDeployment: async (description) => {
      const deployment = await deployments.createDeployment(description);
      made.add(deployment.id);
      return deployment;
    },
    getDeployment: async (id, withRoutes) => {
      if (!withRoutes) return deployments.getDeployment(id, false);
      const look = made.has(id) ? routesOfDraft(session) : routesOfServed(session, id, stages);
      const [deployment, routes] = await Promise.all([deployments.getDeployment(id, false), look]);
      return deployment && { ...deployment, ...routes };
    },
    getDraft: () => exportApi(session, undefined),
    getAuthorizers: async () => [],
    getExport: (stageName) => exportApi(session, stageName),
  };
};

type Told = Pick<Deployment, "routes" | "routesAreOfDraft">;

const routesOfDraft = async (session: Session): Promise<Told> => {
  const exported = await exportApi(session, undefined);
  return exported === undefined ? {} : { routes: exported.routes, routesAreOfDraft: true };
};

/** An export does not say which deployment it is of, so the stage must have served it before and after. */
const routesOfServed = async (session: Session, id: string, { getStage, getStages }: Stages): Promise<Told> => {
  const stage = (await getStages()).find(({ deploymentId }) => deploymentId === id);
  const exported = stage && (await exportApi(session, stage.name));
  if (stage === undefined || exported === undefined) return {};
  const still = await undefinedWhenDenied(getStage(stage.name));
  return still?.deploymentId === id ? { routes: exported.routes } : {};
};
