import type { Applying } from "../apply/applying.ts";
import { doingOf } from "../apply/refused.ts";
import { ActionError, asActionError } from "../domain/errors.ts";
import { parseMarker } from "../domain/marker.ts";
import { type Stage, servedText } from "../domain/stage.ts";
import type { CanaryRequest, PointingRequest } from "../inputs/request.ts";

/**
 * Whether the stage still serves what this run has pointed it at. The answer to UpdateStage tells what was set, and not
 * what another run has set since.
 */
export type Confirmation =
  | { readonly kind: "confirmed" }
  /** `stage`: as it is in place of ours; `undefined` where it is gone. */
  | { readonly kind: "overtaken"; readonly stage: Stage | undefined; readonly error: ActionError }
  | { readonly kind: "unknown"; readonly warning: string };

const CONFIRMED: Confirmation = { kind: "confirmed" };

/** Reads the stage once more. `pointedAt`: what it must serve; `undefined`: the run has pointed nothing. Throws nothing. */
export const confirmPointing = async (
  request: PointingRequest | CanaryRequest,
  { gateway, progress }: Applying,
  pointedAt: string | undefined = progress.pointedAt,
): Promise<Confirmation> => {
  if (pointedAt === undefined) return CONFIRMED;
  try {
    const stage = await gateway.getStage(request.stageName);
    if (stage?.deploymentId === pointedAt) return CONFIRMED;
    return { kind: "overtaken", stage, error: await overtaken(request, pointedAt, stage, gateway) };
  } catch (thrown) {
    const { message } = asActionError(thrown, `read stage ${request.stageName} once more`);
    return {
      kind: "unknown",
      warning: `Stage ${request.stageName} was pointed at deployment ${pointedAt}; whether another run has pointed it elsewhere since could not be seen. ${message}`,
    };
  }
};

/** Milliseconds. A report must not wait longer for what is looked at beside it. */
const LAST_LOOK = 10_000;

/** The look that goes on beside the report. Throws nothing. */
export const lookLast = (request: PointingRequest | CanaryRequest, applying: Applying): Promise<Confirmation> => {
  const { gateway } = applying;
  return confirmPointing(request, { ...applying, gateway: { ...gateway, ...gateway.within(LAST_LOOK) } });
};

const overtaken = async (
  request: PointingRequest | CanaryRequest,
  ours: string,
  stage: Stage | undefined,
  gateway: Applying["gateway"],
): Promise<ActionError> => {
  const { stageName } = request;
  const who = stage === undefined ? undefined : await makerOf(stage.deploymentId, request, gateway);
  const happened =
    stage === undefined
      ? `The stage was pointed at deployment ${ours}, and then somebody else deleted it.`
      : `The stage was pointed at deployment ${ours}, and then somebody else pointed it at deployment ${stage.deploymentId}${who === undefined ? "" : `, which ${who} made`}.`;
  return new ActionError({
    code: "STAGE_CHANGED",
    doing: `keep what this run did: ${doingOf(request)}`,
    happened,
    acted: "yes",
    state:
      stage === undefined
        ? `Stage ${stageName} does not exist. Deployment ${ours} exists still.`
        : `Stage ${stageName} serves ${servedText(stage.deploymentId)}. Deployment ${ours} exists still.`,
    remedy:
      "If the other run is the newer one, all is well. Otherwise run this job again. A `concurrency` group for the stage keeps runs apart.",
  });
};

/**
 * What the deployment's own description says; it may also be promoted or rolled back to by yet another run. That the stage
 * serves it is told in any case.
 */
const makerOf = async (
  deploymentId: string,
  { run }: CanaryRequest | PointingRequest,
  gateway: Applying["gateway"],
): Promise<string | undefined> => {
  const deployment = await gateway.getDeployment(deploymentId, false).catch(() => undefined);
  const marker = parseMarker(deployment?.description ?? "");
  if (marker === undefined) return undefined;
  const repository = marker.repositoryId === run.repository.id ? "" : ` of repository ${marker.repositoryId}`;
  return `run ${marker.runId}${repository} (commit ${marker.commit.slice(0, 7)})`;
};
