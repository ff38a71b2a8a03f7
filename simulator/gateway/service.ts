import { randomUUID } from "node:crypto";
import { type Access, authorize, signedFor } from "../aws/access.ts";
import { type Caller, callerOf } from "../aws/caller.ts";
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
import { type Route, route } from "./router.ts";
import { isVersionTwo, operationSchemas } from "./schema.ts";
import { ServiceError } from "./service-error.ts";
import { readInput, type WireOutput, writeOutput } from "./wire.ts";

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
    const matched = route(request);
    return {
      operation: matched?.operation.name ?? `${request.method} ${request.path}`,
      answer: () => withRequestId(answer(world, access, matched, request)),
    };
  },
});

/** The control plane has hosts of its own, and no unsigned request. */
const isControl = ({ headers }: SimulatedRequest): boolean => signedFor(headers["authorization"]) === "apigateway";

const answer = (
  world: World,
  access: Access | undefined,
  matched: Route | undefined,
  request: SimulatedRequest,
): SimulatedResponse => {
  try {
    authorize({ region: world.region, service: "apigateway" }, access, request, () =>
      matched ? requiredPermissions(world, matched, request) : [],
    );
    if (matched === undefined) return notImplemented(`${request.method} ${request.path}`);
    const { operation: schema } = matched;
    const operation = (isVersionTwo(schema) ? operationsOfVersionTwo : operations)[schema.name];
    if (operation === undefined) return notImplemented(schema.name);
    throttle(world, schema.name);
    return perform(world, operation, matched, request, callerOf(world, access, request));
  } catch (error) {
    if (error instanceof ServiceError) return failure(error);
    throw error;
  }
};

/** Whatever comes of an operation that was let in, the audit trail has it. */
const perform = (
  world: World,
  operation: Operation,
  route: Route,
  request: SimulatedRequest,
  caller: Caller,
): SimulatedResponse => {
  const input = readInput(route, request);
  try {
    checkConstraints(route.operation, input);
    const output = writeOutput(route.operation.output, operation(input, world));
    audit(world, { caller, route, request, input, output: output.body });
    return success(route, request, output);
  } catch (error) {
    audit(world, { caller, route, request, input, error });
    throw error;
  }
};

const success = ({ operation }: Route, request: SimulatedRequest, { headers, body }: WireOutput): SimulatedResponse => {
  if (body === undefined) return { status: operation.status, headers, body: "" };
  if (Buffer.isBuffer(body)) return { status: operation.status, headers, body };
  // The second version speaks no Hypertext Application Language.
  if (isVersionTwo(operation) || (request.headers["accept"] ?? "").includes("application/json")) {
    return jsonResponse(operation.status, body, headers);
  }
  return jsonResponse(operation.status, toHal(request.path, body), {
    ...headers,
    "content-type": "application/hal+json",
  });
};

const failure = (error: ServiceError): SimulatedResponse =>
  jsonResponse(error.status, { message: error.message }, { ...error.headers, "x-amzn-errortype": error.type });

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

/** What the simulator does not know it says; it never makes up an answer. */
const notImplemented = (what: string): SimulatedResponse =>
  failure(new ServiceError(501, "NotImplementedException", `The simulated API Gateway does not implement ${what}`));

/** The operation's own limit is asked before the one that all share (API Gateway quotas). */
const throttle = (world: World, operation: string): void => {
  for (const bucket of [operation, "*"]) {
    if (world.buckets.get(bucket)?.take() === false) throw tooManyRequests(world);
  }
};

const tooManyRequests = (world: World): ServiceError =>
  new ServiceError(
    429,
    "TooManyRequestsException",
    "Too Many Requests",
    world.retryAfterSeconds === undefined ? {} : { "retry-after": String(world.retryAfterSeconds) },
  );

const withRequestId = (response: SimulatedResponse): SimulatedResponse => ({
  ...response,
  headers: { ...response.headers, "x-amzn-requestid": randomUUID() },
});
