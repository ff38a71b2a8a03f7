import type { Run } from "../domain/run.ts";
import type { Environment } from "../domain/world.ts";
import type { InputProblem } from "./reader.ts";

/** Why there is no payload, as the end of a sentence that begins with "The event file"; `undefined`: there is one. */
type Unreadable = string | undefined;

/**
 * What the runner left out or told in a form that we do not know. Marks, tags and records are made of it, and what could
 * not be read back is never written: such a run is refused before it asks for anything.
 */
export const runProblems = (run: Run, environment: Environment, unreadable: Unreadable): readonly InputProblem[] =>
  [eventProblem(run, environment, unreadable), ...variableProblems(run, environment)].filter(
    (problem) => problem !== undefined,
  );

type Rule = { readonly variable: string; readonly holds: boolean; readonly message: string };

const variableProblems = (run: Run, environment: Environment): readonly InputProblem[] =>
  rulesOf(run)
    .filter(({ holds }) => !holds)
    .map(({ variable, message }) => ({ input: variable, value: environment[variable] ?? "", message }));

const NUMBER = /^[1-9][0-9]{0,19}$/;
const COMMIT = /^(?:[0-9a-f]{40}|[0-9a-f]{64})$/;
const NAME = /^[\w.-]{1,100}$/;

/** The forms are GitHub's (docs, "Variables reference"); a name is what its URLs hold. */
const rulesOf = ({ repository, runId, attempt, commit, event, apiUrl, serverUrl }: Run): readonly Rule[] => [
  {
    variable: "GITHUB_REPOSITORY",
    holds: NAME.test(repository.owner) && NAME.test(repository.name),
    message: "The runner sets it to owner and name of the repository, for example acme/orders.",
  },
  {
    variable: "GITHUB_REPOSITORY_ID",
    holds: NUMBER.test(repository.id),
    message: "The runner sets it to the repository's number, and the event says it, too; stages are marked with it.",
  },
  {
    variable: "GITHUB_RUN_ID",
    holds: NUMBER.test(runId),
    message: "The runner sets it to the run's number; deployments are marked with it.",
  },
  {
    variable: "GITHUB_RUN_ATTEMPT",
    holds: Number.isSafeInteger(attempt) && attempt > 0,
    message: "The runner sets it to a whole number above zero.",
  },
  {
    variable: event.kind === "pull-request" ? "GITHUB_EVENT_PATH" : "GITHUB_SHA",
    holds: COMMIT.test(commit),
    message:
      event.kind === "pull-request"
        ? "The event file must name the pull request's head commit by its whole id."
        : "The runner sets it to the whole id of the commit; deployments are marked with it.",
  },
  { variable: "GITHUB_API_URL", holds: isWebAddress(apiUrl), message: urlRule("https://api.github.com") },
  { variable: "GITHUB_SERVER_URL", holds: isWebAddress(serverUrl), message: urlRule("https://github.com") },
];

const urlRule = (example: string): string => `It must be an http or https URL, for example ${example}.`;

const isWebAddress = (text: string): boolean =>
  URL.canParse(text) && /^https?:$/.test(new URL(text).protocol) && !/[\s<>"]/.test(text);

/** Events whose payload says whose commit it is: without it a fork's could pass for the repository's own. */
const NEEDS_PAYLOAD: ReadonlyMap<string, string> = new Map([
  ["pull_request", "pull request"],
  ["pull_request_target", "pull request"],
  ["pull_request_review", "pull request"],
  ["issue_comment", "issue"],
  ["workflow_run", "commit"],
  ["check_suite", "commit"],
  ["check_run", "commit"],
]);

const eventProblem = ({ event }: Run, environment: Environment, unreadable: Unreadable): InputProblem | undefined => {
  const name = environment["GITHUB_EVENT_NAME"] ?? "";
  const subject = NEEDS_PAYLOAD.get(name);
  // A comment on an issue is about no pull request, and complete.
  const isIncomplete = event.kind === "other" && name !== "issue_comment";
  if (subject === undefined || (unreadable === undefined && !isIncomplete)) return undefined;
  const because = unreadable ?? `names no ${subject}`;
  return {
    input: "GITHUB_EVENT_PATH",
    value: environment["GITHUB_EVENT_PATH"] ?? "",
    message: `The event file ${because}, and a run on ${name} is judged by it. The runner writes it; run the job again.`,
  };
};
