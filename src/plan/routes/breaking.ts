import type { BreakingChange } from "../../domain/contract.ts";
import { authorizationText, calledPath, type RouteAuthorization, routeFrom } from "../../domain/route.ts";
import type { RemovedRoute, RouteDiff } from "./diff.ts";

/** What breaks callers in the routes themselves: those that are gone, and those that ask for more than they did. */
export const breakingRoutes = (diff: RouteDiff): readonly BreakingChange[] => {
  const known = new Set(diff.changedAuthorization.map(({ route }) => route));
  const changed = [...diff.changedAuthorization, ...diff.changedApiKey.filter(({ route }) => !known.has(route))];
  return [
    ...diff.removed.filter((gone) => !isServedStill(gone, diff)).map(({ route }) => ({ route, what: "is gone" })),
    ...changed
      .filter(({ before, after }) => !asksNoMore(before, after))
      .map(({ route, before, after }) => ({
        route,
        what: `needs ${authorizationText(after)} now, and needed ${authorizationText(before)}`,
      })),
  ];
};

/** By a route that a caller cannot tell from it and that asks no more: with another name in its path, or one for every verb. */
const isServedStill = ({ route, before }: RemovedRoute, { added }: RouteDiff): boolean => {
  const { verb, path } = routeFrom(route);
  return added.some(({ route: other, after }) => {
    const now = routeFrom(other);
    const isSame = (now.verb === verb || now.verb === "ANY") && calledPath(now.path) === calledPath(path);
    return isSame && asksNoMore(before, after);
  });
};

const asksNoMore = (before: RouteAuthorization, after: RouteAuthorization): boolean =>
  (after.authorizationType === "NONE" || after.authorizationType === before.authorizationType) &&
  (before.apiKeyRequired || !after.apiKeyRequired);
