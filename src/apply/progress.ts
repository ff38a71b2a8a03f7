import type { ContractComparison } from "../domain/contract.ts";
import type { ActionError, Remark } from "../domain/errors.ts";
import type { Routes } from "../domain/route.ts";
import type { RestApi, Stage } from "../domain/stage.ts";
import type { TagEntry } from "../plan/history.ts";
import type { RouteChanges } from "../plan/plan.ts";
import type { CreateRuleStep, JoinPlanStep, Step } from "../plan/step.ts";

/**
 * How a step ended. `absent`: somebody else had removed it. `not-ours`: the stage was changed or made anew meanwhile, and
 * was kept. `in-use`: a stage references the deployment after all, and it was kept. `in-plan`: the stage could not be taken
 * out of its usage plan, and was kept. `in-rule`: a routing rule still leads to the stage, and it was kept.
 */
export type StepResult = "done" | "deleted" | "absent" | "not-ours" | "in-use" | "in-plan" | "in-rule" | "failed";

export type Taken = { readonly step: Step; readonly result: StepResult; readonly error: ActionError | undefined };

/** How far a plan was carried out; it grows while steps are taken, for those who must report in the middle of one. */
export type Progress = {
  /** The steps that were reached, in order, those of an alternative or of going back among them. */
  readonly taken: Taken[];
  /**
   * What an import has left in the API's draft: the file, what was there before, or nobody knows; `undefined` where the
   * draft was not touched.
   */
  draft: "imported" | "restored" | "unclear" | undefined;
  /** The deployment that this run made. */
  made: string | undefined;
  /** What that one has, where somebody looked and the service tells. */
  madeRoutes: Routes | undefined;
  /** The deployment that the stage serves since this run pointed it. */
  pointedAt: string | undefined;
  /** Whether settings or tags of the stage were changed. */
  settingsChanged: boolean;
  /** Whether the stage was pointed back, because it turned out unhealthy. */
  rolledBack: boolean;
  /** The stage as the service showed it last. */
  stage: Stage | undefined;
  /** The stage as it was found when this run could not, or must not, lead it back; `undefined` inside: it is gone. */
  found: { readonly stage: Stage | undefined } | undefined;
  /** Whether others have changed the stage since it was read, so that nobody knows what it serves. */
  changedByOthers: boolean;
  /** The API as an import has left it. */
  api: RestApi | undefined;
  /** What the stage's tags say of what it served, once this run has written there. */
  history: readonly TagEntry[] | undefined;
  /** What the new deployment changes for callers, once that is known. */
  routes: RouteChanges | undefined;
  /** The same of parameters and bodies, where that was known only later than the plan. */
  contract: ContractComparison | undefined;
  /** What became of the dark stage, in a sentence, where that is worth one. */
  darkStage: string | undefined;
  /** What the stage serves after the run, as a document; `undefined` where nobody wants it, or it could not be had. */
  exported: string | undefined;
  /** What brings back to stages what was taken from them before their deletion, should they stay. */
  readonly givesBack: (JoinPlanStep | CreateRuleStep)[];
  /** Whether the run ended without pointing, because the workflow wants it to wait for a place. */
  skipped: boolean;
  /** Whole sentences beside those of the plan. */
  readonly notes: string[];
  readonly warnings: string[];
  /** What API Gateway has said of lines of the definition. */
  readonly remarks: Remark[];
};

export const noProgress = (): Progress => ({
  taken: [],
  draft: undefined,
  made: undefined,
  madeRoutes: undefined,
  pointedAt: undefined,
  settingsChanged: false,
  rolledBack: false,
  stage: undefined,
  found: undefined,
  changedByOthers: false,
  api: undefined,
  history: undefined,
  routes: undefined,
  contract: undefined,
  darkStage: undefined,
  exported: undefined,
  givesBack: [],
  skipped: false,
  notes: [],
  warnings: [],
  remarks: [],
});
