import { refused } from "../apply/refused.ts";
import type { World } from "../domain/world.ts";
import type { Request } from "../inputs/request.ts";
import { observeOrigin } from "../observe/origin.ts";
import { judgeOrigin, pullRequestInDoubt } from "../plan/origin.ts";
import { isRefusal } from "../plan/plan.ts";

/**
 * The request with the commit that is deployed in truth: marker, record and comment name it. Throws the refusal to deploy
 * a fork's commit, before anything else is asked or done.
 */
export const withOrigin = async (request: Request, world: World): Promise<Request> => {
  const number = pullRequestInDoubt(request);
  if (number === undefined || request.command !== "deploy") return request;
  const judged = judgeOrigin(request, number, await observeOrigin(request, number, world));
  if (isRefusal(judged)) throw refused(request, judged).withState("Nothing was requested from AWS.");
  return { ...request, run: { ...request.run, commit: judged.commit } };
};
