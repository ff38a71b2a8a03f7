import type { World } from "../../gateway/model.ts";
import { badRequest, conflict } from "../../gateway/service-error.ts";
import { deployAutomatically } from "../auto-deploy.ts";
import type { Api, Integration, Route } from "../model.ts";
import type { Operation } from "../operation.ts";
import { quotaReached } from "../refusals.ts";
import { checkRouteKey } from "../route-key.ts";
import { requireApi, requireItem } from "./identifiers.ts";
import { readsOf } from "./reads.ts";

/** The quotas of an HTTP API (Amazon API Gateway quotas). */
const routesPerApi = 300;

/**
 * A route that is not yet the draft's.
 *
 * @param others integrations that are not yet the draft's either
 */
export const newRoute = (
  world: World,
  api: Api,
  input: Partial<Route> & Pick<Route, "routeKey">,
  others: readonly Integration[] = [],
): Route => {
  if (api.draft.routes.size >= routesPerApi) throw quotaReached("Routes");
  const route: Route = {
    apiKeyRequired: false,
    authorizationType: "NONE",
    ...input,
    routeId: world.newId(7),
    responses: new Map(),
  };
  checkRoute(api, route, others);
  return route;
};

const checkRoute = (api: Api, route: Route, others: readonly Integration[] = []): void => {
  checkRouteKey(api, route);
  checkAuthorization(api, route);
  if (route.apiKeyRequired && api.protocolType === "HTTP") {
    throw badRequest("API keys are not supported on protocolType HTTP");
  }
  if (route.target === undefined) return;
  const id = /^integrations\/(\w+)$/.exec(route.target)?.[1];
  if (id === undefined) throw badRequest("Invalid target specified. Must be integrations/{integrationId}");
  if (!others.some(({ integrationId }) => integrationId === id)) {
    requireItem(api.draft.integrations, id, "Integration");
  }
};

const checkAuthorization = ({ protocolType, draft }: Api, { authorizationType, authorizerId }: Route): void => {
  if (authorizationType === "JWT" && protocolType === "WEBSOCKET") {
    throw badRequest("JWT authorization is not supported on protocolType WEBSOCKET");
  }
  if (authorizationType !== "JWT" && authorizationType !== "CUSTOM") return;
  if (!authorizerId) throw badRequest(`AuthorizerId is required for authorizationType ${authorizationType}`);
  const { authorizerType } = requireItem(draft.authorizers, authorizerId, "Authorizer");
  if ((authorizerType === "JWT") !== (authorizationType === "JWT")) {
    throw badRequest(`Authorizer of type ${authorizerType} does not fit authorizationType ${authorizationType}`);
  }
};

const routeView = (route: Route): Record<string, unknown> => {
  const { responses: _, ...members } = route;
  return structuredClone(members);
};

const createRoute: Operation = ({ apiId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const route = newRoute(world, api, members);
  if ([...api.draft.routes.values()].some(({ routeKey }) => routeKey === route.routeKey)) {
    throw conflict(`Route with key ${route.routeKey} already exists for this API`);
  }
  api.draft.routes.set(route.routeId, route);
  deployAutomatically(world, api);
  return routeView(route);
};

const updateRoute: Operation = ({ apiId, routeId, ...members }, world) => {
  const api = requireApi(world, apiId);
  const route: Route = { ...requireItem(api.draft.routes, routeId, "Route"), ...members };
  if (members.authorizationType === "NONE") delete route.authorizerId;
  checkRoute(api, route);
  api.draft.routes.set(routeId, route);
  deployAutomatically(world, api);
  return routeView(route);
};

const deleteRoute: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  requireItem(api.draft.routes, input.routeId, "Route");
  api.draft.routes.delete(input.routeId);
  deployAutomatically(world, api);
};

export const routeOperations: Record<string, Operation> = {
  CreateRoute: createRoute,
  ...readsOf({ name: "Route", idMember: "routeId", of: ({ draft }) => draft.routes, view: routeView }),
  UpdateRoute: updateRoute,
  DeleteRoute: deleteRoute,
};
