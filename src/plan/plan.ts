import type { JudgedCanary } from "../domain/canary.ts";
import type { ContractComparison } from "../domain/contract.ts";
import type { ErrorCode, ErrorPlace, Remark } from "../domain/errors.ts";
import type { Owner } from "../domain/owner.ts";
import type { Canary, Stage } from "../domain/stage.ts";
import type { History } from "./history.ts";
import type { RecordEnding, StandingRecord } from "./records.ts";
import type { RouteDiff } from "./routes/diff.ts";
import type { SettingChange } from "./settings/change.ts";
import type { Status } from "./status/status.ts";
import type { DeploymentRef, Step } from "./step.ts";
import type { WatchPlan } from "./watch-plan.ts";

/** What changes for callers, and what that was compared with (`stage prod`). */
export type RouteChanges = {
  readonly diff: RouteDiff;
  readonly comparedWith: string;
  /** Where the new routes are from, in a whole sentence; absent where the deployment itself tells them. */
  readonly by?: string;
};

/** What stays, and why. Deployments that stay for one reason are counted together. */
export type Left =
  | { readonly kind: "stage"; readonly stageName: string; readonly because: string }
  | { readonly kind: "deployments"; readonly count: number; readonly because: string };

/** What must still be so when the stage is pointed. */
export type StageMeant = Pick<Stage, "name" | "createdAt"> & {
  readonly owner: Owner | undefined;
  /** The deployment of the one canary that it may have: the run takes it away first. */
  readonly ending: string | undefined;
};

/** A canary as it was planned for; who writes looks whether all of that is still so. */
export type PlannedCanary = {
  readonly does: "start" | "shift" | "complete" | "abort" | "hold" | "nothing";
  /** What the stage serves beside it. */
  readonly base: string;
  /** As it was found; `undefined`: there is none. */
  readonly found: Canary | undefined;
  /** When the next run or sweep ends it; milliseconds since 1970, `undefined` where nothing of ours says so. */
  readonly until: number | undefined;
  /** What happens after that. */
  readonly atEnd: "abort" | "hold";
  /** What its step was judged by. */
  readonly judged?: JudgedCanary | undefined;
  /** When the next step is due; `undefined`: nobody has asked for one. Milliseconds since 1970. */
  readonly checkAt?: number | undefined;
  /** Whether the run may wait for that and go on by itself. */
  readonly goesOn?: boolean;
  /** Why it ends badly, or would; `because` is the end of a sentence. */
  readonly failure?: {
    readonly code: Extract<ErrorCode, "CANARY_UNHEALTHY" | "CANARY_NOT_PROVEN" | "CANARY_OVERDUE">;
    readonly because: string;
  };
};

export type CanaryResult = "canary-started" | "canary-shifted" | "canary-held" | "canary-completed" | "canary-aborted";

/** Everything that a run will do, decided before anything is done. Without steps: nothing to do in AWS. */
export type Plan = {
  readonly command: "deploy" | "promote" | "rollback" | "canary" | "delete" | "sweep" | "status";
  readonly restApiId: string;
  /** `undefined` for a sweep and a status, which are about all stages. */
  readonly stageName: string | undefined;
  /** How the run ends when every step succeeds. */
  readonly result:
    | "created"
    | "updated"
    | "unchanged"
    | "promoted"
    | "rolled-back"
    | "deleted"
    | "swept"
    | "skipped"
    | "reported"
    | CanaryResult;
  /** Why there is nothing to do, where that is not plain. */
  readonly unchangedBecause: string | undefined;
  /** The deployment that the stage serves now; `undefined` for a stage that does not exist. */
  readonly serves: string | undefined;
  /** The stage as it was read, where one is to be pointed that exists. */
  readonly meant: StageMeant | undefined;
  /** Below which base path of the preview domain the stage is reached; absent where no rule leads to it. */
  readonly domainPath?: string;
  readonly deployment: DeploymentRef | undefined;
  /** Where a promotion takes the deployment from, and what that stage served when this was planned. */
  readonly source: { readonly stageName: string; readonly deploymentId: string } | undefined;
  readonly steps: readonly Step[];
  /** What leads back when the stage turns out unhealthy. */
  readonly undo: readonly Step[];
  /** What is looked at for a while after the steps; `undefined`: nothing. */
  readonly watch: WatchPlan | undefined;
  readonly settings: readonly SettingChange[];
  /** Where it is known before anything is made. */
  readonly routes: RouteChanges | undefined;
  /** Whether parameters and bodies change so that callers break; `undefined` where nobody asked, or nothing comes. */
  readonly contract: ContractComparison | undefined;
  /** What the run is about where that is a canary, beyond what the steps say. */
  readonly canary: PlannedCanary | undefined;
  /** What the stage served; only a rollback asks for it. */
  readonly history: History | undefined;
  /** What `status` tells. */
  readonly status: Status | undefined;
  readonly left: readonly Left[];
  /** Earlier GitHub deployments that nothing stands behind any more once the steps are done. */
  readonly records: readonly RecordEnding[];
  /** The records of ours that stand for what the run may lead the stage back to: also one that is led back itself. */
  readonly standing: readonly StandingRecord[];
  /** Whole sentences that belong at the top of every report: why nothing is done, who makes room, who approved. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
  /** What is to be said of lines of files. */
  readonly remarks: readonly Remark[];
};

/** A plan that does nothing, for commands to say what theirs is beyond that. */
export const emptyPlan = {
  unchangedBecause: undefined,
  serves: undefined,
  meant: undefined,
  deployment: undefined,
  source: undefined,
  steps: [],
  undo: [],
  watch: undefined,
  settings: [],
  routes: undefined,
  contract: undefined,
  canary: undefined,
  history: undefined,
  status: undefined,
  left: [],
  records: [],
  standing: [],
  notes: [],
  warnings: [],
  remarks: [],
} as const satisfies Partial<Plan>;

/** The decision to do nothing because it would be wrong. */
export type Refusal = {
  readonly refused: ErrorCode;
  readonly happened: string;
  readonly remedy?: string;
  /** The lines of files that it is about. */
  readonly places?: readonly ErrorPlace[];
  /** What would have changed for callers, where that is known. */
  readonly routes?: RouteChanges;
  readonly contract?: ContractComparison;
  /** What the stage served, where that helps to choose. */
  readonly history?: History;
  /** What `status` tells all the same. */
  readonly status?: Status;
};

/** The refusal with what would have changed for callers. */
export const withChanges = (
  refusal: Refusal,
  routes: RouteChanges | undefined,
  contract: ContractComparison | undefined,
): Refusal => ({
  ...refusal,
  ...(routes === undefined ? {} : { routes }),
  ...(contract === undefined ? {} : { contract }),
});

export const isRefusal = <T extends object>(decision: T | Refusal): decision is Refusal => "refused" in decision;
