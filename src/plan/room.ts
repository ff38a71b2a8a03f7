import { type Owner, provenOwner } from "../domain/owner.ts";
import type { Stage } from "../domain/stage.ts";
import { compareTexts } from "../domain/text-order.ts";
import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
import type { Refusal } from "./plan.ts";
import { stageStep } from "./removal.ts";
import type { Alternative, EvictionStep } from "./step.ts";
import { leaveSteps, namingOf } from "./usage-plans.ts";

export type StageLimit = {
  /** `stages`: all stages of the API, as its quota counts. `previews`: preview stages only (`preview-limit`). */
  readonly of: "stages" | "previews";
  readonly most: number;
};

export type SlotQuestion = {
  readonly restApiId: string;
  /** The preview stage that is wanted. */
  readonly stageName: string;
  readonly repositoryId: string;
  /** All stages of the API. */
  readonly stages: readonly Stage[];
  /** When API Gateway itself has refused one more stage: `stages`, and as many as there are. */
  readonly limit: StageLimit;
  /** Names of stages that something outside the API names; they cannot make room. */
  readonly inUse: ReadonlySet<string>;
  readonly onLimit: "fail" | "skip" | "evict-oldest";
  /** Milliseconds since 1970. */
  readonly now: number;
};

export type SlotDecision =
  | { readonly slot: "proceed" }
  /** Previews of this repository, oldest first, that must go before the wanted one is made. */
  | { readonly slot: "evict"; readonly stages: readonly Stage[]; readonly because: string }
  | { readonly slot: "skip"; readonly because: string; readonly holders: readonly string[] }
  | { readonly slot: "fail"; readonly refused: "STAGE_QUOTA"; readonly happened: string; readonly remedy: string };

/** Decides whether there is room for the preview stage, before anything is made. */
export const slotDecision = (question: SlotQuestion): SlotDecision => {
  const { limit, stages, stageName, onLimit } = question;
  const counted = limit.of === "stages" ? stages : stages.filter((stage) => previewOwner(stage, question));
  const excess = counted.length + 1 - limit.most;
  if (excess <= 0 || stages.some(({ name }) => name === stageName)) return { slot: "proceed" };
  const holders = counted.map((stage) => holderLine(stage, question));
  const taken =
    limit.of === "stages"
      ? `API ${question.restApiId} has ${counted.length} ${counted.length === 1 ? "stage" : "stages"}, and API Gateway allows no more.`
      : `API ${question.restApiId} has ${counted.length} ${counted.length === 1 ? "preview" : "previews"}, and preview-limit allows ${limit.most}.`;
  if (onLimit === "skip") {
    return {
      slot: "skip",
      because: `${taken} Stage ${stageName} waits for a slot; run the job again when one is free.`,
      holders,
    };
  }
  const oldest = onLimit === "evict-oldest" ? evictable(question).slice(0, excess) : [];
  if (onLimit === "evict-oldest" && oldest.length === excess) {
    return { slot: "evict", stages: oldest, because: `${taken} The oldest preview of this repository makes room.` };
  }
  const noneToEvict =
    onLimit === "evict-oldest" ? " There are not enough previews of this repository that could make room." : "";
  return {
    slot: "fail",
    refused: "STAGE_QUOTA",
    happened: [
      `${taken}${noneToEvict} ${holders.length === 1 ? "It is" : "They are"}:`,
      ...holders.map((line) => `  ${line}`),
    ].join("\n"),
    remedy:
      limit.of === "previews"
        ? "Close a pull request whose preview nobody needs, raise `preview-limit`, or set `on-limit` to skip or evict-oldest."
        : "Close a pull request whose preview nobody needs, run `command: sweep`, set `on-limit` to skip or evict-oldest, or have the quota `Stages per API` raised.",
  };
};

export type SlotFacts = Pick<SlotQuestion, "restApiId" | "repositoryId" | "now">;

/** The owner of a stage that is some repository's preview. */
export const previewOwner = (stage: Stage, { restApiId }: SlotFacts): Owner | undefined => {
  const owner = provenOwner(stage.tags, { restApiId, stageName: stage.name });
  return owner?.pullRequest === undefined ? undefined : owner;
};

/** Only what is proven ours may make room for us, and only where its age is known and nobody else needs it. */
export const evictable = (question: SlotQuestion): readonly Stage[] =>
  question.stages
    .filter(
      (stage) =>
        stage.createdAt !== undefined &&
        !question.inUse.has(stage.name) &&
        previewOwner(stage, question)?.repositoryId === question.repositoryId,
    )
    .sort((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0) || compareTexts(one.name, other.name));

export const holderLine = (stage: Stage, facts: SlotFacts): string => {
  const owner = provenOwner(stage.tags, { restApiId: facts.restApiId, stageName: stage.name });
  return `${stage.name}: ${holderText(owner, facts)}, ${ageText(stage.createdAt, facts.now)}`;
};

export const holderText = (owner: Owner | undefined, { repositoryId }: Pick<SlotFacts, "repositoryId">): string => {
  if (owner === undefined) return "not made by this action";
  const repository = owner.repositoryId === repositoryId ? "this repository" : `repository ${owner.repositoryId}`;
  return owner.pullRequest === undefined
    ? `a lasting stage of ${repository}`
    : `preview of pull request #${owner.pullRequest} of ${repository}`;
};

export const HOUR = 3_600_000;

/** How long ago that was, in whole units: `3 days old`. Times in milliseconds since 1970. */
export const ageText = (createdAt: number | undefined, now: number): string => {
  if (createdAt === undefined) return "of unknown age";
  const hours = Math.max(0, Math.floor((now - createdAt) / HOUR));
  if (hours < 1) return "less than an hour old";
  const [count, unit] = hours < 48 ? [hours, "hour"] : [Math.floor(hours / 24), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"} old`;
};

/** What a preview that does not exist yet needs to find a place. */
export type Room = {
  readonly refusal: Refusal | undefined;
  /** Why nothing is done, where the workflow wants to wait for a place. */
  readonly waits: readonly string[] | undefined;
  /** What must go first. */
  readonly evictions: readonly EvictionStep[];
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** What comes when the service itself says that there is no place. */
  readonly ifFull: Alternative;
};

/** Decides by the workflow's own limit now, and beforehand for the quota, which nobody but the service knows. */
export const roomFor = (request: DeployRequest, observed: DeployObserved): Room => {
  const limited =
    request.slots.limit === undefined
      ? ({ slot: "proceed" } as const)
      : slotDecision(questionOf(request, observed, observed.stages, { of: "previews", most: request.slots.limit }));
  const evicted = limited.slot === "evict" ? limited.stages : [];
  const left = observed.stages.filter((stage) => !evicted.includes(stage));
  const full = slotDecision(questionOf(request, observed, left, { of: "stages", most: left.length }));
  return {
    refusal: limited.slot === "fail" ? limited : undefined,
    waits: limited.slot === "skip" ? notesOf(limited) : undefined,
    evictions: evictionsOf(limited, request.restApiId, observed.users),
    notes: limited.slot === "evict" ? [limited.because] : [],
    warnings: [...new Set(evicted.flatMap(({ name }) => observed.users.get(name)?.unknown ?? []))],
    ifFull: alternativeOf(full, request.restApiId, observed.users),
  };
};

const questionOf = (
  { restApiId, stageName, run, slots }: DeployRequest,
  { users, now }: DeployObserved,
  stages: readonly Stage[],
  limit: StageLimit,
): SlotQuestion => ({
  restApiId,
  stageName,
  repositoryId: run.repository.id,
  stages,
  limit,
  inUse: new Set(
    stages
      .filter((stage) => namingOf(stage, users.get(stage.name), restApiId).keptBy.length > 0)
      .map(({ name }) => name),
  ),
  onLimit: slots.onLimit,
  now,
});

type Users = DeployObserved["users"];

const evictionsOf = (decision: SlotDecision, restApiId: string, users: Users): readonly EvictionStep[] => {
  if (decision.slot !== "evict") return [];
  const leavers = decision.stages.flatMap((stage) => {
    const owner = provenOwner(stage.tags, { restApiId, stageName: stage.name });
    if (owner === undefined) return [];
    const ending = stageStep(stage, owner, "it is the oldest preview, and makes room");
    return [{ ending, leaves: namingOf(stage, users.get(stage.name), restApiId).leaves }];
  });
  return [...leaveSteps(leavers), ...leavers.map(({ ending }) => ending)];
};

const notesOf = ({ because, holders }: Extract<SlotDecision, { slot: "skip" }>): readonly string[] => [
  because,
  ["The stages are:", ...holders.map((holder) => `  ${holder}`)].join("\n"),
];

const alternativeOf = (decision: SlotDecision, restApiId: string, users: Users): Alternative => {
  switch (decision.slot) {
    case "evict":
      return { kind: "evict", steps: evictionsOf(decision, restApiId, users), because: decision.because };
    case "skip":
      return { kind: "skip", notes: notesOf(decision) };
    case "fail":
      return { kind: "fail", happened: decision.happened, remedy: decision.remedy };
    case "proceed":
      throw new Error("a full API has room");
  }
};
