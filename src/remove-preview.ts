import { type Removed, remove } from "./apply/removal.ts";
import { connect } from "./aws/client.ts";
import { type Gateway, openGateway } from "./aws/rest-api/gateway.ts";
import { defaultPacing } from "./aws/retry.ts";
import { conclude, exitCodeOf, linksOf, reportingFor } from "./conclude.ts";
import { ActionError, asActionError } from "./domain/errors.ts";
import type { RestApi } from "./domain/stage.ts";
import type { Log } from "./domain/world.ts";
import type { Reporting } from "./github/reporting.ts";
import type { DeleteRequest } from "./inputs/request.ts";
import { type DeletePlan, planDelete, type RemovalResult } from "./plan/delete.ts";
import { isRefusal } from "./plan/plan.ts";
import { decisionNow } from "./plan/preview-now.ts";
import type { Outcome } from "./report/outcome.ts";
import { planLines } from "./report/text/plan-text.ts";
import { requestLines } from "./report/text/sentences.ts";

type Work = {
  api: RestApi | undefined;
  region: string | undefined;
  plan: DeletePlan | undefined;
  /** Why the stage stays. */
  skipped: string | undefined;
  removed: Removed | undefined;
};

/** Removes a stage of ours and what only it needed. Answers the exit code and throws nothing. */
export const removePreview = async (request: DeleteRequest, log: Log, signal: AbortSignal): Promise<number> => {
  log.group("Request", requestLines(request));
  const links = linksOf(request);
  const reporting = reportingFor(request, links);
  const work: Work = { api: undefined, region: undefined, plan: undefined, skipped: undefined, removed: undefined };
  const error = await carryOut(request, work, reporting, log, signal);
  const outcome = outcomeOf(request, work, error);
  if (isGone(work)) await reporting.retireRecords(`The stage was removed by run ${request.run.runId}`);
  await conclude(outcome, links, reporting, log);
  return exitCodeOf(error);
};

const carryOut = async (
  request: DeleteRequest,
  work: Work,
  reporting: Reporting,
  log: Log,
  signal: AbortSignal,
): Promise<ActionError | undefined> => {
  const { restApiId, stageName } = request;
  const observing = reporting.observe();
  try {
    const gateway = openGateway(await connect(), restApiId, defaultPacing(signal, log.info));
    const [plan, over] = await Promise.all([decide(request, work, gateway), isOver(request, reporting), observing]);
    work.plan = plan;
    work.skipped = over;
    if (over !== undefined) return undefined;
    log.group("Plan", planLines(plan));
    if (request.dryRun) return undefined;
    reporting.locateComment(plan.steps.find((step) => step.kind === "delete-stage")?.createdAt);
    work.removed = await remove(plan.steps, restApiId, gateway, log.info);
    if (stageResult(work) === "not-ours") work.skipped = work.removed.lines[0];
    return work.removed.error;
  } catch (thrown) {
    await observing;
    const error = asActionError(thrown, `delete stage ${stageName} of REST API ${restApiId}`);
    return error.state === undefined ? error.withState("Nothing was removed.") : error;
  }
};

const decide = async (request: DeleteRequest, work: Work, gateway: Gateway): Promise<DeletePlan> => {
  const { restApiId, stageName, previewOf, run } = request;
  const [api, stages, deployments, users] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    gateway.getStageUsers([stageName]),
  ]);
  work.api = api;
  work.region = gateway.place.region;
  const decision = planDelete({
    run,
    restApiId,
    stageName,
    owner: { repositoryId: run.repository.id, pullRequest: previewOf },
    stages,
    deployments,
    users: users.get(stageName) ?? { found: [], unknown: [] },
  });
  if (!isRefusal(decision)) return decision;
  const { refused, ...facts } = decision;
  throw new ActionError({
    code: refused,
    doing: `delete stage ${stageName} of REST API ${restApiId}`,
    ...facts,
    acted: "no",
    state: `Stage ${stageName} is as it was.`,
  });
};

/** Runs may start in another order than their events: a pull request that is open again keeps its preview. */
const isOver = async (request: DeleteRequest, reporting: Reporting): Promise<string | undefined> => {
  const { previewOf, run, because } = request;
  if (previewOf === undefined || run.event.kind !== "pull-request" || run.event.open) return undefined;
  const state = await reporting.pullRequestState(previewOf);
  const now = decisionNow({ decision: "delete", because }, run.event, previewOf, state);
  return now.decision === "skip" ? now.because : undefined;
};

/** What became of the stage itself; `undefined` where there was none, and where it was not reached. */
const stageResult = ({ plan, removed }: Work): RemovalResult | undefined =>
  removed?.results[plan?.steps.findIndex(({ kind }) => kind === "delete-stage") ?? -1];

/** Whether this run has seen to it that there is no stage any more. */
const isGone = (work: Work): boolean => {
  if (work.removed === undefined) return false;
  if (work.plan?.serves === undefined) return true;
  const result = stageResult(work);
  return result === "deleted" || result === "absent";
};

const outcomeOf = (request: DeleteRequest, work: Work, error: ActionError | undefined): Outcome => {
  const { plan, skipped } = work;
  const result = stageResult(work);
  return {
    request,
    command: "delete",
    result: resultOf(request, work, error),
    plan: skipped === undefined ? plan : undefined,
    api: work.api,
    region: work.region,
    invokeUrl: undefined,
    deploymentId: isGone(work) ? undefined : plan?.serves,
    previousDeploymentId: plan?.serves,
    changed: result === "deleted" || (result === "failed" && error?.acted !== "no"),
    routes: undefined,
    smoke: undefined,
    history: undefined,
    notes: notesOf(request, work, error),
    error,
    warnings: plan?.warnings ?? [],
  };
};

/** The error's state says what was removed, where there is one. */
const notesOf = ({ because }: DeleteRequest, work: Work, error: ActionError | undefined): readonly string[] => {
  if (error !== undefined) return [];
  return work.skipped === undefined ? [because, ...whatWasRemoved(work)] : [work.skipped];
};

/** The log names each deployment. */
const whatWasRemoved = ({ plan, removed }: Work): readonly string[] => {
  const { results = [], lines = [] } = removed ?? {};
  const kinds = plan?.steps.map(({ kind }) => kind) ?? [];
  const deployments = results.filter((result, index) => result === "deleted" && kinds[index] === "delete-deployment");
  return [
    ...lines.filter((_, index) => kinds[index] === "delete-stage"),
    ...(deployments.length === 0 ? [] : [`Deployments that only it needed: ${deployments.length} deleted.`]),
  ];
};

const resultOf = (
  request: DeleteRequest,
  { plan, skipped }: Work,
  error: ActionError | undefined,
): Outcome["result"] => {
  if (error !== undefined) return "failed";
  if (skipped !== undefined) return "skipped";
  return request.dryRun ? "planned" : (plan?.result ?? "failed");
};
