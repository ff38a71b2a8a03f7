import type { Applying } from "../apply/applying.ts";
import { durationText } from "../domain/duration.ts";
import { ActionError } from "../domain/errors.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import type { WatchPlan } from "../plan/watch-plan.ts";
import { leadBack } from "./lead-back.ts";
import type { Tell } from "./tell.ts";
import { type Baseline, watchStage } from "./watch-stage.ts";
import { trafficSentence, type WatchVerdict, watchSentence } from "./watch-verdict.ts";

/**
 * Looks at alarms and traffic for a while. A stage that turns out unhealthy goes back to what it served before; one that
 * is not proven healthy stays. Throws `WATCH_FAILED`, `WATCH_NOT_PROVEN`, `ROLLBACK_FAILED`, `STAGE_CHANGED` or
 * `CANCELLED`; `tell` gets the verdict before that.
 */
export const watch = async (
  request: PointingRequest,
  plan: Plan,
  baseline: Baseline | undefined,
  applying: Applying,
  tell: Pick<Tell, "watching" | "watched">,
): Promise<void> => {
  const { progress } = applying;
  if (plan.watch === undefined || progress.skipped) return;
  tell.watching(plan.watch);
  const verdict = await look(plan.watch, baseline, request, plan, applying);
  tell.watched(verdict);
  switch (verdict.health) {
    case "healthy":
      return;
    case "unhealthy": {
      const happened = [`Stage ${request.stageName} turned out unhealthy.`, ...reasons(verdict)].join("\n");
      throw await leadBack({ code: "WATCH_FAILED", doing: watchingOf(request), happened }, request, plan, applying);
    }
    case "not-proven":
      if (plan.watch.onNotProven === "fail") throw notProven(verdict, request, plan, applying);
      progress.warnings.push(
        [`Stage ${request.stageName} is live. ${watchSentence(verdict)}`, ...reasons(verdict)].join(" "),
      );
  }
};

const look = async (
  watching: WatchPlan,
  baseline: Baseline | undefined,
  request: PointingRequest,
  plan: Plan,
  applying: Applying,
): Promise<WatchVerdict> => {
  const { cloudWatch, world } = applying;
  const begun = world.clock.elapsed();
  try {
    return await watchStage({
      watch: watching,
      stageName: request.stageName,
      existed: plan.serves !== undefined,
      baseline: baseline ?? { at: watching.earlier?.since, alarms: [] },
      cloudWatch: await cloudWatch(),
      world,
    });
  } catch (thrown) {
    if (world.signal.aborted) throw cancelled(world.clock.elapsed() - begun, watching, request, plan, applying);
    throw thrown;
  }
};

const watchingOf = ({ stageName, restApiId }: PointingRequest): string =>
  `watch stage ${stageName} of API ${restApiId}`;

/** What speaks against it, and then how much was seen. */
const reasons = ({ findings, health, traffic }: WatchVerdict): readonly string[] => [
  ...new Set([
    ...findings.filter((finding) => finding.health === health).map(({ says }) => says),
    trafficSentence(traffic),
  ]),
];

const notProven = (verdict: WatchVerdict, request: PointingRequest, plan: Plan, { progress }: Applying): ActionError =>
  new ActionError({
    code: "WATCH_NOT_PROVEN",
    doing: watchingOf(request),
    happened: [watchSentence(verdict), ...reasons(verdict)].join("\n"),
    acted: progress.pointedAt === undefined ? "no" : "yes",
    state: `Stage ${request.stageName} serves deployment ${progress.pointedAt ?? plan.serves}, and was left so: too little data is no reason to take it back.`,
  });

/** What was cancelled may be the workflow, and not the release: nothing is taken back. */
const cancelled = (
  watched: number,
  { bakeTime }: WatchPlan,
  request: PointingRequest,
  plan: Plan,
  { progress }: Applying,
): ActionError =>
  new ActionError({
    code: "CANCELLED",
    doing: watchingOf(request),
    happened: `The run was cancelled after ${durationText(watched)} of ${durationText(bakeTime)}.`,
    acted: progress.pointedAt === undefined ? "no" : "yes",
    state: `Stage ${request.stageName} serves deployment ${progress.pointedAt ?? plan.serves} and stays so; nobody watches it now.`,
    remedy:
      "Look at its alarms and metrics, or run the job again: it watches anew, and makes no second deployment. To go back, run `command: rollback`.",
  });
