import { apply } from "../apply/apply.ts";
import type { Gateway } from "../aws/rest-api/gateway.ts";
import type { Facts } from "../decide.ts";
import type { Stage } from "../domain/stage.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import { sourceChanged } from "../plan/promote.ts";
import { planSettings } from "../plan/settings/plan-settings.ts";
import { routeDiffLines } from "../report/text/route-diff.ts";
import { keepHistory } from "./keep-history.ts";
import { refused, type Story } from "./story.ts";
import { testStage } from "./test-stage.ts";

/** The record is for people: it is opened beside the first request to AWS, not before it. */
export const applyAndRecord = async (story: Story, plan: Plan, facts: Facts, gateway: Gateway): Promise<void> => {
  const { request, reporting, work, log, signal } = story;
  const { progress } = work;
  const opening = reporting.openRecord({
    command: request.command,
    deploymentId: plan.deployment.kind === "existing" ? plan.deployment.id : "",
    previousDeploymentId: plan.serves ?? "",
  });
  try {
    const stage = await apply(plan, {
      restApiId: request.restApiId,
      definition: request.command === "deploy" ? request.definition?.definition.bytes : undefined,
      gateway,
      progress,
      log: log.info,
      signal,
      compared: facts.compared,
      failOn: request.command === "deploy" ? (request.routes?.failOn ?? []) : [],
      compareRoutes: request.command === "deploy" && request.routes !== undefined,
      settingsLeft: ({ settings: current }) =>
        planSettings({ wanted: request.settings, current, routes: undefined }).patch,
      beforePointing: () => checkSource(request, plan, gateway),
    });
    if (progress.routes !== undefined) log.group("Routes", routeDiffLines(progress.routes));
    if (stage !== undefined) progress.warnings.push(...differences(request, stage));
    await testStage(story, plan, facts, gateway);
  } finally {
    await opening;
    await keepHistory(story, plan, facts, gateway);
  }
};

/** What was shown and approved is what goes out: the source is looked at once more. */
const checkSource = async (request: PointingRequest, plan: Plan, gateway: Gateway): Promise<void> => {
  if (plan.source === undefined) return;
  const change = sourceChanged(plan, await gateway.getStages());
  if (change !== undefined) throw refused(request, change);
};

/** What the stage has otherwise than declared, after everything was sent; tags are not part of what the service answers. */
const differences = (request: PointingRequest, stage: Stage): readonly string[] =>
  planSettings({ wanted: { ...request.settings, resetRoutes: new Set() }, current: stage.settings, routes: undefined })
    .changes.filter(({ setting }) => !setting.startsWith("tags."))
    .map(
      ({ setting, from, to }) =>
        `API Gateway accepted the settings, but ${setting} is ${from ?? "not set"} instead of ${to ?? "not set"}.`,
    );
