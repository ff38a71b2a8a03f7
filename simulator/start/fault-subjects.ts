import { operationSchemas } from "../gateway/schema.ts";
import { secondaryLimitMessage } from "../github/limits.ts";
import { findRoute } from "../github/rest/routes.ts";
import { createGitHubWorld } from "../github/world.ts";
import { jsonResponse } from "../http/exchange.ts";
import type { FaultSubject } from "../http/fault-notation.ts";

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

/** Operations are named as in the API reference (`CreateDeployment`); `Invoke` is a call of the deployed API. */
export const gatewayFaultSubject: FaultSubject = {
  operation: (name) => (gatewayOperations.has(name) ? name : undefined),
  failure: (status) => {
    const [name, message] = gatewayFailures[status] ?? ["InternalFailure", "Internal server error"];
    return jsonResponse(status, { message }, { "x-amzn-errortype": name });
  },
};

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
