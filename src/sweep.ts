import { type RemovalProgress, removalError, takeRemovalSteps } from "./apply/removal-steps.ts";
import { connect } from "./aws/client.ts";
import { openGateway } from "./aws/rest-api/gateway.ts";
import { defaultPacing, type Pacing } from "./aws/retry.ts";
import { asActionError } from "./domain/errors.ts";
import type { StaleRecord } from "./domain/github-record.ts";
import type { Log } from "./domain/world.ts";
import { connectGitHub, type GitHubClient } from "./github/client.ts";
import { findPreviewComments, noPreviewComments, type PreviewComments } from "./github/preview-comments.ts";
import { closeRecords, type RecordsClosed } from "./github/record-list.ts";
import { missingStages, staleRecords } from "./github/stale-records.ts";
import type { SweepRequest } from "./inputs/sweep-request.ts";
import { observeSweep, planObserved, type SweepObserved } from "./observe-sweep.ts";
import type { RemovalResult } from "./plan/delete.ts";
import { endingStages, type StageRemovalStep, type SweepPlan } from "./plan/sweep.ts";
import { commentMarker } from "./report/comment.ts";
import {
  type SweepEnd,
  sweepOutputs,
  sweepPage,
  sweepRequestLines,
  sweepResultLine,
  sweptPreviewComment,
} from "./report/sweep-page.ts";
import { errorText } from "./report/text/error-text.ts";
import { type SweepOutcome, sweepLines, sweepSummary } from "./report/text/sweep-table.ts";
import { processWorld } from "./runner/process-world.ts";
import { writeOutputs, writeSummary } from "./runner/results.ts";

/** `command: sweep`: observe, plan, apply, report. Answers the exit code and throws nothing. */
export const sweep = async (
  request: SweepRequest,
  log: Log,
  signal: AbortSignal,
  pacing: Pacing = defaultPacing(signal, log.info),
): Promise<number> => {
  log.group("Request", sweepRequestLines(request));
  const onCancel = (): void =>
    log.info("The run is cancelled. What is under way is finished, and nothing else is begun.");
  signal.addEventListener("abort", onCancel, { once: true });
  const work: Work = {
    observed: undefined,
    plan: undefined,
    progress: { results: [], errors: [] },
    comments: noPreviewComments,
    stale: [],
    closed: { closed: [], warnings: [] },
  };
  try {
    await carryOut(request, work, log, pacing);
  } catch (thrown) {
    work.progress.errors.push(asActionError(thrown, `sweep REST API ${request.restApiId}`));
  }
  signal.removeEventListener("abort", onCancel);
  const end = endOf(request, work, signal.aborted);
  await report(end, log);
  if (end.error === undefined) return 0;
  return end.error.kind === "cancelled" ? 130 : 1;
};

/** What is known so far; it grows while the sweep goes on, and tells how far it came when it fails. */
type Work = {
  observed: SweepObserved | undefined;
  plan: SweepPlan | undefined;
  readonly progress: RemovalProgress;
  comments: PreviewComments;
  /** The records to close, as far as the steps have been carried out. */
  stale: readonly StaleRecord[];
  closed: RecordsClosed;
};

const carryOut = async (request: SweepRequest, work: Work, log: Log, pacing: Pacing): Promise<void> => {
  const { restApiId, githubToken, run, environment } = request;
  const github =
    githubToken === ""
      ? undefined
      : connectGitHub({ token: githubToken, apiUrl: run.apiUrl, repository: run.repository, fetch });
  const connection = await connect();
  const gateway = openGateway(connection, restApiId, pacing);

  const observed = await observeSweep(request, gateway, github);
  work.observed = observed;
  const plan = await planObserved(request, observed, connection, pacing);
  work.plan = plan;
  const planned = plan.steps.map((): RemovalResult => "planned");
  work.stale = staleAfter(plan, planned, observed);
  showPlan({ plan, results: planned, closedRecords: [], plannedRecords: work.stale.map(recordOfStage) }, log);
  if (request.dryRun) {
    work.progress.results.push(...planned);
    return;
  }

  work.comments = await commentsOfEnding(plan, observed, github);
  await takeRemovalSteps(plan.steps, {
    gateway,
    restApiId,
    progress: work.progress,
    note: log.info,
    // At once, so that the comment of a deployment that comes after the deletion is not overwritten.
    stageDeleted: (step) => work.comments.replace(step.stageName, removedBody(step, request, observed)),
  });
  work.stale = staleAfter(plan, work.progress.results, observed);
  if (github !== undefined && work.stale.length > 0) {
    work.closed = await closeRecords(github, {
      environment,
      stale: work.stale,
      logUrl: logUrlOf(request),
      signal: pacing.signal,
    });
  }
};

const showPlan = (planned: SweepOutcome, log: Log): void => {
  log.group("Plan", [sweepSummary(planned), ...sweepLines(planned)]);
};

/** Pull requests that do not exist, or of which nothing is known, have no conversation. */
const commentsOfEnding = async (
  plan: SweepPlan,
  { pullRequests }: SweepObserved,
  github: GitHubClient | undefined,
): Promise<PreviewComments> => {
  const previews = endingStages(plan).flatMap(({ stageName, owner: { pullRequest }, createdAt }) => {
    const state = pullRequest === undefined ? undefined : pullRequests.get(pullRequest);
    const marker = commentMarker(plan.restApiId, stageName);
    return pullRequest !== undefined && (state === "open" || state === "closed")
      ? [{ pullRequest, stageName, marker, stageCreatedAt: createdAt }]
      : [];
  });
  return github === undefined ? noPreviewComments : findPreviewComments(github, previews);
};

const removedBody = (
  { stageName, because, owner }: StageRemovalStep,
  request: SweepRequest,
  { pullRequests }: SweepObserved,
): string =>
  sweptPreviewComment({
    restApiId: request.restApiId,
    stageName,
    because,
    pullRequestIsOpen: pullRequests.get(owner.pullRequest ?? 0) === "open",
    logUrl: logUrlOf(request),
  });

const logUrlOf = ({ run }: SweepRequest): string =>
  `${run.serverUrl}/${run.repository.owner}/${run.repository.name}/actions/runs/${run.runId}/attempts/${run.attempt}`;

/** The records to close once the steps have ended so. */
const staleAfter = (
  plan: SweepPlan,
  results: readonly RemovalResult[],
  { records, stages, pullRequests, now }: SweepObserved,
): readonly StaleRecord[] => {
  const { restApiId, steps } = plan;
  const gone = endingStages(plan).filter((step) =>
    ["deleted", "absent", "planned"].includes(results[steps.indexOf(step)] ?? ""),
  );
  const missing = missingStages(records, stages, { restApiId, now });
  const deletedStages = new Set([...missing, ...gone.map(({ stageName }) => stageName)]);
  return staleRecords(records, { restApiId, pullRequests, deletedStages, now });
};

const endOf = (request: SweepRequest, work: Work, cancelled: boolean): SweepEnd => {
  const { progress, comments, closed, observed } = work;
  const outcome = outcomeOf(request, work);
  const state = outcome === undefined ? "Nothing was changed." : sweepSummary(outcome);
  return {
    request,
    outcome,
    error: removalError(progress.errors, {
      doing: `finish the sweep of REST API ${request.restApiId}`,
      state,
      cancelled,
    }),
    warnings: [...(observed?.warnings ?? []), ...comments.warnings(), ...closed.warnings],
    changed: callersNotice(work),
  };
};

const outcomeOf = (request: SweepRequest, { plan, progress, stale, closed }: Work): SweepOutcome | undefined =>
  plan && {
    plan,
    results: progress.results,
    closedRecords: closed.closed.map(recordOfStage),
    ...(request.dryRun ? { plannedRecords: stale.map(recordOfStage) } : {}),
  };

const recordOfStage = ({ payload, because }: StaleRecord) => ({ stageName: payload.stageName, because });

/** A stage was deleted, or a request to delete one may have been carried out. */
const callersNotice = ({ plan, progress: { results, errors } }: Work): boolean => {
  const mayHaveActed = errors.some(({ acted }) => acted !== "no");
  return (plan?.steps ?? []).some(
    ({ kind }, index) =>
      kind === "delete-stage" && (results[index] === "deleted" || (results[index] === "failed" && mayHaveActed)),
  );
};

/** Tells the summary, the outputs and the log how it ended. */
const report = async (end: SweepEnd, log: Log): Promise<void> => {
  const { outcome, error, request } = end;
  if (outcome !== undefined && !request.dryRun) log.group("Result", sweepLines(outcome));
  for (const warning of [...(outcome?.plan.warnings ?? []), ...end.warnings]) log.warning(warning);
  writeBoth(sweepOutputs(end), sweepPage(end));
  if (error !== undefined) log.error(errorText(error, request.run.actionUrl), error.code);
  log.info(sweepResultLine(end));
};

const writeBoth = (outputs: Record<string, string>, summary: string): void => {
  const world = processWorld(new AbortController().signal);
  writeOutputs(outputs, world);
  writeSummary(summary, world);
};
