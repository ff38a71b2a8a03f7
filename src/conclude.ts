import type { ActionError } from "./domain/errors.ts";
import type { PullRequestState } from "./domain/pull-request.ts";
import type { Run } from "./domain/run.ts";
import type { Log } from "./domain/world.ts";
import { connectGitHub } from "./github/client.ts";
import { type Ending, noReporting, openReporting, type Reporting } from "./github/reporting.ts";
import type { Target } from "./inputs/target.ts";
import { commentBody, commentMarker } from "./report/comment.ts";
import { forgetOpenRecord, saveOpenRecord } from "./report/open-record.ts";
import { linkOf, type Outcome } from "./report/outcome.ts";
import { outputsOf } from "./report/outputs.ts";
import { errorText } from "./report/text/error-text.ts";
import { type Links, page } from "./report/text/page.ts";
import { resultLine, statusDescription } from "./report/text/sentences.ts";
import { processWorld } from "./runner/process-world.ts";
import { writeOutputs, writeSummary } from "./runner/results.ts";

/** GitHub takes a mebibyte of job summary from a step; the rest is room for characters of more than one byte. */
const SUMMARY_LIMIT = 400_000;

export const linksOf = ({ run: { serverUrl, repository, runId, attempt, commit }, checkRunId }: Target): Links => {
  const repositoryUrl = `${serverUrl}/${repository.owner}/${repository.name}`;
  // A job's id is its check run's id (recorded webhooks: `check_run_url` of a workflow job).
  const job = checkRunId === undefined ? `attempts/${attempt}` : `job/${checkRunId}`;
  return {
    repositoryUrl,
    commitUrl: `${repositoryUrl}/commit/${commit}`,
    logUrl: `${repositoryUrl}/actions/runs/${runId}/${job}`,
  };
};

export const reportingFor = (request: Target, links: Links): Reporting =>
  request.githubToken === ""
    ? noReporting
    : openReporting(
        request,
        connectGitHub({
          token: request.githubToken,
          apiUrl: request.run.apiUrl,
          repository: request.run.repository,
          fetch,
        }),
        commentMarker(request.restApiId, request.stageName),
        links.logUrl,
        {
          opening: (record, id) =>
            saveOpenRecord({ record, logUrl: links.logUrl, ...(id === undefined ? {} : { id }) }),
          closing: (record, id, ending) => saveOpenRecord({ record, logUrl: links.logUrl, id, ending }),
          closed: forgetOpenRecord,
        },
      );

/** The whole error once, and what concerns a line of a file beside that line. */
export const logError = (error: ActionError, { actionUrl }: Run, log: Log): void => {
  log.error(errorText(error, actionUrl), error.code);
  for (const place of error.places) log.errorAt(place, error.code);
};

/** Tells GitHub, the summary, the outputs and the log how it ended. Answers what GitHub said of the pull request. */
export const conclude = async (
  outcome: Outcome,
  links: Links,
  reporting: Reporting,
  log: Log,
): Promise<PullRequestState> => {
  const { error, request } = outcome;
  const [state] = await Promise.all([
    comment(outcome, links, reporting),
    outcome.command === "delete" ? undefined : reporting.closeRecord(endingOf(outcome)),
  ]);
  if (outcome.result === "rolled-back" && outcome.deploymentId !== undefined) {
    await reporting.renewRecord(outcome.deploymentId, linkOf(outcome));
  }
  const warnings = [...outcome.warnings, ...reporting.warnings()];
  for (const warning of warnings) log.warning(warning);
  writeBoth(outputsOf(outcome, reporting.reported()), page(outcome, links, warnings, SUMMARY_LIMIT));
  if (error !== undefined) logError(error, request.run, log);
  log.info(resultLine(outcome));
  return state;
};

/** A stage that stays is told of already, and nobody wants a new comment about one that is gone. */
const comment = async (outcome: Outcome, links: Links, reporting: Reporting): Promise<PullRequestState> => {
  const deletion = outcome.command === "delete";
  if (deletion && outcome.result === "skipped") return "unknown";
  return reporting.comment(commentBody(outcome, links), deletion && outcome.result !== "failed");
};

const endingOf = (outcome: Outcome): Ending => {
  const description = statusDescription(outcome);
  if (outcome.error !== undefined) return { state: "failure", description, environmentUrl: "" };
  return outcome.result === "skipped"
    ? { state: "inactive", description, environmentUrl: "" }
    : { state: "success", description, environmentUrl: linkOf(outcome) };
};

/** 130 is what a process ends with that was interrupted. */
export const exitCodeOf = (error: ActionError | undefined): number => {
  if (error === undefined) return 0;
  return error.kind === "cancelled" ? 130 : 1;
};

const writeBoth = (outputs: Record<string, string>, summary: string): void => {
  const world = processWorld(new AbortController().signal);
  writeOutputs(outputs, world);
  writeSummary(summary, world);
};
