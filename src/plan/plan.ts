import type { ErrorCode } from "../errors.ts";

/** The deployment a stage is to serve: one that exists, or the one that this plan makes. */
export type DeploymentRef = { readonly kind: "existing"; readonly id: string } | { readonly kind: "new" };

/** One thing to do. `because` is one sentence for people; `seenByCallers` says whether an API caller could notice it. */
export type Step = { readonly because: string; readonly seenByCallers: boolean } & (
  | { readonly kind: "create-deployment"; readonly description: string }
  | {
      readonly kind: "create-stage";
      readonly stageName: string;
      readonly deployment: DeploymentRef;
      readonly tags: Readonly<Record<string, string>>;
    }
  | {
      readonly kind: "point-stage";
      readonly stageName: string;
      readonly from: string;
      readonly deployment: DeploymentRef;
    }
);

/** Everything that a run will do to AWS, decided before anything is done. Without steps: nothing to do. */
export type Plan = {
  readonly command: "deploy";
  readonly restApiId: string;
  readonly stageName: string;
  /** How the run ends when every step succeeds. */
  readonly result: "created" | "updated" | "unchanged";
  /** The deployment that the stage serves now; `undefined` for a stage that does not exist. */
  readonly serves: string | undefined;
  readonly deployment: DeploymentRef;
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
};

/** The decision to do nothing because it would be wrong. */
export type Refusal = {
  readonly refused: ErrorCode;
  readonly happened: string;
  readonly remedy?: string;
};

export const isRefusal = (decision: Plan | Refusal): decision is Refusal => "refused" in decision;
