import { refused } from "../apply/refused.ts";
import { pullRequestStates } from "../github/pull-requests.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { observeAlarms } from "../observe/alarms.ts";
import type { Session } from "../observe/session.ts";
import { alarmProblems, refuseAlarms } from "../plan/alarms.ts";
import type { Plan, Refusal } from "../plan/plan.ts";
import { decisionNow } from "../plan/preview-now.ts";
import { planSettings } from "../plan/settings/plan-settings.ts";
import { targetChanged } from "../plan/target-changed.ts";
import { lookLast } from "../verify/overtaken.ts";
import { settingsLeftOver, verify } from "../verify/verify.ts";
import { watch } from "../verify/watch.ts";
import type { Baseline } from "../verify/watch-stage.ts";
import type { Command } from "./command.ts";

/** Why a plan holds no longer, right before a stage is pointed; `undefined`: it holds. Throws ActionError. */
type HasChanged = (plan: Plan, session: Session) => Promise<Refusal | undefined>;

const hasTargetChanged: HasChanged = async (plan, { gateway }) =>
  plan.meant && targetChanged(plan, await gateway.getStage(plan.meant.name));

/** What all commands share that make a stage serve a deployment. */
export const pointing = (
  request: PointingRequest,
  hasChanged: HasChanged = hasTargetChanged,
): Omit<Command, "prepare" | "plan"> => ({
  applying: {
    definition: request.command === "deploy" ? request.definition?.definition : undefined,
    settingsLeft: ({ settings }) =>
      planSettings({ wanted: request.settings, current: settings, routes: undefined }).writes,
  },
  ...lookingBeforeAndAfter(request, hasChanged),
  prove: async () => {},
  confirm: (applying) => lookLast(request, applying),
  follow: async (outcome, told, { client }) => {
    const { previewOf, dryRun, run } = request;
    if (previewOf === undefined || dryRun || outcome.error !== undefined || outcome.result === "skipped")
      return undefined;
    const asked =
      told === "unknown" && client !== undefined
        ? (await pullRequestStates(client, [previewOf])).states.get(previewOf)
        : told;
    const now = decisionNow({ decision: "deploy", because: "" }, run.event, previewOf, asked ?? "unknown");
    return now.decision === "delete" ? { ...request, command: "delete", because: now.because } : undefined;
  },
});

/** What alarms were like right before the stage was pointed is what they are held against afterwards. */
const lookingBeforeAndAfter = (
  request: PointingRequest,
  hasChanged: HasChanged,
): Pick<Command, "beforePointing" | "verify"> => {
  let baseline: Baseline | undefined;
  return {
    beforePointing: async (plan, session) => {
      const at = session.world.clock.now();
      // Where an earlier attempt has pointed the stage, what alarms say since is for the watch to judge.
      const looks = plan.watch !== undefined && plan.watch.earlier === undefined;
      const [change, alarms] = await Promise.all([
        hasChanged(plan, session),
        looks ? observeAlarms(request.watch, session) : [],
      ]);
      const refusal = change ?? (looks ? refuseAlarms(alarmProblems(request.watch.alarms, alarms)) : undefined);
      if (refusal !== undefined) throw refused(request, refusal);
      if (looks) baseline = { at, alarms };
    },
    verify: async (plan, applying, invokeUrl, tell) => {
      const { stage, warnings } = applying.progress;
      if (stage !== undefined) warnings.push(...settingsLeftOver(request, stage));
      if (invokeUrl !== undefined) await verify(request, plan, applying, invokeUrl, tell.tested);
      await watch(request, plan, baseline, applying, tell);
    },
  };
};
