import type { ApiKind } from "../domain/api-kind.ts";
import type { ImportMode } from "../domain/definition.ts";
import type { ApiMapping, DomainFacts } from "../domain/preview-domain.ts";
import type { Routes } from "../domain/route.ts";
import type { RoutingRule, RuleCondition, RuledDomain } from "../domain/routing-rule.ts";
import type {
  ClientCertificate,
  CloudWatchRole,
  Deployment,
  DocumentationPresence,
  Draft,
  IntegrationText,
  ListedApi,
  Place,
  RestApi,
  Stage,
} from "../domain/stage.ts";
import type { StageUsers } from "../domain/stage-users.ts";
import type { SettingWrite, StageWrite } from "../domain/stage-write.ts";
import type { UsagePlan } from "../domain/usage-plan.ts";

/**
 * One API in API Gateway, whatever its kind: what commands read and write through. Each kind has a room that opens one.
 * Every method throws ActionError, and nothing else. What a kind cannot do is refused before anything is asked of it (see
 * `ApiKind`), so a method for that is never called.
 */
export type Gateway = Deployments &
  Documentation &
  Drafts &
  Removal &
  Stages &
  UsagePlans & {
    readonly kind: ApiKind;
    readonly restApiId: string;
    readonly place: Place;
    readonly getApi: () => Promise<RestApi>;
    /** Milliseconds by which the service's clock is ahead of this machine's, where one of them is off by minutes; else 0. */
    readonly clockOffset: () => number;
    /** All of the account and Region, at the pace of a long series. */
    readonly getApis: () => Promise<readonly ListedApi[]>;
    /** Puts a web ACL of AWS WAF before the stage, in place of any other. */
    readonly associateWebAcl: (stageName: string, webAclArn: string) => Promise<void>;
    /** How many stages it may have; `undefined` where Service Quotas does not tell. Throws nothing. */
    readonly getStageQuota: () => Promise<number | undefined>;
    /** The same reads, which are over so many milliseconds from now: an answer that is not there then is an error. */
    readonly within: (milliseconds: number) => Pick<Gateway, "getStage" | "getDeployment">;
    /** What the stage serves; `undefined` where it is missing, or the role may not look. */
    readonly getExport: (stageName: string) => Promise<StageExport | undefined>;
    /** `undefined` where it is missing, or the role may not look. */
    readonly getClientCertificate: (id: string) => Promise<ClientCertificate | undefined>;
    /** What names the stages from outside the API, by stage name; without the rules of `rulesKnownOf`, which somebody else reads. */
    readonly getStageUsers: (
      stageNames: readonly string[],
      rulesKnownOf?: RuledDomain,
    ) => Promise<ReadonlyMap<string, StageUsers>>;
    readonly routingRules: (domain: RuledDomain) => Promise<RoutingRules>;
    readonly domainReader: (domain: RuledDomain) => Promise<DomainReader>;
  };

/**
 * What a stage serves. `document`: an OpenAPI document, with extensions of the service's own. `routes`: what callers need
 * for each, where exports alone tell it.
 */
export type StageExport = {
  readonly document: unknown;
  readonly routes?: Routes;
  readonly integrations: readonly IntegrationText[];
};

export type Deployments<Found extends Deployment = Deployment> = {
  /** With its routes where `withRoutes` and the service tells them. */
  readonly getDeployment: (deploymentId: string, withRoutes: boolean) => Promise<Found | undefined>;
  /** All of them, in no order (the service promises none). */
  readonly getDeployments: () => Promise<readonly Found[]>;
  /**
   * Answers once it is complete. `description` must be unlike that of any other deployment: it is how one is found whose
   * answer was lost.
   */
  readonly createDeployment: (description: string) => Promise<Found>;
};

export type Documentation = {
  /** `unknown` where the role may not look. */
  readonly findDocumentation: (version: string) => Promise<DocumentationPresence>;
  /** Makes the version of what the draft's documentation holds, unless there is one of that name by now. */
  readonly publishDocumentation: (version: string) => Promise<void>;
};

/** What the service says of an import that it made. `information`: what it has left out, and nobody need change. */
export type ImportSaid = { readonly warnings: readonly string[]; readonly information: readonly string[] };

/** The draft, and what else concerns the API as a whole. */
export type Drafts = {
  /** `undefined` where the role may not read it. */
  readonly getDraft: () => Promise<Draft | undefined>;
  /** Of the draft, those that `getDraft` has not read with it; `undefined` where the role may not look. */
  readonly getAuthorizers: () => Promise<readonly IntegrationText[] | undefined>;
  /** With `failOnWarnings` the service's warnings are an error, and the import is undone. */
  readonly importDefinition: (
    file: string,
    bytes: Uint8Array,
    mode: ImportMode,
    failOnWarnings: boolean,
  ) => Promise<ImportSaid>;
  readonly tagApi: (tags: Readonly<Record<string, string>>) => Promise<void>;
  readonly getCloudWatchRole: () => Promise<CloudWatchRole>;
};

/** What there is to know of a stage before it is deleted. */
export type StageIdentity = Pick<Stage, "name" | "tags" | "deploymentId" | "createdAt">;

/** `absent`: it was gone before. */
export type StageRemoval = "deleted" | "absent" | "not-ours";
export type DeploymentRemoval = "deleted" | "absent" | "in-use";

/** A long series of calls stays below the account's rate. */
export type Removal = {
  /** Reads the stage once more, right before each DELETE; `mayDelete` decides whether it is still the one that is meant. */
  readonly deleteStage: (stageName: string, mayDelete: (stage: StageIdentity) => boolean) => Promise<StageRemoval>;
  readonly deleteDeployment: (deploymentId: string) => Promise<DeploymentRemoval>;
};

export type NewStage = {
  readonly stageName: string;
  readonly deploymentId: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Such as the kind of API takes with a new stage. */
  readonly writes: readonly SettingWrite[];
};

export type Stages = {
  readonly getStages: () => Promise<readonly Stage[]>;
  readonly getStage: (stageName: string) => Promise<Stage | undefined>;
  readonly createStage: (stage: NewStage) => Promise<Stage>;
  /** Touches nothing but what the writes name. `isDone` tells by the stage whether they took effect. */
  readonly updateStage: (
    stageName: string,
    writes: readonly StageWrite[],
    isDone: (stage: Stage) => boolean,
  ) => Promise<Stage>;
  readonly tagStage: (
    stageName: string,
    set: Readonly<Record<string, string>>,
    remove: readonly string[],
  ) => Promise<void>;
};

/** Entries of stages in usage plans. A plan itself is never made, changed otherwise or deleted. */
export type UsagePlans = {
  /** All of the account and Region; `undefined` where the role may not look. */
  readonly getUsagePlans: () => Promise<readonly UsagePlan[] | undefined>;
  readonly getUsagePlan: (planId: string) => Promise<UsagePlan | undefined>;
  /** Adds the stage unless it is in the plan already. */
  readonly joinUsagePlan: (planId: string, stageName: string) => Promise<void>;
  /**
   * Takes those of the stages out of the plan that are in it and that `mayLeave` still takes for the ones that are meant,
   * in one request. Answers their names.
   */
  readonly leaveUsagePlan: (
    planId: string,
    stageNames: readonly string[],
    mayLeave: (stage: Stage) => boolean,
  ) => Promise<readonly string[]>;
};

/** A custom domain's routing rules. */
export type RoutingRules = {
  /** None where the domain is gone. `paced`: as part of a long series. */
  readonly list: (paced?: "paced") => Promise<readonly RoutingRule[]>;
  /** `taken`: another rule has the priority. `isIt`: whether a rule is the one that is to be made. */
  readonly create: (rule: NewRule, isIt: (rule: RoutingRule) => boolean) => Promise<RoutingRule | "taken">;
  /** Reads the rules once more, right before the DELETE; `mayDelete` decides whether it is still the one that is meant. */
  readonly remove: (
    ruleId: string,
    mayDelete: (rule: RoutingRule) => Promise<boolean>,
  ) => Promise<"deleted" | "absent" | "not-ours">;
};

export type NewRule = {
  readonly priority: number;
  readonly conditions: readonly RuleCondition[];
  readonly restApiId: string;
  readonly stageName: string;
  readonly stripsBasePath: boolean;
};

/** What must be known of a custom domain before a rule is made there. */
export type DomainReader = {
  /** `undefined` where the domain is not there. */
  readonly facts: () => Promise<DomainFacts | undefined>;
  readonly mappings: () => Promise<readonly ApiMapping[]>;
  /** Ids of all HTTP and WebSocket APIs; `undefined` where the role may not look. */
  readonly httpApis: () => Promise<ReadonlySet<string> | undefined>;
};
