import type { Alarm } from "../domain/alarm.ts";
import type { JudgedCanary } from "../domain/canary.ts";
import type { Comparison } from "../domain/comparison.ts";
import type { ContractComparison, FoundContract } from "../domain/contract.ts";
import type { DraftChanges } from "../domain/draft-change.ts";
import type { InvokedFunction } from "../domain/function-policy.ts";
import type { GateEvidence } from "../domain/gate.ts";
import type { EarlierRecord, StageRecord } from "../domain/github-record.ts";
import type { DomainSeen } from "../domain/preview-domain.ts";
import type { PullRequestFacts, PullRequestState } from "../domain/pull-request.ts";
import type { RoutingRule } from "../domain/routing-rule.ts";
import type {
  ApiUnseen,
  ClientCertificate,
  CloudWatchRole,
  Deployment,
  DocumentationPresence,
  Draft,
  IntegrationText,
  Place,
  RestApi,
  Stage,
} from "../domain/stage.ts";
import type { StageUsers } from "../domain/stage-users.ts";
import type { UsagePlan } from "../domain/usage-plan.ts";
import type { Environments } from "./environment.ts";

/** What every command finds. */
export type Observed = Environments & {
  readonly place: Place;
  /** All stages of the API: the list is never paged (API reference, GetStages). For a status, of all that it saw. */
  readonly stages: readonly Stage[];
  /** Our GitHub deployments in the environment: of the stage, or for a sweep of all stages. */
  readonly records: readonly EarlierRecord[];
  /** What all records of the environment tell of what the stage served, newest first. */
  readonly served: readonly StageRecord[];
  /** Milliseconds since 1970. */
  readonly now: number;
  /** Of looking, for people. */
  readonly warnings: readonly string[];
  /** Of the custom domain that previews are reached on; absent where nobody asked. */
  readonly rules?: readonly RoutingRule[];
  /** What a new rule there depends on; absent where none is made. */
  readonly domain?: DomainSeen;
};

/** What every command finds that is about one stage. */
export type StageObserved = Observed & {
  readonly api: RestApi;
  /** Why the runner cannot reach the stage, in whole sentences; absent where it can, and where nobody asked. */
  readonly unreachable?: string;
};

/** What the settings themselves make worth asking. */
export type AskedFacts = {
  /** `undefined` where nobody needs it or the role may not read it. */
  readonly draft: Draft | undefined;
  readonly cloudWatchRole: CloudWatchRole;
  /** Those that the settings name, by id; one that is missing here does not exist. */
  readonly usagePlans: ReadonlyMap<string, UsagePlan>;
};

/** What only warnings need. */
export type ReadinessFacts = {
  readonly cloudWatchRole: CloudWatchRole;
  /** Of the stage as it is; absent where it has none, or where the role may not look. */
  readonly certificate?: ClientCertificate | undefined;
  /** All of the account; absent where no route needs a key, and where the role may not look. */
  readonly usagePlansOfAll?: readonly UsagePlan[] | undefined;
  /** What the stage will invoke, as far as it is known and its policy could be read. */
  readonly functions?: readonly InvokedFunction[];
};

/** What the checks of settings need to know. */
export type SettingsFacts = AskedFacts &
  ReadinessFacts & {
    /** Of the version that the settings name, where the stage has another. */
    readonly documentation: DocumentationPresence;
  };

/** The alarms that are to watch a release, as far as they exist. `undefined`: they could not be read. */
export type AlarmFacts = { readonly alarms: readonly Alarm[] | undefined };

/** Parameters and bodies, as far as anybody asked to compare them. */
export type ContractFacts = {
  /** Of the existing deployment to be served. */
  readonly comingContract?: FoundContract | undefined;
  /** How many stages the API may have; asked only for a dark stage, `undefined` where Service Quotas does not tell. */
  readonly stageQuota?: number | undefined;
  /** What became of comparing it, or the definition, with what callers have. */
  readonly contract?: ContractComparison | undefined;
};

export type DeployObserved = StageObserved &
  SettingsFacts &
  AlarmFacts &
  ContractFacts & {
    /** The deployment that `deployment-id` names; `undefined` when not asked for or not there. */
    readonly requestedDeployment: Deployment | undefined;
    /** Of that deployment; `undefined` where no stage serves it, whose export tells, or where it could not be read. */
    readonly integrations: readonly IntegrationText[] | undefined;
    /** The deployment that an earlier attempt of this run made for the same work. */
    readonly earlier: Deployment | undefined;
    /** The deployment that the stage serves, with its routes; read only for a definition. */
    readonly servedDeployment: Deployment | undefined;
    /** What the routes are compared with; `undefined` when nobody asked for that. */
    readonly compared: Comparison | undefined;
    /** By stage name, of stages that may have to make room. */
    readonly users: ReadonlyMap<string, StageUsers>;
    /** Our GitHub deployments of other stages of the API, as far as the newest of the environment tell. */
    readonly otherRecords: readonly EarlierRecord[];
  };

export type PromoteObserved = StageObserved &
  SettingsFacts &
  AlarmFacts &
  ContractFacts & {
    /** Of what the target serves; as above. */
    readonly servedContract?: FoundContract | undefined;
    /** The deployment to be served, with its routes; `undefined` where it is not there. */
    readonly comes: Deployment | undefined;
    /** What the target serves, with its routes. */
    readonly servedDeployment: Deployment | undefined;
    /** Of that; `undefined` where it could not be read, as where no stage serves it. */
    readonly integrations: readonly IntegrationText[] | undefined;
    /** `undefined` where nobody asks for a gate. */
    readonly gate: GateEvidence | undefined;
  };

export type RollbackObserved = StageObserved &
  SettingsFacts &
  AlarmFacts & {
    /** All deployments of the API. */
    readonly deployments: readonly Deployment[];
  };

export type CanaryObserved = StageObserved & {
  /** The verdict on the step that the canary is at; `undefined` where nobody asked for one. */
  readonly judged: JudgedCanary | undefined;
};

export type DeleteObserved = StageObserved & {
  readonly deployments: readonly Deployment[];
  readonly users: StageUsers;
  /** `unknown` where nobody asked. */
  readonly pullRequest: PullRequestState;
};

export type SweepObserved = Observed & {
  readonly deployments: readonly Deployment[];
  /** By number, of stages and of records; a pull request that is missing here counts as unknown. */
  readonly pullRequests: ReadonlyMap<number, PullRequestState>;
  /** By stage name; a stage that is missing here is used by nothing. */
  readonly users: ReadonlyMap<string, StageUsers>;
};

/** One API, as `status` looks at it. */
export type ApiSeen = {
  readonly api: RestApi;
  readonly stages: readonly Stage[];
  readonly deployments: readonly Deployment[];
  /** `undefined` where nobody asked, or the role may not read it. */
  readonly draft: Draft | undefined;
  /** How many stages the API may have; `undefined` where nobody asked, or Service Quotas does not tell. */
  readonly stageQuota: number | undefined;
  /** With their routes, by id: what the stages and their canaries are on. Empty where nobody asked. */
  readonly served: ReadonlyMap<string, Deployment>;
  /** What GitHub's newest records tell of the stages, by stage name. */
  readonly records: ReadonlyMap<string, readonly StageRecord[]>;
};

export type StatusObserved = Observed & {
  readonly apis: readonly (ApiSeen | ApiUnseen)[];
  /** What changed drafts; `undefined` where nobody asked. `because`: why it is not known. */
  readonly changes: DraftChanges | { readonly because: string } | undefined;
  /** All of the account; `undefined` where nobody asked, or the role may not look. */
  readonly usagePlans: readonly UsagePlan[] | undefined;
  /** Why GitHub's records were not read, as a piece of a sentence; `undefined`: they were. */
  readonly recordsUnknown: string | undefined;
};

/** Whose commit a run deploys, where its event does not tell. */
export type Origin = {
  /**
   * What GitHub tells, or why it does not, as a piece of a sentence. `missing`: it knows no such pull request; `refused`:
   * it may be that the token is not allowed to see it.
   */
  readonly told: PullRequestFacts | { readonly because: string; readonly missing: boolean; readonly refused: boolean };
  /** The commit that is checked out where the definition lies; `undefined` where there is no checkout. */
  readonly checkedOut: string | undefined;
};
