import { isStageRequest, type Request } from "../inputs/request.ts";

/** The links that a report carries. */
export type Links = { readonly repositoryUrl: string; readonly logUrl: string };

export const linksOf = (request: Request): Links => {
  const { serverUrl, repository, runId, attempt } = request.run;
  const repositoryUrl = `${serverUrl}/${repository.owner}/${repository.name}`;
  const checkRunId = isStageRequest(request) ? request.checkRunId : undefined;
  // A job's id is its check run's id (recorded webhooks: `check_run_url` of a workflow job).
  const job = checkRunId === undefined ? `attempts/${attempt}` : `job/${checkRunId}`;
  return {
    repositoryUrl,
    logUrl: `${repositoryUrl}/actions/runs/${runId}/${job}`,
  };
};
