import type { StatusRequest } from "../../inputs/status-request.ts";
import type { ApiSeen } from "../../observe/observed.ts";
import { diffRoutes } from "../routes/diff.ts";
import type { DraftDifference } from "./status.ts";
import type { Told } from "./told.ts";

/** The draft has no date of its last change: it is compared, as far as API Gateway tells what a deployment holds. */

/** What the draft has otherwise than the deployment: routes, authorization, the need of an API key. */
export const differenceFrom = (deploymentId: string, request: StatusRequest, seen: ApiSeen): Told<DraftDifference> => {
  const { draft, served } = seen;
  const because = unread(request, seen);
  if (because !== undefined || draft === undefined) return { unknown: because ?? "the draft was not read" };
  const routes = served.get(deploymentId)?.routes;
  if (routes === undefined) return { unknown: `API Gateway does not tell the routes of deployment ${deploymentId}` };
  const { added, removed, changedAuthorization, changedApiKey } = diffRoutes(routes, draft.routes);
  return {
    value: {
      added: added.map(({ route }) => route),
      removed: removed.map(({ route }) => route),
      changed: [...new Set([...changedAuthorization, ...changedApiKey].map(({ route }) => route))],
    },
  };
};

/** What the stages and their canaries are on. */
const servedIds = ({ stages }: ApiSeen): readonly string[] => [
  ...new Set(
    stages.flatMap(({ deploymentId, canary }) => (canary ? [deploymentId, canary.deploymentId] : [deploymentId])),
  ),
];

/** Why the draft was not read; `undefined`: it was. */
const unread = ({ details }: StatusRequest, { api, draft }: ApiSeen): string | undefined => {
  if (!details) return "details is false";
  return draft === undefined
    ? `the role may not read the draft (apigateway:GET on /restapis/${api.id}/resources)`
    : undefined;
};

const isNone = ({ added, removed, changed }: DraftDifference): boolean =>
  added.length + removed.length + changed.length === 0;

/** Whether the draft holds what no stage and no canary serves. What cannot be compared might be what it holds. */
export const undeployed = (request: StatusRequest, seen: ApiSeen): Told<boolean> => {
  // A draft without methods cannot be deployed.
  if (unread(request, seen) === undefined && seen.draft?.routes.size === 0) return { value: false };
  const told = servedIds(seen).map((id) => differenceFrom(id, request, seen));
  if (told.some((one) => "value" in one && isNone(one.value))) return { value: false };
  const because = unread(request, seen) ?? told.flatMap((one) => ("unknown" in one ? [one.unknown] : []))[0];
  return because === undefined ? { value: true } : { unknown: because };
};
