import type { RollbackRequest } from "../inputs/request.ts";
import type { RollbackObserved } from "./observed.ts";
import { observeRecords } from "./records.ts";
import type { Session } from "./session.ts";
import { observeSettings } from "./settings.ts";

/** Reads what a rollback depends on: where the stage has been, from every source that there is. Throws ActionError. */
export const observeRollback = async (
  request: RollbackRequest,
  { gateway, github, world }: Session,
): Promise<RollbackObserved> => {
  const [api, stages, deployments, settingsFacts] = await Promise.all([
    gateway.getRestApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    observeSettings(request.settings, false, gateway),
  ]);
  const records = await observeRecords(request, stages, github);
  return {
    place: gateway.place,
    api,
    stages,
    deployments,
    ...settingsFacts,
    ...records,
    now: world.clock.now(),
  };
};
