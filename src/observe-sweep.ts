import type { Connection } from "./aws/client.ts";
import type { Gateway } from "./aws/rest-api/gateway.ts";
import { openPacer } from "./aws/rest-api/removal.ts";
import { findStageUsers } from "./aws/rest-api/stage-users.ts";
import type { Pacing } from "./aws/retry.ts";
import type { EarlierRecord } from "./domain/github-record.ts";
import type { PullRequestState } from "./domain/pull-request.ts";
import type { Deployment, Stage } from "./domain/stage.ts";
import type { GitHubClient } from "./github/client.ts";
import { pullRequestStates } from "./github/pull-requests.ts";
import { readRecords } from "./github/record-list.ts";
import { pullRequestsOfRecords } from "./github/stale-records.ts";
import type { SweepRequest } from "./inputs/sweep-request.ts";
import { endingStages, planSweep, pullRequestsOf, type SweepPlan } from "./plan/sweep.ts";

/** All that a sweep decides by, except for what uses the stages. */
export type SweepObserved = {
  readonly stages: readonly Stage[];
  readonly deployments: readonly Deployment[];
  /** Our records in the environment. */
  readonly records: readonly EarlierRecord[];
  /** By number, of stages and of records; without a token there are none. */
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly warnings: readonly string[];
};

const WITHOUT_TOKEN =
  "There is no github-token, so it is not known which pull requests are open: previews of pull requests that have ended stay, no GitHub deployment is closed, and no comment is changed.";

/** Without a client GitHub is not asked. Throws ActionError for what AWS refuses; what GitHub refuses is a warning. */
export const observeSweep = async (
  { restApiId, environment, run }: SweepRequest,
  gateway: Pick<Gateway, "getStages" | "getDeployments">,
  github: GitHubClient | undefined,
): Promise<SweepObserved> => {
  const [stages, deployments, seen] = await Promise.all([
    gateway.getStages(),
    gateway.getDeployments(),
    github === undefined ? { records: [], warnings: [WITHOUT_TOKEN] } : readRecords(github, environment),
  ]);
  const numbers = new Set([
    ...pullRequestsOf(stages, restApiId, run.repository.id),
    ...pullRequestsOfRecords(seen.records, restApiId),
  ]);
  const asked = github && (await pullRequestStates(github, [...numbers]));
  return {
    stages,
    deployments,
    records: seen.records,
    pullRequests: asked?.states ?? new Map(),
    now: Date.now(),
    warnings: [...seen.warnings, ...(asked?.warnings ?? [])],
  };
};

/** Plans, and asks what uses the stages only where stages may go. Throws ActionError. */
export const planObserved = async (
  request: SweepRequest,
  observed: SweepObserved,
  connection: Connection,
  pacing: Pacing,
): Promise<SweepPlan> => {
  const question = { ...request, ...observed, users: new Map() };
  const plan = planSweep(question);
  const ending = endingStages(plan).map(({ stageName }) => stageName);
  if (ending.length === 0) return plan;
  const users = await findStageUsers(connection, request.restApiId, ending, pacing, openPacer(pacing));
  return planSweep({ ...question, users });
};
