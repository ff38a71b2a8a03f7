import type { Dialect } from "../../domain/definition.ts";
import { type RouteAuthorization, type Routes, routeKey } from "../../domain/route.ts";
import { shortened } from "../shortened.ts";
import type { Operation, RouteWarning } from "./read-routes.ts";
import { isMapping, listAt, type Mapping, mappingAt, textOf } from "./values.ts";

/**
 * What a caller needs for each route, as an import would set it: the same shape as a deployment's summary. Schemes that
 * are neither an API key in `x-api-key` nor made API Gateway's by an extension set nothing (Developer Guide, "OpenAPI
 * extensions for API Gateway"). HTTP APIs have no API keys.
 */
export const readNeeds = (document: Mapping, operations: readonly Operation[], dialect: Dialect): Routes => {
  const schemes = schemesOf(document);
  return new Map(
    operations.map(({ route, content }) => {
      const asked = schemeNames(document, content).flatMap((name) => schemes.get(name) ?? []);
      const needs = needsOf(asked, content);
      return [routeKey(route), dialect === "http" ? { ...needs, apiKeyRequired: false } : needs];
    }),
  );
};

/** `authorizer`: its type as the document names it; `undefined` for IAM. */
export type Scheme =
  | { readonly authorizationType: string; readonly authorizer: string | undefined }
  | "api-key"
  | "other";

/** The security schemes that an operation names, each as often as it does; what is said at the top is for all others. */
export const schemeNames = (document: Mapping, operation: Mapping): readonly string[] =>
  listAt(operation["security"] ?? document["security"]).flatMap((requirement) => Object.keys(mappingAt(requirement)));

export const schemesOf = (document: Mapping): ReadonlyMap<string, Scheme> => {
  const schemes =
    "swagger" in document ? document["securityDefinitions"] : mappingAt(document["components"])["securitySchemes"];
  return new Map(
    Object.entries(mappingAt(schemes)).flatMap(([name, scheme]) =>
      isMapping(scheme) ? [[name, schemeOf(scheme)]] : [],
    ),
  );
};

/** Schemes that are named and nowhere defined, each where it is named first. */
export const undefinedSchemes = (document: Mapping, operations: readonly Operation[]): readonly RouteWarning[] => {
  const known = schemesOf(document);
  const named = new Map<string, RouteWarning>();
  for (const { route, at, content } of operations) {
    for (const name of schemeNames(document, content)) {
      if (known.has(name) || named.has(name)) continue;
      const message = `${routeKey(route)} names the security scheme \`${shortened(name)}\`, and the file defines none of that name: no caller can be asked for it.`;
      named.set(name, { at, message, isExternal: false });
    }
  }
  return [...named.values()];
};

const AUTHORIZERS: ReadonlyMap<string, string> = new Map([
  ["cognito_user_pools", "COGNITO_USER_POOLS"],
  ["jwt", "JWT"],
]);

const schemeOf = (scheme: Mapping): Scheme => {
  const authorizer = scheme["x-amazon-apigateway-authorizer"];
  if (isMapping(authorizer)) {
    const type = textOf(authorizer["type"])?.toLowerCase() ?? "";
    return { authorizationType: AUTHORIZERS.get(type) ?? "CUSTOM", authorizer: type };
  }
  if (scheme["x-amazon-apigateway-authtype"] === "awsSigv4")
    return { authorizationType: "AWS_IAM", authorizer: undefined };
  const isHeader = scheme["type"] === "apiKey" && scheme["in"] === "header";
  return isHeader && textOf(scheme["name"])?.toLowerCase() === "x-api-key" ? "api-key" : "other";
};

/** The first scheme that API Gateway can ask for decides the type; a key is needed beside it where one is named at all. */
const needsOf = (asked: readonly Scheme[], operation: Mapping): RouteAuthorization => {
  const authorizer = asked.find((scheme) => typeof scheme === "object");
  return {
    authorizationType: authorizer?.authorizationType ?? ownAuthorization(operation),
    apiKeyRequired: asked.includes("api-key"),
  };
};

/** `x-amazon-apigateway-auth` counts where no scheme decides. */
const ownAuthorization = (operation: Mapping): string => {
  const type = textOf(mappingAt(operation["x-amazon-apigateway-auth"])["type"]);
  return type?.toUpperCase() === "AWS_IAM" ? "AWS_IAM" : "NONE";
};
