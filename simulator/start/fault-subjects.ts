import { failure, throttled } from "../aws/json-service.ts";
import { ServiceError } from "../aws/service-error.ts";
import { cloudWatchDefinition } from "../cloudwatch/service.ts";
import { operationSchemas } from "../gateway/schema.ts";
import { secondaryLimitMessage } from "../github/limits.ts";
import { findRoute } from "../github/rest/routes.ts";
import { createGitHubWorld } from "../github/world.ts";
import { jsonResponse, type SimulatedResponse } from "../http/exchange.ts";
import type { FaultSubject } from "../http/fault-notation.ts";
import { logsDefinition } from "../logs/service.ts";

/** Error names of the API Gateway REST API reference and of the IAM common errors; texts are recorded ones. */
const gatewayFailures: Readonly<Record<number, readonly [name: string, message: string]>> = {
  400: ["BadRequestException", "Invalid request input"],
  401: ["UnauthorizedException", "Unauthorized"],
  403: ["AccessDeniedException", "User is not authorized to perform this action"],
  404: ["NotFoundException", "Invalid API identifier specified"],
  409: ["ConflictException", "Unable to complete operation due to concurrent modification. Please try again later."],
  429: ["TooManyRequestsException", "Too Many Requests"],
  503: ["ServiceUnavailableException", "Service Unavailable"],
};

const gatewayOperations = new Set([...operationSchemas.map(({ name }) => name), "Invoke"]);

const jsonServices = [cloudWatchDefinition, logsDefinition] as const;

/** Both services speak of throttling and of missing permissions with the status of their own, whatever is ordered. */
const jsonFailure = (service: (typeof jsonServices)[number], status: number): SimulatedResponse => {
  const errors: Readonly<Record<number, ServiceError>> = {
    403: new ServiceError(
      service.accessStatus,
      "AccessDeniedException",
      "User is not authorized to perform this action",
    ),
    429: throttled(),
    503: new ServiceError(503, "ServiceUnavailableException", "The service cannot complete the request."),
  };
  const error =
    errors[status] ??
    (status < 500
      ? new ServiceError(status, service.invalidType, "Invalid request input")
      : new ServiceError(status, "InternalServiceFault", "The request processing has failed due to an unknown error."));
  return failure(service, error);
};

/**
 * Operations are named as in the API references (`CreateDeployment`, `DescribeAlarms`); `Invoke` is a call of the
 * deployed API. The names of API Gateway go before those of CloudWatch.
 */
export const gatewayFaultSubject: FaultSubject = {
  operation: (name) => (gatewayOperations.has(name) || jsonServiceOf(name) ? name : undefined),
  failure: (status, operation = "") => {
    const service = jsonServiceOf(operation);
    if (service) return jsonFailure(service, status);
    const [name, message] = gatewayFailures[status] ?? ["InternalFailure", "Internal server error"];
    return jsonResponse(status, { message }, { "x-amzn-errortype": name });
  },
};

const jsonServiceOf = (operation: string) =>
  jsonServices.find(({ operations }) => Object.hasOwn(operations, operation) && !gatewayOperations.has(operation));

const githubMessages: Readonly<Record<number, string>> = {
  401: "Bad credentials",
  403: "Resource not accessible by integration",
  404: "Not Found",
  409: "Conflict",
  422: "Validation Failed",
  429: secondaryLimitMessage,
};

const emptyWorld = createGitHubWorld();
const beyondRest = ["POST /graphql", "GET /_oidc/token"];

/** Operations are a method and a route or a path: `POST /repos/{owner}/{repo}/deployments`, `POST /graphql`. */
export const githubFaultSubject: FaultSubject = {
  operation: (name) => {
    if (beyondRest.includes(name)) return name;
    const [method = "", path = ""] = name.split(" ", 2);
    const route = findRoute(emptyWorld, method, path)?.route;
    return route && `${route.method} ${route.template}`;
  },
  failure: (status) =>
    jsonResponse(
      status,
      { message: githubMessages[status] ?? "Server Error", status: String(status) },
      status === 429 ? { "retry-after": "60" } : {},
    ),
};
