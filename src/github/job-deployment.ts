import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";

/** The deployment that GitHub made for the job itself, because the job names an environment. Throws GitHubTrouble. */
export const jobDeployment = async (
  client: GitHubClient,
  checkRunId: number,
): Promise<{ readonly id: number; readonly environment: string } | undefined> => {
  const route = "GET /check-runs/{check_run_id}";
  const checkRun = await repeatable(client, () => client.rest(route, { check_run_id: checkRunId }));
  const { readJobDeployment } = await import(/* webpackChunkName: "story" */ "./answers/records.ts");
  return readJobDeployment(checkRun, checkRunId);
};
