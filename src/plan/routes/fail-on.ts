import { authorizationText, type Routes, someOf } from "../../domain/route.ts";
import type { Compared } from "../../domain/stage.ts";
import type { FailOn } from "../../inputs/fail-on.ts";
import { diffRoutes, type RouteDiff } from "./diff.ts";

/** Why the stage must not be pointed. */
export type RouteRefusal = {
  readonly refused: "FAIL_ON" | "ROUTES_UNKNOWN";
  readonly happened: string;
  readonly remedy?: string;
};

export type RouteVerdict = {
  /** `undefined` where there is nothing to compare with, or a side is not known. */
  readonly diff: RouteDiff | undefined;
  readonly refusal: RouteRefusal | undefined;
  /** Whole sentences. */
  readonly notes: readonly string[];
  readonly warnings: readonly string[];
};

/** `after`: the routes of the deployment that comes, which `deployment` names. */
export type RouteQuestion = {
  readonly compared: Compared | undefined;
  readonly deployment: string;
  readonly after: Routes | undefined;
  readonly failOn: readonly FailOn[];
};

/**
 * Holds the routes that come against those that are there. What is not known is refused where `fail-on` asks: no data is
 * no harmless change. A stage that is new has nobody yet who could be harmed.
 */
export const judgeRoutes = ({ compared, deployment, after, failOn }: RouteQuestion): RouteVerdict => {
  const nothing = { diff: undefined, refusal: undefined, notes: [], warnings: [] };
  if (compared === undefined) return { ...nothing, notes: failOn.length === 0 ? [] : [NOBODY] };
  if (compared.routes !== undefined && after !== undefined) {
    const diff = diffRoutes(compared.routes, after);
    return { ...nothing, diff, refusal: refuseRoutes(diff, failOn) };
  }
  const unknown = [
    ...(compared.routes === undefined ? [`what ${compared.name} serves`] : []),
    ...(after === undefined ? [deployment] : []),
  ];
  const happened = `API Gateway does not tell the routes of ${unknown.join(" and ")}, so ${compared.name} could not be compared with ${deployment}.`;
  if (failOn.length === 0) return { ...nothing, warnings: [`${happened} What changes for callers is not known.`] };
  return {
    ...nothing,
    refusal: {
      refused: "ROUTES_UNKNOWN",
      happened: `${happened} Whether ${failOn.join(" or ")} applies is not known.`,
    },
  };
};

const NOBODY = "fail-on had nothing to compare with: the stage is new, and nobody calls it yet.";

/** The refusal that `fail-on` asks for, or `undefined` when nothing that it names happens. */
const refuseRoutes = (diff: RouteDiff, failOn: readonly FailOn[]): RouteRefusal | undefined => {
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
