import type { DeployRequest, Request } from "../inputs/request.ts";
import type { Origin } from "../observe/observed.ts";
import type { Refusal } from "./plan.ts";

/** Whose commit a run deploys, where the event itself does not tell. */

/**
 * The pull request to ask GitHub about: the stage's own, or the one that `pr-number` names. `undefined` where the event
 * has told all that matters, or where nothing of a pull request is deployed.
 */
export const pullRequestInDoubt = (request: Request): number | undefined => {
  if (request.command !== "deploy") return undefined;
  const { event } = request.run;
  const number = request.previewOf ?? request.pullRequest;
  const told = event.kind === "pull-request" && event.number === number && !event.fromFork;
  return told ? undefined : number;
};

/** Answers the commit that the deployment is of, as people know it. What is not known is refused. */
export const judgeOrigin = (
  request: DeployRequest,
  number: number,
  { told, checkedOut }: Origin,
): Refusal | { readonly commit: string } => {
  const { run, allowForks } = request;
  // A number that is nobody's says where to comment, and nothing of what is deployed to a stage with its own name.
  if ("because" in told)
    return told.missing && request.previewOf === undefined ? { commit: run.commit } : unknown(number, told);
  if (told.fromFork === undefined || told.headCommit === undefined)
    return unknown(number, { because: "GitHub did not tell where its head is", refused: false });
  const { headCommit } = told;
  if (!told.fromFork) return { commit: isOfPullRequest(request, checkedOut) ? headCommit : run.commit };
  if (!allowForks) return notAllowed(number);
  if (headCommit !== run.commit && headCommit !== checkedOut)
    return anotherCommit(request, number, headCommit, checkedOut);
  return { commit: headCommit };
};

/** Events without a commit of their own run on the default branch's, which is deployed only where it is checked out. */
const isOfPullRequest = ({ run }: DeployRequest, checkedOut: string | undefined): boolean =>
  run.event.kind !== "commit" && run.event.kind !== "pull-request" && checkedOut !== run.commit;

const REVIEWED =
  "If somebody with write access has reviewed exactly this commit before the run (a label, an environment with reviewers), set `allow-forks: true`; never run a script of the fork in the same job. Read docs/previews.md#forks-and-dependabot first.";

const notAllowed = (number: number): Refusal => ({
  refused: "FORK_NOT_ALLOWED",
  happened: `Pull request #${number} comes from a fork, and this run has this repository's credentials.`,
  remedy: `A definition from a fork can send the API's traffic to any function or host that the API may use. ${REVIEWED}`,
});

const unknown = (
  number: number,
  { because, refused }: { readonly because: string; readonly refused: boolean },
): Refusal => ({
  refused: "FORK_NOT_ALLOWED",
  happened: `It is not known whether pull request #${number} comes from a fork: ${because}.`,
  remedy: refused
    ? "Give the job `permissions: pull-requests: read` and the action the github-token, check `pr-number`, and run the job again."
    : "Run the job again.",
});

const anotherCommit = (
  { run }: DeployRequest,
  number: number,
  headCommit: string,
  checkedOut: string | undefined,
): Refusal => ({
  refused: "FORK_NOT_ALLOWED",
  happened: `Pull request #${number} comes from a fork, and its head is commit ${headCommit}. The run names commit ${run.commit}, and ${checkedOut === undefined ? "no commit" : `commit ${checkedOut}`} is checked out: what was reviewed is not what would be deployed.`,
  remedy:
    "Check out the pull request's head commit by its SHA, and run the job again for the commit that was reviewed last.",
});
