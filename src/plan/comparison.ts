import type { Compared, Comparison } from "../domain/comparison.ts";
import type { ContractComparison } from "../domain/contract.ts";
import type { Routes } from "../domain/route.ts";
import type { RestApi } from "../domain/stage.ts";
import type { FailOn } from "../inputs/fail-on.ts";
import type { DeployRequest } from "../inputs/request.ts";
import type { DeployObserved } from "../observe/observed.ts";
import { needsComparison } from "./fail-on.ts";
import type { Refusal, RouteChanges } from "./plan.ts";
import type { Source } from "./pointing.ts";
import { diffRoutes } from "./routes/diff.ts";
import type { DarkStageStep } from "./step.ts";

type Request = Pick<DeployRequest, "routes" | "definition">;

/** What the routes are held against. A merge of the base's file would keep what the draft holds beside it, too. */
export const comparisonFor = (
  { routes, definition }: Request,
  { compared, draft }: Pick<DeployObserved, "compared" | "draft">,
): Comparison | undefined => {
  const mergesBase = routes?.compareWith.kind === "base" && definition?.mode === "merge";
  if (!mergesBase || compared?.kind !== "routes") return compared;
  return draft === undefined
    ? { kind: "unknown", because: "The role may not read the draft that the definition is merged into." }
    : { ...compared, routes: new Map([...draft.routes, ...compared.routes]) };
};

/**
 * I8: what an existing deployment holds that does not tell its routes is not known, and nothing is compared with it.
 * `whyNotShown`: why no stage of its own tells it, where that was asked for.
 */
export const ifTold = (
  comparison: Comparison | undefined,
  { deployment }: Pick<Source, "deployment">,
  routes: Routes | undefined,
  whyNotShown: string | undefined,
): Comparison | undefined =>
  comparison?.kind === "routes" && deployment.kind === "existing" && routes === undefined
    ? {
        kind: "unknown",
        because: `API Gateway does not tell the routes of deployment ${deployment.id}: of this kind of API it tells those that a stage serves. ${whyNotShown ?? "With `compare: exact` one serves it for a moment."}`,
      }
    : comparison;

export const comparedRoutes = (comparison: Comparison | undefined): Compared | undefined =>
  comparison?.kind === "routes" ? { name: comparison.name, routes: comparison.routes } : undefined;

/** I8: what could not be compared is not passed by `fail-on`. */
export const refuseComparison = (
  failOn: readonly FailOn[],
  comparison: Comparison | undefined,
): Refusal | undefined => {
  if (comparison?.kind === "absent") return { refused: "COMPARED_STAGE_UNKNOWN", happened: comparison.because };
  if (comparison?.kind !== "unknown" || !needsComparison(failOn)) return undefined;
  return {
    refused: "COMPARISON_UNKNOWN",
    happened: `\`fail-on\` cannot be answered, because there is nothing to compare the routes with. ${comparison.because}`,
  };
};

/** The same of parameters and bodies. */
export const refuseContract = (
  failOn: readonly FailOn[],
  contract: ContractComparison | undefined,
): Refusal | undefined =>
  contract?.kind === "unknown" && failOn.includes("breaking")
    ? {
        refused: "COMPARISON_UNKNOWN",
        happened: `\`fail-on: breaking\` cannot be answered, because parameters and bodies could not be compared. ${contract.because}`,
      }
    : undefined;

/** What is to be said where nothing is compared, or nothing yet. */
export const withoutComparison = (
  failOn: readonly FailOn[],
  { comparison, routes }: { readonly comparison: Comparison | undefined; readonly routes: Routes | undefined },
  [shows]: readonly DarkStageStep[],
): readonly string[] => {
  switch (comparison?.kind) {
    case "unknown":
      return [`Routes are not compared. ${comparison.because}`];
    case "nothing":
      return needsComparison(failOn)
        ? [`Routes are not compared, so \`fail-on\` has nothing to forbid. ${comparison.because}`]
        : [];
    case "routes":
      if (routes !== undefined) return [];
      return [
        shows?.judgement === undefined
          ? `Routes are compared with ${comparison.name} once the deployment is made, before any stage is pointed at it: the role may not read the draft.`
          : `Routes are compared with ${comparison.name} while stage ${shows.stageName} serves the deployment, before callers meet it; a dry run makes no such stage.`,
      ];
    default:
      return [];
  }
};

/** What changes for callers, where both are known; of a new deployment its own routes have the last word. */
export const routeChangesOf = (
  comparison: Comparison | undefined,
  routes: Routes | undefined,
  by: string | undefined,
): RouteChanges | undefined => {
  const compared = comparedRoutes(comparison);
  if (compared === undefined || routes === undefined) return undefined;
  return {
    diff: diffRoutes(compared.routes, routes),
    comparedWith: compared.name,
    ...(by === undefined ? {} : { by }),
  };
};

/** Where the routes are from that a plan goes by, of an API that does not tell those of its deployments. */
export const plannedBy = (
  { kind }: Pick<RestApi, "kind">,
  { deployment, routesAreOfDraft = false }: Source,
  definition: DeployRequest["definition"],
): string | undefined => {
  if (kind.lacks["deployment-routes"] === undefined) return undefined;
  return deployment.kind === "existing" && !routesAreOfDraft
    ? "An export of a stage that serves the deployment tells its routes."
    : `These are the routes of ${definition?.definition.file ?? "the draft"}.`;
};
