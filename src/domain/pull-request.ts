/** `merged` counts as closed. `gone`: GitHub has no such pull request. `unknown`: GitHub did not tell, or not understandably. */
export type PullRequestState = "open" | "closed" | "gone" | "unknown";

/** What GitHub tells of a pull request. Members are `undefined` where it did not tell. */
export type PullRequestFacts = {
  readonly number: number;
  readonly state: PullRequestState;
  /** The commit that the pull request asks to be merged. */
  readonly headCommit: string | undefined;
  /** The commit of the base branch that it is compared with. */
  readonly baseCommit: string | undefined;
  /** Whether the head is in another repository, or in one that is gone. */
  readonly fromFork: boolean | undefined;
};
