import { rightToRead } from "../../domain/api-kind.ts";
import { withoutDark } from "../../domain/dark-stage.ts";
import { newestServedAt, servedIds } from "../../domain/stage.ts";
import { minuteText } from "../../domain/time-text.ts";
import type { StatusRequest } from "../../inputs/status-request.ts";
import type { ApiSeen, StatusObserved } from "../../observe/observed.ts";
import { diffRoutes } from "../routes/diff.ts";
import type { ChangesStatus, DraftDifference } from "./status.ts";
import type { Told } from "./told.ts";

/** The draft has no date of its last change: it is compared, as far as API Gateway tells what a deployment holds. */

/** What the draft has otherwise than the deployment: routes, authorization, the need of an API key. */
export const differenceFrom = (deploymentId: string, request: StatusRequest, seen: ApiSeen): Told<DraftDifference> => {
  const { draft, served } = seen;
  const because = unread(request, seen);
  if (because !== undefined || draft === undefined) return { unknown: because ?? "the draft was not read" };
  if (deploymentId === "") return { unknown: SERVES_NOTHING };
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

/** Of a stage that was never pointed. */
export const SERVES_NOTHING = "the stage serves no deployment yet";

/** Why the draft was not read; `undefined`: it was. */
const unread = ({ details }: StatusRequest, { api, draft }: ApiSeen): string | undefined => {
  if (!details) return "details is false";
  return draft === undefined
    ? `the role may not read the draft (${rightToRead(api.kind, "draft", { api: api.id })})`
    : undefined;
};

/** What a dark stage serves is on its way only. */
const newestServedToCallers = ({ api, stages, deployments }: ApiSeen): number | undefined =>
  newestServedAt(withoutDark(stages, api.id), deployments);

const isNone = ({ added, removed, changed }: DraftDifference): boolean =>
  added.length + removed.length + changed.length === 0;

/** What changed the draft since the newest deployment that is served was made, as far as the audit trail tells. */
export const changesStatus = (
  request: StatusRequest,
  { changes }: StatusObserved,
  seen: ApiSeen,
): Told<ChangesStatus> => {
  const because = unread(request, seen);
  if (because !== undefined) return { unknown: because };
  const since = newestServedToCallers(seen);
  if (since === undefined) return { unknown: "no stage serves a deployment that is known" };
  if (changes === undefined) return { unknown: "the audit trail was not looked at" };
  if ("because" in changes) return { unknown: changes.because };
  const events = changes.changes.filter(({ restApiId, at }) => restApiId === seen.api.id && at > since);
  return {
    value: {
      since: Math.max(since, changes.since),
      events: events.map(({ operation, at, who }) => ({ operation, at, who })),
    },
  };
};

/** Whether its routes, with their authorization and need of an API key, are like those of no stage and no canary. */
export const undeployedRoutes = (request: StatusRequest, seen: ApiSeen): Told<boolean> => {
  const because = unread(request, seen);
  if (because !== undefined) return { unknown: because };
  // A draft without methods cannot be deployed.
  if (seen.draft?.routes.size === 0) return { value: false };
  const told = servedIds(withoutDark(seen.stages, seen.api.id)).map((id) => differenceFrom(id, request, seen));
  if (told.some((one) => "value" in one && isNone(one.value))) return { value: false };
  return told.find((one) => "unknown" in one) ?? { value: true };
};

/**
 * Whether the draft holds what no stage and no canary serves: its routes are like none of theirs, or it was changed since
 * the newest was made. What nobody could look at might be what it holds: routes alone never prove a draft deployed. Where
 * the service tells the routes of no deployment, the audit trail alone does, as far back as it reaches.
 */
export const undeployed = (seen: ApiSeen, routes: Told<boolean>, changes: Told<ChangesStatus>): Told<boolean> => {
  if ("value" in routes && routes.value) return routes;
  if ("value" in changes && changes.value.events.length > 0) return { value: true };
  if (seen.draft?.routes.size === 0) return routes;
  const neverTold = seen.api.kind.lacks["route-comparison"] !== undefined;
  if ("unknown" in routes && !(neverTold && seen.draft !== undefined)) return routes;
  const unseen = "unknown" in routes ? NOTHING : ALL_BUT_ROUTES;
  if ("unknown" in changes) return { unknown: `${unseen}, because ${changes.unknown}` };
  const since = newestServedToCallers(seen) ?? 0;
  return changes.value.since > since
    ? {
        unknown: `${unseen} before ${minuteText(changes.value.since)}, because audit events reach back no further, and what the stages serve was made at ${minuteText(since)}`,
      }
    : { value: false };
};

const NOTHING = "nothing is known of what the draft was made of";
const ALL_BUT_ROUTES = "nothing is known of integrations, models and all else but routes";
