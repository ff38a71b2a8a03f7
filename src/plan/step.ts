import type { Compared } from "../domain/comparison.ts";
import type { ImportMode } from "../domain/definition.ts";
import type { Owner } from "../domain/owner.ts";
import type { Route } from "../domain/route.ts";
import type { RuleCondition, RuledDomain } from "../domain/routing-rule.ts";
import type { Run } from "../domain/run.ts";
import type { SettingWrite } from "../domain/stage-write.ts";
import type { PlanName } from "../domain/usage-plan.ts";
import type { FailOn } from "../inputs/fail-on.ts";
import type { CanaryIntent } from "./canary/intent.ts";
import type { TagEntry } from "./history.ts";
import type { TakenAway } from "./taken-away.ts";

/** The deployment a stage is to serve: one that exists, or the one that this plan makes. */
export type DeploymentRef = { readonly kind: "existing"; readonly id: string } | { readonly kind: "new" };

/** `because` is one sentence for people; `seenByCallers` says whether an API caller could notice the step. */
type Reason = { readonly because: string; readonly seenByCallers: boolean };

/** Replaces or extends the API's draft with the definition, and leaves the run's name on it. */
export type ImportStep = Reason & {
  readonly kind: "import-definition";
  readonly file: string;
  readonly mode: ImportMode;
  readonly failOnWarnings: boolean;
  readonly routes: readonly Route[];
  /** What it takes away from the API though the file does not say so. */
  readonly takenAway: readonly TakenAway[];
  /** A stage that serves what the draft holds now, as far as anybody knows, and the calls that bring it back from there. */
  readonly restoredFrom: { readonly stageName: string; readonly calls: readonly string[] } | undefined;
  /** Tags of the API that say what the draft holds. */
  readonly draftTags: Readonly<Record<string, string>>;
};

/** What the routes of a new deployment are held against before any stage is pointed at it. */
export type RouteJudgement = { readonly compared: Compared | undefined; readonly failOn: readonly FailOn[] };

export type CreateDeploymentStep = Reason & {
  readonly kind: "create-deployment";
  readonly description: string;
  /** `undefined`: nobody wants to know the routes. */
  readonly judgement: RouteJudgement | undefined;
};

export type CreateStageStep = Reason & {
  readonly kind: "create-stage";
  readonly stageName: string;
  readonly deployment: DeploymentRef;
  readonly tags: Readonly<Record<string, string>>;
  /** What it is made with, so that it never serves without. */
  readonly writes: readonly SettingWrite[];
  /** What is done when the service says that its quota of stages is used up, which it alone can tell. */
  readonly ifFull: Alternative | undefined;
};

/** One or more requests; the last points the stage where `deployment` is given. */
export type UpdateStageStep = Reason & {
  readonly kind: "update-stage";
  readonly stageName: string;
  readonly from: string | undefined;
  readonly deployment: DeploymentRef | undefined;
  readonly writes: readonly SettingWrite[];
};

export type TagStageStep = Reason & {
  readonly kind: "tag-stage";
  readonly stageName: string;
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
};

/** Writes down in the stage's tags what it serves since it was pointed. */
export type KeepHistoryStep = Reason & {
  readonly kind: "keep-history";
  readonly stageName: string;
  /** What the tags hold now. */
  readonly before: readonly TagEntry[];
  readonly deployment: DeploymentRef;
  /** What the stage served before it was pointed at the deployment. */
  readonly previous: DeploymentRef | undefined;
  readonly rollback: boolean;
  /** Digest of the settings that are declared, to be written down where the stage has them all. */
  readonly settings?: string | undefined;
  /** Where a job that is run again must find that this has been done. */
  readonly doneBy: Run | undefined;
};

/** Makes a documentation version of what the draft's documentation holds, for the stage that is pointed next. */
export type PublishDocumentationStep = Reason & {
  readonly kind: "publish-documentation";
  readonly version: string;
};

/** Puts AWS WAF's web ACL before the stage. */
export type AssociateWebAclStep = Reason & {
  readonly kind: "associate-web-acl";
  readonly stageName: string;
  readonly webAclArn: string;
};

/** Lets the API keys of a usage plan into the stage. */
export type JoinPlanStep = Reason & {
  readonly kind: "join-usage-plan";
  readonly plan: PlanName;
  readonly stageName: string;
};

/** Takes stages that are about to be deleted out of a usage plan, all of them in one request. */
export type LeavePlanStep = Reason & {
  readonly kind: "leave-usage-plan";
  readonly plan: PlanName;
  readonly stages: readonly EndingStage[];
};

/** Gives a part of the stage's traffic to a second deployment, in one call: the deployment first, the share last. */
export type StartCanaryStep = Reason & {
  readonly kind: "start-canary";
  readonly stageName: string;
  /** What the stage serves to all others. */
  readonly base: string;
  readonly deployment: DeploymentRef;
  readonly percent: number;
  /** Stage variables that the canary's requests see otherwise. */
  readonly variables: Readonly<Record<string, string>>;
  readonly useStageCache: boolean;
};

export type ShiftCanaryStep = Reason & {
  readonly kind: "shift-canary";
  readonly stageName: string;
  /** The canary's. */
  readonly deploymentId: string;
  readonly from: number;
  readonly to: number;
};

/** Makes the canary's deployment, and its variables, the stage's own; the canary stays until it is removed. */
export type PromoteCanaryStep = Reason & {
  readonly kind: "promote-canary";
  readonly stageName: string;
  /** The canary's. */
  readonly deploymentId: string;
  readonly from: string;
  readonly variables: Readonly<Record<string, string>>;
};

export type RemoveCanaryStep = Reason & {
  readonly kind: "remove-canary";
  readonly stageName: string;
  /** What the stage serves alone then. */
  readonly serves: string;
  /** The canary, and the tag that explains it, which alone are meant; `undefined`: who planned it looks for that. */
  readonly only?: { readonly deploymentId: string; readonly tag: string | undefined };
};

/** What the canary's tag is to say; the time is that of writing it where `since` is `now`. */
export type IntentToKeep = Omit<CanaryIntent, "canary" | "since"> & {
  readonly deployment: DeploymentRef;
  readonly since: number | "now";
};

/** Writes down what a canary is meant to do, or takes that off the stage. */
export type MarkCanaryStep = Reason & {
  readonly kind: "mark-canary";
  readonly stageName: string;
  readonly intent: IntentToKeep | undefined;
};

export type CanaryStep = StartCanaryStep | ShiftCanaryStep | PromoteCanaryStep | RemoveCanaryStep | MarkCanaryStep;

/**
 * Serves the deployment by a stage of its own, has it looked at there, and removes the stage again, whatever came of it.
 * Only then is the stage pointed that callers know.
 */
export type DarkStageStep = Reason & {
  readonly kind: "prove-on-dark-stage";
  readonly stageName: string;
  /** The stage that callers know. */
  readonly target: string;
  /** Whether it has the settings of the target, and is tested. */
  readonly isTested: boolean;
  /** What the routes are held against that its export tells; `undefined`: they are known otherwise. */
  readonly judgement: RouteJudgement | undefined;
  readonly deployment: DeploymentRef;
  /** Say whose it is, and which process has made it. */
  readonly tags: Readonly<Record<string, string>>;
  readonly creation: readonly SettingWrite[];
  /** What can only follow. */
  readonly settings: readonly SettingWrite[];
  readonly webAclArn: string | undefined;
  /** The usage plans whose keys open it. */
  readonly plans: readonly PlanName[];
  /** One that a run has left which was broken off: it goes first. By the tag's value, and ids of usage plans. */
  readonly left: { readonly mark: string; readonly plans: readonly string[] } | undefined;
};

/** Sends requests that carry the conditions to the stage. */
export type CreateRuleStep = Reason & {
  readonly kind: "create-routing-rule";
  readonly domain: RuledDomain;
  readonly stageName: string;
  readonly conditions: readonly RuleCondition[];
  readonly stripsBasePath: boolean;
  /** The pull request's, which the priority is made of. */
  readonly number: number;
  /** Free when the rules were read. */
  readonly priority: number;
};

export type DeleteRuleStep = Reason & {
  readonly kind: "delete-routing-rule";
  readonly domain: RuledDomain;
  readonly ruleId: string;
  /** What it leads to. */
  readonly stageName: string;
  /** The stage is deleted next, is gone, or has another rule: what must be so still when the rule goes. */
  readonly when:
    | { readonly kind: "stage-ends"; readonly stage: EndingStage }
    | { readonly kind: "stage-gone" }
    | { readonly kind: "replaced" };
};

/** A stage that is to be deleted, and what proves that it is still the one that was looked at. */
export type EndingStage = {
  readonly stageName: string;
  /** Who the stage must still prove to belong to when it is deleted. */
  readonly owner: Owner;
  /** What it serves; a stage that was deployed to meanwhile serves another. */
  readonly deploymentId: string;
  /** Milliseconds since 1970; a stage that was made anew under the name has another. */
  readonly createdAt: number | undefined;
};

export type DeleteStageStep = Reason & EndingStage & { readonly kind: "delete-stage" };

export type DeleteDeploymentStep = Reason & { readonly kind: "delete-deployment"; readonly deploymentId: string };

/** Everything that a run can do to AWS. */
export type Step =
  | ImportStep
  | CreateDeploymentStep
  | DarkStageStep
  | PublishDocumentationStep
  | CreateStageStep
  | UpdateStageStep
  | TagStageStep
  | KeepHistoryStep
  | AssociateWebAclStep
  | JoinPlanStep
  | LeavePlanStep
  | CanaryStep
  | CreateRuleStep
  | DeleteRuleStep
  | DeleteStageStep
  | DeleteDeploymentStep;

export type RemovalStep = DeleteStageStep | DeleteDeploymentStep;

/** What makes room for another stage, in order. */
export type EvictionStep = LeavePlanStep | DeleteRuleStep | DeleteStageStep;

/** The one thing that a plan leaves open. Sentences are for people. */
export type Alternative =
  | { readonly kind: "evict"; readonly steps: readonly EvictionStep[]; readonly because: string }
  | { readonly kind: "skip"; readonly notes: readonly string[] }
  | { readonly kind: "fail"; readonly happened: string; readonly remedy: string };

export const isRemoval = (step: Step): step is RemovalStep =>
  step.kind === "delete-stage" || step.kind === "delete-deployment";
