import { byHand } from "../domain/api-kind.ts";
import type { Deployment, RestApi } from "../domain/stage.ts";
import type { Refusal } from "./plan.ts";

type Api = Pick<RestApi, "id" | "kind">;
type Found = Pick<Deployment, "incomplete" | "failure"> | undefined;

const listing = ({ id, kind }: Api): string => `See what exists: ${byHand(kind, "list-deployments", { api: id })}`;

/** Why no stage is pointed at the deployment that an input names; `undefined`: it is there, and complete. */
export const refuseNamed = (api: Api, id: string, found: Found): Refusal | undefined =>
  found === undefined
    ? { refused: "UNKNOWN_DEPLOYMENT", happened: `API ${api.id} has no deployment ${id}.`, remedy: listing(api) }
    : refuseIncomplete(id, found, api);

/** The same of one that something else names, and that is there (I1). */
export const refuseIncomplete = (id: string, found: Found, api: Api): Refusal | undefined => {
  if (found?.incomplete === undefined) return undefined;
  const why = found.failure === undefined ? "" : ` API Gateway said: ${found.failure}`;
  return found.incomplete === "failed"
    ? {
        refused: "DEPLOYMENT_FAILED",
        happened: `Deployment ${id} has failed: no stage can serve it.${why}`,
        remedy: listing(api),
      }
    : {
        refused: "DEPLOYMENT_FAILED",
        happened: `API Gateway is still at work on deployment ${id}.`,
        remedy: "Run the job again in a minute, when it is complete.",
      };
};
