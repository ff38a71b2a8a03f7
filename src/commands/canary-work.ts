import type { World } from "../domain/world.ts";
import type { CanaryRequest, DeployRequest, PromoteRequest, Request } from "../inputs/request.ts";
import type { Outcome } from "../report/outcome.ts";

/** Milliseconds between words of life while a run waits for a step to be over. */
const WORD = 5 * 60_000;

/**
 * With `work: all` one run takes all steps: it waits until the step is over, and goes on as the next run would. The stage
 * keeps all that it goes by, so a run that is cancelled meanwhile loses nothing.
 */
export const goesOn = async (
  request: CanaryRequest | DeployRequest | PromoteRequest,
  { error, plan, canary }: Outcome,
  { clock, log, signal }: Pick<World, "clock" | "log" | "signal">,
): Promise<Request | undefined> => {
  const next = nextRequest(request);
  const { checkAt } = plan?.canary ?? {};
  const waits = plan?.canary?.goesOn === true && checkAt !== undefined && canary !== undefined;
  if (next === undefined || error !== undefined || request.dryRun || !waits) return undefined;
  for (let left = checkAt - clock.now(); left > 0; left = checkAt - clock.now()) {
    log.info(`The canary of stage ${request.stageName} is watched for ${Math.ceil(left / 60_000)} more minutes.`);
    try {
      await clock.sleep(Math.min(left, WORD), signal);
    } catch {
      log.info("The run is cancelled. The canary stays as it is; a later run of command: canary goes on.");
      return undefined;
    }
  }
  return next;
};

const nextRequest = (request: CanaryRequest | DeployRequest | PromoteRequest): CanaryRequest | undefined => {
  if (request.command === "canary") {
    return request.percent === undefined && request.policy.work === "all" ? request : undefined;
  }
  const { canary, settings: _settings, ...rest } = request;
  if (canary?.policy.work !== "all") return undefined;
  return { ...rest, command: "canary", percent: undefined, deploymentId: undefined, policy: canary.policy };
};
