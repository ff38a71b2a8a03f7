import type { Event } from "../domain/event.ts";
import type { PullRequestState } from "../domain/pull-request.ts";
import type { PreviewDecision } from "../inputs/preview-rules.ts";

/**
 * The decision, looked at again with the state that GitHub tells now: before a deletion, and after a deployment. Runs
 * may start in another order than their events. What GitHub does not tell changes nothing.
 */
export const decisionNow = (
  decision: PreviewDecision,
  event: Event,
  number: number,
  state: PullRequestState,
): PreviewDecision => {
  if (decision.decision === "deploy" && (state === "closed" || state === "gone")) {
    return { decision: "delete", because: `Pull request #${number} was closed while this run was at work.` };
  }
  const closed = event.kind === "pull-request" && !event.open;
  if (decision.decision === "delete" && closed && state === "open") {
    return {
      decision: "skip",
      because: `Pull request #${number} is open again; the run of its reopening takes care of the preview.`,
    };
  }
  return decision;
};
