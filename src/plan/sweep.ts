import { ownMark } from "../domain/dark-stage.ts";
import { markerOf, parseMarker } from "../domain/marker.ts";
import { type Owner, provenOwner } from "../domain/owner.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { Deployment, Stage } from "../domain/stage.ts";
import { userText } from "../domain/stage-users.ts";
import type { PlanName } from "../domain/usage-plan.ts";
import type { SweepRequest } from "../inputs/sweep-request.ts";
import type { SweepObserved } from "../observe/observed.ts";
import { sweepCanaries } from "./canary/overdue.ts";
import { emptyPlan, type Left, type Plan } from "./plan.ts";
import { staleRecords } from "./records.ts";
import { deploymentStep, oldestFirst, referencedBy, rememberedBy, stageStep, wasMadeFor } from "./removal.ts";
import type { DeleteDeploymentStep } from "./step.ts";
import { leaveSteps, namingOf } from "./usage-plans.ts";

type SweepQuestion = SweepRequest & Omit<SweepObserved, "served" | "place" | "warnings">;

/**
 * A deployment that is younger may belong to a run that has made it and not yet pointed its stage at it. Milliseconds;
 * far above the minutes that lie between the two.
 */
export const YOUNG = 3_600_000;

/** The pull requests of this repository that stages say they belong to: those to ask GitHub about. */
export const pullRequestsOf = (
  stages: readonly Stage[],
  restApiId: string,
  repositoryId: string,
): readonly number[] => {
  const numbers = stages.flatMap((stage) => {
    const owner = provenOwner(stage.tags, { restApiId, stageName: stage.name });
    return owner?.repositoryId === repositoryId && owner.pullRequest !== undefined ? [owner.pullRequest] : [];
  });
  return [...new Set(numbers)].sort((one, other) => one - other);
};

/** The stages that a sweep would delete if nothing used them: those whose users must be known. */
export const endingStages = (request: SweepRequest, observed: Omit<SweepObserved, "users">): readonly string[] =>
  verdictsOf({ ...request, ...observed, users: new Map() }).flatMap(({ stage, over }) =>
    over === undefined ? [] : [stage.name],
  );

/** Decides what `sweep` removes and what it leaves. All stages come before all deployments. */
export const planSweep = (request: SweepRequest, observed: SweepObserved): Plan => {
  const question: SweepQuestion = { ...request, ...observed };
  const verdicts = verdictsOf(question);
  const ended = verdicts.flatMap(({ stage, owner, over, kept, leaves }) =>
    owner !== undefined && over !== undefined && kept === undefined
      ? [{ stage, leaves, ending: stageStep(stage, owner, over) }]
      : [],
  );
  const fates = judgeDeployments(
    question,
    ended.map(({ stage }) => stage),
  );
  const canaries = sweepCanaries(
    verdicts.flatMap(({ stage, over }) => (over === undefined ? [stage] : [])),
    request,
    observed.now,
  );
  return {
    ...emptyPlan,
    command: "sweep",
    restApiId: request.restApiId,
    stageName: undefined,
    result: "swept",
    steps: [
      ...leaveSteps(ended),
      ...ended.map(({ ending }) => ending),
      // A canary of one ended preview may still reference what was made for another.
      ...ended.flatMap(({ stage }) => removals(fates, stage.name)),
      ...removals(fates, undefined),
      ...canaries.steps,
    ],
    left: [
      ...verdicts.flatMap(({ stage, kept }): Left[] =>
        kept === undefined ? [] : [{ kind: "stage", stageName: stage.name, because: kept }],
      ),
      ...leftDeployments(fates),
    ],
    records: staleRecords(observed.records, {
      ...question,
      ending: new Set(ended.map(({ stage }) => stage.name)),
      young: YOUNG,
    }),
    warnings: [
      ...canaries.warnings,
      ...new Set(ended.flatMap(({ stage }) => observed.users.get(stage.name)?.unknown ?? [])),
    ],
  };
};

type Judged = StageVerdict & { readonly stage: Stage };

const verdictsOf = (question: SweepQuestion): readonly Judged[] =>
  question.stages.map((stage) => ({ stage, ...judgeStage(stage, question) }));

/** `over`: why the preview has ended. `kept`: why the stage stays. One of them is there. */
type StageVerdict = {
  readonly owner: Owner | undefined;
  readonly over: string | undefined;
  readonly kept: string | undefined;
  /** The usage plans that the stage can be taken out of. */
  readonly leaves: readonly PlanName[];
};

const judgeStage = (stage: Stage, question: SweepQuestion): StageVerdict => {
  const owner = provenOwner(stage.tags, { restApiId: question.restApiId, stageName: stage.name });
  const keep = (kept: string): StageVerdict => ({ owner, over: undefined, kept, leaves: [] });
  if (owner === undefined) return keep("nothing proves that this action made it");
  if (owner.repositoryId !== question.run.repository.id) return keep(`it belongs to repository ${owner.repositoryId}`);
  const isDark = ownMark(stage, question.restApiId, owner.repositoryId) !== undefined;
  if (owner.pullRequest === undefined && !isDark) return keep("it is not a preview");
  const over = owner.pullRequest === undefined ? endOfDark(stage, question) : endOf(stage, owner.pullRequest, question);
  if (over === undefined) {
    return keep(owner.pullRequest === undefined ? YOUNG_DARK : whyAlive(owner.pullRequest, question));
  }
  const { keptBy, leaves } = namingOf(stage, question.users.get(stage.name), question.restApiId);
  if (keptBy.length > 0) return keep(`${over}, but the stage is in use: ${keptBy.map(userText).join(", ")}`);
  return { owner, over, kept: undefined, leaves };
};

const YOUNG_DARK = "it is a dark stage younger than an hour: a run may be testing on it";

/** A dark stage goes with its run; who finds one later finds what was broken off. */
const endOfDark = ({ createdAt }: Stage, { now }: SweepQuestion): string | undefined =>
  createdAt !== undefined && now - createdAt > YOUNG
    ? "it is a dark stage that was left by a run which was broken off"
    : undefined;

const stateOf = (number: number, { pullRequests }: SweepQuestion): PullRequestState =>
  pullRequests.get(number) ?? "unknown";

const endOf = (stage: Stage, number: number, question: SweepQuestion): string | undefined => {
  const state = stateOf(number, question);
  if (state === "closed") return `pull request #${number} is closed`;
  if (state === "gone") return `pull request #${number} does not exist`;
  const deployedAt = lastDeployment(stage, question.deployments);
  return question.ttl !== undefined && deployedAt !== undefined && question.now - deployedAt > question.ttl
    ? `the preview of pull request #${number} was last deployed longer ago than preview-ttl allows`
    : undefined;
};

/** When the stage's deployment was made, or the stage itself, whichever is later: a preview in use does not expire. */
const lastDeployment = (stage: Stage, deployments: readonly Deployment[]): number | undefined => {
  const served = deployments.find(({ id }) => id === stage.deploymentId)?.createdAt;
  const dates = [served, stage.createdAt].filter((date) => date !== undefined);
  return dates.length === 0 ? undefined : Math.max(...dates);
};

const whyAlive = (number: number, question: SweepQuestion): string =>
  stateOf(number, question) === "open"
    ? `pull request #${number} is open`
    : `GitHub did not tell whether pull request #${number} is still open`;

/** `endedStage`: the stage whose removal takes the deployment along; without one it goes because there are too many. */
type Fate =
  | { readonly id: string; readonly goes: string; readonly endedStage: string | undefined }
  | { readonly id: string; readonly stays: string };

const removals = (fates: readonly Fate[], endedStage: string | undefined): readonly DeleteDeploymentStep[] =>
  fates.flatMap((fate) =>
    "goes" in fate && fate.endedStage === endedStage ? [deploymentStep(fate.id, fate.goes)] : [],
  );

const leftDeployments = (fates: readonly Fate[]): readonly Left[] => {
  const counts = new Map<string, number>();
  for (const fate of fates) {
    if ("stays" in fate) counts.set(fate.stays, (counts.get(fate.stays) ?? 0) + 1);
  }
  return [...counts].map(([because, count]) => ({ kind: "deployments", count, because }));
};

const judgeDeployments = (question: SweepQuestion, ended: readonly Stage[]): readonly Fate[] => {
  const remaining = question.stages.filter((stage) => !ended.includes(stage));
  const needed = { referenced: referencedBy(remaining), remembered: rememberedBy(remaining, question) };
  const servedByEnded = referencedBy(ended);
  const candidates: Deployment[] = [];
  const fates: Fate[] = [];
  for (const deployment of question.deployments.toSorted(oldestFirst)) {
    const { id } = deployment;
    const marker = parseMarker(deployment.description);
    const stays = whyKept(deployment, question, needed);
    const endedStage = ended.find(({ name }) => wasMadeFor(marker, question.run, name))?.name;
    const isOfGonePreview =
      marker?.preview !== undefined && !question.stages.some(({ name }) => wasMadeFor(marker, question.run, name));
    const settled = servedByEnded.has(id) || question.now - deployment.createdAt > YOUNG;
    if (stays !== undefined) fates.push({ id, stays });
    else if (endedStage !== undefined && settled) {
      fates.push({ id, goes: `it was made for stage ${endedStage}, and no stage references it any more`, endedStage });
    } else if (isOfGonePreview && settled) {
      // What removed the stage was broken off or refused before it could remove this one.
      const goes = `it was made for the preview of pull request #${marker.preview}, which is gone`;
      fates.push({ id, goes, endedStage: undefined });
    } else candidates.push(deployment);
  }
  return [...fates, ...prune(candidates, remaining, question)];
};

type Needed = { readonly referenced: ReadonlySet<string>; readonly remembered: ReadonlySet<string> };

const whyKept = (
  { id, description }: Deployment,
  { run, keepDeployments }: SweepQuestion,
  { referenced, remembered }: Needed,
): string | undefined => {
  if (referenced.has(id)) return "a stage or a canary references them";
  const repositoryId = parseMarker(description)?.repositoryId;
  if (repositoryId === undefined) return "nothing proves that this action made them";
  if (repositoryId !== run.repository.id) return "they belong to other repositories";
  if (remembered.has(id)) return "a stage may be rolled back to them";
  return keepDeployments === 0 ? "keep-deployments is 0, which keeps all" : undefined;
};

/**
 * Keeps the newest of every stage that remains, so that many previews cannot push out what production would be rolled
 * back to; deployments of stages that are gone count as one stage's. `candidates` are oldest first.
 */
const prune = (
  candidates: readonly Deployment[],
  remaining: readonly Stage[],
  { run, now, keepDeployments }: SweepQuestion,
): readonly Fate[] => {
  const remainingMarks = new Set(remaining.map(({ name }) => markerOf(run, name).stage));
  const groups = new Map<string, Deployment[]>();
  for (const deployment of candidates) {
    const mark = parseMarker(deployment.description)?.stage ?? "";
    const group = remainingMarks.has(mark) ? mark : "";
    groups.set(group, [...(groups.get(group) ?? []), deployment]);
  }
  return [...groups.values()].flatMap((group) =>
    group.map(({ id, createdAt }, index): Fate => {
      if (index >= group.length - keepDeployments) return { id, stays: `they are among the newest ${keepDeployments}` };
      if (now - createdAt <= YOUNG)
        return { id, stays: "they are younger than an hour: a run may be about to use them" };
      const goes = `no stage references it, and ${keepDeployments} newer ones are kept`;
      return { id, goes, endedStage: undefined };
    }),
  );
};
