import type { ApiKind } from "../../domain/api-kind.ts";

/** REST APIs: nearly all that this action knows can be done with them. */
export const restApi: ApiKind = {
  name: "REST API",
  dialect: "rest",
  // Developer Guide, "Amazon API Gateway dimensions and metrics".
  metrics: {
    api: "ApiName",
    requests: [{ metric: "Count", statistic: "SampleCount" }],
    serverErrors: [{ metric: "5XXError", statistic: "Sum" }],
    clientErrors: [{ metric: "4XXError", statistic: "Sum" }],
    latency: "Latency",
  },
  lacks: {
    "default-stage": "A REST API has no stage of this name.",
    "connect-smoke-tests": "WebSocket APIs alone take WebSocket connections.",
    "routes-without-path": "A route of a REST API is a verb and a path, for example GET /pets/{id}.",
  },
  // API reference, CreateStage.
  settableAtCreation: [
    "variable",
    "description",
    "cacheClusterEnabled",
    "cacheClusterSize",
    "documentationVersion",
    "tracingEnabled",
  ],
  // Recorded behaviour.
  copiesForRoutes: true,
  // With many more UpdateStage says "Update size too large" (user reports).
  writesPerUpdate: 80,
  draftCalls: [
    "PutRestApi",
    "UpdateRestApi",
    "PutIntegration",
    "UpdateIntegration",
    "DeleteIntegration",
    "PutMethod",
    "UpdateMethod",
    "DeleteMethod",
    "CreateResource",
    "UpdateResource",
    "DeleteResource",
    "PutMethodResponse",
    "UpdateMethodResponse",
    "DeleteMethodResponse",
    "PutIntegrationResponse",
    "UpdateIntegrationResponse",
    "DeleteIntegrationResponse",
    "CreateModel",
    "UpdateModel",
    "DeleteModel",
    "CreateRequestValidator",
    "UpdateRequestValidator",
    "DeleteRequestValidator",
    "CreateAuthorizer",
    "UpdateAuthorizer",
    "DeleteAuthorizer",
    "PutGatewayResponse",
    "UpdateGatewayResponse",
    "DeleteGatewayResponse",
  ],
  reads: { draft: "/restapis/{api}/resources", served: "/restapis/{api}/stages/{stage}/exports/oas30" },
  calls: {
    "list-deployments": "aws apigateway get-deployments --rest-api-id {api}",
    "create-stage": "aws apigateway create-stage --rest-api-id {api} --stage-name {stage} --deployment-id {deployment}",
    "point-stage":
      "aws apigateway update-stage --rest-api-id {api} --stage-name {stage} --patch-operations op=replace,path=/deploymentId,value={deployment}",
    "delete-stage": "aws apigateway delete-stage --rest-api-id {api} --stage-name {stage}",
    "save-stage":
      "aws apigateway get-export --rest-api-id {api} --stage-name {stage} --export-type oas30 --parameters extensions=apigateway --accepts application/json draft.json",
    "import-saved": "aws apigateway put-rest-api --rest-api-id {api} --mode overwrite --body fileb://draft.json",
  },
};
