import type { SimulatedRequest } from "../http/exchange.ts";
import { ServiceError } from "./service-error.ts";

/** Who may sign requests, by access key id, and what each may do. It can be changed between requests. */
export type Access = { readonly keys: Map<string, Profile> };

export type Profile = {
  /** The principal as IAM names it in its refusals. */
  arn: string;
  status: "active" | "expired" | "unknown";
  /** `action` as in IAM policies, `apigateway:POST`; the ARN of the resource that the request needs it on, `*` where the action knows no resource. */
  denied: (action: string, resourceArn: string, conditions: ConditionKeys) => boolean;
};

/** Values by condition key (`apigateway:Request/Priority`), as far as the request has them. */
export type ConditionKeys = Readonly<Record<string, string | number | readonly string[]>>;

export type Permission = {
  readonly action: string;
  readonly resource: string;
  readonly conditions?: ConditionKeys;
  /** What a service answers where it needs the permission for a call of its own. Absent: IAM's refusal. */
  readonly refusal?: ServiceError;
};

/** What a credential must be scoped to. */
export type SigningScope = { readonly region: string | undefined; readonly service: string | undefined };

/**
 * Lets a request pass that carries a Signature Version 4 header of a known and active key that may do what the request
 * needs. The signature itself is not computed. Without `access` every key is active and nothing is denied.
 *
 * @throws ServiceError 403 with the names and texts of the IAM common errors.
 */
export const authorize = (
  scope: SigningScope,
  access: Access | undefined,
  request: SimulatedRequest,
  required: () => readonly Permission[],
): void => {
  const key = signingKey(scope, request.headers["authorization"]);
  if (access === undefined) return;
  const profile = access.keys.get(key);
  if (profile === undefined || profile.status === "unknown") {
    throw refusal("UnrecognizedClientException", "The security token included in the request is invalid.");
  }
  if (profile.status === "expired") {
    throw refusal("ExpiredTokenException", "The security token included in the request is expired");
  }
  for (const { action, resource, conditions = {}, refusal } of required()) {
    if (profile.denied(action, resource, conditions)) throw refusal ?? accessDenied(profile, action, resource);
  }
};

const refusal = (type: string, message: string): ServiceError => new ServiceError(403, type, message);

const accessDenied = (profile: Profile, action: string, resource: string): ServiceError =>
  refusal(
    "AccessDeniedException",
    `User: ${profile.arn} is not authorized to perform: ${action} on resource: ${resource} ` +
      `because no identity-based policy allows the ${action} action`,
  );

const signingKey = (scope: SigningScope, authorization: string | undefined): string => {
  if (authorization === undefined) {
    throw refusal("MissingAuthenticationTokenException", "Missing Authentication Token");
  }
  const parts = authorizationParts(authorization);
  for (const part of ["Credential", "Signature", "SignedHeaders"]) {
    if (parts[part]) continue;
    const message = `Authorization header requires '${part}' parameter. Authorization=${authorization}`;
    throw refusal("IncompleteSignatureException", message);
  }
  const [key = "", , region, service] = (parts["Credential"] ?? "").split("/");
  checkScope(scope, { region, service });
  return key;
};

const authorizationParts = (authorization: string): Record<string, string> => {
  const match = /^AWS4-HMAC-SHA256\s+(.*)$/.exec(authorization);
  const pairs = (match?.[1] ?? "").split(/,\s*/).map((pair) => pair.split("=", 2));
  return Object.fromEntries(pairs.map(([name = "", value = ""]) => [name.trim(), value]));
};

/** The credential's scope: date, region, service, `aws4_request` (AWS Signature Version 4 for API requests). */
const checkScope = (expected: SigningScope, { region, service }: SigningScope): void => {
  const faults: string[] = [];
  if (region !== expected.region) faults.push("Credential should be scoped to a valid region. ");
  if (service !== expected.service) {
    faults.push(`Credential should be scoped to correct service: '${expected.service}'. `);
  }
  if (faults.length > 0) throw refusal("InvalidSignatureException", faults.join(""));
};

/** Which service a request is signed for, as its Signature Version 4 header says; nothing without such a header. */
export const signedFor = (authorization: string | undefined): string | undefined =>
  authorizationParts(authorization ?? "")["Credential"]?.split("/")[3];
