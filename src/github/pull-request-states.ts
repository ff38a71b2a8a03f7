import type { PullRequestState } from "../domain/pull-request.ts";
import type { GitHubClient } from "./client.ts";
import { repeatable } from "./retry.ts";
import { explainTrouble } from "./trouble.ts";

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
  const warnings: string[] = [];
  for (let start = 0; start < numbers.length; start += BATCH) {
    const batch = numbers.slice(start, start + BATCH);
    try {
      const answer = await ask(client, batch);
      for (const number of batch) states.set(number, stateIn(answer, number));
    } catch (thrown) {
      warnings.push(explainTrouble(thrown, "read the states of pull requests", "pull-requests: read"));
      for (const number of batch) states.set(number, "unknown");
    }
  }
  return { states, warnings };
};

type Data = { readonly repository?: Readonly<Record<string, { readonly state?: string } | null>> | null };
type Answer = {
  readonly data?: Data | null;
  readonly errors?: readonly { readonly type?: string; readonly path?: readonly unknown[] }[];
};

const aliasOf = (number: number): string => `pr${number}`;

/** `some` proves that the token may read pull requests, so that one that is not found is really not there. */
const queryFor = (numbers: readonly number[]): string => `
query ($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) {
    some: pullRequests(first: 1) { totalCount }
    ${numbers.map((number) => `${aliasOf(number)}: pullRequest(number: ${number}) { state }`).join("\n    ")}
  }
}`;

/** Octokit throws an answer that has errors, the part that was found included. Any error but "not found" is thrown on. */
const ask = (client: GitHubClient, numbers: readonly number[]): Promise<Answer> =>
  repeatable(async () => {
    try {
      return { data: (await client.graphql(queryFor(numbers), {})) as Data };
    } catch (thrown) {
      const answer = thrown as Answer;
      if (answer.data?.repository && answer.errors?.every(isMissingPullRequest)) return answer;
      throw thrown;
    }
  });

const isMissingPullRequest = ({ type, path }: { type?: string; path?: readonly unknown[] }): boolean =>
  type === "NOT_FOUND" && path?.length === 2 && path[1] !== "some";

const stateIn = ({ data, errors = [] }: Answer, number: number): PullRequestState => {
  if (errors.some(({ path }) => path?.[1] === aliasOf(number))) return "gone";
  const state = data?.repository?.[aliasOf(number)]?.state;
  if (state === "OPEN") return "open";
  return state === "CLOSED" || state === "MERGED" ? "closed" : "unknown";
};
