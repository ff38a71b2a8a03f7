import type { PromoteRequest } from "../inputs/request.ts";
import type { PromoteObserved } from "../observe/observed.ts";
import { observePromote } from "../observe/promote.ts";
import { stageChanged } from "../plan/ownership.ts";
import { planPromote, sourceChanged } from "../plan/promote.ts";
import { startingCanary } from "./canary.ts";
import type { Command } from "./command.ts";
import { pointing } from "./pointing.ts";

export const promote = (request: PromoteRequest): Command<PromoteObserved> => {
  // What was shown and approved is what goes out.
  const common = pointing(request, async (plan, { gateway }) => {
    const stages = await gateway.getStages();
    const { meant, restApiId } = plan;
    const target = meant && stages.find(({ name }) => name === meant.name);
    return sourceChanged(plan, stages) ?? (meant && stageChanged(meant, target, restApiId));
  });
  return {
    ...common,
    observe: (session) => observePromote(request, session),
    plan: (found) => planPromote(request, found),
    ...(request.canary === undefined ? {} : startingCanary(request, common)),
  };
};
