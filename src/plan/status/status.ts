import type { DraftChange } from "../../domain/draft-change.ts";
import type { PlanName } from "../../domain/usage-plan.ts";
import type { CanaryState } from "../canary/state.ts";
import type { DraftProvenance } from "../provenance.ts";
import type { SettingChange } from "../settings/change.ts";

/**
 * What `command: status` tells. Points in time are milliseconds since 1970. A member that is null and named in `unknown`
 * is not known, and the reason stands there; a null that is not named there says that there is nothing.
 */
export type Status = {
  readonly region: string;
  /** Where the quota of stages is raised, as a sentence; empty where that is not known. */
  readonly quotaRaised: string;
  /** When it was looked at. */
  readonly at: number;
  readonly restApis: readonly ApiStatus[];
};

/** Reasons by member, as pieces of sentences. */
export type Unknown = Readonly<Record<string, string>>;

export type ApiStatus = {
  readonly id: string;
  readonly name: string;
  readonly stages: readonly StageStatus[] | null;
  /** How many stages the API may have. */
  readonly stageQuota: number | null;
  /** The usage plans that stages of the API are in. */
  readonly usagePlans: readonly UsagePlanStatus[] | null;
  /** Whether the draft holds what no stage serves. */
  readonly undeployed: boolean | null;
  /** Whether its routes are like those of no stage, with their authorization and need of an API key. */
  readonly undeployedRoutes: boolean | null;
  /** What changed the draft since the newest deployment that a stage serves was made. */
  readonly changes: ChangesStatus | null;
  /** Who imported into the draft last, of those who write it down. */
  readonly imported: DraftProvenance | null;
  readonly unknown: Unknown;
};

export type UsagePlanStatus = PlanName & {
  /** Names of the API's stages, sorted. */
  readonly stages: readonly string[];
  /** What each key may send in a period, DAY, WEEK or MONTH; null: as much as it wants. */
  readonly quota: { readonly requests: number; readonly period: string } | null;
  /** Requests a second, and at once. */
  readonly throttle: { readonly rate: number; readonly burst: number } | null;
};

export type ChangesStatus = {
  /** Since when all of them are there; later than that deployment where the audit trail does not reach back to it. */
  readonly since: number;
  /** Oldest first. */
  readonly events: readonly Omit<DraftChange, "restApiId">[];
};

export type StageStatus = {
  readonly name: string;
  readonly deploymentId: string;
  /** When the deployment was made. */
  readonly madeAt: number | null;
  readonly servedSince: number | null;
  readonly commit: string | null;
  /** The repository that the commit and the run belong to, by its number. */
  readonly repositoryId: string | null;
  readonly runId: string | null;
  /** The login of who started the run. */
  readonly who: string | null;
  readonly canary: CanaryStatus | null;
  readonly url: string | null;
  readonly preview: { readonly repositoryId: string; readonly pullRequest: number } | null;
  /** The stage whose next deployment is tested on this one, which is removed again. */
  readonly darkStageOf: string | null;
  /** A sentence that says who else points the stage, so that this action cannot: API Gateway itself. */
  readonly pointedBy: string | null;
  readonly settings: SettingsStatus | null;
  /** What the draft has otherwise than the stage. */
  readonly draft: DraftDifference | null;
  readonly unknown: Unknown;
};

export type CanaryStatus = {
  readonly deploymentId: string;
  readonly percent: number;
  /** Whether it is as a run of this repository left it, or what became of it; see `CanaryState`. */
  readonly state: Exclude<CanaryState["kind"], "none">;
  /** When that share was set, and when it must have ended; null where no tag says so. */
  readonly since: number | null;
  readonly until: number | null;
};

export type SettingsStatus = {
  /** How many settings the file declares for the stage. */
  readonly declared: number;
  /** Those that are other than declared: from what they are to what they should be. */
  readonly differ: readonly SettingChange[];
  /** Declared settings of which that is not known, and why. */
  readonly unknown: Unknown;
};

/** Routes by name, sorted. `changed`: another authorization, or another need of an API key. */
export type DraftDifference = {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
};
