import type { RollbackRequest } from "../inputs/request.ts";
import type { RollbackObserved } from "./observed.ts";
import type { Session } from "./session.ts";
import { observeSettings } from "./settings.ts";

/** Reads what a rollback depends on: where the stage has been, from every source that there is. Throws ActionError. */
export const observeRollback = async (
  { settings }: RollbackRequest,
  { gateway, github, world }: Session,
): Promise<RollbackObserved> => {
  const [api, stages, deployments, settingsFacts, seen] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    observeSettings(settings, false, gateway),
    github.observed,
  ]);
  return {
    place: gateway.place,
    api,
    stages,
    deployments,
    ...settingsFacts,
    records: seen.earlierRecords,
    served: seen.served,
    now: world.clock.now(),
    warnings: [],
  };
};
