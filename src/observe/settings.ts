import type { Gateway } from "../aws/gateway.ts";
import type { DocumentationPresence, Stage } from "../domain/stage.ts";
import type { PointingRequest } from "../inputs/request.ts";
import type { StageWish } from "../inputs/settings/resolve.ts";
import type { AskedFacts } from "./observed.ts";

/** What the checks of settings need to know. Throws ActionError. */
export const observeSettings = async (
  settings: StageWish,
  needsDraft: boolean,
  gateway: Gateway,
): Promise<AskedFacts> => {
  const planIds = settings["usage-plans"]?.value ?? [];
  const [draft, cloudWatchRole, plans] = await Promise.all([
    needsDraft ? gateway.getDraft() : undefined,
    wantsLogs(settings) ? gateway.getCloudWatchRole() : ("unknown" as const),
    Promise.all(planIds.map((id) => gateway.getUsagePlan(id))),
  ]);
  const usagePlans = new Map(plans.flatMap((plan) => (plan === undefined ? [] : [[plan.id, plan] as const])));
  return { draft, cloudWatchRole, usagePlans };
};

/**
 * Whether the documentation version is there that the stage is to get. Not asked for one that the stage has. Throws
 * ActionError.
 */
export const observeDocumentation = async (
  { settings, stageName }: Pick<PointingRequest, "settings" | "stageName">,
  stages: readonly Stage[],
  gateway: Gateway,
): Promise<DocumentationPresence> => {
  const wanted = settings["documentation-version"]?.value;
  const current = stages.find(({ name }) => name === stageName)?.settings.documentationVersion;
  return wanted === undefined || wanted === current ? "unknown" : gateway.findDocumentation(wanted);
};

/** Whether settings are about logs in CloudWatch. */
export const wantsLogs = ({ logging, routes = {} }: StageWish): boolean =>
  logging !== undefined || Object.values(routes).some((route) => !("value" in route) && route.logging !== undefined);
