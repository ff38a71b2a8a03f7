import type { ImportMode } from "../../domain/definition.ts";
import { type Route, type Routes, routeKey, sortRoutes } from "../../domain/route.ts";

/** Both lists sorted by path, then by verb. */
export type RouteMatch = {
  /** Whether the deployment may be this run's: no route is missing, and after an overwrite none is foreign. */
  readonly matches: boolean;
  /** Routes of the definition that the deployment lacks. */
  readonly missing: readonly string[];
  /** Routes of the deployment that the definition does not have. */
  readonly foreign: readonly string[];
};

/**
 * Whether a deployment has the routes of the definition that was imported before it was made. An overwrite leaves
 * nothing else in the draft; a merge keeps what was there (API reference, PutRestApi).
 */
export const sameRoutes = (definition: readonly Route[], deployment: Routes, mode: ImportMode): RouteMatch => {
  const wanted = new Set(definition.map(routeKey));
  const missing = sortRoutes([...wanted].filter((route) => !deployment.has(route)));
  const foreign = sortRoutes([...deployment.keys()].filter((route) => !wanted.has(route)));
  return { matches: missing.length === 0 && (mode === "merge" || foreign.length === 0), missing, foreign };
};
