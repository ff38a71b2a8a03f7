import type { Values } from "../aws/json-values.ts";
import type { Shape, Structure } from "../aws/schema.ts";
import type { OperationSchema } from "./schema.ts";
import { ServiceError } from "./service-error.ts";

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

/** HTTP status codes in a request's path or body. */
const statusCodePattern = "[1-5]\\d\\d";

/**
 * Checks what the service model demands of an input: required members, enumerations, patterns. The texts and their
 * order, body before path, are recorded behaviour.
 *
 * @throws ServiceError ValidationException 400 that lists every violation.
 */
export const checkConstraints = (operation: OperationSchema, input: Values): void => {
  const prefix = `${operation.name.charAt(0).toLowerCase()}${operation.name.slice(1)}Input.`;
  const inBody = operation.input.members.filter(({ location }) => location === "body");
  const outside = operation.input.members.filter(({ location }) => location !== "body");
  const violations = [
    ...structureViolations({ ...operation.input, members: inBody }, input, prefix),
    ...structureViolations({ ...operation.input, members: outside }, input, ""),
  ];
  if (violations.length === 0) return;
  const count = `${violations.length} validation error${violations.length === 1 ? "" : "s"} detected`;
  throw new ServiceError(400, "ValidationException", `${count}: ${violations.join("; ")}`);
};

const violation = (value: unknown, place: string, demand: string): string =>
  `Value ${value === null ? "null" : `'${value}'`} at '${place}' failed to satisfy constraint: ${demand}`;

const structureViolations = (structure: Structure, values: Values, prefix: string): string[] =>
  structure.members.flatMap((member) => {
    const place = `${prefix}${member.name}`;
    const value = values[member.name];
    if (value === undefined) return member.required ? [violation(null, place, "Member must not be null")] : [];
    return [...valueViolations(structure, member.name, value, place), ...nestedViolations(member.shape, value, place)];
  });

const valueViolations = (structure: Structure, name: string, value: unknown, place: string): string[] => {
  const allowed = enumerations[`${structure.name}.${name}`];
  if (allowed) return enumerationViolations(allowed, value, place);
  const isStatusCode = name === "statusCode" && structure.name.endsWith("ResponseRequest");
  if (!isStatusCode || new RegExp(`^${statusCodePattern}$`).test(String(value))) return [];
  return [violation(value, place, `Member must satisfy regular expression pattern: ${statusCodePattern}`)];
};

const enumerationViolations = (allowed: readonly string[], value: unknown, place: string): string[] => {
  const demand = `Member must satisfy enum value set: [${allowed.join(", ")}]`;
  if (!Array.isArray(value)) return allowed.includes(String(value)) ? [] : [violation(value, place, demand)];
  if (value.every((item) => allowed.includes(item))) return [];
  return [violation(`[${value.join(", ")}]`, place, `Member must satisfy constraint: [${demand}]`)];
};

/** Lists count from 1 and go through `member` (recorded: `patchOperations.1.member.op`). */
const nestedViolations = (shape: Shape, value: unknown, place: string): string[] => {
  if (shape.kind === "structure") return structureViolations(shape, value as Values, `${place}.`);
  if (shape.kind !== "list") return [];
  return (value as readonly unknown[]).flatMap((item, index) =>
    nestedViolations(shape.member, item, `${place}.${index + 1}.member`),
  );
};
