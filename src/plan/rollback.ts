import type { Deployment, Stage } from "../domain/stage.ts";
import type { History, HistoryEntry } from "./history.ts";
import type { Plan, Refusal } from "./plan.ts";
import { pointStage } from "./pointing.ts";
import type { SettingsPlan } from "./settings/plan-settings.ts";

/** Rollback: the stage is pointed at a deployment that it served before. The draft and the settings stay as they are. */

export type RollbackRequest = {
  readonly restApiId: string;
  readonly stageName: string;
  /** Where to go back to; `undefined`: what the stage served before. */
  readonly deploymentId: string | undefined;
};

export type RollbackObserved = {
  readonly stages: readonly Stage[];
  /** All deployments of the REST API. */
  readonly deployments: readonly Deployment[];
  readonly history: History;
  /** Only what was asked for: settings have no history that one could go back to. */
  readonly settings: SettingsPlan;
};

/** Decides where to go back to. A deployment that is gone is refused, never replaced by an even older one. */
export const planRollback = (request: RollbackRequest, observed: RollbackObserved): Plan | Refusal => {
  const { restApiId, stageName } = request;
  const stage = observed.stages.find(({ name }) => name === stageName);
  if (stage === undefined) {
    return {
      refused: "STAGE_UNKNOWN",
      happened: `REST API ${restApiId} has no stage ${stageName}, so there is nothing to roll back.`,
    };
  }
  if (stage.canary !== undefined) return hasCanary(stage, stage.canary);
  const target = chooseTarget(request, stage, observed);
  if (typeof target !== "string") return target;
  const deployment = { kind: "existing", id: target } as const;
  const steps = pointStage({
    stageName,
    stage,
    source: { deployment, name: backTo(target, observed.history) },
    settings: observed.settings,
    ownerTags: {},
  });
  return {
    command: "rollback",
    restApiId,
    stageName,
    result: steps.length === 0 ? "unchanged" : "rolled-back",
    serves: stage.deploymentId,
    deployment,
    source: undefined,
    steps,
    unchangedBecause: steps.length === 0 ? `it serves deployment ${target} already` : undefined,
    settings: observed.settings.changes,
    routes: undefined,
    warnings: steps.length === 0 ? [] : warningsFor(stageName, target, observed.history),
  };
};

/**
 * What the stage served before, as far as the history tells. Only entries older than what it serves now count: where
 * somebody went back by other means, the newer ones are what they went away from. Those that a run of ours rolled back
 * from do not count either. The entry's deployment may be gone by now.
 */
export const previousOf = (serves: string, { entries }: History): HistoryEntry | undefined => {
  const now = positionOf(serves, entries);
  return entries.find(
    ({ deploymentId, rolledBack }, index) => index > now && index === positionOf(deploymentId, entries) && !rolledBack,
  );
};

/** Where a deployment stands newest; -1 when it does not. */
const positionOf = (id: string, entries: History["entries"]): number =>
  entries.findIndex(({ deploymentId }) => deploymentId === id);

const chooseTarget = (
  { restApiId, stageName, deploymentId }: RollbackRequest,
  stage: Stage,
  { deployments, history }: RollbackObserved,
): string | Refusal => {
  if (deploymentId !== undefined) {
    return deployments.some(({ id }) => id === deploymentId)
      ? deploymentId
      : {
          refused: "UNKNOWN_DEPLOYMENT",
          happened: `REST API ${restApiId} has no deployment ${deploymentId}; it never had, or it was deleted.`,
          remedy: adviceOn(restApiId, stage, history),
        };
  }
  const previous = previousOf(stage.deploymentId, history);
  if (previous === undefined) {
    return {
      refused: "NOTHING_TO_ROLL_BACK_TO",
      happened: `Nothing tells what stage ${stageName} served before deployment ${stage.deploymentId}: not the stage's history tag, not this repository's GitHub deployments, not the descriptions of the API's deployments.`,
      remedy: adviceOn(restApiId, stage, history),
    };
  }
  if (!previous.exists) {
    return {
      refused: "UNKNOWN_DEPLOYMENT",
      happened: `Stage ${stageName} served deployment ${previous.deploymentId} before, and that deployment has been deleted. An even older one is not taken unasked.`,
      remedy: adviceOn(restApiId, stage, history),
    };
  }
  return previous.deploymentId;
};

/** Names what can be gone back to, or how to find it. */
const adviceOn = (restApiId: string, stage: Stage, { entries }: History): string => {
  const newest = entries.filter(({ deploymentId }, index) => index === positionOf(deploymentId, entries));
  const names = newest
    .filter(({ exists, deploymentId }) => exists && deploymentId !== stage.deploymentId)
    .map(({ deploymentId, rolledBack }) => `${deploymentId}${rolledBack ? " (rolled back from)" : ""}`);
  return names.length > 0
    ? `Give deployment-id. Stage ${stage.name} served these before, newest first, and they still exist: ${names.join(", ")}.`
    : `Give deployment-id. See what exists: aws apigateway get-deployments --rest-api-id ${restApiId}`;
};

const hasCanary = ({ name, deploymentId }: Stage, canary: NonNullable<Stage["canary"]>): Refusal => ({
  refused: "STAGE_HAS_CANARY",
  happened: `${canary.percentTraffic} % of the traffic of stage ${name} goes to a canary on deployment ${canary.deploymentId}, the rest to deployment ${deploymentId}.`,
  remedy: `If the canary is what is wrong, abort it: all traffic then goes to deployment ${deploymentId} again. If that is wrong too, abort the canary and then roll back.`,
});

/** "deployment k4d2fz of commit 1a2b3c4 again". */
const backTo = (deploymentId: string, { entries }: History): string => {
  const commit = entries.find((entry) => entry.deploymentId === deploymentId)?.commit;
  return `deployment ${deploymentId}${commit === undefined ? "" : ` of commit ${commit.slice(0, 7)}`} again`;
};

const warningsFor = (stageName: string, target: string, history: History): readonly string[] => {
  const entry = history.entries.find(({ deploymentId }) => deploymentId === target);
  const commit = entry?.commit === undefined ? "that time" : `commit ${entry.commit.slice(0, 7)}`;
  const unknown =
    entry === undefined
      ? [`Nothing shows that stage ${stageName} ever served deployment ${target}; deployment-id asks for it.`]
      : [];
  return [
    ...unknown,
    `The API's draft is now ahead of stage ${stageName}: the next deployment of the draft brings back what was rolled back, unless it is corrected first.`,
    `Stage settings (variables, throttling, logging, caching) stay as they are: API Gateway keeps no earlier versions of them. To have those of ${commit} back, deploy with the settings file of that commit and deployment-id ${target}.`,
  ];
};
