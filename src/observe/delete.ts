import type { RecordsSeen } from "../github/record-list.ts";
import type { DeleteRequest } from "../inputs/request.ts";
import type { GitHubSide } from "./github-side.ts";
import type { DeleteObserved } from "./observed.ts";
import type { Session } from "./session.ts";

/** Reads what the end of a stage depends on. Throws ActionError. */
export const observeDelete = async (
  request: DeleteRequest,
  { gateway, github, world }: Session,
): Promise<DeleteObserved> => {
  const { stageName } = request;
  const [api, stages, deployments, users, pullRequest, records] = await Promise.all([
    gateway.getApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    gateway.getStageUsers([stageName]),
    observePullRequest(request, github),
    observeRecords(request, github),
  ]);
  return {
    place: gateway.place,
    ...(await github.environments),
    api,
    stages,
    deployments,
    users: users.get(stageName) ?? { found: [], unknown: [] },
    pullRequest: pullRequest.state,
    records: records.records,
    served: [],
    now: world.clock.now(),
    warnings: [...pullRequest.warnings, ...records.warnings],
  };
};

/** Asked only where its answer can keep the stage: a pull request may have been opened again since it was closed. */
const observePullRequest = async (
  { previewOf, run: { event } }: DeleteRequest,
  { client }: GitHubSide,
): Promise<{ readonly state: DeleteObserved["pullRequest"]; readonly warnings: readonly string[] }> => {
  const closed = event.kind === "pull-request" && !event.open;
  if (client === undefined || previewOf === undefined || !closed) return { state: "unknown", warnings: [] };
  const { pullRequestStates } = await import(/* webpackChunkName: "story" */ "../github/pull-requests.ts");
  const { states, warnings } = await pullRequestStates(client, [previewOf]);
  return { state: states.get(previewOf) ?? "unknown", warnings };
};

/** The environment that is asked first is mostly the right one; the job's own is looked into once it is known. */
const observeRecords = async (
  { githubDeployment, environment: asked }: DeleteRequest,
  { client, environments }: GitHubSide,
): Promise<RecordsSeen> => {
  if (client === undefined || githubDeployment === "never") return { records: [], warnings: [] };
  const { readRecords } = await import(/* webpackChunkName: "story" */ "../github/record-list.ts");
  const [first, { environment }] = await Promise.all([readRecords(client, asked), environments]);
  if (environment.toLowerCase() === asked.toLowerCase()) return first;
  const own = await readRecords(client, environment);
  return { records: [...first.records, ...own.records], warnings: [...first.warnings, ...own.warnings] };
};
