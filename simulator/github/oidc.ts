import { createHmac, randomBytes } from "node:crypto";
import { jsonResponse, type Matched, type SimulatedRequest, type SimulatedResponse } from "../http/exchange.ts";
import { bearerOf } from "./authentication.ts";
import type { Job, Repository, WorkflowRun, World } from "./model.ts";
import { fullName, repositoryOf } from "./world.ts";

export type IdTokenVariables = {
  readonly ACTIONS_ID_TOKEN_REQUEST_URL: string;
  readonly ACTIONS_ID_TOKEN_REQUEST_TOKEN: string;
};

/**
 * What a job with `id-token: write` finds in its environment. `serverUrl` is where this service listens. Clients append
 * `&audience=…` to the URL, so it has a query already.
 */
export const idTokenVariables = (world: World, run: WorkflowRun, job: Job, serverUrl: string): IdTokenVariables => {
  const token = randomBytes(24).toString("base64url");
  world.idTokenRequests.set(token, { repository: repositoryOf(world, run.repository), run, job });
  return {
    ACTIONS_ID_TOKEN_REQUEST_URL: `${serverUrl}/_oidc/token?api-version=2.0`,
    ACTIONS_ID_TOKEN_REQUEST_TOKEN: token,
  };
};

export const matchIdToken = (world: World, request: SimulatedRequest): Matched => ({
  operation: "GET /_oidc/token",
  answer: () => idTokenAnswer(world, request),
});

/** A job that has ended gets no more tokens. */
const idTokenAnswer = (world: World, request: SimulatedRequest): SimulatedResponse => {
  const grant = world.idTokenRequests.get(bearerOf(request.headers["authorization"] ?? "") ?? "");
  if (!grant || grant.job.status === "completed") return jsonResponse(401, { message: "Unauthorized" });
  const audience = request.url.searchParams.get("audience") ?? `https://github.com/${grant.repository.owner.login}`;
  return jsonResponse(200, { value: signed(claimsOf(world, grant.repository, grant.run, grant.job, audience)) });
};

/** "OpenID Connect reference". */
const claimsOf = (
  world: World,
  repository: Repository,
  run: WorkflowRun,
  job: Job,
  audience: string,
): Record<string, unknown> => {
  const now = Math.floor(world.clock.now() / 1000);
  const workflowRef = `${fullName(repository)}/${run.workflow.path}@${run.ref}`;
  const environment = job.environment?.name;
  return {
    jti: randomBytes(16).toString("hex"),
    sub: subjectOf(repository, run, environment),
    aud: audience,
    iss: "https://token.actions.githubusercontent.com",
    iat: now,
    nbf: now - 300,
    exp: now + 300,
    ref: run.ref,
    ref_type: run.ref.startsWith("refs/tags/") ? "tag" : "branch",
    ref_protected: String(repository.protectedBranches.has(run.headBranch)),
    sha: run.sha,
    repository: fullName(repository),
    repository_id: String(repository.id),
    repository_owner: repository.owner.login,
    repository_owner_id: String(repository.owner.id),
    repository_visibility: repository.private ? "private" : "public",
    run_id: String(run.id),
    run_number: String(run.number),
    run_attempt: String(run.attempt),
    runner_environment: "github-hosted",
    actor: run.actor.login,
    actor_id: String(run.actor.id),
    workflow: run.workflow.name,
    workflow_ref: workflowRef,
    workflow_sha: run.sha,
    job_workflow_ref: workflowRef,
    job_workflow_sha: run.sha,
    event_name: run.event,
    head_ref: run.event.startsWith("pull_request") ? run.headBranch : "",
    base_ref: run.event.startsWith("pull_request") ? repository.defaultBranch : "",
    check_run_id: String(job.id),
    ...(environment === undefined ? {} : { environment }),
  };
};

/** An environment takes the place of the event or ref. Colons in names are escaped. */
export const subjectOf = (repository: Repository, run: WorkflowRun, environment: string | undefined): string => {
  const { owner, name, id } = repository;
  const prefix = repository.immutableSubject
    ? `repo:${owner.login}@${owner.id}/${name}@${id}`
    : `repo:${owner.login}/${name}`;
  if (environment !== undefined) return `${prefix}:environment:${environment.replaceAll(":", "%3A")}`;
  if (run.event === "pull_request") return `${prefix}:pull_request`;
  return `${prefix}:ref:${run.ref.replaceAll(":", "%3A")}`;
};

const signingKey = randomBytes(32);

/** Signed with a key of this process: nobody outside can check it, and nobody needs to. */
const signed = (claims: Record<string, unknown>): string => {
  const encoded = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url");
  const content = `${encoded({ typ: "JWT", alg: "HS256" })}.${encoded(claims)}`;
  return `${content}.${createHmac("sha256", signingKey).update(content).digest("base64url")}`;
};
