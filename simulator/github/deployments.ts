import type { Account, App, Deployment, DeploymentState, DeploymentStatus, Repository, World } from "./model.ts";
import { ensureEnvironment } from "./world.ts";

export type NewDeployment = {
  readonly sha: string;
  readonly ref: string;
  readonly environment: string;
  readonly creator: Account;
  readonly app: App | null;
  readonly task?: string;
  readonly payload?: string | Record<string, unknown>;
  readonly description?: string | null;
  readonly transient?: boolean;
  /** Unless given: whether the environment is called `production`. */
  readonly production?: boolean;
};

/** Records a deployment. An environment that nobody has named before comes into being, unprotected. */
export const addDeployment = (world: World, repository: Repository, fields: NewDeployment): Deployment => {
  const now = world.clock.now();
  const deployment: Deployment = {
    id: world.newId(),
    sha: fields.sha,
    ref: fields.ref,
    task: fields.task ?? "deploy",
    payload: fields.payload ?? {},
    originalEnvironment: fields.environment,
    environment: fields.environment,
    description: fields.description ?? null,
    creator: fields.creator,
    app: fields.app,
    transient: fields.transient ?? false,
    production: fields.production ?? fields.environment === "production",
    createdAt: now,
    updatedAt: now,
    statuses: [],
  };
  repository.deployments.set(deployment.id, deployment);
  ensureEnvironment(world, repository, fields.environment);
  return deployment;
};

export type NewDeploymentStatus = {
  readonly state: DeploymentState;
  readonly creator: Account;
  readonly app: App | null;
  readonly description?: string;
  readonly environment?: string;
  readonly environmentUrl?: string;
  readonly logUrl?: string;
  /** Unless false, a `success` makes earlier deployments of the environment inactive. */
  readonly autoInactive?: boolean;
};

export const addDeploymentStatus = (
  world: World,
  repository: Repository,
  deployment: Deployment,
  fields: NewDeploymentStatus,
): DeploymentStatus => {
  const now = world.clock.now();
  const status: DeploymentStatus = {
    id: world.newId(),
    state: fields.state,
    creator: fields.creator,
    app: fields.app,
    description: fields.description ?? "",
    // The environment of a deployment is always that of its last status.
    environment: fields.environment ?? deployment.environment,
    environmentUrl: fields.environmentUrl ?? "",
    logUrl: fields.logUrl ?? "",
    createdAt: now,
  };
  deployment.statuses.push(status);
  deployment.environment = status.environment;
  deployment.updatedAt = now;
  ensureEnvironment(world, repository, status.environment);
  if (status.state === "success" && fields.autoInactive !== false) {
    inactivateEarlier(world, repository, deployment, status);
  }
  return status;
};

/** REST, "Create a deployment status", `auto_inactive`. */
const inactivateEarlier = (
  world: World,
  repository: Repository,
  deployment: Deployment,
  status: DeploymentStatus,
): void => {
  for (const earlier of repository.deployments.values()) {
    if (earlier.id >= deployment.id || earlier.transient || earlier.production) continue;
    if (earlier.environment.toLowerCase() !== deployment.environment.toLowerCase()) continue;
    if (latestStatus(earlier)?.state !== "success") continue;
    addDeploymentStatus(world, repository, earlier, {
      state: "inactive",
      creator: status.creator,
      app: status.app,
    });
  }
};

export const latestStatus = (deployment: Deployment): DeploymentStatus | undefined => deployment.statuses.at(-1);

/** Active deployments cannot be deleted while there are others. */
export const isActive = (deployment: Deployment): boolean => latestStatus(deployment)?.state === "success";

const abandonedAfter = 30 * 60_000;

/** A `DeploymentState` of GraphQL. A pending deployment that nobody updated for 30 minutes counts as abandoned. */
export const computedState = (world: World, deployment: Deployment): string => {
  const state = latestStatus(deployment)?.state ?? "pending";
  if (state === "success") return "ACTIVE";
  if (state === "inactive") return deployment.transient ? "DESTROYED" : "INACTIVE";
  if (state === "pending" && world.clock.now() - deployment.updatedAt > abandonedAfter) return "ABANDONED";
  return state.toUpperCase();
};
