import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
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
    prepare: (found) => contracts.compared(found),
    plan: (found) => planDeploy(request, found),
    prove: contracts.prove,
    verify: contracts.exporting(pointed.verify),
  };
};
