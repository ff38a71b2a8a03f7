import { refused } from "../apply/refused.ts";
import type { CanaryRequest, DeployRequest, PromoteRequest } from "../inputs/request.ts";
import { observeCanary } from "../observe/canary.ts";
import type { CanaryObserved } from "../observe/observed.ts";
import { planCanary } from "../plan/canary/change.ts";
import { canaryChanged } from "../plan/canary/changed-since.ts";
import { failedCanary, verifyCanary } from "../verify/canary.ts";
import { confirmPointing } from "../verify/overtaken.ts";
import { verify } from "../verify/verify.ts";
import { type Command, pointsNothing } from "./command.ts";

export const canary = (request: CanaryRequest): Command<CanaryObserved> => ({
  ...pointsNothing,
  observe: (session) => observeCanary(request, session),
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
  confirm: (applying) => confirmPointing(request, applying),
});

/** What tells a command that starts a canary from the same one that points the stage. */
export const startingCanary = (request: DeployRequest | PromoteRequest): Pick<Command, "verify"> => ({
  verify: async (plan, applying, invokeUrl, tell) => {
    if (invokeUrl !== undefined) await verifyCanary(request, plan, applying, { invokeUrl, tell: tell.tested });
  },
});
