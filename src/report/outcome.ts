import type { ActionError } from "../domain/errors.ts";
import { type InvokeUrl, publicUrl } from "../domain/invoke-url.ts";
import type { RestApi } from "../domain/stage.ts";
import type { Target } from "../inputs/target.ts";
import type { DeletePlan } from "../plan/delete.ts";
import type { History } from "../plan/history.ts";
import type { Plan } from "../plan/plan.ts";
import type { RouteDiff } from "../plan/routes/diff.ts";
import type { SmokeVerdict } from "../verify/smoke-tests.ts";

/** How a run ended, and all that a report of it may tell. Members are absent where the run did not get that far. */
export type Outcome = {
  readonly request: Target;
  readonly command: "deploy" | "promote" | "rollback" | "delete";
  readonly result: Plan["result"] | "planned" | "failed" | "skipped" | "deleted";
  readonly plan: Plan | DeletePlan | undefined;
  readonly api: RestApi | undefined;
  readonly region: string | undefined;
  readonly invokeUrl: InvokeUrl | undefined;
  /** What the stage serves now, as far as it is known; `undefined` for a stage that does not exist. */
  readonly deploymentId: string | undefined;
  readonly previousDeploymentId: string | undefined;
  /** Whether a caller of the API could notice what was done. */
  readonly changed: boolean;
  /** What changes for callers, and what that was compared with (`stage prod`). */
  readonly routes: { readonly diff: RouteDiff; readonly comparedWith: string } | undefined;
  readonly smoke: SmokeVerdict | undefined;
  /** What the stage served; only a rollback tells. */
  readonly history: History | undefined;
  /** Whole sentences that belong at the top: why nothing was done, what was removed, who approved. */
  readonly notes: readonly string[];
  readonly error: ActionError | undefined;
  readonly warnings: readonly string[];
};

/** The URL to post as a link: empty without one, and for a stage that is not there. */
export const linkOf = ({ invokeUrl, deploymentId }: Outcome): string =>
  invokeUrl === undefined || deploymentId === undefined ? "" : publicUrl(invokeUrl);
