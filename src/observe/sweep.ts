import type { Stage } from "../domain/stage.ts";
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
  /** Stages that are gone because the list lacks them. */
  readonly goneStages: (seen: Pick<SweepObserved, "stages" | "records" | "now">) => readonly string[];
  /** The stages that may go: only of those it matters who uses them. */
  readonly endingStages: (seen: BeforeUsers) => readonly string[];
};

/** Reads what a sweep depends on. Throws ActionError for what AWS refuses; what GitHub refuses is a warning. */
export const observeSweep = async (
  { environment }: SweepRequest,
  { gateway, github, world }: Session,
  choices: SweepChoices,
): Promise<SweepObserved> => {
  const [listed, deployments, seen] = await Promise.all([
    gateway.getStages(),
    gateway.getDeployments(),
    github.client === undefined ? { records: [], warnings: [WITHOUT_TOKEN] } : readRecords(github.client, environment),
  ]);
  // Where the clocks differ, one of them is wrong, and nothing is older than both say.
  const now = world.clock.now() + Math.min(0, gateway.clockOffset());
  const gone = choices.goneStages({ stages: listed, records: seen.records, now });
  const stages = [...listed, ...(await stillThere(gone, gateway))];
  const records = withoutStages(seen.records, gone.slice(MOST_LOOKS));
  const asked = await observePullRequests(choices.pullRequestsOf({ stages, records }), github);
  const found: BeforeUsers = {
    place: gateway.place,
    ...(await github.environments),
    stages,
    deployments,
    records,
    served: [],
    pullRequests: asked.states,
    now,
    warnings: [...seen.warnings, ...asked.warnings],
  };
  const ending = choices.endingStages(found);
  return { ...found, users: ending.length === 0 ? new Map() : await gateway.getStageUsers(ending) };
};

/** Each is a request. A sweep closes not many more records than these, and the next one goes on. */
const MOST_LOOKS = 60;

/** A list that lacks a stage is no proof that it is gone: each is asked for by its name, one after the other. */
const stillThere = async (names: readonly string[], { getStage }: Session["gateway"]): Promise<readonly Stage[]> => {
  const found: Stage[] = [];
  for (const name of names.slice(0, MOST_LOOKS)) {
    // Records are written by others, too; what no stage can be called is not asked for.
    if (!/^(?:\$default|[\w-]{1,128})$/.test(name)) continue;
    const stage = await getStage(name);
    if (stage !== undefined) found.push(stage);
  }
  return found;
};

const withoutStages = (records: SweepObserved["records"], names: readonly string[]): SweepObserved["records"] =>
  records.filter(({ payload }) => !names.includes(payload.stageName));

const observePullRequests = async (
  numbers: readonly number[],
  { client }: GitHubSide,
): ReturnType<typeof pullRequestStates> =>
  client === undefined ? { states: new Map(), warnings: [] } : pullRequestStates(client, numbers);
