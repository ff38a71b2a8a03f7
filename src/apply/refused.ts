import { ActionError } from "../domain/errors.ts";
import { isStageRequest, type Request } from "../inputs/request.ts";
import { ALL } from "../inputs/status-request.ts";
import type { Refusal } from "../plan/plan.ts";

const VERBS = {
  deploy: "deploy",
  promote: "promote to",
  rollback: "roll back",
  canary: "change the canary of",
  delete: "delete",
  sweep: "sweep",
  status: "tell the status of",
} as const;

/** What the run does, as the end of a sentence that begins with "Could not". */
export const doingOf = (request: Request): string =>
  isStageRequest(request)
    ? `${VERBS[request.command]} stage ${request.stageName} of API ${request.restApiId}`
    : `${VERBS[request.command]} ${request.restApiId === ALL ? "all APIs" : `API ${request.restApiId}`}`;

/** A refusal as the error that ends the run. */
export const refused = (
  request: Request,
  { refused: code, history: _served, routes: _changed, contract: _broken, status: _told, ...facts }: Refusal,
): ActionError => new ActionError({ code, doing: doingOf(request), ...facts, acted: "no" });
