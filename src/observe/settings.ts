import type { Gateway } from "../aws/rest-api/gateway.ts";
import type { StageWish } from "../inputs/settings/resolve.ts";
import type { SettingsFacts } from "./observed.ts";

/** What the checks of settings need to know. Throws ActionError. */
export const observeSettings = async (
  settings: StageWish,
  needsDraft: boolean,
  gateway: Gateway,
): Promise<SettingsFacts> => {
  const planIds = settings["usage-plans"]?.value ?? [];
  const [draft, cloudWatchRole, plans] = await Promise.all([
    needsDraft ? gateway.getDraft() : undefined,
    wantsLogs(settings) ? gateway.getCloudWatchRole() : ("unknown" as const),
    Promise.all(planIds.map((id) => gateway.getUsagePlan(id))),
  ]);
  const usagePlans = new Map(plans.flatMap((plan) => (plan === undefined ? [] : [[plan.id, plan] as const])));
  return { draft, cloudWatchRole, usagePlans };
};

const wantsLogs = ({ logging, routes = {} }: StageWish): boolean =>
  logging !== undefined || Object.values(routes).some((route) => !("value" in route) && route.logging !== undefined);
