import type { Stage } from "../domain/stage.ts";
import { canaryChanged } from "./canary/changed-since.ts";
import { stageChanged } from "./ownership.ts";
import type { Plan, Refusal } from "./plan.ts";

/** Why the plan no longer holds for its stage as it is `now`, right before it is pointed or gets a canary. */
export const targetChanged = (plan: Plan, now: Stage | undefined): Refusal | undefined =>
  plan.meant && (stageChanged(plan.meant, now, plan.restApiId) ?? canaryChanged(plan, now));
