import type { Stage } from "../../domain/stage.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import type { Refusal } from "../plan.ts";
import { howToEnd, sharedBy } from "./has-canary.ts";
import type { CanaryState } from "./state.ts";

/** Which canaries are not to be touched, or only where the workflow names their deployment. */

type There = Exclude<CanaryState, { kind: "none" | "promoted" }>;

/** Why what is asked is not done to this canary; `undefined`: it is. */
export const refuseCanaryChange = (request: CanaryRequest, stage: Stage, state: There): Refusal | undefined => {
  const { canary } = state;
  const { deploymentId: expected, percent } = request;
  if (expected !== undefined && expected !== canary.deploymentId) {
    return {
      refused: "CANARY_CHANGED",
      happened: `${sharedBy(stage, canary)}; what is asked for is the canary on deployment ${expected}.`,
      remedy: `If deployment ${canary.deploymentId} is what you mean, give it as deployment-id.`,
    };
  }
  if (percent === 0) return state.kind === "foreign" ? unlessTold(request, stage, state) : undefined;
  return state.kind === "re-pointed" ? neverJudged(request, stage, state) : unlessTold(request, stage, state);
};

/** Never completed: nobody has judged what it is on now. */
const neverJudged = (
  { restApiId }: CanaryRequest,
  stage: Stage,
  { canary, intent }: Extract<There, { kind: "ours" | "re-pointed" | "base-moved" | "shifted" }>,
): Refusal => ({
  refused: "CANARY_CHANGED",
  happened: `${sharedBy(stage, canary)}. It was started on deployment ${intent.canary} by run ${intent.runId}, and somebody has pointed it at another since ("Deploy API" in the console does that): what it is on now was not judged.`,
  remedy: `Abort it with command: canary and canary-percent: 0, and start one anew.\n${howToEnd(restApiId, stage, canary)}`,
});

/** What has no story of ours, or another than was told, goes on only where the workflow names the deployment. */
const unlessTold = (request: CanaryRequest, stage: Stage, state: There): Refusal | undefined => {
  const { deploymentId: told, percent, restApiId } = request;
  const why = storyOf(stage, state);
  if (why === undefined || (told !== undefined && percent !== undefined)) return undefined;
  const { canary } = state;
  return {
    refused: state.kind === "foreign" ? "CANARY_NOT_OURS" : "CANARY_CHANGED",
    happened: `${sharedBy(stage, canary)}. ${why}`,
    remedy: `Look at it. To set its share or to end it all the same, give deployment-id: ${canary.deploymentId} beside canary-percent (100 completes it, 0 aborts it).\n${howToEnd(restApiId, stage, canary)}`,
  };
};

const storyOf = ({ deploymentId }: Stage, { kind, intent }: There): string | undefined => {
  switch (kind) {
    case "foreign":
      return intent === undefined
        ? "Nothing on the stage says that a run of this repository started it: the console, an infrastructure tool or a run that could not tag the stage may have."
        : `A run of repository ${intent.repositoryId} started it.`;
    case "base-moved":
      return `It was started beside deployment ${intent.base}; the stage serves ${deploymentId} since, so that what was compared is not what is there.`;
    default:
      return undefined;
  }
};
