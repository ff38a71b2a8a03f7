import { isDeepStrictEqual } from "node:util";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { World } from "../domain/world.ts";
import type { GitHubClient } from "../github/client.ts";
import { readRecords } from "../github/record-list.ts";
import { joinTroubles } from "../github/trouble.ts";
import { isStageRequest, type Request, type StageRequest } from "../inputs/request.ts";
import type { SweepRequest } from "../inputs/sweep-request.ts";
import type { Target } from "../inputs/target.ts";
import type { GitHubSide } from "../observe/github-side.ts";
import type { Observed, StageObserved, SweepObserved } from "../observe/observed.ts";
import type { Plan, RouteChanges } from "../plan/plan.ts";
import { type RecordEnding, recordsOfStage } from "../plan/records.ts";
import type { DeleteStageStep } from "../plan/step.ts";
import { writeOutputs, writeSummary } from "../runner/results.ts";
import type { Confirmation } from "../verify/overtaken.ts";
import type { Tell } from "../verify/tell.ts";
import { type CommentChannel, firstSignOf, noComment, openCommentChannel } from "./comment.ts";
import { evictedOutput, evictionLine } from "./evicted.ts";
import { exportFileOf } from "./export-file.ts";
import { type Links, linksOf } from "./links.ts";
import { logEnd, logPlan } from "./log.ts";
import { lookingFor } from "./looking.ts";
import {
  type Course,
  isAboutStage,
  type Outcome,
  overtakenOutcome,
  recordLinkOf,
  type StageOutcome,
} from "./outcome.ts";
import { outputsOf } from "./outputs.ts";
import { noRecord, openRecordChannel, type RecordChannel } from "./record.ts";
import { endingOf, isWorthRecording } from "./record-ending.ts";
import { openRemovedPreviews, type RemovedPreviews } from "./removed-previews.ts";
import { dueEndings, retireRecords } from "./retired-records.ts";
import { summaryOf } from "./summary.ts";
import { routeDiffLines } from "./text/route-diff.ts";

/** All that a run tells people, through every channel. Nothing here throws: trouble becomes a warning. */
export type Reports = {
  readonly show: (observed: Observed, plan: Plan) => void;
  /** The record is for people: it is opened beside the first write to AWS, not before it, and no write waits for it. */
  readonly openRecord: (plan: Plan) => void;
  /** What a deployment that was made just now changes for callers. */
  readonly compared: (routes: RouteChanges) => void;
  /** For those who look at the stage: what they find goes into the log, and into what is told at the end. */
  readonly looking: (course: Course) => Tell;
  readonly stageDeleted: (step: DeleteStageStep) => Promise<void>;
  /** At once, when the run is cancelled: there may be no time later. */
  readonly interrupt: () => void;
  /** `look` tells beside it what the stage serves, and decides. */
  readonly end: (outcome: Outcome, look: () => Promise<Confirmation>) => Promise<Ended>;
};

export type Ended = {
  /** How the run ended in truth. */
  readonly outcome: Outcome;
  /** Whether the pull request is still open, as far as that came along. */
  readonly told: PullRequestState;
  /** For a run that nothing follows: what takes the stage away again has the summary that is true. */
  readonly summarize: () => void;
};

const WITHOUT_TOKEN = "There is no github-token, so nothing is reported to the pull request or the environment.";

/** What the channels share while the run goes on. */
type Desk = {
  readonly request: Request;
  readonly github: GitHubSide;
  readonly world: World;
  readonly links: Links;
  readonly record: RecordChannel;
  readonly comment: CommentChannel;
  /** Resolves when the record is open, as far as there is to be one. */
  recorded: Promise<void>;
  /** Of reporting. */
  readonly troubles: string[];
  /** Previews that had to make room. */
  readonly evicted: DeleteStageStep[];
  removed: RemovedPreviews | undefined;
  /** What the plan has said of the routes. */
  planned: RouteChanges | undefined;
};

export const openReports = (request: Request, github: GitHubSide, world: World): Reports => {
  const desk = openDesk(request, github, world);
  const { record } = desk;
  const { log } = world;
  return {
    show: (observed, plan) => show(observed, plan, desk),
    openRecord: (plan) => {
      if (!isWorthRecording(plan)) return;
      desk.recorded = record.open(plan);
      // Awaited at the end.
      desk.recorded.catch(() => {});
    },
    compared: (routes) => {
      if (isDeepStrictEqual(routes, desk.planned)) return;
      if (routes.by !== undefined && isDeepStrictEqual(routes.diff, desk.planned?.diff))
        return log.info(`The routes are as planned. ${routes.by}`);
      log.group(desk.planned === undefined ? "Routes" : "Routes, other than planned", routeDiffLines(routes));
    },
    looking: (course) => lookingFor(course, desk),
    stageDeleted: async (step) => {
      if (request.command === "deploy") tellEvicted(step, desk);
      await desk.removed?.tell(step);
    },
    interrupt: () => {
      log.info("The run is cancelled. What is under way is finished, and nothing else is begun.");
      void record.close({ state: "failure", description: "Cancelled", environmentUrl: "" });
    },
    end: (outcome, look) => end(outcome, look, desk),
  };
};

const tellEvicted = (step: DeleteStageStep, { evicted, world }: Desk): void => {
  evicted.push(step);
  world.log.info(evictionLine(step));
  writeOutputs(evictedOutput(evicted.map(({ stageName }) => stageName)), world);
};

const openDesk = (request: Request, github: GitHubSide, world: World): Desk => {
  const links = linksOf(request);
  const troubles: string[] = [];
  const warn = (text: string): void => {
    troubles.push(text);
  };
  const stage = isStageRequest(request)
    ? { request, github, links, secrets: world.secrets, logUrl: links.logUrl, lookedAt: world.clock.now(), warn }
    : undefined;
  return {
    request,
    github,
    world,
    links,
    record: stage === undefined || request.command === "delete" ? noRecord : openRecordChannel(stage),
    comment: stage === undefined ? noComment : openCommentChannel(stage),
    recorded: Promise.resolve(),
    troubles,
    evicted: [],
    removed: undefined,
    planned: undefined,
  };
};

const show = (observed: Observed | StageObserved, plan: Plan, desk: Desk): void => {
  const { request, github, world, links, comment } = desk;
  if (plan.stageName !== undefined) {
    comment.locate(firstSignOf(plan.stageName, observed));
  }
  logPlan(request, plan, world.log);
  desk.planned = plan.routes;
  desk.removed = openRemovedPreviews({
    request,
    client: github.client,
    plan,
    api: "api" in observed ? observed.api : undefined,
    logUrl: links.logUrl,
    pullRequestState: (number) => statesIn(observed).get(number) ?? "unknown",
  });
};

const end = async (hoped: Outcome, look: () => Promise<Confirmation>, desk: Desk): Promise<Ended> => {
  const { world, record, comment, links } = desk;
  // Comment and record are under way meanwhile; they are put right in the rare case.
  const putting = isAboutStage(hoped) ? comment.put(hoped) : Promise.resolve("unknown" as const);
  const confirmed = lookBeside(putting, look, desk).then((confirmation) => confirm(hoped, confirmation, desk));
  const [told, outcome, retired] = await Promise.all([
    putConfirmed(hoped, putting, confirmed, comment),
    confirmed,
    retireTold(hoped, putting, desk),
    isAboutStage(hoped) ? closeConfirmed(hoped, confirmed, record) : undefined,
  ]);
  const { plan, deploymentId } = outcome;
  const standing = plan?.standing.find((one) => one.deploymentId === deploymentId);
  if (outcome.result === "rolled-back" && standing !== undefined) await record.renew(standing, recordLinkOf(outcome));
  const warnings = joinTroubles([...outcome.warnings, ...(await troublesOf(desk))]);
  const exportFile = exportFileOf(outcome, world);
  writeOutputs(outputsOf(outcome, { recordId: record.id(), comment: comment.comment(), exportFile }), world);
  logEnd(outcome, retired, warnings, world.log);
  return { outcome, told, summarize: () => writeSummary(summaryOf(outcome, links, retired, warnings), world) };
};

/** Where another run's comment shows that it was at work until just now, the stage is looked at again. */
const lookBeside = async (
  putting: Promise<unknown>,
  look: () => Promise<Confirmation>,
  { comment }: Desk,
): Promise<Confirmation> => {
  const [first] = await Promise.all([look(), putting]);
  return first.kind === "confirmed" && comment.metAnother() ? look() : first;
};

const confirm = (hoped: Outcome, confirmation: Confirmation, { troubles }: Desk): Outcome => {
  if (confirmation.kind === "unknown") troubles.push(confirmation.warning);
  return confirmation.kind === "overtaken" ? overtakenOutcome(hoped, confirmation) : hoped;
};

const putConfirmed = async (
  hoped: Outcome,
  putting: Promise<PullRequestState>,
  confirmed: Promise<Outcome>,
  comment: CommentChannel,
): Promise<PullRequestState> => {
  const told = await putting;
  const outcome = await confirmed;
  return outcome !== hoped && isAboutStage(outcome) ? comment.put(outcome) : told;
};

const closeConfirmed = async (
  hoped: StageOutcome,
  confirmed: Promise<Outcome>,
  record: RecordChannel,
): Promise<void> => {
  await record.close(endingOf(hoped));
  const outcome = await confirmed;
  if (outcome !== hoped && isAboutStage(outcome)) await record.correct(endingOf(outcome));
};

const isTold = ({ comment, githubDeployment }: Target): boolean => comment || githubDeployment !== "never";

const troublesOf = async ({ request, github, troubles, removed }: Desk): Promise<readonly string[]> => [
  ...(github.client === undefined && isStageRequest(request) && isTold(request) ? [WITHOUT_TOKEN] : []),
  ...(await github.observed).warnings,
  ...troubles,
  ...(removed?.warnings() ?? []),
];

/**
 * An open record is what a later run finds the comment of a stage by that is gone, so that the comment comes first. A
 * stage that stays needs no such order, but no older record is closed before the new one is there.
 */
const retireTold = async (
  outcome: Outcome,
  putting: Promise<unknown>,
  desk: Desk,
): Promise<readonly RecordEnding[]> => {
  await (outcome.request.command === "delete" ? putting : desk.recorded);
  if (!desk.request.dryRun && !desk.world.signal.aborted) await desk.removed?.tellMissing();
  return retire(outcome, desk);
};

/** Makes inactive what nothing stands behind any more. */
const retire = async (outcome: Outcome, desk: Desk): Promise<readonly RecordEnding[]> => {
  const { request, github, links, world, troubles } = desk;
  if (
    github.client === undefined ||
    request.command === "status" ||
    !writesRecords(request) ||
    outcome.plan === undefined
  )
    return [];
  const succeeded = outcome.error === undefined && outcome.result !== "skipped";
  const left = desk.removed?.left() ?? new Set();
  const due = dueEndings(outcome.plan, outcome.taken, succeeded).filter(
    ({ record }) => !left.has(record.payload.stageName),
  );
  const { environment } = await github.environments;
  return retireRecords(github.client, [...due, ...(await recordsOfEvicted(github.client, environment, desk))], {
    environment,
    logUrl: links.logUrl,
    describe: (because) => (request.command === "sweep" ? `Closed by a sweep: ${because}` : because),
    // A long series is broken off; what belongs to one stage is finished.
    signal: request.command === "sweep" ? world.signal : undefined,
    warn: (text) => {
      troubles.push(text);
    },
  });
};

const recordsOfEvicted = async (
  client: GitHubClient,
  environment: string,
  { request, evicted, troubles }: Desk,
): Promise<readonly RecordEnding[]> => {
  if (evicted.length === 0 || !isStageRequest(request)) return [];
  const { records, warnings } = await readRecords(client, environment);
  troubles.push(...warnings);
  return evicted.flatMap(({ stageName }) =>
    recordsOfStage(records, { restApiId: request.restApiId, stageName }, `Made room for stage ${request.stageName}`),
  );
};

const writesRecords = (request: StageRequest | SweepRequest): boolean =>
  !request.dryRun && (request.command === "sweep" || request.githubDeployment !== "never");

const statesIn = (observed: Observed | SweepObserved): ReadonlyMap<number, PullRequestState> =>
  "pullRequests" in observed ? observed.pullRequests : new Map();
