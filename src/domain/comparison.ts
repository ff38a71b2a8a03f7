import type { FoundContract } from "./contract.ts";
import type { Routes } from "./route.ts";
import type { Deployment } from "./stage.ts";

/** The routes that others are compared with; `name` is for people: `stage prod`. */
export type Compared = { readonly name: string; readonly routes: Routes };

/** What the routes of a deployment are held against. `because`: whole sentences. */
export type Comparison =
  | ({ readonly kind: "routes" /** Absent where nobody asked for it. */; readonly contract?: FoundContract } & Compared)
  /** There is nothing yet that callers could lose. */
  | { readonly kind: "nothing"; readonly because: string }
  /** It could not be read. */
  | { readonly kind: "unknown"; readonly because: string }
  /** What `compare-with` names does not exist. */
  | { readonly kind: "absent"; readonly because: string };

/** `name`: the stage, for people. `deployment`: what it serves, `undefined` where that is gone. */
export const comparedWith = (name: string, deployment: Deployment | undefined): Comparison =>
  deployment?.routes === undefined
    ? {
        kind: "unknown",
        because:
          deployment === undefined
            ? `The deployment that ${name} serves is gone, so its routes cannot be read.`
            : `API Gateway does not tell the routes of deployment ${deployment.id}, which ${name} serves.`,
      }
    : { kind: "routes", name, routes: deployment.routes };

/** `undefined`: the stage serves something that callers could lose. `stage`: `undefined` where it does not exist yet. */
export const servesNothing = (
  stageName: string,
  stage: { readonly deploymentId: string } | undefined,
): Comparison | undefined => {
  if (stage !== undefined && stage.deploymentId !== "") return undefined;
  const isNew = stage === undefined ? "is new and " : "";
  return { kind: "nothing", because: `Stage ${stageName} ${isNew}serves nothing yet.` };
};
