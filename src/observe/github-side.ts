import { commentMarker } from "../domain/comment-marker.ts";
import type { World } from "../domain/world.ts";
import { connectGitHub, connectionIn, type GitHubClient } from "../github/client.ts";
import { type GitHubObserved, NOTHING_OBSERVED, observeGitHub } from "../github/observe.ts";
import type { GitHubQuestion } from "../github/observing-query.ts";
import { isStageRequest, type Request, type StageRequest } from "../inputs/request.ts";
import { type Environments, environmentsOf } from "./environment.ts";

/** What a run talks to GitHub with, and what GitHub has told at its beginning. */
export type GitHubSide = {
  /** `undefined` without a token. */
  readonly client: GitHubClient | undefined;
  /** Never rejects: what GitHub refuses is a warning. */
  readonly observed: Promise<GitHubObserved>;
  /** Known as soon as GitHub has told whether the job has an environment of its own. */
  readonly environments: Promise<Environments>;
};

/** Begins to look at once: what GitHub tells is needed for reporting, whatever becomes of AWS. */
export const openGitHub = (request: Request, world: World): GitHubSide => {
  const client = clientFor(request, world);
  const observed =
    client !== undefined && isStageRequest(request)
      ? observeGitHub(client, questionOf(request))
      : Promise.resolve(NOTHING_OBSERVED);
  return { client, observed, environments: observed.then((told) => environmentsOf(request, told)) };
};

/** `undefined` without a token. */
export const clientFor = (
  { githubToken, run }: Pick<Request, "githubToken" | "run">,
  world: World,
): GitHubClient | undefined => {
  if (githubToken === "") return undefined;
  const { apiUrl, repository } = run;
  return connectGitHub({ token: githubToken, apiUrl, repository, ...connectionIn(world) });
};

/** Whether GitHub is to tell the pull request's base commit; an event of the pull request tells it itself. */
const needsBase = (request: StageRequest): boolean =>
  request.command === "deploy" &&
  request.routes?.compareWith.kind === "base" &&
  request.run.event.kind !== "pull-request";

/** Whether the GitHub deployment that GitHub made for the job matters: as the record, or for its environment. */
const wantsOwnDeployment = (request: StageRequest): boolean => {
  const { githubDeployment, dryRun, environmentIsGiven } = request;
  const isGated = request.command === "promote" && request.gate !== "off";
  if (dryRun) return !environmentIsGiven && isGated;
  return githubDeployment === "auto" || (!environmentIsGiven && (githubDeployment === "always" || isGated));
};

/** What a run asks GitHub at its beginning. */
export const questionOf = (request: StageRequest): GitHubQuestion => {
  const { run, pullRequest, comment, githubDeployment, dryRun, restApiId, stageName } = request;
  const byCommit = "sha" in run.event ? { headCommit: run.event.sha } : undefined;
  const wantsRecords = githubDeployment !== "never" && !dryRun && request.command !== "delete";
  return {
    restApiId,
    stageName,
    environment: request.environment,
    environmentIsGiven: request.environmentIsGiven,
    checkRunId: wantsOwnDeployment(request) ? request.checkRunId : undefined,
    pullRequest:
      comment || needsBase(request) ? (pullRequest === undefined ? byCommit : { number: pullRequest }) : undefined,
    commentMarker: comment ? commentMarker(restApiId, stageName) : undefined,
    records: request.command === "rollback" ? "with-history" : wantsRecords ? "newest" : "none",
  };
};
