import type { DeployRequest } from "../inputs/request.ts";
import { observeDeploy } from "../observe/deploy.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { planDeploy } from "../plan/deploy.ts";
import { startingCanary } from "./canary.ts";
import type { Command } from "./command.ts";
import { pointing } from "./pointing.ts";

export const deploy = (request: DeployRequest): Command<DeployObserved> => {
  const command = pointing(request);
  return {
    ...command,
    ...(request.canary === undefined ? {} : startingCanary(request, command)),
    observe: (session) => observeDeploy(request, session),
    plan: (found) => planDeploy(request, found),
  };
};
