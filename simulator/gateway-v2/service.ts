import type { Access } from "../aws/access.ts";
import { matchRest, type RestServiceDefinition, success } from "../aws/rest-service.ts";
import { routerOf } from "../aws/router.ts";
import { auditOfVersion2 } from "../gateway/audit.ts";
import type { World } from "../gateway/model.ts";
import { throttle } from "../gateway/throttle.ts";
import type { Matched, SimulatedRequest } from "../http/exchange.ts";
import { requiredPermissions } from "./access.ts";
import { checkConstraints } from "./constraints.ts";
import { invokeApi } from "./data-plane.ts";
import type { Operation } from "./operation.ts";
import { apiOperations } from "./operations/apis.ts";
import { authorizerOperations } from "./operations/authorizers.ts";
import { deploymentOperations } from "./operations/deployments.ts";
import { integrationOperations } from "./operations/integrations.ts";
import { modelOperations } from "./operations/models.ts";
import { openApiOperations } from "./operations/openapi.ts";
import { responseOperations } from "./operations/responses.ts";
import { routeOperations } from "./operations/routes.ts";
import { stageOperations } from "./operations/stages.ts";
import { tagOperations } from "./operations/tags.ts";
import { operationSchemas } from "./schema.ts";

const operations: Readonly<Record<string, Operation>> = {
  ...apiOperations,
  ...authorizerOperations,
  ...deploymentOperations,
  ...integrationOperations,
  ...modelOperations,
  ...openApiOperations,
  ...responseOperations,
  ...routeOperations,
  ...stageOperations,
  ...tagOperations,
};

/** As the API reference names them. */
export const gatewayV2Operations: ReadonlySet<string> = new Set(operationSchemas.map(({ name }) => name));

const definition: RestServiceDefinition<World> = {
  name: "API Gateway V2",
  signingName: "apigateway",
  route: routerOf(operationSchemas),
  operationOf: ({ name }) => operations[name],
  permissions: requiredPermissions,
  throttle,
  check: checkConstraints,
  audit: auditOfVersion2,
  success: (route, _, output) => success(route, output),
};

/**
 * API Gateway's second version in front of a world, the service of HTTP and WebSocket APIs: what of a request is its own.
 * Both versions share an address; custom domains are the first one's in the simulator. The data plane answers at
 * `/{apiId}/…`, where the real one has a host for each API.
 */
export const matchGatewayV2 = (
  world: World,
  access: Access | undefined,
  request: SimulatedRequest,
): Matched | undefined => {
  const [, firstSegment = ""] = request.path.split("/", 2);
  if (world.apis.has(firstSegment)) return { operation: "Invoke", answer: () => invokeApi(world, request) };
  if (!request.path.startsWith("/v2/") || request.path.startsWith("/v2/domainnames")) return undefined;
  return matchRest(definition, world, access, request);
};
