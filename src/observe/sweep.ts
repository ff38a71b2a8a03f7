import { pullRequestStates } from "../github/pull-requests.ts";
import { readRecords } from "../github/record-list.ts";
import type { SweepRequest } from "../inputs/sweep-request.ts";
import type { GitHubSide } from "./github-side.ts";
import type { SweepObserved } from "./observed.ts";
import type { Session } from "./session.ts";

const WITHOUT_TOKEN =
  "There is no github-token, so it is not known which pull requests are open: previews of pull requests that have ended stay, no GitHub deployment is closed, and no comment is changed.";

/** What a sweep decides by, except for what uses the stages. */
export type BeforeUsers = Omit<SweepObserved, "users">;

export type SweepChoices = {
  /** The pull requests whose state is needed. */
  readonly pullRequestsOf: (seen: Pick<SweepObserved, "stages" | "records">) => readonly number[];
  /** The stages that may go: only of those it matters who uses them. */
  readonly endingStages: (seen: BeforeUsers) => readonly string[];
};

/** Reads what a sweep depends on. Throws ActionError for what AWS refuses; what GitHub refuses is a warning. */
export const observeSweep = async (
  { environment }: SweepRequest,
  { gateway, github, world }: Session,
  choices: SweepChoices,
): Promise<SweepObserved> => {
  const [stages, deployments, seen] = await Promise.all([
    gateway.getStages(),
    gateway.getDeployments(),
    github.client === undefined ? { records: [], warnings: [WITHOUT_TOKEN] } : readRecords(github.client, environment),
  ]);
  const asked = await observePullRequests(choices.pullRequestsOf({ stages, records: seen.records }), github);
  const found: BeforeUsers = {
    place: gateway.place,
    ...(await github.environments),
    stages,
    deployments,
    records: seen.records,
    served: [],
    pullRequests: asked.states,
    // Where the clocks differ, one of them is wrong, and nothing is older than both say.
    now: world.clock.now() + Math.min(0, gateway.clockOffset()),
    warnings: [...seen.warnings, ...asked.warnings],
  };
  const ending = choices.endingStages(found);
  return { ...found, users: ending.length === 0 ? new Map() : await gateway.getStageUsers(ending) };
};

const observePullRequests = async (
  numbers: readonly number[],
  { client }: GitHubSide,
): ReturnType<typeof pullRequestStates> =>
  client === undefined ? { states: new Map(), warnings: [] } : pullRequestStates(client, numbers);
