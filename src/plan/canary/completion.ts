import type { Stage } from "../../domain/stage.ts";
import type { CanaryRequest } from "../../inputs/request.ts";
import { keepHistory } from "../pointing.ts";
import { hasAppliedTag, OF_OTHERS } from "../settings/applied.ts";
import type { Step, UpdateStageStep } from "../step.ts";
import { mayGoBack, unmark } from "./abort.ts";
import { CANARY_TAG, type CanaryIntent } from "./intent.ts";
import type { There } from "./there.ts";

const existing = (id: string) => ({ kind: "existing", id }) as const;

/** Makes the canary's deployment the stage's, and then, once that is verified, takes the canary away. */
export const completeSteps = (request: CanaryRequest, { stage, canary }: There): readonly Step[] => {
  const { deploymentId, overrides } = canary;
  const variables = Object.keys(overrides).length === 0 ? "" : " with its variables";
  return [
    {
      kind: "promote-canary",
      stageName: stage.name,
      deploymentId,
      from: stage.deploymentId,
      variables: overrides,
      because: `the stage serves deployment ${stage.deploymentId}; it will serve the canary's deployment ${deploymentId}${variables}`,
      seenByCallers: true,
    },
    removal(stage.name, deploymentId),
    ...history(request, stage, deploymentId, stage.deploymentId, Object.keys(overrides).length > 0),
    ...(stage.tags[CANARY_TAG] === undefined ? [] : [unmark(stage.name)]),
  ];
};

const removal = (stageName: string, serves: string): Step => ({
  kind: "remove-canary",
  stageName,
  serves,
  because: `the stage serves deployment ${serves} itself`,
  seenByCallers: false,
});

/** What is left of it where the stage serves the canary's deployment already. */
export const tidySteps = (request: CanaryRequest, stage: Stage, intent: CanaryIntent | undefined): readonly Step[] => [
  removal(stage.name, stage.deploymentId),
  ...(intent === undefined ? [] : [...history(request, stage, stage.deploymentId, intent.base), unmark(stage.name)]),
];

/** Variables that came with the canary are nobody's declaration that is written down. */
const history = (
  request: CanaryRequest,
  stage: Stage,
  to: string,
  from: string,
  withVariables = false,
): readonly Step[] =>
  keepHistory(
    { request, stage },
    {
      deployment: existing(to),
      previous: existing(from),
      rollback: false,
      settings: withVariables && hasAppliedTag(stage.tags) ? OF_OTHERS : undefined,
      doneBy: request.run,
    },
  );

/** Back to the deployment and variables before, for a stage that turns out unhealthy without its canary. */
export const undoCompletion = (request: CanaryRequest, { stage, canary }: There): readonly Step[] => {
  if (!mayGoBack(request)) return [];
  const { variables } = stage.settings;
  const back: UpdateStageStep = {
    kind: "update-stage",
    stageName: stage.name,
    from: undefined,
    deployment: existing(stage.deploymentId),
    writes: Object.keys(canary.overrides).map((name) => ({
      kind: "variable",
      name,
      value: (Object.hasOwn(variables, name) ? variables[name] : undefined) ?? null,
    })),
    because: `it served deployment ${stage.deploymentId} before, and the new one is unhealthy`,
    seenByCallers: true,
  };
  return [
    back,
    ...keepHistory(
      { request, stage },
      {
        deployment: existing(stage.deploymentId),
        previous: existing(canary.deploymentId),
        rollback: true,
        doneBy: undefined,
      },
    ),
  ];
};
