import { jsonResponse, type SimulatedRequest, type SimulatedResponse } from "../../http/exchange.ts";
import type { Authorizer } from "../model.ts";
import type { Call } from "./call.ts";
import type { MatchedRoute } from "./routing.ts";

/**
 * Why this route does not let its caller in; nothing when it does. Signatures are not computed and no function is asked:
 * of a token its claims count (Developer Guide, "Control access to HTTP APIs with JWT authorizers"), of a request authorizer
 * that what it looks at is there.
 */
export const refusalOfCaller = (call: Call, { route }: MatchedRoute): SimulatedResponse | undefined => {
  const { serving, request, world } = call;
  if (route.authorizationType === "NONE") return undefined;
  if (route.authorizationType === "AWS_IAM") return isSigned(request) ? undefined : forbidden();
  const authorizer = serving.definition.authorizers.get(route.authorizerId ?? "");
  if (authorizer === undefined) return internalError();
  const sources = authorizer.identitySource.map((source) => identityOf(source, request));
  if (sources.some((source) => source === "")) return unauthorized();
  if (authorizer.authorizerType === "REQUEST") return undefined;
  return refusalOfToken(authorizer, route.authorizationScopes ?? [], sources[0] ?? "", world.clock.now());
};

const forbidden = (): SimulatedResponse => jsonResponse(403, { message: "Forbidden" });
const internalError = (): SimulatedResponse => jsonResponse(500, { message: "Internal Server Error" });

const unauthorized = (problem?: string): SimulatedResponse => {
  const detail = problem === undefined ? "" : ` scope="" error="invalid_token" error_description="${problem}"`;
  return jsonResponse(401, { message: "Unauthorized" }, { "www-authenticate": `Bearer${detail}` });
};

const isSigned = ({ headers, url }: SimulatedRequest): boolean =>
  headers["authorization"]?.startsWith("AWS4-") === true || url.searchParams.has("X-Amz-Signature");

/** `$request.header.Authorization`; WebSocket APIs write `route.request.header.Auth`. */
const identityOf = (source: string, { headers, url }: SimulatedRequest): string => {
  const [, place, name = ""] = /^(?:\$|route\.)request\.(header|querystring)\.(.+)$/.exec(source) ?? [];
  if (place === "header") return headers[name.toLowerCase()] ?? "";
  return place === "querystring" ? (url.searchParams.get(name) ?? "") : "";
};

const refusalOfToken = (
  { jwtConfiguration = {} }: Authorizer,
  scopes: readonly string[],
  header: string,
  now: number,
): SimulatedResponse | undefined => {
  const claims = claimsOf(header.replace(/^Bearer\s+/i, ""));
  if (claims === undefined) return unauthorized("the token has an invalid number of segments");
  const { audience = [], issuer } = jwtConfiguration;
  if (claims["iss"] !== issuer) return unauthorized("the issuer is not valid");
  const claimed = [claims["aud"] ?? claims["client_id"]].flat();
  if (!audience.some((one) => claimed.includes(one))) return unauthorized("the token does not have a valid audience");
  if (Number(claims["exp"]) * 1000 <= now) return unauthorized("the token has expired");
  const granted = String(claims["scope"] ?? claims["scp"] ?? "").split(/[\s,]+/);
  return scopes.length === 0 || scopes.some((scope) => granted.includes(scope)) ? undefined : forbidden();
};

const claimsOf = (token: string): Record<string, unknown> | undefined => {
  const [, payload, signature] = token.split(".");
  if (payload === undefined || signature === undefined) return undefined;
  try {
    return Object(JSON.parse(Buffer.from(payload, "base64url").toString("utf8")));
  } catch {
    return undefined;
  }
};
