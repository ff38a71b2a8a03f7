import { apply } from "./apply/apply.ts";
import { noProgress, type Progress, seenByCallers, stateOf } from "./apply/progress.ts";
import { ActionError, asActionError } from "./errors.ts";
import { connect } from "./gateway/client.ts";
import { type Gateway, openGateway } from "./gateway/gateway.ts";
import { defaultPacing } from "./gateway/retry.ts";
import { connectGitHub } from "./github/client.ts";
import { noReporting, openReporting, type Reporting } from "./github/reporting.ts";
import { type DeployRequest, type Request, readRequest, type Skip } from "./inputs/request.ts";
import type { Run } from "./inputs/run.ts";
import { observe } from "./observe.ts";
import { planDeploy } from "./plan/deploy.ts";
import { invokeUrlOf } from "./plan/invoke-url.ts";
import type { Observed, Stage } from "./plan/observed.ts";
import { isRefusal, type Plan } from "./plan/plan.ts";
import { planSettings } from "./plan/settings/plan-settings.ts";
import { commentBody, commentMarker } from "./report/comment.ts";
import { errorText } from "./report/error-text.ts";
import { codeBlock, plain } from "./report/markdown.ts";
import { linkOf, type Outcome } from "./report/outcome.ts";
import { outputsOf } from "./report/outputs.ts";
import { type Links, page } from "./report/page.ts";
import { planLines } from "./report/plan-text.ts";
import { routeDiffLines } from "./report/route-diff.ts";
import { requestLines, resultLine, statusDescription } from "./report/sentences.ts";
import { settingsLines } from "./report/settings-diff.ts";
import { readRun } from "./runner/context.ts";
import { runnerInputs } from "./runner/inputs.ts";
import type { Log } from "./runner/log.ts";
import { writeResults } from "./runner/results.ts";
import { forgetOpenRecord, saveOpenRecord } from "./runner/state.ts";
import { workspaceFiles } from "./runner/workspace.ts";

/** GitHub takes a mebibyte of job summary from a step; the rest is room for characters of more than one byte. */
const SUMMARY_LIMIT = 400_000;

/** The main step: read, observe, plan, apply, report. Answers the exit code and throws nothing. */
export const run = async (log: Log, signal: AbortSignal): Promise<number> => {
  const thisRun = readRun(process.env);
  let request: Request | Skip;
  try {
    request = readRequest(runnerInputs, thisRun, workspaceFiles(process.env["GITHUB_WORKSPACE"] ?? process.cwd()));
  } catch (thrown) {
    return endWithoutRequest(asActionError(thrown, "read the inputs"), thisRun, log);
  }
  if (request.command === "skip") return skip(request, log);
  return carryOut(request, log, signal);
};

const skip = async ({ because }: Skip, log: Log): Promise<number> => {
  log.notice(`Nothing to do. ${because}`, "apigw-stage-action");
  await writeResults({ result: "skipped", changed: "false" }, `### Nothing to do\n\n${plain(because)}`, log);
  return 0;
};

const endWithoutRequest = async (error: ActionError, thisRun: Run, log: Log): Promise<number> => {
  logError(error, thisRun, log);
  const text = errorText(error, thisRun.actionUrl);
  await writeResults({ result: "failed", changed: "false" }, `### ❌ Nothing was deployed\n\n${codeBlock(text)}`, log);
  return 1;
};

/** The whole error once, and what concerns a line of a file beside that line. */
const logError = (error: ActionError, { actionUrl }: Run, log: Log): void => {
  log.error(errorText(error, actionUrl), error.code);
  for (const place of error.places) log.errorAt(place, error.code);
};

const linksOf = ({ run: { serverUrl, repository, runId, attempt, commit }, checkRunId }: Request): Links => {
  const home = `${serverUrl}/${repository.owner}/${repository.name}`;
  // A job's id is its check run's id (recorded webhooks: `check_run_url` of a workflow job).
  const job = checkRunId === undefined ? `attempts/${attempt}` : `job/${checkRunId}`;
  return { commitUrl: `${home}/commit/${commit}`, logUrl: `${home}/actions/runs/${runId}/${job}` };
};

const carryOut = async (request: DeployRequest, log: Log, signal: AbortSignal): Promise<number> => {
  log.group("Request", requestLines(request));
  const links = linksOf(request);
  const reporting = reportingFor(request, links);
  const work: Work = { observed: undefined, plan: undefined, progress: noProgress() };

  const onCancel = (): void => {
    void reporting.closeRecord({ state: "failure", description: "Cancelled", environmentUrl: "" });
  };
  signal.addEventListener("abort", onCancel, { once: true });
  const error = await deploy(request, work, reporting, log, signal);
  signal.removeEventListener("abort", onCancel);

  const outcome = outcomeOf(request, work, signal.aborted ? cancelledInstead(error, work) : error);
  await report(outcome, links, reporting, log);
  if (outcome.error === undefined) return 0;
  return outcome.error.kind === "cancelled" ? 130 : 1;
};

const reportingFor = (request: Request, links: Links): Reporting =>
  request.githubToken === ""
    ? noReporting
    : openReporting(
        request,
        connectGitHub(request.githubToken, request.run.apiUrl, request.run.repository),
        commentMarker(request.restApiId, request.stageName),
        links.logUrl,
        {
          opening: (record, id) =>
            saveOpenRecord({ record, logUrl: links.logUrl, ...(id === undefined ? {} : { id }) }),
          closing: (record, id, ending) => saveOpenRecord({ record, logUrl: links.logUrl, id, ending }),
          closed: forgetOpenRecord,
        },
      );

/** What is known so far; it grows while the run goes on, and tells how far it came when it fails. */
type Work = { observed: Observed | undefined; plan: Plan | undefined; readonly progress: Progress };

/** Observes, plans and applies. Answers the error that ended it, if one did. */
const deploy = async (
  request: DeployRequest,
  work: Work,
  reporting: Reporting,
  log: Log,
  signal: AbortSignal,
): Promise<ActionError | undefined> => {
  const observing = reporting.observe();
  try {
    const gateway = openGateway(await connect(), request.restApiId, defaultPacing(signal, log.info));
    const [observed] = await Promise.all([observe(request, gateway), observing]);
    work.observed = observed;
    reporting.locateComment(observed.stages.find(({ name }) => name === request.stageName)?.createdAt);
    work.plan = decide(request, observed);
    showPlan(request, work.plan, log);
    if (!request.dryRun)
      await applyAndRecord(request, work.plan, observed, gateway, work.progress, reporting, log, signal);
    return undefined;
  } catch (thrown) {
    await observing;
    const error = asActionError(thrown, `deploy stage ${request.stageName} of REST API ${request.restApiId}`);
    return error.state === undefined ? error.withState(stateAfter(work, error)) : error;
  }
};

const decide = (request: DeployRequest, observed: Observed): Plan => {
  const decision = planDeploy(request, observed);
  if (!isRefusal(decision)) return decision;
  const { refused, ...facts } = decision;
  throw new ActionError({
    code: refused,
    doing: `deploy stage ${request.stageName} of REST API ${request.restApiId}`,
    ...facts,
    acted: "no",
    state: "Nothing was changed.",
  });
};

const showPlan = (request: DeployRequest, plan: Plan, log: Log): void => {
  log.group("Plan", planLines(plan));
  if (Object.keys(request.settings).length > 0) log.group("Settings", settingsLines(plan.settings));
  if (plan.routes !== undefined) log.group("Routes", routeDiffLines(plan.routes));
};

/** The record is for people: it is opened beside the first request to AWS, not before it. */
const applyAndRecord = async (
  request: DeployRequest,
  plan: Plan,
  observed: Observed,
  gateway: Gateway,
  progress: Progress,
  reporting: Reporting,
  log: Log,
  signal: AbortSignal,
): Promise<void> => {
  const opening = reporting.openRecord();
  try {
    const stage = await apply(plan, {
      restApiId: request.restApiId,
      definition: request.definition?.definition.bytes,
      gateway,
      progress,
      log: log.info,
      signal,
      compared: observed.compared,
      failOn: request.routes?.failOn ?? [],
      compareRoutes: request.routes !== undefined,
      settingsLeft: ({ settings: current }) =>
        planSettings({ wanted: request.settings, current, routes: undefined }).patch,
    });
    if (progress.routes !== undefined) log.group("Routes", routeDiffLines(progress.routes));
    if (stage !== undefined) progress.warnings.push(...differences(request, stage));
  } finally {
    await opening;
  }
};

/** What the stage has otherwise than declared, after everything was sent; tags are not part of what the service answers. */
const differences = (request: DeployRequest, stage: Stage): readonly string[] =>
  planSettings({ wanted: { ...request.settings, resetRoutes: new Set() }, current: stage.settings, routes: undefined })
    .changes.filter(({ setting }) => !setting.startsWith("tags."))
    .map(
      ({ setting, from, to }) =>
        `API Gateway accepted the settings, but ${setting} is ${from ?? "not set"} instead of ${to ?? "not set"}.`,
    );

/** What state a run leaves that was broken off; without a plan it had only looked. */
const stateAfter = ({ plan, progress }: Work, failure: Pick<ActionError, "acted">): string =>
  plan === undefined ? "Nothing was changed." : stateOf(plan, progress, failure);

/** A run that was cancelled ends so even where its last write still went through; the state says which. */
const cancelledInstead = (error: ActionError | undefined, work: Work): ActionError => {
  if (error?.kind === "cancelled") return error;
  const state = stateAfter(work, { acted: error?.acted ?? "no" });
  return new ActionError({
    code: "CANCELLED",
    doing: "finish the deployment",
    happened: error === undefined ? "The run was cancelled." : `The run was cancelled. ${error.message}`,
    acted: error?.acted ?? "yes",
    state,
  });
};

const outcomeOf = (request: DeployRequest, work: Work, error: ActionError | undefined): Outcome => {
  const { observed, plan, progress } = work;
  const serves = observed?.stages.find(({ name }) => name === request.stageName)?.deploymentId;
  const diff = progress.routes ?? plan?.routes;
  return {
    request,
    result: error !== undefined ? "failed" : request.dryRun ? "planned" : (plan?.result ?? "failed"),
    plan,
    api: observed?.api,
    region: observed?.place.region,
    invokeUrl: observed && invokeUrlOf(request.stageName, observed.api, observed.place, request.invokeUrl),
    deploymentId: progress.pointedAt ?? serves,
    previousDeploymentId: serves,
    changed: callersNotice(plan, progress, error),
    routes: diff && observed?.compared && { diff, comparedWith: observed.compared.name },
    error,
    warnings: [...(plan?.warnings ?? []), ...progress.warnings],
  };
};

const callersNotice = (plan: Plan | undefined, progress: Progress, error: ActionError | undefined): boolean => {
  if (plan === undefined) return false;
  if (error !== undefined) return seenByCallers(plan, progress, error);
  return (
    progress.pointedAt !== undefined ||
    (progress.settingsChanged && plan.steps.some(({ seenByCallers }) => seenByCallers))
  );
};

/** Tells GitHub, the summary, the outputs and the log how it ended. */
const report = async (outcome: Outcome, links: Links, reporting: Reporting, log: Log): Promise<void> => {
  const { error, request } = outcome;
  await Promise.all([
    reporting.closeRecord({
      state: error === undefined ? "success" : "failure",
      description: statusDescription(outcome),
      environmentUrl: error === undefined ? linkOf(outcome) : "",
    }),
    reporting.comment(commentBody(outcome, links)),
  ]);
  const warnings = [...outcome.warnings, ...reporting.warnings()];
  for (const warning of warnings) log.warning(warning);
  await writeResults(outputsOf(outcome, reporting.reported()), page(outcome, links, warnings, SUMMARY_LIMIT), log);
  if (error !== undefined) logError(error, request.run, log);
  log.info(resultLine(outcome));
};
