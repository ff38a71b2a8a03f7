import { ActionError } from "../domain/errors.ts";
import type { Routes } from "../domain/route.ts";
import { needsComparison, refuseByFailOn } from "../plan/fail-on.ts";
import { diffRoutes } from "../plan/routes/diff.ts";
import type { RouteJudgement } from "../plan/step.ts";
import type { Applying } from "./applying.ts";

/** What is known of the routes of the deployment that comes; `by`: see `RouteChanges`. */
export type SeenRoutes = { readonly routes: Routes | undefined; readonly by: string | undefined };

const BY_DRAFT =
  "API Gateway does not tell what a deployment of this kind of API holds: these are the routes of the draft right after it was made.";

type Made = { readonly routes?: Routes | undefined; readonly routesAreOfDraft?: true };

export const seenIn = (made: Made | undefined): SeenRoutes => ({
  routes: made?.routes,
  by: made?.routesAreOfDraft ? BY_DRAFT : undefined,
});

/** The last moment at which what callers would lose can be stopped. Throws ActionError. */
export const judgeRoutes = (
  deploymentId: string,
  { routes, by }: SeenRoutes,
  { compared, failOn }: RouteJudgement,
  { progress, compared: tell }: Applying,
): void => {
  if (compared === undefined) return;
  if (routes === undefined) {
    const happened = `API Gateway does not tell the routes of deployment ${deploymentId}, so ${compared.name} could not be compared with deployment ${deploymentId}.`;
    // No data is no harmless change (I8): where `fail-on` asks, what the service does not tell is not passed.
    if (needsComparison(failOn)) throw notKnown(`${happened} Whether ${failOn.join(" or ")} applies is not known.`);
    progress.warnings.push(`${happened} What changes for callers is not known.`);
    return;
  }
  const diff = diffRoutes(compared.routes, routes);
  progress.routes = { diff, comparedWith: compared.name, ...(by === undefined ? {} : { by }) };
  tell(progress.routes);
  const refusal = refuseByFailOn({ routes: diff, takenAway: [] }, failOn);
  if (refusal === undefined) return;
  const { refused, ...facts } = refusal;
  throw new ActionError({ code: refused, doing: POINTING, ...facts, acted: "no" });
};

const POINTING = "point the stage at the deployment";

const notKnown = (happened: string): ActionError =>
  new ActionError({ code: "ROUTES_UNKNOWN", doing: POINTING, happened, acted: "no" });
