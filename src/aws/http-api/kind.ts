import type { ApiKind, Capability } from "../../domain/api-kind.ts";

/**
 * What HTTP and WebSocket APIs lack of what REST APIs can do (Developer Guide, "Choose between REST APIs and HTTP APIs";
 * API references of both versions).
 */
const lackedByBoth: Readonly<Partial<Record<Capability, string>>> = {
  cache: "Only REST APIs have a cache.",
  canary: "Only stages of REST APIs have canaries.",
  "documentation-version": "Only REST APIs have documentation versions.",
  "preview-domain": "API Gateway knows no routing rules to it, only mappings.",
  "import-merge": "A definition replaces what the API has as a whole; import-mode: overwrite says so.",
  tracing: "Only REST APIs are traced with AWS X-Ray.",
  "usage-plans": "Only stages of REST APIs are in usage plans.",
  "web-acl": "AWS WAF protects stages of REST APIs only.",
};

/** API reference of version 2. */
const draftCallsOfBoth: readonly string[] = [
  "UpdateApi",
  "CreateRoute",
  "UpdateRoute",
  "DeleteRoute",
  "CreateIntegration",
  "UpdateIntegration",
  "DeleteIntegration",
  "CreateAuthorizer",
  "UpdateAuthorizer",
  "DeleteAuthorizer",
];

const ofVersion2: Omit<ApiKind, "name" | "dialect" | "metrics" | "lacks" | "reads" | "draftCalls"> = {
  // API reference of version 2, CreateStage.
  settableAtCreation: [
    "variable",
    "route-setting",
    "route-reset",
    "access-log",
    "no-access-log",
    "description",
    "clientCertificateId",
  ],
  copiesForRoutes: false,
  // A merge is one request, whatever its size.
  writesPerUpdate: Number.MAX_SAFE_INTEGER,
  calls: {
    "list-deployments": "aws apigatewayv2 get-deployments --api-id {api}",
    "create-stage": "aws apigatewayv2 create-stage --api-id {api} --stage-name {stage} --deployment-id {deployment}",
    "point-stage": "aws apigatewayv2 update-stage --api-id {api} --stage-name {stage} --deployment-id {deployment}",
    "delete-stage": "aws apigatewayv2 delete-stage --api-id {api} --stage-name {stage}",
    "save-stage":
      "aws apigatewayv2 export-api --api-id {api} --stage-name {stage} --specification OAS30 --output-type JSON draft.json",
    "import-saved": "aws apigatewayv2 reimport-api --api-id {api} --body file://draft.json",
  },
};

export const httpApi: ApiKind = {
  ...ofVersion2,
  name: "HTTP API",
  dialect: "http",
  draftCalls: [...draftCallsOfBoth, "ReimportApi", "DeleteCorsConfiguration"],
  reads: { draft: "/apis/{api}/exports/OAS30", served: "/apis/{api}/exports/OAS30" },
  // Developer Guide, "Monitor CloudWatch metrics for HTTP APIs".
  metrics: {
    api: "ApiId",
    requests: [{ metric: "Count", statistic: "SampleCount" }],
    serverErrors: [{ metric: "5xx", statistic: "Sum" }],
    clientErrors: [{ metric: "4xx", statistic: "Sum" }],
    latency: "Latency",
  },
  lacks: {
    ...lackedByBoth,
    "connect-smoke-tests": "WebSocket APIs alone take WebSocket connections.",
    // Recorded imports say that they are ignored.
    "contract-export":
      "API Gateway keeps neither parameters nor bodies of an HTTP API, so what it exports says nothing of them. Two files are compared in all of it (`compare-with: base`).",
    "client-certificate": "HTTP APIs show no client certificate to backends.",
    "deployment-routes": "API Gateway tells which routes a deployment of an HTTP API has only while a stage serves it.",
    "execution-logs": "HTTP APIs write no execution logs, only access logs.",
  },
};

export const webSocketApi: ApiKind = {
  ...ofVersion2,
  name: "WebSocket API",
  dialect: undefined,
  draftCalls: [
    ...draftCallsOfBoth,
    "DeleteRouteRequestParameter",
    "CreateRouteResponse",
    "UpdateRouteResponse",
    "DeleteRouteResponse",
    "CreateIntegrationResponse",
    "UpdateIntegrationResponse",
    "DeleteIntegrationResponse",
    "CreateModel",
    "UpdateModel",
    "DeleteModel",
  ],
  reads: { draft: "/apis/{api}/routes", served: "/apis/{api}/stages/{stage}" },
  // Developer Guide, "Monitor WebSocket API execution with CloudWatch metrics".
  metrics: {
    api: "ApiId",
    requests: [
      { metric: "ConnectCount", statistic: "Sum" },
      { metric: "MessageCount", statistic: "Sum" },
    ],
    serverErrors: [
      { metric: "ExecutionError", statistic: "Sum" },
      { metric: "IntegrationError", statistic: "Sum" },
    ],
    clientErrors: [{ metric: "ClientError", statistic: "Sum" }],
    latency: "IntegrationLatency",
  },
  lacks: {
    ...lackedByBoth,
    definition: "API Gateway imports no definition of a WebSocket API.",
    "default-stage": "Only HTTP APIs have a stage of this name.",
    "request-smoke-tests": "A WebSocket API takes connections, not requests: ask it with CONNECT.",
    "route-comparison": "API Gateway does not tell which routes a deployment of a WebSocket API has.",
  },
};
