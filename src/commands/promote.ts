import { refused } from "../apply/refused.ts";
import type { PromoteRequest } from "../inputs/request.ts";
import type { PromoteObserved } from "../observe/observed.ts";
import { observePromote } from "../observe/promote.ts";
import { planPromote, sourceChanged } from "../plan/promote.ts";
import type { Command } from "./command.ts";
import { pointing } from "./pointing.ts";

export const promote = (request: PromoteRequest): Command<PromoteObserved> => ({
  ...pointing(request),
  observe: (session) => observePromote(request, session),
  plan: (found) => planPromote(request, found),
  // What was shown and approved is what goes out.
  beforePointing: async (plan, { gateway }) => {
    if (plan.source === undefined) return;
    const change = sourceChanged(plan, await gateway.getStages());
    if (change !== undefined) throw refused(request, change);
  },
});
