import type { RestApi, Stage, World } from "../../../simulator/gateway/model.ts";
import { patchedStage } from "../../../simulator/gateway/operations/stage-patch.ts";
import { newStage } from "../../../simulator/gateway/operations/stages.ts";
import { emptyDefinition, newRestApi } from "../../../simulator/gateway/rest-api.ts";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { restApi } from "../../../src/aws/rest-api/kind.ts";
import { routeOfMethodSettings } from "../../../src/aws/rest-api/method-settings-key.ts";
import { creationOf, patchOf } from "../../../src/aws/rest-api/patches.ts";
import type { StageSettings } from "../../../src/domain/stage-settings.ts";
import type { SettingWrite } from "../../../src/domain/stage-write.ts";
import { batches } from "../../../src/plan/settings/batches.ts";
import type { SettingsPlan } from "../../../src/plan/settings/plan-settings.ts";

/** One stage as the simulated service keeps it, patched by the service's own rules. */
export type SimulatedStage = {
  readonly settings: () => StageSettings;
  readonly write: (writes: readonly SettingWrite[]) => void;
  readonly apply: (plan: SettingsPlan) => void;
};

export const simulatedStage = (creation: readonly SettingWrite[] = []): SimulatedStage => {
  const world: World = createWorld({ rateLimits: false });
  world.account.cloudwatchRoleArn = "arn:aws:iam::123456789012:role/logs";
  const api: RestApi = newRestApi(world, "orders");
  api.deployments.set("d1", { id: "d1", createdDate: 0, definition: emptyDefinition(world) });
  for (const version of ["1", "2"]) api.documentationVersions.set(version, { version, createdDate: 0 });
  let stage: Stage = newStage(world, api, { stageName: "dev", ...creationOf(creation) }, "d1");
  let tags: Record<string, string> = {};
  const write: SimulatedStage["write"] = (writes) => {
    for (const batch of batches(writes, restApi)) stage = patchedStage(world, api, stage, batch.map(patchOf));
  };
  return {
    write,
    settings: () => ({ ...settingsOf(stage), tags }),
    apply: (plan) => {
      write(plan.writes);
      const kept = Object.entries(tags).filter(([key]) => !plan.tagsToRemove.includes(key));
      tags = { ...Object.fromEntries(kept), ...plan.tagsToSet };
    },
  };
};

const settingsOf = (stage: Stage): StageSettings => ({
  description: stage.description,
  variables: stage.variables ?? {},
  methodSettings: Object.fromEntries(
    Object.entries(stage.methodSettings).map(([key, entry]) => [routeOfMethodSettings(key), entry]),
  ),
  accessLog: stage.accessLogSettings && {
    destinationArn: stage.accessLogSettings.destinationArn,
    format: stage.accessLogSettings.format,
  },
  cacheCluster: { enabled: stage.cacheClusterEnabled, size: stage.cacheClusterSize, status: undefined },
  clientCertificateId: stage.clientCertificateId,
  documentationVersion: stage.documentationVersion,
  tracingEnabled: stage.tracingEnabled,
  tags: stage.tags ?? {},
});
