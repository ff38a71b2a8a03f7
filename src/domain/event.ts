/**
 * What the workflow run was started by, reduced to what decisions need. Source of the payload members: GitHub docs,
 * "Webhook events and payloads".
 */
export type Event =
  | {
      readonly kind: "pull-request";
      /** `pull_request`, `pull_request_target` or `pull_request_review`. */
      readonly name: string;
      /** `opened`, `synchronize`, `closed`, … */
      readonly action: string;
      readonly number: number;
      /** The head commit. GITHUB_SHA is the merge commit, which people do not know. */
      readonly headSha: string;
      /** The commit of the base branch that it is compared with; empty where the event does not tell. */
      readonly baseSha: string;
      /** True too when the head repository is gone (`head.repo` is null for a deleted fork). */
      readonly fromFork: boolean;
      readonly author: string;
      readonly open: boolean;
      readonly merged: boolean;
      readonly draft: boolean;
      /** Names of all labels that the pull request has after the event. */
      readonly labels: readonly string[];
      /** The label that was added or removed; empty for other actions. */
      readonly label: string;
    }
  /**
   * A commit that may belong to a pull request: a push, a deployment's, or the head of another workflow's run or of a
   * check, which may be a fork's (`fromFork`: its repository is another one, or gone, or not told).
   */
  | { readonly kind: "commit"; readonly sha: string; readonly fromFork: boolean }
  /** A GitHub deployment that asks for one of ours. `sha` is its commit; `nodeId` is empty where it was not told. */
  | {
      readonly kind: "deployment";
      readonly id: number;
      readonly nodeId: string;
      readonly environment: string;
      readonly sha: string;
    }
  /** A comment on a pull request; the workflow runs in the context of the default branch. */
  | { readonly kind: "pull-request-comment"; readonly number: number }
  | { readonly kind: "schedule" }
  | { readonly kind: "other"; readonly name: string };
