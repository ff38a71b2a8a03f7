import type { GitHubObserved } from "../github/observe.ts";
import type { Request } from "../inputs/request.ts";

/** Whose environment a run is about: the one that the workflow names, or the job's own, or the stage's. */
export type Environments = {
  /** The environment that is deployed to; empty for a status, which is about none. */
  readonly environment: string;
  /** The environment of the GitHub deployment that shows this run; `undefined` where there is to be none. */
  readonly recordedIn: string | undefined;
  /** Whether other APIs or stages are recorded in it, too. */
  readonly isShared: boolean;
};

/** The job's own GitHub deployment is the record where it may be, in whatever environment it is. */
export const environmentsOf = (
  request: Request,
  { jobDeployment, isShared }: Pick<GitHubObserved, "jobDeployment" | "isShared">,
): Environments => {
  if (request.command === "status") return { environment: "", recordedIn: undefined, isShared };
  if (request.command === "sweep") return { environment: request.environment, recordedIn: undefined, isShared };
  const { environmentIsGiven, githubDeployment, githubToken, dryRun } = request;
  const own = jobDeployment?.environment;
  const environment = environmentIsGiven ? request.environment : (own ?? request.environment);
  const recorded = githubToken !== "" && githubDeployment !== "never" && !dryRun && request.command !== "delete";
  return {
    environment,
    isShared,
    recordedIn: recorded ? ((githubDeployment === "auto" ? own : undefined) ?? environment) : undefined,
  };
};
