import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { planDeploy } from "../plan/deploy.ts";
import { startingCanary } from "./canary.ts";
import type { Command } from "./command.ts";
import { pointing } from "./pointing.ts";

export const deploy = (request: DeployRequest): Command<DeployObserved> => ({
  ...pointing(request),
  ...(request.canary === undefined ? {} : startingCanary(request)),
  plan: (found) => planDeploy(request, found),
});
