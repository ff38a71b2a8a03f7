import type { Applying } from "../apply/applying.ts";
import { undo } from "../apply/undo.ts";
import { ActionError } from "../domain/errors.ts";
import type { InvokeUrl } from "../domain/invoke-url.ts";
import { canaryText } from "../domain/stage.ts";
import type { CanaryRequest, DeployRequest, PromoteRequest } from "../inputs/request.ts";
import type { Plan } from "../plan/plan.ts";
import { askCanary } from "./canary-smoke-tests.ts";
import { DEFAULT_SETTLE } from "./smoke-tests.ts";
import { failureText, type SmokeVerdict } from "./verdict.ts";
import { testing, unreachable } from "./verify.ts";

type Request = CanaryRequest | DeployRequest | PromoteRequest;

export type Telling = { readonly invokeUrl: InvokeUrl; readonly tell: (verdict: SmokeVerdict) => void };

/**
 * Asks the stage as often as it takes to meet its canary. A test that fails twice takes the canary away: the rest of the
 * traffic was never on it. Throws `SMOKE_TESTS_FAILED`, `SMOKE_TESTS_UNREACHABLE`, `ROLLBACK_FAILED` or `CANCELLED`.
 */
export const verifyCanary = async (
  request: Request,
  plan: Plan,
  applying: Applying,
  { invokeUrl, tell }: Telling,
): Promise<void> => {
  const { progress, world } = applying;
  // An earlier attempt may have started it, and been broken off before it asked.
  const canary = progress.stage === undefined ? plan.canary?.found : progress.stage.canary;
  if (canary === undefined) return;
  const verdict = await askCanary(request.smokeTests, canary, { invokeUrl, settle: DEFAULT_SETTLE }, world);
  if (verdict === undefined) return;
  tell(verdict);
  if (verdict.kind === "healthy") return;
  if (verdict.kind === "unreachable") throw unreachable(request, verdict.because, "yes");
  const { stageName } = request;
  const happened = `Stage ${stageName} did not pass its smoke tests with ${canaryText(canary)}; which side answered cannot be seen: ${failureText(verdict)}`;
  if (plan.undo.length > 0) await undo(plan, happened, applying);
  throw new ActionError({
    code: "SMOKE_TESTS_FAILED",
    doing: testing(request),
    happened,
    acted: "yes",
    state: progress.rolledBack
      ? `The canary was taken off stage ${stageName}, which serves deployment ${plan.serves} alone.`
      : `Stage ${stageName} has its canary still: rollback-on-failure is false. To abort it: command: canary with canary-percent: 0.`,
  });
};

/** The error of a run that ended a canary, or would have, because of what it found; `undefined`: there was nothing wrong. */
export const failedCanary = (
  { stageName, restApiId }: CanaryRequest,
  { canary: planned, serves }: Plan,
  { progress }: Applying,
): ActionError | undefined => {
  const { failure, found, judged, does } = planned ?? {};
  if (failure === undefined || found === undefined) return undefined;
  const isAborted = does === "abort";
  progress.rolledBack ||= isAborted;
  return new ActionError({
    code: failure.code,
    doing: `go on with the canary of stage ${stageName} of API ${restApiId}`,
    happened: [
      `The canary of ${found.percentTraffic} % on deployment ${found.deploymentId} was not completed: ${failure.because}.`,
      ...(judged?.findings ?? []).filter(({ health }) => health !== "healthy").map(({ says }) => `  ${says}`),
    ].join("\n"),
    acted: isAborted ? "yes" : "no",
    state: isAborted
      ? `The canary was taken off stage ${stageName}, which serves deployment ${serves} alone. Deployment ${found.deploymentId} stays.`
      : `The canary stays as it is, because on-failure is hold: ${found.percentTraffic} % of the requests go to deployment ${found.deploymentId}. To complete it: command: canary with canary-percent: 100; to abort it: 0.`,
  });
};
