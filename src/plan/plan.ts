import type { ImportMode } from "../domain/definition.ts";
import type { ErrorCode } from "../domain/errors.ts";
import type { PatchOperation, StageCreation } from "../domain/patch.ts";
import type { Route } from "../domain/route.ts";
import type { RouteDiff } from "./routes/diff.ts";
import type { SettingChange } from "./settings/change.ts";

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
  /** Tags of the REST API that say what the draft holds. */
  readonly draftTags: Readonly<Record<string, string>>;
};

export type CreateDeploymentStep = Reason & { readonly kind: "create-deployment"; readonly description: string };

export type CreateStageStep = Reason & {
  readonly kind: "create-stage";
  readonly stageName: string;
  readonly deployment: DeploymentRef;
  readonly tags: Readonly<Record<string, string>>;
  readonly creation: StageCreation;
};

/** One or more UpdateStage calls; the last points the stage where `deployment` is given. */
export type UpdateStageStep = Reason & {
  readonly kind: "update-stage";
  readonly stageName: string;
  readonly from: string | undefined;
  readonly deployment: DeploymentRef | undefined;
  readonly patch: readonly PatchOperation[];
};

export type TagStageStep = Reason & {
  readonly kind: "tag-stage";
  readonly stageName: string;
  readonly set: Readonly<Record<string, string>>;
  readonly remove: readonly string[];
};

export type Step = ImportStep | CreateDeploymentStep | CreateStageStep | UpdateStageStep | TagStageStep;

/** Everything that a run will do to AWS, decided before anything is done. Without steps: nothing to do. */
export type Plan = {
  readonly command: "deploy" | "promote" | "rollback";
  readonly restApiId: string;
  readonly stageName: string;
  /** How the run ends when every step succeeds. */
  readonly result: "created" | "updated" | "unchanged" | "promoted" | "rolled-back";
  /** Why there is nothing to do, where that is not plain. */
  readonly unchangedBecause: string | undefined;
  /** The deployment that the stage serves now; `undefined` for a stage that does not exist. */
  readonly serves: string | undefined;
  readonly deployment: DeploymentRef;
  /** Where a promotion takes the deployment from, and what that stage served when this was planned. */
  readonly source: { readonly stageName: string; readonly deploymentId: string } | undefined;
  readonly steps: readonly Step[];
  readonly settings: readonly SettingChange[];
  /** What changes for callers, where it is known before anything is made. */
  readonly routes: RouteDiff | undefined;
  readonly warnings: readonly string[];
};

/** The decision to do nothing because it would be wrong. */
export type Refusal = {
  readonly refused: ErrorCode;
  readonly happened: string;
  readonly remedy?: string;
};

export const isRefusal = <T extends object>(decision: T | Refusal): decision is Refusal => "refused" in decision;
