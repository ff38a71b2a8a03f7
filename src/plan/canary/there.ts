import type { Stage } from "../../domain/stage.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { IntentToKeep, MarkCanaryStep } from "../step.ts";
import type { CanaryState } from "./state.ts";

/** A canary that has not ended, with its stage. */
export type There = Exclude<CanaryState, { kind: "none" | "promoted" }> & {
  readonly stage: Stage;
  /** Milliseconds since 1970. */
  readonly now: number;
};

type Now = Pick<IntentToKeep, "percent" | "step" | "since" | "failed">;

/** The step that writes down where the canary is now; its deadline stays what it was, and one of others begins anew. */
export const intentOf = (
  { run, policy }: Pick<CanaryRequest, "run" | "policy">,
  { stage, canary, intent, kind, now }: There,
  at: Now,
): MarkCanaryStep => ({
  kind: "mark-canary",
  stageName: stage.name,
  intent: {
    deployment: { kind: "existing", id: canary.deploymentId },
    base: stage.deploymentId,
    until: kind === "foreign" ? now + policy.deadline : intent.until,
    atEnd: kind === "foreign" ? policy.onFailure : intent.atEnd,
    repositoryId: run.repository.id,
    runId: run.runId,
    ...at,
  },
  because: "later runs go by it: whose the canary is, its share, and when it must have ended",
  seenByCallers: false,
});
