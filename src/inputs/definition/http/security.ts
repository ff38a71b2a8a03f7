import { routeKey } from "../../../domain/route.ts";
import { shortened } from "../../shortened.ts";
import type { MemberPath, Operation } from "../read-routes.ts";
import { type Scheme, schemeNames, schemesOf } from "../security.ts";
import type { Mapping } from "../values.ts";
import { type HttpFinding, refused, warned } from "./finding.ts";

/**
 * What an HTTP API does not ask of its callers though the document says so (Developer Guide, "Use OpenAPI definitions for
 * HTTP APIs" and "x-amazon-apigateway-authorizer object"). Nobody may take a route for closed that would be open.
 */
export const judgeSecurity = (document: Mapping, operations: readonly Operation[]): readonly HttpFinding[] => {
  const schemes = schemesOf(document);
  const asked = operations.map(({ route, at, content }) => ({
    route: routeKey(route),
    at,
    names: schemeNames(document, content),
  }));
  return [
    ...asked.flatMap(({ route, at, names }) => [
      ...(names.length > 1 ? [several(route, at, names)] : []),
      ...names.flatMap((name) => unknownAuthorizer(route, at, name, schemes.get(name))),
    ]),
    ...apiKeys(
      schemes,
      asked.flatMap(({ names }) => names),
    ),
  ];
};

const several = (route: string, at: MemberPath, names: readonly string[]): HttpFinding =>
  refused(
    at,
    `${route} names ${names.length} security schemes (${shortened(names.join(", "))}), and a route of an HTTP API takes one: IAM, a Lambda authorizer or a JWT authorizer. Name one.`,
  );

/** Authorizers that only REST APIs have. */
const unknownAuthorizer = (
  route: string,
  at: MemberPath,
  name: string,
  scheme: Scheme | undefined,
): readonly HttpFinding[] => {
  const type = typeof scheme === "object" ? scheme.authorizer : undefined;
  if (type === undefined || type === "jwt" || type === "request") return [];
  const instead = type === "cognito_user_pools" ? ": give the user pool as its issuer" : "";
  return [
    refused(
      at,
      `${route} asks for \`${shortened(name)}\`, an authorizer of type \`${shortened(type)}\`. HTTP APIs have \`request\` and \`jwt\`${instead}.`,
    ),
  ];
};

const apiKeys = (schemes: ReadonlyMap<string, Scheme>, named: readonly string[]): readonly HttpFinding[] =>
  [...schemes]
    .filter(([name, scheme]) => scheme === "api-key" && named.includes(name))
    .map(([name]) =>
      warned(
        ["components", "securitySchemes", name],
        `HTTP APIs have no API keys: nobody is asked for \`${shortened(name)}\`.`,
      ),
    );
