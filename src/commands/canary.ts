import { refused } from "../apply/refused.ts";
import { invokeUrlOf } from "../domain/invoke-url.ts";
import type { CanaryRequest, DeployRequest, PromoteRequest } from "../inputs/request.ts";
import { observeStep } from "../observe/canary-evidence.ts";
import type { CanaryObserved } from "../observe/observed.ts";
import type { Session } from "../observe/session.ts";
import { planCanary } from "../plan/canary/change.ts";
import { canaryChanged } from "../plan/canary/changed-since.ts";
import { stepToJudge } from "../plan/canary/state.ts";
import { failedCanary, verifyCanary } from "../verify/canary.ts";
import { judgeCanary } from "../verify/canary-judge.ts";
import { askCanary } from "../verify/canary-smoke-tests.ts";
import { lookLast } from "../verify/overtaken.ts";
import { verify } from "../verify/verify.ts";
import { goesOn } from "./canary-work.ts";
import { type Command, pointsNothing } from "./command.ts";

export const canary = (request: CanaryRequest): Command<CanaryObserved> => ({
  ...pointsNothing,
  prepare: async (found, session) => ({ ...found, judged: await judge(request, found, session) }),
  plan: (found) => planCanary(request, found),
  beforePointing: async (plan, { gateway }) => {
    const change = canaryChanged(plan, await gateway.getStage(request.stageName));
    if (change !== undefined) throw refused(request, change);
  },
  verify: async (plan, applying, invokeUrl, tell) => {
    const failure = failedCanary(request, plan, applying);
    if (failure !== undefined) throw failure;
    if (invokeUrl === undefined) return;
    const { does } = plan.canary ?? {};
    if (does === "complete") await verify(request, plan, applying, invokeUrl, tell.tested);
    if (does === "shift") await verifyCanary(request, plan, applying, { invokeUrl, tell: tell.tested });
  },
  confirm: (applying) => lookLast(request, applying),
  follow: (outcome, _told, _github, world) => goesOn(request, outcome, world),
});

/** Only a canary that goes on by its policy is judged; a share that is asked for is not. A dry run calls no API. */
const judge = async (
  request: CanaryRequest,
  { stages, api, place, now }: CanaryObserved,
  session: Session,
): Promise<CanaryObserved["judged"]> => {
  const { policy, smokeTests, stageName, invokeUrl, percent, dryRun } = request;
  const stage = stages.find(({ name }) => name === stageName);
  const step = stage === undefined || percent !== undefined ? undefined : stepToJudge(stage, request, now);
  if (stage === undefined || step === undefined) return undefined;
  const url = invokeUrlOf(stageName, api, place, invokeUrl);
  const [seen, smoke] = await Promise.all([
    observeStep({ api, stage, canary: step.canary, policy, since: step.since, now }, session),
    dryRun ? undefined : askCanary(smokeTests, step.canary, { invokeUrl: url, settle: 0 }, session.world),
  ]);
  return judgeCanary(policy, { ...seen, smoke });
};

/** What tells a command that starts a canary from the same one that points the stage. No preview has one. */
export const startingCanary = (request: DeployRequest | PromoteRequest): Pick<Command, "verify" | "follow"> => ({
  verify: async (plan, applying, invokeUrl, tell) => {
    if (invokeUrl !== undefined) await verifyCanary(request, plan, applying, { invokeUrl, tell: tell.tested });
  },
  follow: (outcome, _told, _github, world) => goesOn(request, outcome, world),
});
