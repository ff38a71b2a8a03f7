import type { World } from "../gateway/model.ts";
import { newApi } from "./api.ts";
import type { Api } from "./model.ts";
import { importApi } from "./openapi/import-api.ts";
import { newIntegration } from "./operations/integrations.ts";
import { newRoute } from "./operations/routes.ts";

/**
 * Puts an HTTP API into the world whose draft is the definition, OpenAPI 3.0, JSON or YAML. Nothing is deployed.
 *
 * @throws ServiceError for a definition that the service would refuse
 */
export const seedHttpApi = (world: World, definition: string, options: { readonly id?: string } = {}): Api => {
  const api = newApi(world, {
    name: "",
    protocolType: "HTTP",
    ...(options.id === undefined ? {} : { apiId: options.id }),
  });
  importApi(world, api, definition, {});
  world.apis.set(api.apiId, api);
  return api;
};

/**
 * Puts a WebSocket API into the world that selects routes by `action`, and whose routes answer messages with a text each.
 * Nothing is deployed.
 */
export const seedWebSocketApi = (
  world: World,
  answers: Readonly<Record<string, string>>,
  options: { readonly id?: string } = {},
): Api => {
  const api = newApi(world, {
    name: "Chat",
    protocolType: "WEBSOCKET",
    routeSelectionExpression: "$request.body.action",
    ...(options.id === undefined ? {} : { apiId: options.id }),
  });
  for (const [routeKey, text] of Object.entries(answers)) {
    const integration = newIntegration(world, api, {
      integrationType: "MOCK",
      templateSelectionExpression: "\\$default",
      requestTemplates: { $default: '{"statusCode": 200}' },
    });
    api.draft.integrations.set(integration.integrationId, integration);
    const integrationResponseId = world.newId(6);
    integration.responses.set(integrationResponseId, {
      integrationResponseId,
      integrationResponseKey: "$default",
      responseTemplates: { $default: text },
    });
    const route = newRoute(world, api, {
      routeKey,
      target: `integrations/${integration.integrationId}`,
      routeResponseSelectionExpression: "$default",
    });
    const routeResponseId = world.newId(6);
    route.responses.set(routeResponseId, { routeResponseId, routeResponseKey: "$default" });
    api.draft.routes.set(route.routeId, route);
  }
  world.apis.set(api.apiId, api);
  return api;
};
