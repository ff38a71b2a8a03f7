import type { Canary, Stage } from "../../domain/stage.ts";
import { stepOf } from "../../inputs/canary/policy.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { CanaryObserved } from "../../observe/observed.ts";
import type { Plan } from "../plan.ts";
import { pointedFrom, standingRecords } from "../records.ts";
import { abortSteps, undoByAbort } from "./abort.ts";
import { completeSteps, undoCompletion } from "./completion.ts";
import { intentOf, type There } from "./there.ts";

/** The three ways that a canary can go: away, to the whole stage, to another share. */

export const aborted = ({ stage, canary }: There, common: Plan, because: string): Plan => ({
  ...common,
  result: "canary-aborted",
  canary: common.canary && { ...common.canary, does: "abort" },
  steps: abortSteps(stage, because),
  notes: [`Deployment ${canary.deploymentId}, which the canary was on, stays for those who look for what was wrong.`],
});

export const completed = (
  request: CanaryRequest,
  there: There,
  { records, served }: CanaryObserved,
  common: Plan,
): Plan => {
  const { stage, canary } = there;
  return {
    ...common,
    result: "canary-completed",
    deployment: { kind: "existing", id: canary.deploymentId },
    canary: common.canary && { ...common.canary, does: "complete" },
    steps: completeSteps(request, there),
    undo: undoCompletion(request, there),
    settings: variableChanges(stage, canary),
    standing: standingRecords(records, served, [
      pointedFrom(records, request.run.runId, stage.deploymentId) ?? stage.deploymentId,
    ]),
  };
};

/** What the stage's variables become once the canary's are its own. */
const variableChanges = ({ settings }: Stage, { overrides }: Canary): Plan["settings"] =>
  Object.entries(overrides).flatMap(([name, to]) => {
    const from = settings.variables[name];
    return from === to ? [] : [{ setting: `variables.${name}`, from, to, source: "canary" }];
  });

/** Down as well as up. A share that is there already is written down where the tag says another. */
export const shifted = (request: CanaryRequest, there: There, percent: number, common: Plan): Plan => {
  const { stage, canary, kind } = there;
  const { policy } = request;
  const mark = intentOf(request, there, { percent, step: stepOf(policy, percent), since: "now", failed: 0 });
  const same = canary.percentTraffic === percent;
  const until = mark.intent?.until;
  return {
    ...common,
    result: same ? "unchanged" : "canary-shifted",
    unchangedBecause: `its canary on deployment ${canary.deploymentId} gets ${percent} % of the traffic already`,
    canary: common.canary && { ...common.canary, does: same ? "nothing" : "shift", until },
    steps: same
      ? kind === "ours"
        ? []
        : [mark]
      : [
          {
            kind: "shift-canary",
            stageName: stage.name,
            base: stage.deploymentId,
            deploymentId: canary.deploymentId,
            from: canary.percentTraffic,
            to: percent,
            because: `${percent} % of the requests go to deployment ${canary.deploymentId} in place of ${canary.percentTraffic} %`,
            seenByCallers: true,
          },
          mark,
        ],
    undo: undoByAbort(request, stage),
  };
};
