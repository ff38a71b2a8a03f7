import { constraintsOf } from "../aws/constraints.ts";

const op = ["add", "remove", "move", "test", "replace", "copy"];
const gatewayResponseType = [
  "REQUEST_TOO_LARGE",
  "RESOURCE_NOT_FOUND",
  "AUTHORIZER_CONFIGURATION_ERROR",
  "MISSING_AUTHENTICATION_TOKEN",
  "BAD_REQUEST_BODY",
  "INVALID_SIGNATURE",
  "INVALID_API_KEY",
  "BAD_REQUEST_PARAMETERS",
  "AUTHORIZER_FAILURE",
  "UNAUTHORIZED",
  "INTEGRATION_TIMEOUT",
  "ACCESS_DENIED",
  "DEFAULT_4XX",
  "DEFAULT_5XX",
  "WAF_FILTERED",
  "QUOTA_EXCEEDED",
  "THROTTLED",
  "API_CONFIGURATION_ERROR",
  "UNSUPPORTED_MEDIA_TYPE",
  "INTEGRATION_FAILURE",
  "EXPIRED_TOKEN",
];
const documentationPartType = [
  "RESPONSE_BODY",
  "RESPONSE",
  "METHOD",
  "MODEL",
  "AUTHORIZER",
  "RESPONSE_HEADER",
  "RESOURCE",
  "PATH_PARAMETER",
  "REQUEST_BODY",
  "QUERY_PARAMETER",
  "API",
  "REQUEST_HEADER",
];
const cacheClusterSize = ["0.5", "1.6", "6.1", "13.5", "28.4", "58.2", "118", "237"];
const contentHandling = ["CONVERT_TO_BINARY", "CONVERT_TO_TEXT"];

/**
 * The enumerations of the service model by structure and member, which the SDK's schemas leave out. Where an answer of
 * the service was recorded, the order is that of the recording, because it is part of the message.
 */
const enumerations: Readonly<Record<string, readonly string[]>> = {
  "PatchOperation.op": op,
  "EndpointConfiguration.types": ["PRIVATE", "EDGE", "REGIONAL"],
  "EndpointConfiguration.ipAddressType": ["ipv4", "dualstack"],
  "CreateRestApiRequest.apiKeySource": ["HEADER", "AUTHORIZER"],
  "CreateRestApiRequest.endpointAccessMode": ["BASIC", "STRICT"],
  "PutRestApiRequest.mode": ["merge", "overwrite"],
  "ImportDocumentationPartsRequest.mode": ["merge", "overwrite"],
  "PutIntegrationRequest.type": ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"],
  "PutIntegrationRequest.connectionType": ["INTERNET", "VPC_LINK"],
  "PutIntegrationRequest.contentHandling": contentHandling,
  "PutIntegrationRequest.responseTransferMode": ["BUFFERED", "STREAM"],
  "PutIntegrationResponseRequest.contentHandling": contentHandling,
  "CreateAuthorizerRequest.type": ["TOKEN", "REQUEST", "COGNITO_USER_POOLS", "JWT"],
  "DocumentationPartLocation.type": documentationPartType,
  "GetDocumentationPartsRequest.type": documentationPartType,
  "GetGatewayResponseRequest.responseType": gatewayResponseType,
  "PutGatewayResponseRequest.responseType": gatewayResponseType,
  "DeleteGatewayResponseRequest.responseType": gatewayResponseType,
  "UpdateGatewayResponseRequest.responseType": gatewayResponseType,
  "CreateDeploymentRequest.cacheClusterSize": cacheClusterSize,
  "CreateStageRequest.cacheClusterSize": cacheClusterSize,
};

/** Texts and their order are recorded behaviour. */
export const checkConstraints = constraintsOf(enumerations, "ValidationException");
