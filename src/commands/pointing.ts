import { refused } from "../apply/refused.ts";
import { pullRequestStates } from "../github/pull-requests.ts";
import type { PointingRequest } from "../inputs/request.ts";
import { stageChanged } from "../plan/ownership.ts";
import { decisionNow } from "../plan/preview-now.ts";
import { planSettings } from "../plan/settings/plan-settings.ts";
import { confirmPointing } from "../verify/overtaken.ts";
import { settingsLeftOver, verify } from "../verify/verify.ts";
import type { Command } from "./command.ts";

/** What all commands share that make a stage serve a deployment. */
export const pointing = (request: PointingRequest): Omit<Command, "observe" | "plan"> => ({
  applying: {
    definition: request.command === "deploy" ? request.definition?.definition : undefined,
    settingsLeft: ({ settings }) =>
      planSettings({ wanted: request.settings, current: settings, routes: undefined }).patch,
  },
  beforePointing: async ({ meant }, { gateway }) => {
    if (meant === undefined) return;
    const change = stageChanged(meant, await gateway.getStage(meant.name), gateway.restApiId);
    if (change !== undefined) throw refused(request, change);
  },
  verify: async (plan, applying, invokeUrl, tell) => {
    const { stage, warnings } = applying.progress;
    if (stage !== undefined) warnings.push(...settingsLeftOver(request, stage));
    if (invokeUrl !== undefined) await verify(request, plan, applying, invokeUrl, tell);
  },
  confirm: (applying) => confirmPointing(request, applying),
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
