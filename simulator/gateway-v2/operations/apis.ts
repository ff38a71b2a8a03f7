import { checkUnmapped } from "../../gateway/domain-name.ts";
import type { World } from "../../gateway/model.ts";
import { checkTags } from "../../gateway/operations/tag-rules.ts";
import { badRequest } from "../../gateway/service-error.ts";
import { apiView, httpRouteSelection, newApi } from "../api.ts";
import { deployAutomatically } from "../auto-deploy.ts";
import type { Api } from "../model.ts";
import type { Operation } from "../operation.ts";
import { requireApi } from "./identifiers.ts";
import { newIntegration } from "./integrations.ts";
import { listed } from "./pages.ts";
import { newRoute } from "./routes.ts";
import { newStage } from "./stages.ts";

/** With a `target` it is made with an integration, a route and a `$default` stage that deploys by itself. */
const createApi: Operation = (input, world) => {
  const { target, routeKey, credentialsArn, corsConfiguration, ...members } = input;
  checkTags(members.tags ?? {});
  checkMembers(input);
  const api = newApi(world, { ...members, routeSelectionExpression: routeSelectionOf(input) });
  if (corsConfiguration !== undefined) setCors(api, corsConfiguration);
  world.apis.set(api.apiId, api);
  if (target === undefined) return apiView(world, api);
  const managed = { ...api, apiGatewayManaged: true as const };
  world.apis.set(api.apiId, managed);
  quickCreate(world, managed, { target, routeKey, credentialsArn });
  return apiView(world, managed);
};

const routeSelectionOf = ({
  protocolType,
  routeSelectionExpression,
}: Pick<Api, "protocolType"> & Partial<Pick<Api, "routeSelectionExpression">>): string => {
  if (protocolType === "HTTP") return httpRouteSelection;
  if (!routeSelectionExpression) throw badRequest("RouteSelectionExpression is required for protocolType WEBSOCKET");
  return routeSelectionExpression;
};

/** HTTP APIs select by method and path alone, however that is written (API reference, CreateApi). */
// biome-ignore lint/suspicious/noTemplateCurlyInString: so the expression is written.
const ownRouteSelections = [httpRouteSelection, "${request.method} ${request.path}"];

const checkMembers = (input: Partial<Api> & { readonly target?: string; readonly corsConfiguration?: unknown }) => {
  const { name, protocolType, routeSelectionExpression, disableSchemaValidation } = input;
  if (name !== undefined && !/^[\s\S]{1,128}$/.test(name)) {
    throw badRequest("Name must be between 1 and 128 characters in length");
  }
  if (input.version !== undefined && input.version.length > 64) {
    throw badRequest("Version must be between 1 and 64 characters in length");
  }
  if (protocolType === "WEBSOCKET") {
    if (input.corsConfiguration !== undefined) throw badRequest("CORS is not supported on protocolType WEBSOCKET");
    if (input.target !== undefined) throw badRequest("Quick create is not supported on protocolType WEBSOCKET");
    return;
  }
  if (routeSelectionExpression !== undefined && !ownRouteSelections.includes(routeSelectionExpression)) {
    throw badRequest(`RouteSelectionExpression must be ${ownRouteSelections[1]} for protocolType HTTP`);
  }
  if (disableSchemaValidation) throw badRequest("DisableSchemaValidation is not supported on protocolType HTTP");
};

type QuickCreate = { readonly target: string; readonly routeKey?: string; readonly credentialsArn?: string };

const quickCreate = (world: World, api: Api, { target, routeKey = "$default", credentialsArn }: QuickCreate): void => {
  const isFunction = target.startsWith("arn:");
  const integration = newIntegration(world, api, {
    integrationType: isFunction ? "AWS_PROXY" : "HTTP_PROXY",
    integrationUri: target,
    integrationMethod: isFunction ? "POST" : "ANY",
    payloadFormatVersion: isFunction ? "2.0" : "1.0",
    ...(credentialsArn === undefined ? {} : { credentialsArn }),
  });
  const route = newRoute(world, api, { routeKey, target: `integrations/${integration.integrationId}` }, [integration]);
  api.draft.integrations.set(integration.integrationId, { ...integration, apiGatewayManaged: true });
  api.draft.routes.set(route.routeId, { ...route, apiGatewayManaged: true });
  const stage = newStage(world, api, { stageName: "$default", autoDeploy: true });
  api.stages.set("$default", { ...stage, apiGatewayManaged: true });
  deployAutomatically(world, api);
};

const setCors = (api: Api, cors: NonNullable<Api["draft"]["corsConfiguration"]>): void => {
  if (cors.allowCredentials && cors.allowOrigins?.includes("*")) {
    throw badRequest("allow-origin * is not supported when allow-credentials is true");
  }
  api.draft.corsConfiguration = structuredClone(cors);
};

const getApi: Operation = (input, world) => apiView(world, requireApi(world, input.apiId));

const getApis: Operation = (input, world) => listed(world.apis.values(), input, (api) => apiView(world, api));

/** What is absent stays. */
const updateApi: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  const { apiId: _, target, routeKey, credentialsArn: __, corsConfiguration, ...members } = input;
  checkMembers({ ...input, protocolType: api.protocolType });
  if ((target !== undefined || routeKey !== undefined) && !api.apiGatewayManaged) {
    throw badRequest("Only APIs made by quick create take a target or a routeKey");
  }
  if (corsConfiguration !== undefined) setCors(api, corsConfiguration);
  Object.assign(api, members);
  if (api.protocolType === "HTTP") api.routeSelectionExpression = httpRouteSelection;
  deployAutomatically(world, api);
  return apiView(world, api);
};

const deleteApi: Operation = (input, world) => {
  const { apiId } = requireApi(world, input.apiId);
  checkUnmapped(world, apiId);
  world.apis.delete(apiId);
};

const deleteCorsConfiguration: Operation = (input, world) => {
  const api = requireApi(world, input.apiId);
  delete api.draft.corsConfiguration;
  deployAutomatically(world, api);
};

export const apiOperations: Record<string, Operation> = {
  CreateApi: createApi,
  GetApi: getApi,
  GetApis: getApis,
  UpdateApi: updateApi,
  DeleteApi: deleteApi,
  DeleteCorsConfiguration: deleteCorsConfiguration,
};
