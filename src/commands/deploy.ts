import type { DeployRequest } from "../inputs/request.ts";
import { observeDeploy } from "../observe/deploy.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { withReach } from "../observe/reach.ts";
import { planDeploy } from "../plan/deploy.ts";
import { startingCanary } from "./canary.ts";
import type { Command } from "./command.ts";
import { pointing } from "./pointing.ts";

export const deploy = (request: DeployRequest): Command<DeployObserved> => ({
  ...pointing(request),
  ...(request.canary === undefined ? {} : startingCanary(request)),
  observe: async (session) => withReach(request, await observeDeploy(request, session), session.world),
  plan: (found) => planDeploy(request, found),
});
