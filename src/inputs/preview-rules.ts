import type { Event } from "../domain/event.ts";

/**
 * What becomes of a pull request's preview stage: by the event that started the run, by what GitHub says a moment later,
 * and by whether there is room for one more stage. Everything is keyed by the pull request's number; a merged pull
 * request's run is on the base branch.
 */

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
  /** Whether the workflow says which pull request it is about (`pr-number`). */
  readonly numberGiven: boolean;
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

/** A merge queue tests what several pull requests become together (GitHub docs, "Events that trigger workflows"). */
export const isMergeGroup = (event: Event): boolean => event.kind === "other" && event.name === "merge_group";

/** Decides for a run whose stage is a pull request's preview. */
export const previewDecision = (question: PreviewQuestion): PreviewDecision => {
  const decision = withoutPullRequest(question) ?? wantedDecision(question);
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

/**
 * Events of workflows that preview pull requests, which are about none. A merge queue ejects the pull request whose check
 * fails, so that must not look like one.
 */
const withoutPullRequest = ({ event, numberGiven }: PreviewQuestion): PreviewDecision | undefined => {
  if (numberGiven || event.kind !== "other") return undefined;
  if (isMergeGroup(event)) {
    return skip(
      "The run is a merge queue's, which belongs to no single pull request: a preview is deployed and deleted by the runs of its own pull request.",
      "A stage with a name of its own can be deployed here, too.",
    );
  }
  return event.name === "issue_comment"
    ? skip("The comment that started the run is on an issue, and only pull requests have previews.")
    : undefined;
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

/** Some events have secrets and a writing token, and so may a runner of one's own, whoever wrote the commit (GitHub docs, "Securely using pull_request_target"). */
const refuseFork = ({ event, rules }: PreviewQuestion): PreviewDecision | undefined => {
  // Without its payload nobody knows whose commit it is about.
  if (event.kind === "other" && event.name === "pull_request_target") return unreadable(event.name);
  if (rules.allowForks) return undefined;
  const name = forkEvent(event);
  if (name === undefined) return undefined;
  return {
    decision: "refuse",
    refused: "FORK_NOT_ALLOWED",
    happened: `The run was started by ${name}, which has this repository's credentials, and the commit to deploy comes from a fork.`,
    remedy:
      "A definition from a fork can send the API's traffic to any function or host that the API may use. If somebody with write access has reviewed exactly this commit before the run (a label, an environment with reviewers), set `allow-forks: true`; never run a script of the fork in the same job. Read docs/previews.md#forks-and-dependabot first.",
  };
};

const forkEvent = (event: Event): string | undefined => {
  if (event.kind === "commit") return event.fromFork ? "workflow_run or a check" : undefined;
  return event.kind === "pull-request" && event.fromFork ? event.name : undefined;
};

const unreadable = (name: string): PreviewDecision => ({
  decision: "refuse",
  refused: "FORK_NOT_ALLOWED",
  happened: `The run was started by ${name}, which has this repository's credentials, and its event cannot be read: it is not known whether the commit to deploy comes from a fork.`,
  remedy: "Run the job again. If that does not help, look at the file that GITHUB_EVENT_PATH names.",
});
