import type { StageAddress } from "./owner.ts";

/** A usage plan, as people know it. */
export type PlanName = { readonly id: string; readonly name: string };

/** The stages whose methods a usage plan's API keys open, of whichever API. */
export type UsagePlan = PlanName & {
  readonly stages: readonly StageAddress[];
  /** What each key may use of it. */
  readonly limits?: PlanLimits;
};

/** Absent: not limited. `throttle`: requests a second, and at once. */
export type PlanLimits = {
  readonly quota?: { readonly requests: number; readonly period: string };
  readonly throttle?: { readonly rate: number; readonly burst: number };
};

/** `usage plan Previews (a1b2c3)`. */
export const planText = ({ id, name }: PlanName): string => `usage plan ${name === "" ? id : `${name} (${id})`}`;

export const holdsStage = ({ stages }: UsagePlan, { restApiId, stageName }: StageAddress): boolean =>
  stages.some((stage) => stage.restApiId === restApiId && stage.stageName === stageName);
