import { pullRequestStates } from "../github/pull-requests.ts";
import { readRecords } from "../github/record-list.ts";
import type { DeleteRequest } from "../inputs/request.ts";
import type { DeleteObserved } from "./observed.ts";
import type { GitHubSide, Session } from "./session.ts";

/** Reads what the end of a stage depends on. Throws ActionError. */
export const observeDelete = async (
  request: DeleteRequest,
  { gateway, github, world }: Session,
): Promise<DeleteObserved> => {
  const { stageName } = request;
  const [api, stages, deployments, users, pullRequest, records] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    gateway.getStageUsers([stageName]),
    observePullRequest(request, github),
    observeRecords(request, github),
  ]);
  return {
    place: gateway.place,
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
  const { states, warnings } = await pullRequestStates(client, [previewOf]);
  return { state: states.get(previewOf) ?? "unknown", warnings };
};

const observeRecords = async (
  { githubDeployment, environment }: DeleteRequest,
  { client }: GitHubSide,
): ReturnType<typeof readRecords> =>
  client === undefined || githubDeployment === "never"
    ? { records: [], warnings: [] }
    : readRecords(client, environment);
