import { type Access, signedFor } from "../aws/access.ts";
import { failure, matchRest, type RestServiceDefinition, success } from "../aws/rest-service.ts";
import { routerOf } from "../aws/router.ts";
import { jsonResponse, type Service, type SimulatedRequest, type SimulatedResponse } from "../http/exchange.ts";
import { requiredPermissions } from "./access.ts";
import { audit } from "./audit.ts";
import { checkConstraints } from "./constraints.ts";
import { domainRequestOf } from "./data-plane/domains.ts";
import { invoke, invokeDomain } from "./data-plane.ts";
import { toHal } from "./hal.ts";
import type { Operation, World } from "./model.ts";
import { accountOperations } from "./operations/account.ts";
import { apiKeyOperations } from "./operations/api-keys.ts";
import { authorizerOperations } from "./operations/authorizers.ts";
import { clientCertificateOperations } from "./operations/client-certificates.ts";
import { deploymentOperations } from "./operations/deployments.ts";
import { documentationOperations } from "./operations/documentation.ts";
import { domainNameOperations, domainNameOperationsOfVersionTwo } from "./operations/domain-names.ts";
import { exportOperations } from "./operations/export.ts";
import { gatewayResponseOperations } from "./operations/gateway-responses.ts";
import { importOperations } from "./operations/import.ts";
import { integrationOperations } from "./operations/integrations.ts";
import { apiMappingOperations, mappingOperations } from "./operations/mappings.ts";
import { methodOperations } from "./operations/methods.ts";
import { modelOperations } from "./operations/models.ts";
import { requestValidatorOperations } from "./operations/request-validators.ts";
import { resourceOperations } from "./operations/resources.ts";
import { restApiOperations } from "./operations/rest-apis.ts";
import { routingRuleOperations } from "./operations/routing-rules.ts";
import { stageOperations } from "./operations/stages.ts";
import { tagOperations } from "./operations/tags.ts";
import { testInvokeOperations } from "./operations/test-invoke.ts";
import { usagePlanOperations } from "./operations/usage-plans.ts";
import { vpcLinkOperations } from "./operations/vpc-links.ts";
import { isVersionTwo, operationSchemas } from "./schema.ts";
import { ServiceError } from "./service-error.ts";
import { throttle } from "./throttle.ts";

const operations: Readonly<Record<string, Operation>> = {
  ...accountOperations,
  ...apiKeyOperations,
  ...authorizerOperations,
  ...clientCertificateOperations,
  ...deploymentOperations,
  ...documentationOperations,
  ...domainNameOperations,
  ...exportOperations,
  ...gatewayResponseOperations,
  ...importOperations,
  ...integrationOperations,
  ...mappingOperations,
  ...methodOperations,
  ...modelOperations,
  ...requestValidatorOperations,
  ...resourceOperations,
  ...restApiOperations,
  ...stageOperations,
  ...tagOperations,
  ...testInvokeOperations,
  ...usagePlanOperations,
  ...vpcLinkOperations,
};

const operationsOfVersionTwo: Readonly<Record<string, Operation>> = {
  ...apiMappingOperations,
  ...domainNameOperationsOfVersionTwo,
  ...routingRuleOperations,
};

/** As the API reference names them; `Invoke` is a call of a deployed API. */
export const gatewayOperations: ReadonlySet<string> = new Set([...operationSchemas.map(({ name }) => name), "Invoke"]);

const definition: RestServiceDefinition<World> = {
  name: "API Gateway",
  signingName: "apigateway",
  route: routerOf(operationSchemas),
  operationOf: (schema) => (isVersionTwo(schema) ? operationsOfVersionTwo : operations)[schema.name],
  permissions: requiredPermissions,
  throttle,
  check: checkConstraints,
  audit,
  success: (route, request, output) => {
    const { body, headers } = output;
    // The second version speaks no Hypertext Application Language.
    const wantsJson = isVersionTwo(route.operation) || (request.headers["accept"] ?? "").includes("application/json");
    if (body === undefined || Buffer.isBuffer(body) || wantsJson) return success(route, output);
    return jsonResponse(route.operation.status, toHal(request.path, body), {
      ...headers,
      "content-type": "application/hal+json",
    });
  },
};

/**
 * API Gateway in front of a world. The data plane answers at `/{apiId}/{stage}/…`, where the real one has a host for each
 * API; everything else is the control plane.
 */
export const gatewayService = (world: World, access?: Access): Service => ({
  match: (request) => {
    const [, firstSegment = ""] = request.path.split("/", 2);
    if (world.restApis.has(firstSegment)) return { operation: "Invoke", answer: () => invoke(world, request) };
    const toDomain = isControl(request) ? undefined : domainRequestOf(world, request);
    if (toDomain !== undefined) return { operation: "Invoke", answer: () => invokeDomain(world, request, toDomain) };
    return matchRest(definition, world, access, request);
  },
});

/** The control plane has hosts of its own, and no unsigned request. */
const isControl = ({ headers }: SimulatedRequest): boolean => signedFor(headers["authorization"]) === "apigateway";

/** Error names of the API Gateway REST API reference and of the IAM common errors; texts are recorded ones. */
const commonErrors: Readonly<Record<number, readonly [name: string, message: string]>> = {
  400: ["BadRequestException", "Invalid request input"],
  401: ["UnauthorizedException", "Unauthorized"],
  403: ["AccessDeniedException", "User is not authorized to perform this action"],
  404: ["NotFoundException", "Invalid API identifier specified"],
  409: ["ConflictException", "Unable to complete operation due to concurrent modification. Please try again later."],
  429: ["TooManyRequestsException", "Too Many Requests"],
  503: ["ServiceUnavailableException", "Service Unavailable"],
};

/** How API Gateway words an answer with this status. */
export const gatewayFailure = (status: number): SimulatedResponse =>
  failure(new ServiceError(status, ...(commonErrors[status] ?? ["InternalFailure", "Internal server error"])));
