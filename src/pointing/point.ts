import { noProgress } from "../apply/progress.ts";
import { connect } from "../aws/client.ts";
import { openGateway } from "../aws/rest-api/gateway.ts";
import { defaultPacing } from "../aws/retry.ts";
import { conclude, exitCodeOf, linksOf, reportingFor } from "../conclude.ts";
import { decide } from "../decide.ts";
import { type ActionError, asActionError } from "../domain/errors.ts";
import type { Log } from "../domain/world.ts";
import type { Reporting } from "../github/reporting.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { judgeGate } from "../plan/gate.ts";
import { isRefusal, type Plan, type Refusal } from "../plan/plan.ts";
import { decisionNow } from "../plan/preview-now.ts";
import { removePreview } from "../remove-preview.ts";
import { historyLines } from "../report/text/history.ts";
import { planLines } from "../report/text/plan-text.ts";
import { routeDiffLines } from "../report/text/route-diff.ts";
import { requestLines } from "../report/text/sentences.ts";
import { settingsLines } from "../report/text/settings-diff.ts";
import { readJobClaims } from "../runner/oidc.ts";
import { makeRoomAndApply } from "./make-room.ts";
import { cancelledInstead, outcomeOf, stateAfter } from "./outcome.ts";
import { refused, type Story, servedIn, stageIn, type Work } from "./story.ts";

/** Makes a stage serve a deployment: deploy, promote and roll back. Answers the exit code and throws nothing. */
export const point = async (request: PointingRequest, log: Log, signal: AbortSignal): Promise<number> => {
  log.group("Request", requestLines(request));
  const links = linksOf(request);
  const reporting = reportingFor(request, links);
  const work: Work = {
    facts: undefined,
    plan: undefined,
    smoke: undefined,
    skipped: undefined,
    rolledBack: false,
    progress: noProgress(),
    notes: [],
  };
  const onCancel = (): void => {
    void reporting.closeRecord({ state: "failure", description: "Cancelled", environmentUrl: "" });
  };
  signal.addEventListener("abort", onCancel, { once: true });
  const error = await carryOut({ request, reporting, work, log, signal });
  signal.removeEventListener("abort", onCancel);

  const outcome = outcomeOf(request, work, signal.aborted ? cancelledInstead(error, work) : error);
  const state = await conclude(outcome, links, reporting, log);
  const over =
    outcome.error === undefined && !signal.aborted ? await whyOver(request, work, reporting, state) : undefined;
  if (over !== undefined) return removePreview({ ...request, command: "delete", because: over }, log, signal);
  return exitCodeOf(outcome.error);
};

/** Observes, plans and applies. Answers the error that ended it, if one did. */
const carryOut = async (story: Story): Promise<ActionError | undefined> => {
  const { request, reporting, work, log, signal } = story;
  const observing = reporting.observe(request.command === "rollback");
  try {
    const gateway = openGateway(await connect(), request.restApiId, defaultPacing(signal, log.info));
    const deciding = decide(request, gateway, async () => {
      await observing;
      return reporting.observed().served;
    });
    const [{ facts, outcome }] = await Promise.all([deciding, observing, passGate(story, observing)]);
    work.facts = facts;
    reporting.locateComment(stageIn(facts, request.stageName)?.createdAt);
    if (facts.history !== undefined) log.group("History", historyLines(facts.history, servedIn(facts, request) ?? ""));
    work.plan = planOrRefusal(request, outcome);
    showPlan(request, work.plan, log);
    if (!request.dryRun) await makeRoomAndApply(story, work.plan, facts, gateway);
    return undefined;
  } catch (thrown) {
    await observing;
    const error = asActionError(
      thrown,
      `${request.command} stage ${request.stageName} of REST API ${request.restApiId}`,
    );
    return error.state === undefined ? error.withState(stateAfter(work, error)) : error;
  }
};

const planOrRefusal = (request: PointingRequest, outcome: Plan | Refusal): Plan => {
  if (isRefusal(outcome)) throw refused(request, outcome);
  return outcome;
};

/** A promotion that writes must come from behind its gate, when the workflow wants that. */
const passGate = async ({ request, reporting, work }: Story, observing: Promise<void>): Promise<void> => {
  if (request.command !== "promote" || request.gate === "off" || request.dryRun) return;
  await observing;
  const evidence = await reporting.gateEvidence(readJobClaims);
  const { repository, ownerId, serverUrl } = request.run;
  const verdict = judgeGate(
    {
      mode: request.gate,
      environment: request.environment,
      stageName: request.stageName,
      repositoryUrl: `${serverUrl}/${repository.owner}/${repository.name}`,
      repository,
      ownerId,
    },
    evidence,
  );
  if (verdict.kind === "refusal") throw refused(request, verdict);
  if (verdict.kind === "warning") work.progress.warnings.push(verdict.text);
  else if (verdict.proof !== undefined) work.notes.push(verdict.proof);
};

const showPlan = (request: PointingRequest, plan: Plan, log: Log): void => {
  log.group("Plan", planLines(plan));
  if (Object.keys(request.settings).length > 0) log.group("Settings", settingsLines(plan.settings));
  if (plan.routes !== undefined) log.group("Routes", routeDiffLines(plan.routes));
};

/** Why a preview that was just deployed must go again; `undefined` when it may stay. */
const whyOver = async (
  request: PointingRequest,
  work: Work,
  reporting: Reporting,
  told: Awaited<ReturnType<typeof conclude>>,
): Promise<string | undefined> => {
  const { previewOf, dryRun, run } = request;
  if (previewOf === undefined || dryRun || work.skipped !== undefined) return undefined;
  const state = told === "unknown" ? await reporting.pullRequestState(previewOf) : told;
  const now = decisionNow({ decision: "deploy", because: "" }, run.event, previewOf, state);
  return now.decision === "delete" ? now.because : undefined;
};
