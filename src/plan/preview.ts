import type { Event } from "../inputs/event.ts";
import type { Stage } from "./observed.ts";
import { type Owner, provenOwner } from "./ownership.ts";

/**
 * What becomes of a pull request's preview stage: by the event that started the run, by what GitHub says a moment later,
 * and by whether there is room for one more stage. Everything is keyed by the pull request's number; a merged pull
 * request's run is on the base branch.
 */

/** `merged` counts as closed. `gone`: GitHub has no such pull request. `unknown`: GitHub could not be asked. */
export type PullRequestState = "open" | "closed" | "gone" | "unknown";

export type PreviewRules = {
  /** The label that a pull request must carry to get a preview (`preview-label`); `undefined`: every one gets it. */
  readonly label: string | undefined;
  /** Whether drafts get a preview (`preview-drafts`). */
  readonly drafts: boolean;
  /** Whether a privileged event may deploy what a fork's author wrote (`allow-forks`). */
  readonly allowForks: boolean;
};

export type PreviewQuestion = {
  readonly event: Event;
  readonly command: "auto" | "deploy" | "delete";
  readonly rules: PreviewRules;
  /** Whether the SDK's default chain finds AWS credentials in this job. */
  readonly hasCredentials: boolean;
};

/** `because` and `happened` are sentences for people; `advice` is what they can do about it. */
export type PreviewDecision =
  | { readonly decision: "deploy" | "delete"; readonly because: string }
  | { readonly decision: "skip"; readonly because: string; readonly advice?: string }
  | {
      readonly decision: "refuse";
      readonly refused: "FORK_NOT_ALLOWED";
      readonly happened: string;
      readonly remedy: string;
    };

type PullRequestEvent = Extract<Event, { kind: "pull-request" }>;

/** Dependabot's login; the author decides, because a maintainer's push changes the actor (GitHub docs, "Dependabot on GitHub Actions"). */
const DEPENDABOT = "dependabot[bot]";

/** Decides for a run whose stage is a pull request's preview. */
export const previewDecision = (question: PreviewQuestion): PreviewDecision => {
  const decision = wantedDecision(question);
  if (decision.decision === "skip" || decision.decision === "refuse") return decision;
  return (
    withoutCredentials(question) ?? (decision.decision === "deploy" ? refuseFork(question) : undefined) ?? decision
  );
};

/**
 * Decides for a run whose stage has a name of its own, which outlives every pull request. `undefined`: nothing about the
 * pull request speaks against what the workflow asks for.
 */
export const namedStageDecision = (question: PreviewQuestion): PreviewDecision | undefined => {
  const { event, command } = question;
  if (command === "auto" && event.kind === "pull-request" && !event.open) {
    return skip(`Pull request #${event.number} is closed, there is nothing to deploy for it.`);
  }
  return withoutCredentials(question) ?? (command === "delete" ? undefined : refuseFork(question));
};

const wantedDecision = ({ event, command, rules }: PreviewQuestion): PreviewDecision => {
  if (command === "delete") return { decision: "delete", because: "The command is delete." };
  if (event.kind !== "pull-request") return { decision: "deploy", because: "The run asks for a deployment." };
  if (command === "auto") return automaticDecision(event, rules);
  return event.open
    ? { decision: "deploy", because: "The command is deploy." }
    : skip(`Pull request #${event.number} is closed; a preview made now would be left behind.`);
};

const skip = (because: string, advice?: string): PreviewDecision => ({
  decision: "skip",
  because,
  ...(advice === undefined ? {} : { advice }),
});

/** Actions that can end a preview. All others deploy while the rules hold: what the workflow listens to is its choice. */
const automaticDecision = (event: PullRequestEvent, rules: PreviewRules): PreviewDecision => {
  const { action, number } = event;
  // Not only `closed`: where runs wait for each other, a later event's run may have taken the place of that one.
  if (!event.open) {
    return { decision: "delete", because: `Pull request #${number} is ${event.merged ? "merged" : "closed"}.` };
  }
  if (action === "unlabeled") return unlabeled(event, rules);
  if (action === "converted_to_draft") return convertedToDraft(event, rules);
  return missingCondition(event, rules) ?? { decision: "deploy", because: `Pull request #${number}: ${action}.` };
};

const sameLabel = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

const unlabeled = ({ number, label }: PullRequestEvent, rules: PreviewRules): PreviewDecision =>
  rules.label !== undefined && sameLabel(label, rules.label)
    ? { decision: "delete", because: `Label ${rules.label} was removed from pull request #${number}.` }
    : skip(`The label removed from pull request #${number} is not the one that previews depend on.`);

const convertedToDraft = ({ number }: PullRequestEvent, rules: PreviewRules): PreviewDecision =>
  rules.drafts
    ? skip(`Pull request #${number} is a draft now, and drafts keep their preview.`)
    : { decision: "delete", because: `Pull request #${number} is a draft now, and drafts have no preview.` };

const missingCondition = (event: PullRequestEvent, rules: PreviewRules): PreviewDecision | undefined => {
  const { label } = rules;
  if (label !== undefined && !event.labels.some((name) => sameLabel(name, label))) {
    return skip(
      `Pull request #${event.number} does not carry the label ${label}.`,
      `Add the label ${label} to the pull request to get a preview.`,
    );
  }
  if (event.draft && !rules.drafts) {
    return skip(
      `Pull request #${event.number} is a draft, and drafts have no preview.`,
      "Mark the pull request as ready for review to get a preview.",
    );
  }
  return undefined;
};

/** Whether the event is of a kind that GitHub gives no secrets: then it is worth the seconds to look. */
export const mayLackCredentials = (event: Event): boolean =>
  event.kind === "pull-request" && (event.fromFork || event.author === DEPENDABOT);

const withoutCredentials = ({ event, hasCredentials }: PreviewQuestion): PreviewDecision | undefined => {
  if (hasCredentials || event.kind !== "pull-request" || !mayLackCredentials(event)) return undefined;
  const origin = event.fromFork ? "comes from a fork" : "is Dependabot's";
  return skip(
    `Pull request #${event.number} ${origin}: GitHub gives its runs no secrets, no OpenID Connect token and a read-only token, so there are no AWS credentials.`,
    "To preview it, a maintainer reviews the change and pushes its branch to this repository. Or let a workflow on workflow_run deploy the definition as data, or one on pull_request_target behind a label, with allow-forks: true. Read docs/previews.md#forks-and-dependabot first.",
  );
};

/** These events have secrets and a writing token, whoever wrote the commit (GitHub docs, "Securely using pull_request_target"). */
const refuseFork = ({ event, rules }: PreviewQuestion): PreviewDecision | undefined => {
  if (rules.allowForks) return undefined;
  const name = privilegedForkEvent(event);
  if (name === undefined) return undefined;
  return {
    decision: "refuse",
    refused: "FORK_NOT_ALLOWED",
    happened: `The run was started by ${name}, which has this repository's credentials, and the commit to deploy comes from a fork.`,
    remedy:
      "A definition from a fork can send the API's traffic to any function or host that the API may use. If somebody with write access has reviewed exactly this commit before the run (a label, an environment with reviewers), set `allow-forks: true`; never run a script of the fork in the same job. Read docs/previews.md#forks-and-dependabot first.",
  };
};

const privilegedForkEvent = (event: Event): string | undefined => {
  if (event.kind === "commit") return event.fromFork ? "workflow_run" : undefined;
  return event.kind === "pull-request" && event.fromFork && event.name === "pull_request_target"
    ? event.name
    : undefined;
};

/**
 * The decision, looked at again with the state that GitHub tells now: before a deletion, and after a deployment. Runs
 * may start in another order than their events. What GitHub does not tell changes nothing.
 */
export const decisionNow = (
  decision: PreviewDecision,
  event: Event,
  number: number,
  state: PullRequestState,
): PreviewDecision => {
  if (decision.decision === "deploy" && (state === "closed" || state === "gone")) {
    return { decision: "delete", because: `Pull request #${number} was closed while this run was at work.` };
  }
  const closed = event.kind === "pull-request" && !event.open;
  if (decision.decision === "delete" && closed && state === "open") {
    return skip(`Pull request #${number} is open again; the run of its reopening takes care of the preview.`);
  }
  return decision;
};

export type StageLimit = {
  /** `stages`: all stages of the REST API, as its quota counts. `previews`: preview stages only (`preview-limit`). */
  readonly of: "stages" | "previews";
  readonly most: number;
};

export type SlotQuestion = {
  readonly restApiId: string;
  /** The preview stage that is wanted. */
  readonly stageName: string;
  readonly repositoryId: string;
  /** All stages of the REST API. */
  readonly stages: readonly Stage[];
  /** When API Gateway itself has refused one more stage: `stages`, and as many as there are. */
  readonly limit: StageLimit;
  /** Names of stages that something outside the REST API names; they cannot make room. */
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
      ? `REST API ${question.restApiId} has ${counted.length} ${counted.length === 1 ? "stage" : "stages"}, and its quota allows ${limit.most}.`
      : `REST API ${question.restApiId} has ${counted.length} ${counted.length === 1 ? "preview" : "previews"}, and preview-limit allows ${limit.most}.`;
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
        : "Close a pull request whose preview nobody needs, run `command: sweep`, or set `on-limit` to skip or evict-oldest. The quota can be raised: Service Quotas, Amazon API Gateway, `Stages per API`.",
  };
};

type SlotFacts = Pick<SlotQuestion, "restApiId" | "repositoryId" | "now">;

/** The owner of a stage that is some repository's preview. */
const previewOwner = (stage: Stage, { restApiId }: SlotFacts): Owner | undefined => {
  const owner = provenOwner(stage.tags, { restApiId, stageName: stage.name });
  return owner?.pullRequest === undefined ? undefined : owner;
};

/** Only what is proven ours may make room for us, and only where its age is known and nobody else needs it. */
const evictable = (question: SlotQuestion): readonly Stage[] =>
  question.stages
    .filter(
      (stage) =>
        stage.createdAt !== undefined &&
        !question.inUse.has(stage.name) &&
        previewOwner(stage, question)?.repositoryId === question.repositoryId,
    )
    .sort((one, other) => (one.createdAt ?? 0) - (other.createdAt ?? 0) || compare(one.name, other.name));

const compare = (one: string, other: string): number => (one < other ? -1 : one > other ? 1 : 0);

const holderLine = (stage: Stage, facts: SlotFacts): string => {
  const owner = provenOwner(stage.tags, { restApiId: facts.restApiId, stageName: stage.name });
  return `${stage.name}: ${holderText(owner, facts)}, ${ageText(stage.createdAt, facts.now)}`;
};

const holderText = (owner: Owner | undefined, { repositoryId }: SlotFacts): string => {
  if (owner === undefined) return "not made by this action";
  const repository = owner.repositoryId === repositoryId ? "this repository" : `repository ${owner.repositoryId}`;
  return owner.pullRequest === undefined
    ? `a lasting stage of ${repository}`
    : `preview of pull request #${owner.pullRequest} of ${repository}`;
};

const HOUR = 3_600_000;

/** How long ago that was, in whole units: `3 days old`. Times in milliseconds since 1970. */
export const ageText = (createdAt: number | undefined, now: number): string => {
  if (createdAt === undefined) return "of unknown age";
  const hours = Math.max(0, Math.floor((now - createdAt) / HOUR));
  if (hours < 1) return "less than an hour old";
  const [count, unit] = hours < 48 ? [hours, "hour"] : [Math.floor(hours / 24), "day"];
  return `${count} ${unit}${count === 1 ? "" : "s"} old`;
};
