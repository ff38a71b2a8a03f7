import { addCommit, defaultHead, isBehindDefault, resolveRef } from "../commits.ts";
import { addDeployment, addDeploymentStatus, isActive } from "../deployments.ts";
import { isoTime } from "../iso-time.ts";
import type { Deployment, DeploymentStatus, Repository, World } from "../model.ts";
import { nodeId } from "../node-id.ts";
import { appBodyOrNull, userBody } from "./account-bodies.ts";
import { ApiError, notFound, validationFailed } from "./api-error.ts";
import { type Answer, callerOf, created, numberOf, ok, type RepositoryCall, type Route, read, write } from "./call.ts";
import { pageAnswer } from "./paging.ts";
import { repositoryUrl } from "./repository.ts";
import { bodyOf } from "./request-body.ts";
import type { DeploymentBody, DeploymentStatusBody } from "./wire.ts";

const deploymentUrl = (call: RepositoryCall, deployment: Deployment): string =>
  `${repositoryUrl(call, call.repository)}/deployments/${deployment.id}`;

/** What `deployment-simple` of a check run has: no commit, no payload, no creator. */
export const simpleDeploymentBody = (call: RepositoryCall, deployment: Deployment) => ({
  url: deploymentUrl(call, deployment),
  id: deployment.id,
  node_id: nodeId("Deployment", deployment.id),
  task: deployment.task,
  original_environment: deployment.originalEnvironment,
  environment: deployment.environment,
  description: deployment.description,
  created_at: isoTime(deployment.createdAt),
  updated_at: isoTime(deployment.updatedAt),
  statuses_url: `${deploymentUrl(call, deployment)}/statuses`,
  repository_url: repositoryUrl(call, call.repository),
  transient_environment: deployment.transient,
  production_environment: deployment.production,
  performed_via_github_app: appBodyOrNull(call, deployment.app),
});

export const deploymentBody = (call: RepositoryCall, deployment: Deployment): DeploymentBody => ({
  ...simpleDeploymentBody(call, deployment),
  sha: deployment.sha,
  ref: deployment.ref,
  payload: deployment.payload,
  creator: userBody(call, deployment.creator),
});

const statusBody = (call: RepositoryCall, deployment: Deployment, status: DeploymentStatus): DeploymentStatusBody => ({
  url: `${deploymentUrl(call, deployment)}/statuses/${status.id}`,
  id: status.id,
  node_id: nodeId("DeploymentStatus", status.id),
  // The published description knows no `waiting`, which GitHub's own statuses of held jobs have.
  state: status.state as DeploymentStatusBody["state"],
  creator: userBody(call, status.creator),
  description: status.description,
  environment: status.environment,
  target_url: status.logUrl,
  log_url: status.logUrl,
  environment_url: status.environmentUrl,
  created_at: isoTime(status.createdAt),
  updated_at: isoTime(status.createdAt),
  deployment_url: deploymentUrl(call, deployment),
  repository_url: repositoryUrl(call, call.repository),
  performed_via_github_app: appBodyOrNull(call, status.app),
});

const deploymentAt = (call: RepositoryCall): Deployment => {
  const deployment = call.repository.deployments.get(numberOf(call, "deployment_id"));
  if (!deployment) throw notFound();
  return deployment;
};

const listDeployments = (call: RepositoryCall): Answer => {
  const wanted = (name: string): string | null => call.request.url.searchParams.get(name);
  const found = [...call.repository.deployments.values()]
    .filter((deployment) => matches(wanted("sha"), deployment.sha))
    .filter((deployment) => matches(wanted("ref"), deployment.ref))
    .filter((deployment) => matches(wanted("task"), deployment.task))
    .filter((deployment) => matches(wanted("environment")?.toLowerCase(), deployment.environment.toLowerCase()));
  return pageAnswer(call, found.reverse(), (deployment) => deploymentBody(call, deployment));
};

/** Filters are empty or `none` when they are not meant (REST, "List deployments"). */
const matches = (filter: string | null | undefined, value: string): boolean =>
  !filter || filter === "none" || filter === value;

const createDeployment = (call: RepositoryCall): Answer => {
  const { world, repository } = call;
  const body = bodyOf(call.request, {
    ref: { type: "string", required: true },
    task: { type: "string" },
    auto_merge: { type: "boolean" },
    required_contexts: { type: "strings" },
    payload: { type: "payload" },
    environment: { type: "string" },
    description: { type: "string", nullable: true },
    transient_environment: { type: "boolean" },
    production_environment: { type: "boolean" },
  });
  const target = resolveRef(repository, body.ref);
  if (!target) throw new ApiError(422, `No ref found for: ${body.ref}`);
  requireEnvironmentName("Deployment", body.environment);
  if (body.auto_merge !== false && target.branch !== undefined && isBehindDefault(repository, target.sha)) {
    return { status: 202, body: { message: mergeDefaultInto(world, repository, target.branch, target.sha) } };
  }
  requireContexts(repository, target.sha, body.ref, body.required_contexts);
  const deployment = addDeployment(world, repository, {
    sha: target.sha,
    ref: body.ref,
    task: body.task ?? "deploy",
    payload: body.payload ?? {},
    environment: body.environment ?? "production",
    description: body.description ?? "",
    transient: body.transient_environment ?? false,
    ...(body.production_environment === undefined ? {} : { production: body.production_environment }),
    creator: callerOf(call),
    app: call.profile.app ?? null,
  });
  return created(deploymentBody(call, deployment));
};

/** Names of environments have at most 255 characters ("Managing environments for deployment"). */
const requireEnvironmentName = (resource: string, name: string | undefined): void => {
  if (name !== undefined && name.length > 255) throw tooLong(resource, "environment", 255);
};

const tooLong = (resource: string, field: string, maximum: number): ApiError =>
  validationFailed({
    resource,
    code: "custom",
    field,
    message: `${field} is too long (maximum is ${maximum} characters)`,
  });

/** `auto_merge`: brings the branch up to date in place of a deployment. Throws 409 when Git cannot. */
const mergeDefaultInto = (world: World, repository: Repository, branch: string, sha: string): string => {
  const { defaultBranch } = repository;
  if (repository.conflictingBranches.has(branch)) {
    throw new ApiError(409, `Conflict merging ${defaultBranch} into ${branch}.`);
  }
  const head = defaultHead(repository);
  const merge = addCommit(world, repository, { parents: head === undefined ? [sha] : [sha, head] });
  repository.refs.set(`refs/heads/${branch}`, merge.sha);
  return `Auto-merged ${defaultBranch} into ${branch} on deployment.`;
};

/**
 * All contexts that the commit has, or those named, must be successful. Check runs are contexts as well: the very job
 * that asks is one that is not done.
 */
const requireContexts = (
  repository: Repository,
  sha: string,
  ref: string,
  required: readonly string[] | undefined,
): void => {
  const states = contextsOf(repository, sha);
  const contexts = required ?? [...states.keys()];
  if (contexts.every((context) => states.get(context) === "success")) return;
  throw new ApiError(409, `Commit status checks failed for ${ref}.`, {
    errors: [{ resource: "Deployment", field: "required_contexts", code: "invalid" }],
  });
};

const contextsOf = (repository: Repository, sha: string): Map<string, string> => {
  const states = new Map<string, string>(repository.commits.get(sha)?.statuses);
  for (const run of repository.runs.values()) {
    if (run.headSha !== sha) continue;
    for (const job of run.jobs) states.set(job.name, job.conclusion ?? job.status);
  }
  return states;
};

const deleteDeployment = (call: RepositoryCall): Answer => {
  const deployment = deploymentAt(call);
  if (isActive(deployment) && call.repository.deployments.size > 1) {
    throw new ApiError(
      422,
      "We cannot delete an active deployment unless it is the only deployment in a given environment.",
    );
  }
  call.repository.deployments.delete(deployment.id);
  return { status: 204 };
};

const createStatus = (call: RepositoryCall): Answer => {
  const deployment = deploymentAt(call);
  const body = bodyOf(call.request, {
    state: {
      type: "string",
      required: true,
      oneOf: ["error", "failure", "inactive", "in_progress", "queued", "pending", "success"],
    },
    target_url: { type: "string" },
    log_url: { type: "string" },
    description: { type: "string" },
    environment: { type: "string" },
    environment_url: { type: "string" },
    auto_inactive: { type: "boolean" },
  });
  if ((body.description ?? "").length > 140) throw tooLong("DeploymentStatus", "description", 140);
  requireEnvironmentName("DeploymentStatus", body.environment);
  const status = addDeploymentStatus(call.world, call.repository, deployment, {
    state: body.state,
    creator: callerOf(call),
    app: call.profile.app ?? null,
    description: body.description ?? "",
    logUrl: body.log_url || body.target_url || "",
    environmentUrl: body.environment_url ?? "",
    ...(body.environment ? { environment: body.environment } : {}),
    autoInactive: body.auto_inactive ?? true,
  });
  return created(statusBody(call, deployment, status));
};

const listStatuses = (call: RepositoryCall): Answer => {
  const deployment = deploymentAt(call);
  return pageAnswer(call, deployment.statuses.toReversed(), (status) => statusBody(call, deployment, status));
};

const getStatus = (call: RepositoryCall): Answer => {
  const deployment = deploymentAt(call);
  const status = deployment.statuses.find((known) => known.id === numberOf(call, "status_id"));
  if (!status) throw notFound();
  return ok(statusBody(call, deployment, status));
};

const base = "/repos/{owner}/{repo}/deployments";

export const deploymentRoutes: readonly Route[] = [
  {
    method: "GET",
    template: base,
    docs: "deployments/deployments#list-deployments",
    needs: read("deployments"),
    answer: listDeployments,
  },
  {
    method: "POST",
    template: base,
    docs: "deployments/deployments#create-a-deployment",
    needs: write("deployments"),
    createsContent: true,
    answer: createDeployment,
  },
  {
    method: "GET",
    template: `${base}/{deployment_id}`,
    docs: "deployments/deployments#get-a-deployment",
    needs: read("deployments"),
    answer: (call) => ok(deploymentBody(call, deploymentAt(call))),
  },
  {
    method: "DELETE",
    template: `${base}/{deployment_id}`,
    docs: "deployments/deployments#delete-a-deployment",
    needs: write("deployments"),
    answer: deleteDeployment,
  },
  {
    method: "GET",
    template: `${base}/{deployment_id}/statuses`,
    docs: "deployments/statuses#list-deployment-statuses",
    needs: read("deployments"),
    answer: listStatuses,
  },
  {
    method: "POST",
    template: `${base}/{deployment_id}/statuses`,
    docs: "deployments/statuses#create-a-deployment-status",
    needs: write("deployments"),
    createsContent: true,
    answer: createStatus,
  },
  {
    method: "GET",
    template: `${base}/{deployment_id}/statuses/{status_id}`,
    docs: "deployments/statuses#get-a-deployment-status",
    needs: read("deployments"),
    answer: getStatus,
  },
];
