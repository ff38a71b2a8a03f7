import { type RouteAuthorization, type Routes, routeFrom, routeKey, sortRoutes } from "../../domain/route.ts";

/** What callers of a route had to bring, and what they have to bring after. */
export type RouteChange = {
  readonly route: string;
  readonly before: RouteAuthorization;
  readonly after: RouteAuthorization;
};

export type AddedRoute = {
  readonly route: string;
  readonly after: RouteAuthorization;
  /** The authorization type is NONE. Nothing was weakened, but somebody may want to know. */
  readonly withoutAuthorization: boolean;
};

export type RemovedRoute = { readonly route: string; readonly before: RouteAuthorization };

/** All lists are sorted by path, then by verb. */
export type RouteDiff = {
  readonly added: readonly AddedRoute[];
  readonly removed: readonly RemovedRoute[];
  /** Routes whose authorization type is another one. */
  readonly changedAuthorization: readonly RouteChange[];
  /** Routes that need an API key now, or need none any more. */
  readonly changedApiKey: readonly RouteChange[];
  /** Routes that lost their authorization or need no API key any more. Some are in the lists above too. */
  readonly authWeakened: readonly RouteChange[];
};

/** What changes for callers when a stage goes from one deployment to another. */
export const diffRoutes = (before: Routes, after: Routes): RouteDiff => {
  const routes = sortRoutes(new Set([...before.keys(), ...after.keys()]));
  const kept = routes.flatMap((route) => changeOf(route, before.get(route), after.get(route)));
  return {
    added: routes.flatMap((route) => addedRoute(route, before.get(route), after.get(route))),
    removed: routes.flatMap((route) => {
      const gone = before.get(route);
      return gone === undefined || after.has(route) ? [] : [{ route, before: gone }];
    }),
    changedAuthorization: kept.filter((one) => one.before.authorizationType !== one.after.authorizationType),
    changedApiKey: kept.filter((one) => one.before.apiKeyRequired !== one.after.apiKeyRequired),
    authWeakened: routes
      .flatMap((route) => changeOf(route, serving(before, route), serving(after, route)))
      .filter(isWeaker),
  };
};

const changeOf = (
  route: string,
  before: RouteAuthorization | undefined,
  after: RouteAuthorization | undefined,
): readonly RouteChange[] => (before === undefined || after === undefined ? [] : [{ route, before, after }]);

const addedRoute = (
  route: string,
  before: RouteAuthorization | undefined,
  after: RouteAuthorization | undefined,
): readonly AddedRoute[] =>
  before !== undefined || after === undefined
    ? []
    : [{ route, after, withoutAuthorization: after.authorizationType === "NONE" }];

/** What a call of the route meets: a path's ANY serves every verb that has no method of its own there. */
const serving = (routes: Routes, route: string): RouteAuthorization | undefined =>
  routes.get(route) ?? routes.get(routeKey({ verb: "ANY", path: routeFrom(route).path }));

const isWeaker = ({ before, after }: RouteChange): boolean =>
  (before.authorizationType !== "NONE" && after.authorizationType === "NONE") ||
  (before.apiKeyRequired && !after.apiKeyRequired);
