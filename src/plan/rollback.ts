import { byHand } from "../domain/api-kind.ts";
import type { RestApi, Stage } from "../domain/stage.ts";
import type { RollbackRequest } from "../inputs/request.ts";
import type { RollbackObserved } from "../observe/observed.ts";
import { judgeRecords } from "./believed-records.ts";
import { withoutOverdue } from "./canary/overdue.ts";
import { doneBefore } from "./done-before.ts";
import { type History, type HistoryEntry, historyOf } from "./history.ts";
import { refuseIncomplete, refuseNamed } from "./named-deployment.ts";
import { meantStage, refuseForeign } from "./ownership.ts";
import { emptyPlan, type Plan, type Refusal } from "./plan.ts";
import { keepRollback, pointStage, undoPointing } from "./pointing.ts";
import { refuseUntestable } from "./reach.ts";
import { pointedFrom, replacedRecords, standingRecords } from "./records.ts";
import { decideSettings } from "./settings/decide-settings.ts";
import { decideWatch } from "./watch.ts";

/**
 * Rollback: the stage is pointed at a deployment that it served before. The draft stays as it is, and so do the settings
 * but for those that are given along: settings have no history that one could go back to.
 */

/** Decides where to go back to. A deployment that is gone is refused, never replaced by an even older one. */
export const planRollback = (request: RollbackRequest, observed: RollbackObserved): Plan | Refusal => {
  const { restApiId, stageName, run, previewOf } = request;
  const overdue = withoutOverdue(request, observed);
  const { stage } = overdue;
  if (stage === undefined) return unknownStage(request);
  const foreign = refuseForeign(request, stage);
  if (foreign !== undefined) return foreign;
  if (stage.canary !== undefined) return hasCanary(stage, stage.canary);
  const history = historyOfStage(request, stage, observed);
  const left = leftByEarlierAttempt(request, stage, observed, history);
  const target = left === undefined ? chooseTarget(request, stage, observed, history) : stage.deploymentId;
  if (typeof target !== "string") return { ...target, history };
  const settings = decideSettings(
    { request, stage, routes: undefined, integrations: undefined, unread: undefined },
    observed,
  );
  const refusal = settings.refusal ?? refuseUntestable(request, observed);
  if (refusal !== undefined) return refusal;
  const deployment = { kind: "existing", id: target } as const;
  const name =
    left === undefined ? backTo(target, history) : `deployment ${target}, where an earlier attempt went back to`;
  const source = { deployment, name };
  const before = pointedFrom(observed.records, run.runId, stage.deploymentId);
  const question = { request, stage, source, ...settings.forPointing, pointedFrom: before, ifFull: undefined };
  const unwritten = left?.unwritten === undefined ? [] : keepRollback(question, left.unwritten);
  const steps = [...overdue.steps, ...unwritten, ...pointStage(question)];
  const watch = decideWatch({ ...observed, request, steps, canaryIsThere: false, earlier: undefined });
  return {
    ...emptyPlan,
    command: "rollback",
    restApiId,
    stageName,
    result: steps.length === 0 ? "unchanged" : "rolled-back",
    unchangedBecause:
      steps.length === 0 ? `it serves ${left === undefined ? `deployment ${target} already` : name}` : undefined,
    serves: stage.deploymentId,
    meant: meantStage(stage, restApiId, overdue.ending),
    deployment,
    steps,
    undo: undoPointing(question),
    settings: settings.plan.changes,
    history,
    records: replacedRecords(observed.records, run.runId, previewOf !== undefined || observed.isShared),
    standing: standingRecords(observed.records, observed.served, [target, stage.deploymentId]),
    notes: [...overdue.notes, ...watch.notes],
    warnings: [
      ...settings.plan.warnings,
      ...(steps.length === 0 ? [] : warningsFor(request, target, history)),
      ...watch.warnings,
    ],
  };
};

const unknownStage = ({ restApiId, stageName }: RollbackRequest): Refusal => ({
  refused: "STAGE_UNKNOWN",
  happened: `API ${restApiId} has no stage ${stageName}, so there is nothing to roll back.`,
});

const historyOfStage = (request: RollbackRequest, { tags }: Stage, observed: RollbackObserved): History => {
  const { restApiId, stageName } = request;
  const { believed, claimed } = judgeRecords(request, observed);
  const { deployments } = observed;
  return historyOf({ restApiId, stageName }, { tags, records: believed, claims: claimed, deployments });
};

/** `unwritten`: what it went back from, where the history does not tell of it yet. */
type Left = { readonly unwritten: string | undefined };

/**
 * Going back twice would lead to an even older version. Without a tag or record of this run, the history tells: an
 * earlier attempt that was killed in between has pointed the stage, and not written it down.
 */
const leftByEarlierAttempt = (
  request: RollbackRequest,
  stage: Stage,
  { records }: RollbackObserved,
  history: History,
): Left | undefined => {
  if (request.deploymentId !== undefined) return undefined;
  const newest = history.source === "tag" ? history.entries[0]?.deploymentId : undefined;
  const unwritten = newest === undefined || newest === stage.deploymentId ? undefined : newest;
  if (doneBefore(request, stage, records)) return { unwritten };
  const killed =
    request.run.attempt > 1 &&
    unwritten !== undefined &&
    previousOf(unwritten, history)?.deploymentId === stage.deploymentId;
  return killed ? { unwritten } : undefined;
};

/**
 * What the stage served before, as far as the history tells. Only entries older than what it serves now count: where
 * somebody went back by other means, the newer ones are what they went away from. Those that a run of ours rolled back
 * from do not count either. The entry's deployment may be gone by now.
 */
export const previousOf = (serves: string, history: History): HistoryEntry | undefined => {
  const entries = history.entries.filter(({ claimed }) => claimed !== true);
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
  { api, deployments }: RollbackObserved,
  history: History,
): string | Refusal => {
  if (deploymentId !== undefined) {
    const found = deployments.find(({ id }) => id === deploymentId);
    if (found !== undefined) return refuseNamed(api, deploymentId, found) ?? deploymentId;
    return {
      refused: "UNKNOWN_DEPLOYMENT",
      happened: `API ${restApiId} has no deployment ${deploymentId}; it never had, or it was deleted.`,
      remedy: adviceOn(api, stage, history),
    };
  }
  const previous = previousOf(stage.deploymentId, history);
  if (previous === undefined && stage.deploymentId === "") {
    return {
      refused: "NOTHING_TO_ROLL_BACK_TO",
      happened: `Stage ${stageName} serves no deployment yet, so there is nothing to go back to.`,
      remedy: adviceOn(api, stage, history),
    };
  }
  if (previous === undefined) {
    return {
      refused: "NOTHING_TO_ROLL_BACK_TO",
      happened: `Nothing tells what stage ${stageName} served before deployment ${stage.deploymentId}: not the stage's history tag, not this repository's GitHub deployments, not the descriptions of the API's deployments.`,
      remedy: adviceOn(api, stage, history),
    };
  }
  if (!previous.exists) {
    return {
      refused: "UNKNOWN_DEPLOYMENT",
      happened: `Stage ${stageName} served deployment ${previous.deploymentId} before, and that deployment has been deleted. An even older one is not taken unasked.`,
      remedy: adviceOn(api, stage, history),
    };
  }
  const { deploymentId: id } = previous;
  return (
    refuseIncomplete(
      id,
      deployments.find((one) => one.id === id),
      api,
    ) ?? id
  );
};

/** Names what can be gone back to, or how to find it. */
const adviceOn = ({ id: restApiId, kind }: RestApi, stage: Stage, { entries }: History): string => {
  const newest = entries.filter(({ deploymentId }, index) => index === positionOf(deploymentId, entries));
  const names = newest
    .filter(({ exists, deploymentId }) => exists && deploymentId !== stage.deploymentId)
    .map((entry) => `${entry.deploymentId}${standingOf(entry)}`);
  return names.length > 0
    ? `Give deployment-id. Stage ${stage.name} served these before, newest first, and they still exist: ${names.join(", ")}.`
    : `Give deployment-id. See what exists: ${byHand(kind, "list-deployments", { api: restApiId })}`;
};

const standingOf = ({ rolledBack, claimed }: HistoryEntry): string => {
  if (rolledBack) return " (rolled back from)";
  return claimed === true ? " (a GitHub deployment says so, and nothing proves it)" : "";
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

const warningsFor = ({ stageName, settings }: RollbackRequest, target: string, history: History): readonly string[] => {
  const entry = history.entries.find(({ deploymentId }) => deploymentId === target);
  const commit = entry?.commit === undefined ? "that time" : `commit ${entry.commit.slice(0, 7)}`;
  const unknown =
    entry === undefined
      ? [`Nothing shows that stage ${stageName} ever served deployment ${target}; deployment-id asks for it.`]
      : [];
  const others = Object.keys(settings).length === 0 ? "Stage settings" : "Stage settings that were not given";
  return [
    ...unknown,
    `The API's draft is now ahead of stage ${stageName}: the next deployment of the draft brings back what was rolled back, unless it is corrected first.`,
    `${others} (variables, throttling, logging, caching) stay as they are: API Gateway keeps no earlier versions of them. To have those of ${commit} back, deploy with the settings file of that commit and deployment-id ${target}.`,
  ];
};
