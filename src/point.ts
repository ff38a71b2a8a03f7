import { apply } from "./apply/apply.ts";
import { pointBack } from "./apply/point-back.ts";
import { noProgress, type Progress, seenByCallers, stateOf } from "./apply/progress.ts";
import { remove } from "./apply/removal.ts";
import { DEFAULT_SETTLE, runSmokeTests, type SmokeVerdict, smokeWorld } from "./apply/smoke-tests.ts";
import { conclude, exitCodeOf, linksOf, reportingFor } from "./conclude.ts";
import { decide, type Facts } from "./decide.ts";
import { ActionError, asActionError } from "./errors.ts";
import { connect } from "./gateway/client.ts";
import { type Gateway, openGateway } from "./gateway/gateway.ts";
import { defaultPacing } from "./gateway/retry.ts";
import type { Reporting } from "./github/reporting.ts";
import type { PointingRequest } from "./inputs/request.ts";
import { stageStep } from "./plan/delete.ts";
import { judgeGate } from "./plan/gate.ts";
import { afterPointing, historyTag, parseHistoryTag } from "./plan/history.ts";
import { invokeUrlOf } from "./plan/invoke-url.ts";
import type { Stage } from "./plan/observed.ts";
import { provenOwner } from "./plan/ownership.ts";
import { isRefusal, type Plan, type Refusal } from "./plan/plan.ts";
import { decisionNow, type SlotDecision, type SlotQuestion, type StageLimit, slotDecision } from "./plan/preview.ts";
import { sourceChanged } from "./plan/promote.ts";
import { planSettings } from "./plan/settings/plan-settings.ts";
import { removePreview } from "./remove-preview.ts";
import { commentMarker } from "./report/comment.ts";
import { historyLines } from "./report/history.ts";
import type { Outcome } from "./report/outcome.ts";
import { planLines } from "./report/plan-text.ts";
import { routeDiffLines } from "./report/route-diff.ts";
import { requestLines } from "./report/sentences.ts";
import { settingsLines } from "./report/settings-diff.ts";
import { smokeTestLines } from "./report/smoke-tests.ts";
import { sweptPreviewComment } from "./report/sweep-page.ts";
import type { Log } from "./runner/log.ts";
import { readJobClaims } from "./runner/oidc.ts";

/** What is known so far; it grows while the run goes on, and tells how far it came when it fails. */
type Work = {
  facts: Facts | undefined;
  plan: Plan | undefined;
  smoke: SmokeVerdict | undefined;
  /** Why the run ended without doing anything. */
  skipped: string | undefined;
  rolledBack: boolean;
  readonly progress: Progress;
  readonly notes: string[];
};

/** What the phases share. */
type Story = {
  readonly request: PointingRequest;
  readonly reporting: Reporting;
  readonly work: Work;
  readonly log: Log;
  readonly signal: AbortSignal;
};

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

const stageIn = ({ stages }: Facts, stageName: string): Stage | undefined =>
  stages.find(({ name }) => name === stageName);

const servedIn = (facts: Facts, { stageName }: PointingRequest): string | undefined =>
  stageIn(facts, stageName)?.deploymentId;

const refused = (request: PointingRequest, { refused: code, ...facts }: Refusal): ActionError =>
  new ActionError({
    code,
    doing: `${request.command} stage ${request.stageName} of REST API ${request.restApiId}`,
    ...facts,
    acted: "no",
  });

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

/** A new preview takes one of the API's few stages; whether there is one left is known before anything is made. */
const makeRoomAndApply = async (story: Story, plan: Plan, facts: Facts, gateway: Gateway): Promise<void> => {
  const { request } = story;
  const limit = request.command === "deploy" ? request.slots.limit : undefined;
  const room =
    limit === undefined ? PROCEED : await slotFor(request, facts.stages, { of: "previews", most: limit }, gateway);
  if (!(await makeRoom(story, room, gateway))) return;
  try {
    await applyAndRecord(story, plan, facts, gateway);
  } catch (thrown) {
    // The quota itself is known to nobody but the service.
    if (!(thrown instanceof ActionError) || thrown.code !== "STAGE_QUOTA" || request.previewOf === undefined)
      throw thrown;
    const found = await gateway.getStages();
    const full = await slotFor(request, found, { of: "stages", most: found.length }, gateway);
    if (await makeRoom(story, full, gateway)) await applyAndRecord(story, plan, facts, gateway);
  }
};

const PROCEED: SlotDecision = { slot: "proceed" };

const slotFor = async (
  request: PointingRequest,
  stages: readonly Stage[],
  limit: StageLimit,
  gateway: Gateway,
): Promise<SlotDecision> => {
  if (request.previewOf === undefined || request.command !== "deploy") return PROCEED;
  const { restApiId, stageName, run, slots } = request;
  const question: SlotQuestion = {
    restApiId,
    stageName,
    repositoryId: run.repository.id,
    stages,
    limit,
    inUse: new Set(),
    onLimit: slots.onLimit,
    now: Date.now(),
  };
  const decision = slotDecision(question);
  if (decision.slot !== "evict") return decision;
  const users = await gateway.getStageUsers(stages.map(({ name }) => name));
  const used = [...users].flatMap(([name, { found }]) => (found.length > 0 ? [name] : []));
  return slotDecision({ ...question, inUse: new Set(used) });
};

/** Answers whether there is room now. */
const makeRoom = async (story: Story, decision: SlotDecision, gateway: Gateway): Promise<boolean> => {
  const { request, work } = story;
  switch (decision.slot) {
    case "proceed":
      return true;
    case "fail":
      // Where the service named the quota, the deployment is made already.
      throw refused(request, decision).withState(stateAfter(work, { acted: "no" }));
    case "skip":
      work.skipped = [decision.because, "The stages are:", ...decision.holders].join("\n");
      return false;
    case "evict":
      await evict(story, decision, gateway);
      return true;
  }
};

const evict = async (
  { request, work, log, reporting }: Story,
  { stages, because }: Extract<SlotDecision, { slot: "evict" }>,
  gateway: Gateway,
): Promise<void> => {
  const { restApiId } = request;
  const evicted = stages.flatMap((stage) => {
    const owner = provenOwner(stage.tags, { restApiId, stageName: stage.name });
    return owner?.pullRequest === undefined ? [] : [{ stage, owner, pullRequest: owner.pullRequest }];
  });
  const steps = evicted.map(({ stage, owner }) => stageStep(stage, owner, because));
  const { results, lines, error } = await remove(steps, restApiId, gateway, log.info);
  work.notes.push(because, ...lines);
  const gone = evicted.filter((_, index) => results[index] === "deleted");
  await reporting.tellEvicted(
    gone.map(({ stage: { name: stageName, createdAt }, pullRequest }) => ({
      pullRequest,
      stageName,
      marker: commentMarker(restApiId, stageName),
      stageCreatedAt: createdAt,
      body: sweptPreviewComment({
        restApiId,
        stageName,
        because: `it was the oldest preview, and preview ${request.stageName} needed its place`,
        pullRequestIsOpen: true,
        logUrl: linksOf(request).logUrl,
        remover: "A newer preview",
      }),
    })),
  );
  if (error !== undefined) throw error;
};

/** The record is for people: it is opened beside the first request to AWS, not before it. */
const applyAndRecord = async (story: Story, plan: Plan, facts: Facts, gateway: Gateway): Promise<void> => {
  const { request, reporting, work, log, signal } = story;
  const { progress } = work;
  const opening = reporting.openRecord({
    command: request.command,
    deploymentId: plan.deployment.kind === "existing" ? plan.deployment.id : "",
    previousDeploymentId: plan.serves ?? "",
  });
  try {
    const stage = await apply(plan, {
      restApiId: request.restApiId,
      definition: request.command === "deploy" ? request.definition?.definition.bytes : undefined,
      gateway,
      progress,
      log: log.info,
      signal,
      compared: facts.compared,
      failOn: request.command === "deploy" ? (request.routes?.failOn ?? []) : [],
      compareRoutes: request.command === "deploy" && request.routes !== undefined,
      settingsLeft: ({ settings: current }) =>
        planSettings({ wanted: request.settings, current, routes: undefined }).patch,
      beforePointing: () => checkSource(request, plan, gateway),
    });
    if (progress.routes !== undefined) log.group("Routes", routeDiffLines(progress.routes));
    if (stage !== undefined) progress.warnings.push(...differences(request, stage));
    await testStage(story, plan, facts, gateway);
  } finally {
    await opening;
    await keepHistory(story, plan, facts, gateway);
  }
};

/** What was shown and approved is what goes out: the source is looked at once more. */
const checkSource = async (request: PointingRequest, plan: Plan, gateway: Gateway): Promise<void> => {
  if (plan.source === undefined) return;
  const change = sourceChanged(plan, await gateway.getStages());
  if (change !== undefined) throw refused(request, change);
};

/** What the stage has otherwise than declared, after everything was sent; tags are not part of what the service answers. */
const differences = (request: PointingRequest, stage: Stage): readonly string[] =>
  planSettings({ wanted: { ...request.settings, resetRoutes: new Set() }, current: stage.settings, routes: undefined })
    .changes.filter(({ setting }) => !setting.startsWith("tags."))
    .map(
      ({ setting, from, to }) =>
        `API Gateway accepted the settings, but ${setting} is ${from ?? "not set"} instead of ${to ?? "not set"}.`,
    );

/** Asks the stage itself; a stage that answers wrongly goes back to what it served before. */
const testStage = async (story: Story, plan: Plan, facts: Facts, gateway: Gateway): Promise<void> => {
  const { request, work, log, signal } = story;
  const { tests, timeout, rollBack } = request.smokeTests;
  if (tests.length === 0) return;
  const invokeUrl = invokeUrlOf(request.stageName, facts.api, facts.place, request.invokeUrl);
  const pointed = work.progress.pointedAt !== undefined && plan.serves !== undefined;
  work.smoke = await runSmokeTests(
    tests,
    { invokeUrl, timeout, settle: pointed ? DEFAULT_SETTLE : 0 },
    smokeWorld(signal),
  );
  log.group("Smoke tests", smokeTestLines(work.smoke));
  if (work.smoke.kind === "healthy") return;
  const acted = work.progress.pointedAt === undefined ? "no" : "yes";
  if (work.smoke.kind === "unreachable") throw unreachable(request, work.smoke.because, acted);
  const happened = `Stage ${request.stageName} did not pass its smoke tests: ${smokeTestLines(work.smoke)[0]}`;
  const state = await stateAfterFailure(story, plan, gateway, rollBack && pointed, happened);
  throw new ActionError({ code: "SMOKE_TESTS_FAILED", doing: testing(request), happened, acted, state });
};

const testing = ({ stageName, restApiId }: PointingRequest): string =>
  `verify stage ${stageName} of REST API ${restApiId}`;

const unreachable = (request: PointingRequest, because: string, acted: "yes" | "no"): ActionError =>
  new ActionError({
    code: "SMOKE_TESTS_UNREACHABLE",
    doing: testing(request),
    happened: `The runner cannot reach the stage. ${because}`,
    acted,
    state: `Stage ${request.stageName} was left as it is: no answer says nothing about its health.`,
  });

/** Points the stage back where that is wanted, and says what it serves now. */
const stateAfterFailure = async (
  { request, work, log }: Story,
  { serves }: Plan,
  gateway: Gateway,
  rollBack: boolean,
  happened: string,
): Promise<string> => {
  const { stageName } = request;
  if (!rollBack || serves === undefined) {
    return `Stage ${stageName} serves deployment ${work.progress.pointedAt ?? serves} still: ${whyItStays(serves, work)}.`;
  }
  await pointBack(request, serves, gateway, happened);
  work.rolledBack = true;
  work.progress.pointedAt = serves;
  log.info(`Pointed stage ${stageName} back at deployment ${serves}.`);
  return `Stage ${stageName} was pointed back and serves deployment ${serves} again. Its settings and the API's draft are as this run left them.`;
};

const whyItStays = (serves: string | undefined, { progress }: Work): string => {
  if (serves === undefined) return "it is new, there is nothing to go back to";
  return progress.pointedAt === undefined ? "this run did not point it anywhere" : "rollback-on-failure is false";
};

/** On lasting stages of ours a tag tells what they served; without the permission, records and markers still do. */
const keepHistory = async ({ request, work }: Story, plan: Plan, facts: Facts, gateway: Gateway): Promise<void> => {
  const { pointedAt, made } = work.progress;
  const planned = plan.deployment.kind === "existing" ? plan.deployment.id : made;
  const address = { restApiId: request.restApiId, stageName: request.stageName };
  const tags = stageIn(facts, request.stageName)?.tags;
  const ours = plan.serves === undefined || (tags !== undefined && provenOwner(tags, address) !== undefined);
  if (pointedAt === undefined || request.previewOf !== undefined || !ours) return;
  const at = Date.now();
  const before = parseHistoryTag(tags ?? {}, address) ?? [];
  const forward = planned ?? pointedAt;
  const pointed = afterPointing(before, {
    deploymentId: forward,
    at,
    previousDeploymentId: plan.serves,
    rollback: request.command === "rollback",
  });
  const entries = work.rolledBack
    ? afterPointing(pointed, {
        deploymentId: pointedAt,
        previousDeploymentId: forward,
        rollback: true,
        at,
      })
    : pointed;
  try {
    await gateway.tagStage(request.stageName, historyTag(entries, address), []);
  } catch (thrown) {
    const error = asActionError(thrown, "keep the stage's history");
    work.progress.warnings.push(`The stage's history could not be kept in its tags: ${error.message} ${error.remedy}`);
  }
};

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

const outcomeOf = (request: PointingRequest, work: Work, error: ActionError | undefined): Outcome => {
  const { facts, plan, progress } = work;
  const serves = facts && servedIn(facts, request);
  const diff = progress.routes ?? plan?.routes;
  return {
    request,
    command: request.command,
    result: resultOf(request, work, error),
    plan,
    api: facts?.api,
    region: facts?.place.region,
    invokeUrl: facts && invokeUrlOf(request.stageName, facts.api, facts.place, request.invokeUrl),
    deploymentId: progress.pointedAt ?? serves,
    previousDeploymentId: serves,
    changed: callersNotice(plan, progress, error),
    routes: diff && facts?.compared && { diff, comparedWith: facts.compared.name },
    smoke: work.smoke,
    history: facts?.history,
    notes: [...(work.skipped === undefined ? [] : work.skipped.split("\n")), ...work.notes],
    error,
    warnings: [...(plan?.warnings ?? []), ...progress.warnings],
  };
};

const resultOf = (request: PointingRequest, work: Work, error: ActionError | undefined): Outcome["result"] => {
  if (work.rolledBack) return "rolled-back";
  if (error !== undefined) return "failed";
  if (work.skipped !== undefined) return "skipped";
  return request.dryRun ? "planned" : (work.plan?.result ?? "failed");
};

const callersNotice = (plan: Plan | undefined, progress: Progress, error: ActionError | undefined): boolean => {
  if (plan === undefined) return false;
  if (error !== undefined) return seenByCallers(plan, progress, error);
  const { pointedAt, settingsChanged } = progress;
  return pointedAt !== undefined || (settingsChanged && plan.steps.some((step) => step.seenByCallers));
};
