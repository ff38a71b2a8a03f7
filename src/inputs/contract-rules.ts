import { CHOICES } from "./choices.ts";
import { AGAINST_OWN, type RouteRules } from "./definition/definition-inputs.ts";
import type { InputReader } from "./reader.ts";
import type { Target } from "./target.ts";

/** What is proven before callers meet it, and left for others after. */
export type ContractRules = {
  /** Whether the deployment is first served by a stage that nobody knows, and tested there. */
  readonly darkStage: boolean;
  /**
   * Whether a deployment whose routes API Gateway tells in no other way is served by such a stage to tell them
   * (`compare: exact`).
   */
  readonly exact: boolean;
  /** Whether what the stage serves after the run is left as a file for later steps. */
  readonly exports: boolean;
};

export const readContractRules = (read: InputReader, { previewOf }: Pick<Target, "previewOf">): ContractRules => {
  const darkStage = read.boolean("dark-stage", false);
  if (darkStage && previewOf !== undefined) {
    read.report("dark-stage", "A preview has no callers whom it would spare: leave it out for previews.");
  }
  const exact = read.oneOf("compare", CHOICES.compare, "served") === "exact";
  return { darkStage, exact, exports: read.boolean("export", false) };
};

/** What asks for a comparison without naming one: callers of a canary are compared with those of the rest, for one. */
export const impliedRules = (
  read: InputReader,
  { darkStage, exact, exports }: ContractRules,
): RouteRules | undefined =>
  darkStage || exact || exports || read.text("canary-percent") !== undefined ? AGAINST_OWN : undefined;
