import type { DeployRequest } from "../inputs/request.ts";
import { observeDeploy } from "../observe/deploy.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { withReach } from "../observe/reach.ts";
import { planDeploy } from "../plan/deploy.ts";
import { startingCanary } from "./canary.ts";
import type { Command } from "./command.ts";
import { openContracts } from "./contract.ts";
import { pointing } from "./pointing.ts";

export const deploy = (request: DeployRequest): Command<DeployObserved> => {
  const contracts = openContracts(request);
  const pointed = { ...pointing(request), ...(request.canary === undefined ? {} : startingCanary(request)) };
  return {
    ...pointed,
    observe: async (session) =>
      contracts.compared(await withReach(request, await observeDeploy(request, session), session.world)),
    plan: (found) => planDeploy(request, found),
    prove: contracts.prove,
    verify: contracts.exporting(pointed.verify),
  };
};
