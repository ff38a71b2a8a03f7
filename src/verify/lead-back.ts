import type { Applying } from "../apply/applying.ts";
import type { Progress } from "../apply/progress.ts";
import { undo } from "../apply/undo.ts";
import { ActionError, type ErrorCode } from "../domain/errors.ts";
import type { CanaryRequest, PointingRequest } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import { confirmPointing } from "./overtaken.ts";

/** What was found of an unhealthy stage: `happened` in whole sentences. */
export type Unhealthy = {
  readonly code: Extract<ErrorCode, "SMOKE_TESTS_FAILED" | "WATCH_FAILED">;
  readonly doing: string;
  readonly happened: string;
};

/**
 * Points an unhealthy stage back at what it served before, where the plan says how, and answers the error that tells
 * both. Throws `ROLLBACK_FAILED` where that fails, and `STAGE_CHANGED` where the stage serves another run's deployment,
 * which is not ours to take back.
 */
export const leadBack = async (
  { code, doing, happened }: Unhealthy,
  request: PointingRequest | CanaryRequest,
  plan: Plan,
  applying: Applying,
): Promise<ActionError> => {
  const { progress } = applying;
  const acted = progress.pointedAt === undefined ? "no" : "yes";
  const ours = progress.pointedAt ?? servedAlready(plan);
  await requireOurs(request, applying, ours);
  if (plan.undo.length > 0 && ours !== undefined) await undo(plan, happened, applying);
  return new ActionError({ code, doing, happened, acted, state: stateAfterFailure(request, plan, progress) });
};

/** Throws `STAGE_CHANGED` where the stage serves another deployment: what was found wrong is none of ours then. */
export const requireOurs = async (
  request: PointingRequest | CanaryRequest,
  applying: Applying,
  ours: string | undefined,
): Promise<void> => {
  const confirmation = await confirmPointing(request, applying, ours);
  if (confirmation.kind !== "overtaken") return;
  applying.progress.found = { stage: confirmation.stage };
  throw confirmation.error;
};

/** An earlier attempt of this run has pointed it, and was ended before its verdict. */
const servedAlready = ({ deployment, serves }: Plan): string | undefined =>
  deployment?.kind === "existing" && deployment.id === serves ? serves : undefined;

const stateAfterFailure = (request: PointingRequest | CanaryRequest, plan: Plan, progress: Progress): string => {
  const stage = `Stage ${request.stageName}`;
  return progress.rolledBack
    ? `${stage} was pointed back and serves deployment ${progress.pointedAt} again. ${whatStays(plan, progress)}`
    : `${stage} serves deployment ${progress.pointedAt ?? plan.serves} still: ${whyItStays(request, plan, progress)}.`;
};

/** Settings are not part of a deployment, and do not go back with it. */
const whatStays = ({ settings }: Plan, { settingsChanged }: Progress): string =>
  settingsChanged && settings.length > 0
    ? `Settings that this run changed stay as they are now: ${settings.map(changeText).join(", ")}. The API's draft stays, too.`
    : "The API's draft stays as this run left it.";

const changeText = ({ setting, from, to }: Plan["settings"][number]): string =>
  `${setting} is ${to ?? "not set"} (before: ${from ?? "not set"})`;

const whyItStays = (
  { smokeTests }: Pick<PointingRequest, "smokeTests">,
  { serves, watch }: Plan,
  { pointedAt }: Progress,
): string => {
  if (serves === undefined) return "it is new, there is nothing to go back to";
  if (serves === "") return "it served nothing before, there is nothing to go back to";
  if (pointedAt === undefined && watch === undefined) return "this run did not point it anywhere";
  return smokeTests.rollBack ? "nothing tells what it served before" : "rollback-on-failure is false";
};
