import { authorizationText, someOf } from "../../domain/route.ts";
import type { FailOn } from "../../inputs/fail-on.ts";
import type { RouteDiff } from "./diff.ts";

/** Why the stage must not be pointed. */
export type RouteRefusal = { readonly refused: "FAIL_ON"; readonly happened: string; readonly remedy: string };

/** The refusal that `fail-on` asks for, or `undefined` when nothing that it names happens. */
export const refuseRoutes = (diff: RouteDiff, failOn: readonly FailOn[]): RouteRefusal | undefined => {
  const removed = diff.removed.map(({ route }) => route);
  const weakened = diff.authWeakened.map(
    ({ route, before, after }) => `${route} (${authorizationText(before)} → ${authorizationText(after)})`,
  );
  const findings = [
    ...(failOn.includes("auth-weakened") ? finding("auth-weakened", "weaker authorization", weakened) : []),
    ...(failOn.includes("route-removed") ? finding("route-removed", "routes that callers lose", removed) : []),
  ];
  if (findings.length === 0) return undefined;
  return {
    refused: "FAIL_ON",
    happened: ["fail-on stops this deployment:", ...findings].join("\n"),
    remedy:
      "If this is wanted, run once with a `fail-on` that does not name it. If not, correct the definition (or the draft) and run again.",
  };
};

const finding = (condition: FailOn, what: string, routes: readonly string[]): readonly string[] =>
  routes.length === 0 ? [] : [`  ${condition}: ${what}: ${someOf(routes)}.`];
