import type { SimulatedRequest } from "../../http/exchange.ts";
import type { Definition, Method } from "../model.ts";
import type { CallTarget } from "./call.ts";
import { type Refusal, refusals } from "./gateway-response.ts";
import { opens } from "./key-rings.ts";
import { useKey } from "./key-use.ts";

/**
 * Why this method does not let its caller in; nothing when it does. The simulator checks that credentials are there
 * and, for API keys, that a usage plan has both the key and the stage, and allows the request. It checks no signature and runs no authorizer:
 * whoever brings a token passes.
 */
export const refusalOfCaller = (
  { world, api, stage }: Pick<CallTarget, "world" | "api" | "stage">,
  definition: Definition,
  { method, resource }: { readonly method: Method; readonly resource: { readonly path: string } },
  request: SimulatedRequest,
): Refusal | undefined => {
  if (method.authorizationType === "AWS_IAM" && !isSigned(request)) return refusals.missingAuthenticationToken;
  if (usesAuthorizer(method) && !bringsIdentity(definition, method, request)) return refusals.unauthorized;
  if (!method.apiKeyRequired) return undefined;
  const key = request.headers["x-api-key"] ?? "";
  return opens(world, key, api.id, stage.stageName)
    ? useKey(world, key, { apiId: api.id, stageName: stage.stageName, path: resource.path, verb: method.httpMethod })
    : refusals.invalidApiKey;
};

/** Signature Version 4, in the header or in the query. */
const isSigned = ({ headers, url }: SimulatedRequest): boolean =>
  headers["authorization"]?.startsWith("AWS4-") === true || url.searchParams.has("X-Amz-Signature");

const usesAuthorizer = ({ authorizationType }: Method): boolean =>
  ["CUSTOM", "COGNITO_USER_POOLS", "JWT"].includes(authorizationType);

const bringsIdentity = (definition: Definition, method: Method, request: SimulatedRequest): boolean =>
  identitySources(definition, method).every((source) => isPresent(source, request));

/** `method.request.header.Authorization`, and others where the authorizer names them, separated by commas. */
const identitySources = (definition: Definition, { authorizerId }: Method): string[] => {
  const authorizer = authorizerId === undefined ? undefined : definition.authorizers.get(authorizerId);
  const sources = authorizer?.["identitySource"];
  return (typeof sources === "string" ? sources : "method.request.header.Authorization")
    .split(",")
    .map((source) => source.trim());
};

const isPresent = (source: string, { headers, url }: SimulatedRequest): boolean => {
  const [, place, name = ""] = /^method\.request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === "header") return (headers[name.toLowerCase()] ?? "") !== "";
  return place !== "querystring" || (url.searchParams.get(name) ?? "") !== "";
};
