import type { SimulatedRequest } from "../http/exchange.ts";
import type { World } from "./model.ts";
import type { Route } from "./router.ts";
import { ServiceError } from "./service-error.ts";

/** Who may sign requests, by access key id, and what each may do. It can be changed between requests. */
export type Access = { readonly keys: Map<string, Profile> };

export type Profile = {
  /** The principal as IAM names it in its refusals. */
  arn: string;
  status: "active" | "expired" | "unknown";
  /** `action` as in IAM policies, `apigateway:POST`; the ARN of the resource as `requiredPermissions` builds it. */
  denied: (action: string, resourceArn: string) => boolean;
};

export type Permission = { readonly action: string; readonly resource: string };

/**
 * Lets a request pass that carries a Signature Version 4 header of a known and active key. The signature itself is not
 * computed. Without `access` every key is active and nothing is denied.
 *
 * @throws ServiceError 403 with the names and texts of the IAM common errors.
 */
export const authorize = (
  world: World,
  access: Access | undefined,
  route: Route | undefined,
  request: SimulatedRequest,
): void => {
  const key = signingKey(world, request.headers["authorization"]);
  if (access === undefined) return;
  const profile = access.keys.get(key);
  if (profile === undefined || profile.status === "unknown") {
    throw refusal("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  if (profile.status === "expired") {
    throw refusal("ExpiredTokenException", "The security token included in the request is expired");
  }
  if (route === undefined) return;
  for (const { action, resource } of requiredPermissions(world, route, request)) {
    if (profile.denied(action, resource)) throw accessDenied(profile, action, resource);
  }
};

const refusal = (type: string, message: string): ServiceError => new ServiceError(403, type, message);

const accessDenied = (profile: Profile, action: string, resource: string): ServiceError =>
  refusal(
    "AccessDeniedException",
    `User: ${profile.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no identity-based policy allows the ${action} action`,
  );

const signingKey = (world: World, authorization: string | undefined): string => {
  if (authorization === undefined) {
    throw refusal("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const parts = authorizationParts(authorization);
  for (const part of ["Credential", "Signature", "SignedHeaders"]) {
    if (parts[part]) continue;
    const message = `Authorization header requires '${part}' parameter. Authorization=${authorization}`;
    throw refusal("IncompleteSignatureException", message);
  }
  const [key = "", ...scope] = (parts["Credential"] ?? "").split("/");
  checkScope(world, scope);
  return key;
};

const authorizationParts = (authorization: string): Record<string, string> => {
  const match = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(authorization);
  const pairs = (match?.[1] ?? "").split(/,\s*/).map((pair) => pair.split("=", 2));
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name.trim(), value]));
};

/** Scope: date, region, service, `aws4_request` (AWS Signature Version 4 for API requests). */
const checkScope = (world: World, scope: readonly string[]): void => {
  const [, region, service] = scope;
  const faults: string[] = [];
  if (region !== world.region) faults.push("Credential should be scoped to a valid region. ");
  if (service !== "apigateway") faults.push("Credential should be scoped to correct service: 'apigateway'. ");
  if (faults.length > 0) throw refusal("InvalidSignatureException", faults.join(""));
};

/**
 * The permissions a request needs: the verb on its own address, and what its content adds (Service Authorization
 * Reference, Amazon API Gateway Management).
 */
export const requiredPermissions = (world: World, route: Route, request: SimulatedRequest): Permission[] => {
  const resource = `${arnPrefix(world.region)}${request.path}`;
  const required = [{ action: `apigateway:${request.method}`, resource }];
  if (setsTags(route.operation.name, request)) {
    required.push({ action: "apigateway:PUT", resource: tagsResource(world, request) });
  }
  if (setsPolicy(route.operation.name, request)) required.push({ action: "apigateway:UpdateRestApiPolicy", resource });
  return required;
};

const arnPrefix = (region: string): string => `arn:${partitionOf(region)}:apigateway:${region}::`;

const partitionOf = (region: string): string => {
  if (region.startsWith("cn-")) return "aws-cn";
  if (region.startsWith("us-gov-")) return "aws-us-gov";
  return region.startsWith("eusc-") ? "aws-eusc" : "aws";
};

const bodyOf = (request: SimulatedRequest): Record<string, unknown> => {
  try {
    return Object(JSON.parse(request.body.toString("utf8")));
  } catch {
    return {};
  }
};

const creators = new Set(["CreateRestApi", "CreateStage"]);

const setsTags = (operation: string, request: SimulatedRequest): boolean =>
  creators.has(operation) && Object.keys(Object(bodyOf(request)["tags"])).length > 0;

/** The address of what is being created; a REST API has no id yet. */
const tagsResource = (world: World, request: SimulatedRequest): string => {
  const name = bodyOf(request)["stageName"] ?? "*";
  const target = encodeURIComponent(`${arnPrefix(world.region)}${request.path}/${name}`);
  return `${arnPrefix(world.region)}/tags/${target}`;
};

const importers = new Set(["ImportRestApi", "PutRestApi"]);

const setsPolicy = (operation: string, request: SimulatedRequest): boolean => {
  if (importers.has(operation)) return request.body.includes("x-amazon-apigateway-policy");
  return operation === "CreateRestApi" && bodyOf(request)["policy"] !== undefined;
};
