import type { Plan } from "../plan/plan.ts";
import type { Ending } from "./open-record.ts";
import { recordLinkOf, type StageOutcome } from "./outcome.ts";
import { canaryStatus } from "./text/canary.ts";
import { statusDescription } from "./text/sentences.ts";

/** How the GitHub deployment of a run ends that ended so. */
export const endingOf = (outcome: StageOutcome): Ending => {
  const description = statusDescription(outcome);
  if (outcome.error !== undefined) return { state: "failure", description, environmentUrl: "" };
  // Most callers are on what an earlier record stands for.
  if (canaryStatus(outcome) !== undefined)
    return { state: "inactive", description, environmentUrl: recordLinkOf(outcome) };
  return outcome.result === "skipped"
    ? { state: "inactive", description, environmentUrl: "" }
    : { state: "success", description, environmentUrl: recordLinkOf(outcome) };
};

/** A schedule that finds no canary, or one that is to wait, leaves no record of every look. */
export const isWorthRecording = ({ result, command, steps }: Plan): boolean =>
  result !== "skipped" &&
  !(command === "canary" && !steps.some(({ seenByCallers }) => seenByCallers) && result !== "canary-completed");
