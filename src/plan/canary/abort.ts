import type { Stage } from "../../domain/stage.ts";
import type { SmokeTests } from "../../inputs/smoke-tests.ts";
import type { MarkCanaryStep, Step } from "../step.ts";
import { CANARY_TAG } from "./intent.ts";

/** Takes the canary away, and then what explains it. `marked`: whether a tag of ours is there by then. */
export const abortSteps = (
  { name, deploymentId, tags }: Stage,
  because: string,
  marked = tags[CANARY_TAG] !== undefined,
): readonly Step[] => [
  {
    kind: "remove-canary",
    stageName: name,
    serves: deploymentId,
    because: `${because}; all requests go to deployment ${deploymentId} again`,
    seenByCallers: true,
  },
  ...(marked ? [unmark(name)] : []),
];

export const unmark = (stageName: string): MarkCanaryStep => ({
  kind: "mark-canary",
  stageName,
  intent: undefined,
  because: "there is no canary any more that it could explain",
  seenByCallers: false,
});

type Tested = { readonly smokeTests: SmokeTests };

/** Whether smoke tests may find the stage unhealthy, and it goes back then. */
export const mayGoBack = ({ smokeTests: { tests, rollBack } }: Tested): boolean => tests.length > 0 && rollBack;

/** What leads back from a canary that turns out unhealthy: the rest of the traffic was never on it. */
export const undoByAbort = (request: Tested, stage: Stage): readonly Step[] =>
  mayGoBack(request) ? abortSteps(stage, "the canary is unhealthy", true) : [];
