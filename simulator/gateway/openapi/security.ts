import { isObject, type JsonObject, listAt, type OpenApiDocument, objectAt, stringAt } from "./document.ts";
import type { ImportedMethod } from "./imported-api.ts";

export type SchemeKind =
  | { readonly kind: "authorizer"; readonly authorizationType: "CUSTOM" | "COGNITO_USER_POOLS" | "JWT" }
  /** Says that it is an authorizer's and does not describe one. */
  | { readonly kind: "undescribed" }
  | { readonly kind: "iam" }
  | { readonly kind: "api-key" }
  | { readonly kind: "other" };

export type SecurityScheme = SchemeKind & { readonly name: string; readonly content: JsonObject };

/** The security schemes of either dialect, by name. */
export const securitySchemes = ({ dialect, content }: OpenApiDocument): Map<string, SecurityScheme> => {
  const schemes =
    dialect === "swagger" ? content["securityDefinitions"] : objectAt(content["components"])["securitySchemes"];
  return new Map(
    Object.entries(objectAt(schemes))
      .filter((entry): entry is [string, JsonObject] => isObject(entry[1]))
      .map(([name, scheme]) => [name, { name, content: scheme, ...kindOf(scheme) }]),
  );
};

const authorizationTypes: Readonly<Record<string, "COGNITO_USER_POOLS" | "JWT">> = {
  cognito_user_pools: "COGNITO_USER_POOLS",
  jwt: "JWT",
};

const kindOf = (scheme: JsonObject): SchemeKind => {
  const authorizer = scheme["x-amazon-apigateway-authorizer"];
  if (isObject(authorizer)) {
    const authorizationType = authorizationTypes[String(authorizer["type"]).toLowerCase()] ?? "CUSTOM";
    return { kind: "authorizer", authorizationType };
  }
  const authType = scheme["x-amazon-apigateway-authtype"];
  if (authType === "awsSigv4") return { kind: "iam" };
  if (authType !== undefined) return { kind: "undescribed" };
  const isApiKey = scheme["type"] === "apiKey" && scheme["in"] === "header";
  return isApiKey && String(scheme["name"]).toLowerCase() === "x-api-key" ? { kind: "api-key" } : { kind: "other" };
};

/**
 * The warnings for schemes that mean nothing to the service (texts of reports of imports, for `http` and `oauth2`, and
 * for an authorizer that is not described). Whether a scheme of type `apiKey` with another header warns is not known.
 */
export const schemeWarnings = (schemes: ReadonlyMap<string, SecurityScheme>): string[] =>
  [...schemes.values()].flatMap(({ kind, name, content }) => {
    if (kind === "undescribed") {
      return [
        `Unable to create authorizer from security definition: '${name}'. ` +
          "Extension x-amazon-apigateway-authorizer is required. " +
          `Any methods with security: '${name}' will not be created. If this security definition is not a custom ` +
          "authorizer, remove the x-amazon-apigateway-authtype extension and it will be ignored.",
      ];
    }
    if (kind !== "other" || content["type"] === "apiKey") return [];
    return [`Unsupported security definition type '${content["type"]}' for '${name}'. Ignoring.`];
  });

/** Whether an operation asks for a scheme that says it is an authorizer's and does not describe one. */
export const asksForUndescribed = (
  document: JsonObject,
  operation: JsonObject,
  schemes: ReadonlyMap<string, SecurityScheme>,
): boolean => requirementsOf(document, operation).some(([name]) => schemes.get(name)?.kind === "undescribed");

/**
 * A scheme's authorizer by the members of the API's shape. A TOKEN authorizer reads the header that the scheme names
 * unless it says otherwise (recorded behaviour). That a definition writes a JWT authorizer's configuration as the API
 * does is assumed: the guide says that definitions can have one, its example was not seen.
 */
export const authorizerOf = ({ name, content }: SecurityScheme): Record<string, unknown> => {
  const extension = objectAt(content["x-amazon-apigateway-authorizer"]);
  const type = String(extension["type"] ?? "TOKEN").toUpperCase();
  const ttl = extension["authorizerResultTtlInSeconds"];
  const members = {
    name,
    type,
    providerARNs: extension["providerARNs"],
    authType: content["x-amazon-apigateway-authtype"],
    authorizerUri: extension["authorizerUri"],
    authorizerCredentials: extension["authorizerCredentials"],
    identitySource: extension["identitySource"] ?? (type === "REQUEST" ? undefined : headerSource(content)),
    identityValidationExpression: extension["identityValidationExpression"],
    authorizerResultTtlInSeconds: ttl === undefined ? undefined : Number(ttl),
    jwtConfiguration: extension["jwtConfiguration"],
  };
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined));
};

const headerSource = (scheme: JsonObject): string | undefined =>
  scheme["name"] === undefined ? undefined : `method.request.header.${scheme["name"]}`;

export type Authorization = Pick<
  ImportedMethod,
  "authorizationType" | "authorizer" | "authorizationScopes" | "apiKeyRequired"
>;

/** What an operation's `security`, or the document's where it has none, makes of a method. */
export const authorizationOf = (
  document: JsonObject,
  operation: JsonObject,
  schemes: ReadonlyMap<string, SecurityScheme>,
): Authorization => {
  const asked = requirementsOf(document, operation).flatMap(([name, scopes]) => {
    const scheme = schemes.get(name);
    return scheme ? [{ scheme, scopes: listAt(scopes).map(String) }] : [];
  });
  const apiKeyRequired = asked.some(({ scheme }) => scheme.kind === "api-key");
  return { apiKeyRequired, ...callerAuthorization(operation, asked) };
};

const requirementsOf = (document: JsonObject, operation: JsonObject): [name: string, scopes: unknown][] =>
  listAt(operation["security"] ?? document["security"]).flatMap((requirement) => Object.entries(objectAt(requirement)));

const callerAuthorization = (
  operation: JsonObject,
  asked: readonly { readonly scheme: SecurityScheme; readonly scopes: string[] }[],
): Omit<Authorization, "apiKeyRequired"> => {
  for (const { scheme, scopes } of asked) {
    if (scheme.kind === "iam") return { authorizationType: "AWS_IAM" };
    if (scheme.kind !== "authorizer") continue;
    return {
      authorizationType: scheme.authorizationType,
      authorizer: scheme.name,
      ...(scopes.length > 0 ? { authorizationScopes: scopes } : {}),
    };
  }
  const type = stringAt(objectAt(operation["x-amazon-apigateway-auth"])["type"]);
  return { authorizationType: type?.toUpperCase() === "AWS_IAM" ? "AWS_IAM" : "NONE" };
};
