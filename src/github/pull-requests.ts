import type { PullRequestFacts, PullRequestState } from "../domain/pull-request.ts";
import { anObject, ifReadable } from "./answers/checked.ts";
import type { GraphAnswer } from "./answers/envelope.ts";
import { PULL_REQUEST_FIELDS } from "./answers/fields.ts";
import { readPullRequest, readStateOf } from "./answers/pull-requests.ts";
import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble, GitHubRefusal, type GraphError, UnreadableAnswer } from "./trouble.ts";

export type PullRequestStates = {
  /** By number; every number that was asked for is there. */
  readonly states: ReadonlyMap<number, PullRequestState>;
  readonly warnings: readonly string[];
};

/** Pull requests in one request: their fields cost nothing each, and a hundred stay far below GitHub's node limit. */
const BATCH = 100;

/** The states of many pull requests. Throws nothing: of what GitHub does not tell, the state is `unknown`. */
export const pullRequestStates = async (
  client: GitHubClient,
  numbers: readonly number[],
): Promise<PullRequestStates> => {
  const states = new Map<number, PullRequestState>();
  const warnings = new Set<string>();
  for (let start = 0; start < numbers.length; start += BATCH) {
    const batch = numbers.slice(start, start + BATCH);
    const told = await statesOf(client, batch);
    for (const number of batch) states.set(number, told.states.get(number) ?? "unknown");
    if (told.trouble !== undefined)
      warnings.add(explainTrouble(told.trouble, "read the states of pull requests", "pull-requests: read"));
  }
  return { states, warnings: [...warnings] };
};

const FACTS = `
query ($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) { pullRequest(number: $number) { ${PULL_REQUEST_FIELDS} } }
}`;

/** What GitHub tells of one pull request. Throws GitHubTrouble, also where there is none. */
export const pullRequestFacts = async (client: GitHubClient, number: number): Promise<PullRequestFacts> => {
  const { data, errors } = await repeatable(client, () => client.graphql(FACTS, { number }));
  const pull = ifReadable(anObject, data["repository"])?.["pullRequest"];
  const [error] = errors;
  if (error !== undefined && (pull === undefined || pull === null)) throw new GitHubRefusal(error.message, { errors });
  return readPullRequest(pull, number).facts;
};

const aliasOf = (number: number): string => `pr${number}`;

/** `some` proves that the token may read pull requests, so that one that is not found is really not there. */
const queryFor = (numbers: readonly number[]): string => `
query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    some: pullRequests(first: 1) { totalCount }
    ${numbers.map((number) => `${aliasOf(number)}: pullRequest(number: ${number}) { number state }`).join("\n    ")}
  }
}`;

type Told = { readonly states: ReadonlyMap<number, PullRequestState>; readonly trouble: unknown };

const statesOf = async (client: GitHubClient, numbers: readonly number[]): Promise<Told> => {
  try {
    const answer = await repeatable(client, () => client.graphql(queryFor(numbers), {}));
    const states = new Map(numbers.map((number) => [number, stateIn(answer, number)]));
    return { states, trouble: troubleIn(answer, [...states.values()]) };
  } catch (trouble) {
    return { states: new Map(), trouble };
  }
};

/** Of what is not found is told that it is not there, unless that may be because it is hidden. */
const stateIn = ({ data, errors }: GraphAnswer, number: number): PullRequestState => {
  const repository = ifReadable(anObject, data["repository"]);
  const pullRequest = repository?.[aliasOf(number)];
  if (pullRequest !== null) return readStateOf(number, pullRequest);
  const seesSome = ifReadable(anObject, repository?.["some"]) !== undefined;
  return seesSome && errors.some((error) => isNotFound(error, aliasOf(number))) ? "gone" : "unknown";
};

const isNotFound = ({ type, path }: GraphError, alias?: string): boolean =>
  type === "NOT_FOUND" && path.length === 2 && (alias === undefined ? path[1] !== "some" : path[1] === alias);

/** What a warning is due for: what GitHub refused, and else what it told in words that we do not know. */
const troubleIn = ({ errors }: GraphAnswer, states: readonly PullRequestState[]): unknown => {
  const refused = errors.find((error) => !isNotFound(error));
  if (refused !== undefined) return new GitHubRefusal(refused.message, { errors: [refused] });
  return states.includes("unknown") ? new UnreadableAnswer("it has pull requests without a known state") : undefined;
};
