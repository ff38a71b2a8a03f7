import { createAccount, neighbours } from "../account.ts";
import type { AwsService } from "../aws/aws-service.ts";
import { gatewayFailure, gatewayOperations } from "../gateway/service.ts";
import { gatewayV2Operations } from "../gateway-v2/service.ts";
import { secondaryLimitMessage } from "../github/limits.ts";
import { findRoute } from "../github/rest/routes.ts";
import { createGitHubWorld } from "../github/world.ts";
import { jsonResponse } from "../http/exchange.ts";
import type { FaultSubject } from "../http/fault-notation.ts";

const services = neighbours(createAccount());

/** Of both versions: a name that they share, such as CreateDeployment, means either's. */
const isOfGateway = (operation: string): boolean =>
  gatewayOperations.has(operation) || gatewayV2Operations.has(operation);

/** The names of API Gateway go before those of its neighbours. */
const neighbourOf = (operation: string): AwsService | undefined =>
  isOfGateway(operation) ? undefined : services.find(({ operations }) => operations.has(operation));

/**
 * Operations are named as in the API references (`CreateDeployment`, `DescribeAlarms`); `Invoke` is a call of the
 * deployed API.
 */
export const gatewayFaultSubject: FaultSubject = {
  operation: (name) => (isOfGateway(name) || neighbourOf(name) ? name : undefined),
  failure: (status, operation = "") => (neighbourOf(operation)?.failure ?? gatewayFailure)(status),
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
