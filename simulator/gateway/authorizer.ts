import { badRequest } from "./service-error.ts";

type Members = Readonly<Record<string, unknown>>;

const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);
const membersOf = (value: unknown): Members => (typeof value === "object" && value !== null ? (value as Members) : {});

const algorithms = ["RS256", "RS384", "RS512", "ES256", "ES384", "ES512"];
const reservedClaims = ["iss", "aud", "exp", "nbf", "iat", "scope", "scp"];
/** What only other authorizers have (service model of 2026). */
const notForJwt = [
  "providerARNs",
  "authorizerUri",
  "authorizerCredentials",
  "identityValidationExpression",
  "authorizerResultTtlInSeconds",
];

/**
 * Checks an authorizer of type JWT by the rules of the service model of 2026; others are taken as they are. The texts
 * are the simulator's own, because none of the service's is known. It does not ask an issuer for its discovery document,
 * as the service does, so it knows no `jwksUri` either.
 *
 * @throws ServiceError 400
 */
export const checkAuthorizer = (authorizer: Members): void => {
  if (authorizer["type"] !== "JWT") {
    if (authorizer["jwtConfiguration"] === undefined) return;
    throw badRequest("jwtConfiguration is supported for JWT authorizers only");
  }
  const extra = notForJwt.find((member) => authorizer[member] !== undefined);
  if (extra !== undefined) throw badRequest(`${extra} is not supported for JWT authorizers`);
  if (!/^method\.request\.header\.[^,\s]+$/.test(String(authorizer["identitySource"]))) {
    throw badRequest("The identity source of a JWT authorizer must be one method.request.header.<name>");
  }
  checkJwtConfiguration(authorizer["jwtConfiguration"]);
};

/** @throws ServiceError 400 */
export const checkJwtConfiguration = (value: unknown): void => {
  const { issuers, defaultAlgorithms } = membersOf(value);
  const trusted = listOf(issuers).map(membersOf);
  if (trusted.length === 0) throw badRequest("A JWT authorizer needs at least one issuer");
  const accepted = listOf(defaultAlgorithms);
  if (accepted.length === 0 || !accepted.every((name) => algorithms.includes(String(name)))) {
    throw badRequest(`The algorithms of a JWT authorizer must be one or more of [${algorithms.join(", ")}]`);
  }
  for (const issuer of trusted) checkIssuer(issuer);
  if (new Set(trusted.map(({ issuer }) => issuer)).size < trusted.length) {
    throw badRequest("The issuers of a JWT authorizer must be unique");
  }
};

const checkIssuer = ({ issuer, audiences, additionalClaims }: Members): void => {
  if (!isIssuerUrl(issuer)) {
    throw badRequest("An issuer must be an absolute https URL without user information, query or fragment");
  }
  const accepted = listOf(audiences);
  if (accepted.length === 0 || accepted.includes("")) throw badRequest("An issuer needs audiences, and none empty");
  const names = listOf(additionalClaims).map((claim) => checkClaim(membersOf(claim)));
  if (new Set(names).size < names.length) throw badRequest("The claims of an issuer must be unique");
};

const isIssuerUrl = (value: unknown): boolean => {
  if (typeof value !== "string" || !URL.canParse(value)) return false;
  const { protocol, username, password } = new URL(value);
  return protocol === "https:" && username === "" && password === "" && !/[?#]/.test(value);
};

const checkClaim = ({ claimName, format }: Members): string => {
  const name = String(claimName ?? "");
  if (name === "" || reservedClaims.includes(name)) throw badRequest(`Invalid claim name specified: ${name}`);
  if (format !== "SINGLE_STRING") throw badRequest("The format of a claim must be SINGLE_STRING");
  return name;
};
