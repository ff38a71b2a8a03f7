import { decoded, type Fit, fitOf, segmentsOf } from "../../gateway/data-plane/routing.ts";
import type { Definition, Route } from "../model.ts";
import { partsOf } from "../route-key.ts";

export type MatchedRoute = { readonly route: Route; readonly pathParameters: Readonly<Record<string, string>> };

/**
 * The route that answers a request: of those for its verb or any the one whose path fits most closely, and of two such
 * the one that names the verb; else `$default` (Developer Guide, "Create routes for HTTP APIs"). A slash at the end makes
 * another path.
 *
 * @param path the path below the stage, undecoded
 */
export const matchRoute = ({ routes }: Definition, verb: string, path: string): MatchedRoute | undefined => {
  const [best] = [...routes.values()]
    .flatMap((route) => candidateOf(route, verb, path))
    .sort((one, other) => (one.rank < other.rank ? -1 : 1));
  if (best) return { route: best.route, pathParameters: best.fit.parameters };
  const route = [...routes.values()].find(({ routeKey }) => routeKey === "$default");
  return route && { route, pathParameters: {} };
};

type Candidate = { readonly route: Route; readonly fit: Fit; readonly rank: string };

const candidateOf = (route: Route, verb: string, path: string): Candidate[] => {
  const parts = partsOf(route.routeKey);
  if (parts === undefined || (parts.verb !== verb && parts.verb !== "ANY")) return [];
  if (path !== "/" && path.endsWith("/") && !parts.path.endsWith("+}")) return [];
  const fit = fitOf(segmentsOf(parts.path), segmentsOf(path).map(decoded));
  return fit === undefined ? [] : [{ route, fit, rank: `${fit.closeness} ${parts.verb === "ANY" ? 1 : 0}` }];
};
