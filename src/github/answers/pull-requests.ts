import * as z from "zod/mini";
import type { PullRequestFacts, PullRequestState } from "../../domain/pull-request.ts";
import { anything, checked, commitId, ifReadable, type Listed, listed } from "./checked.ts";

const STATES: ReadonlyMap<unknown, PullRequestState> = new Map([
  ["OPEN", "open"],
  ["CLOSED", "closed"],
  ["MERGED", "closed"],
]);

/** GraphQL, `PullRequestState`. What is none of the three that are known is `unknown`. */
export const readPullRequestState = (value: unknown): PullRequestState => STATES.get(value) ?? "unknown";

const pullRequest = z.pipe(
  z.looseObject({
    number: z.int().check(z.positive()),
    state: anything,
    headRefOid: anything,
    baseRefOid: anything,
    isCrossRepository: anything,
    oldest: anything,
    newest: anything,
  }),
  z.transform(({ number, state, headRefOid, baseRefOid, isCrossRepository, oldest, newest }): ReadPullRequest => {
    const facts: PullRequestFacts = {
      number,
      state: readPullRequestState(state),
      headCommit: ifReadable(commitId, headRefOid),
      baseCommit: ifReadable(commitId, baseRefOid),
      fromFork: ifReadable(z.boolean(), isCrossRepository),
    };
    return { facts, oldest, newest };
  }),
);

export type ReadPullRequest = {
  readonly facts: PullRequestFacts;
  /** Its conversation, not looked at. */
  readonly oldest: unknown;
  readonly newest: unknown;
};

/** Throws UnreadableAnswer, also for another one than was asked for. */
export const readPullRequest = (value: unknown, number: number): ReadPullRequest => {
  const read = checked(pullRequest, value, "a pull request");
  checked(z.literal(number), read.facts.number, `pull request #${number}`);
  return read;
};

/** The state of the pull request with this number; of any other, it is not known. */
export const readStateOf = (number: number, value: unknown): PullRequestState => {
  const told = ifReadable(z.looseObject({ number: z.literal(number), state: anything }), value);
  return readPullRequestState(told?.state);
};

/** `object(oid:)` of a commit: the pull requests that it belongs to. Throws UnreadableAnswer. */
export const readPullRequestsOfCommit = (value: unknown): Listed<ReadPullRequest> => {
  const shape = z.looseObject({ associatedPullRequests: z.looseObject({ nodes: anything }) });
  const { associatedPullRequests } = checked(shape, value, "a commit");
  return listed(pullRequest, associatedPullRequests.nodes, "a list of pull requests");
};
