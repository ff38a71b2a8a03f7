import { refused } from "../apply/refused.ts";
import type { PromoteRequest } from "../inputs/request.ts";
import type { PromoteObserved } from "../observe/observed.ts";
import { observePromote } from "../observe/promote.ts";
import { withReach } from "../observe/reach.ts";
import { stageChanged } from "../plan/ownership.ts";
import { planPromote, sourceChanged } from "../plan/promote.ts";
import { startingCanary } from "./canary.ts";
import type { Command } from "./command.ts";
import { pointing } from "./pointing.ts";

export const promote = (request: PromoteRequest): Command<PromoteObserved> => {
  // What was shown and approved is what goes out.
  const beforePointing: Command["beforePointing"] = async (plan, { gateway }) => {
    const stages = await gateway.getStages();
    const { meant, restApiId } = plan;
    const target = meant && stages.find(({ name }) => name === meant.name);
    const change = sourceChanged(plan, stages) ?? (meant && stageChanged(meant, target, restApiId));
    if (change !== undefined) throw refused(request, change);
  };
  return {
    ...pointing(request),
    observe: async (session) => withReach(request, await observePromote(request, session), session.world),
    plan: (found) => planPromote(request, found),
    beforePointing,
    ...(request.canary === undefined ? {} : startingCanary(request, { beforePointing })),
  };
};
