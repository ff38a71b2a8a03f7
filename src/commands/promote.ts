import type { PromoteRequest } from "../inputs/request.ts";
import type { PromoteObserved } from "../observe/observed.ts";
import { planPromote, sourceChanged } from "../plan/promote.ts";
import { targetChanged } from "../plan/target-changed.ts";
import { startingCanary } from "./canary.ts";
import type { Command } from "./command.ts";
import { openContracts } from "./contract.ts";
import { pointing } from "./pointing.ts";

export const promote = (request: PromoteRequest): Command<PromoteObserved> => {
  const contracts = openContracts(request);
  const pointed = {
    // What was shown and approved is what goes out.
    ...pointing(request, async (plan, { gateway }) => {
      const stages = await gateway.getStages();
      const target = stages.find(({ name }) => name === plan.meant?.name);
      return sourceChanged(plan, stages) ?? targetChanged(plan, target);
    }),
    ...(request.canary === undefined ? {} : startingCanary(request)),
  };
  return {
    ...pointed,
    prepare: (found) => contracts.compared(found),
    plan: (found) => planPromote(request, found),
    prove: contracts.prove,
    verify: contracts.exporting(pointed.verify),
  };
};
