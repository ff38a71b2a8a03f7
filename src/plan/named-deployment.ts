import { byHand } from "../domain/api-kind.ts";
import type { Deployment, RestApi } from "../domain/stage.ts";
import type { Refusal } from "./plan.ts";

/** Why no stage is pointed at the deployment that an input names; `undefined`: it is there, and complete (I1). */
export const refuseNamed = (
  { id: apiId, kind }: Pick<RestApi, "id" | "kind">,
  id: string,
  found: Pick<Deployment, "incomplete"> | undefined,
): Refusal | undefined => {
  const remedy = `See what exists: ${byHand(kind, "list-deployments", { api: apiId })}`;
  if (found === undefined) {
    return { refused: "UNKNOWN_DEPLOYMENT", happened: `API ${apiId} has no deployment ${id}.`, remedy };
  }
  if (found.incomplete === undefined) return undefined;
  return found.incomplete === "failed"
    ? { refused: "DEPLOYMENT_FAILED", happened: `Deployment ${id} has failed: no stage can serve it.`, remedy }
    : {
        refused: "DEPLOYMENT_FAILED",
        happened: `API Gateway is still at work on deployment ${id}.`,
        remedy: "Run the job again in a minute, when it is complete.",
      };
};
