import { badRequest, conflict } from "../gateway/service-error.ts";
import type { Api, Route } from "./model.ts";

const verbs = ["ANY", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"];

/** Verb and path of an HTTP API's route; nothing for `$default`. */
export const partsOf = (routeKey: string): { readonly verb: string; readonly path: string } | undefined => {
  const [, verb = "", path = ""] = /^([A-Z]+) (\/\S*)$/.exec(routeKey) ?? [];
  return verbs.includes(verb) ? { verb, path } : undefined;
};

/**
 * @throws ServiceError 400 for a key that is none (text of the service as its users report it), 409 for one that names a
 * variable otherwise than another route does at the same place (plutomi issue 271)
 */
export const checkRouteKey = (api: Api, { routeId, routeKey }: Route): void => {
  if (api.protocolType === "WEBSOCKET") {
    if (routeKey === "") throw badRequest("Route key is required");
    return;
  }
  if (routeKey === "$default") return;
  const parts = partsOf(routeKey);
  if (parts === undefined) {
    throw badRequest(
      'The provided route key is not formatted properly for HTTP protocol. Format should be "<HTTP METHOD> /<RESOURCE PATH>" or "$default"',
    );
  }
  checkVariables(parts.path);
  const rival = [...api.draft.routes.values()].find(
    (other) => other.routeId !== routeId && conflicts(parts.path, partsOf(other.routeKey)?.path ?? ""),
  );
  if (rival) {
    throw conflict(
      `The provided route key "${routeKey}" has a conflicting variable on the same hierarchical level as "${rival.routeKey}"`,
    );
  }
};

/** API Gateway Developer Guide, "Create routes for HTTP APIs": a greedy variable stands at the end. */
const checkVariables = (path: string): void => {
  const segments = path.split("/");
  const wrong = segments.some(
    (segment, index) =>
      /[{}]/.test(segment) &&
      (!/^\{[\w.:-]+\+?\}$/.test(segment) || (segment.endsWith("+}") && index < segments.length - 1)),
  );
  if (wrong) throw badRequest(`The provided path ${path} has a variable that is not a whole segment`);
};

const conflicts = (path: string, other: string): boolean => {
  const [segments, others] = [path.split("/"), other.split("/")];
  for (const [index, segment] of segments.entries()) {
    const rival = others[index];
    if (rival === undefined || rival === segment) continue;
    return isSingle(segment) && isSingle(rival);
  }
  return false;
};

const isSingle = (segment: string): boolean => segment.startsWith("{") && !segment.endsWith("+}");
