import type { RollbackRequest } from "../inputs/request.ts";
import { observeAlarmsIfPossible } from "./alarms.ts";
import type { RollbackObserved } from "./observed.ts";
import { observeReadiness } from "./readiness.ts";
import { observeRecords } from "./records.ts";
import type { Session } from "./session.ts";
import { observeDocumentation, observeSettings } from "./settings.ts";

/** Reads what a rollback depends on: where the stage has been, from every source that there is. Throws ActionError. */
export const observeRollback = async (request: RollbackRequest, session: Session): Promise<RollbackObserved> => {
  const { gateway, github, world } = session;
  const [api, stages, deployments, settingsFacts, { alarms, warnings }] = await Promise.all([
    gateway.getApi(),
    gateway.getStages(),
    gateway.getDeployments(),
    observeSettings(request.settings, false, gateway),
    observeAlarmsIfPossible(request.watch, session),
  ]);
  const known = { cloudWatchRole: settingsFacts.cloudWatchRole, routes: [], integrations: [] };
  const [documentation, readiness, records] = await Promise.all([
    observeDocumentation(request, stages, gateway),
    observeReadiness(request, stages, known, session),
    observeRecords(request, stages, github),
  ]);
  return {
    place: gateway.place,
    api,
    stages,
    deployments,
    ...settingsFacts,
    ...readiness,
    documentation,
    alarms,
    ...records,
    warnings: [...records.warnings, ...warnings],
    now: world.clock.now(),
  };
};
