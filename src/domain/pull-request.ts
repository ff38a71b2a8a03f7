/** `merged` counts as closed. `gone`: GitHub has no such pull request. `unknown`: GitHub could not be asked. */
export type PullRequestState = "open" | "closed" | "gone" | "unknown";
