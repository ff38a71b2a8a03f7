import { isObject, type JsonObject, listAt, objectAt, stringAt } from "../../gateway/openapi/document.ts";
import type { Authorizer } from "../model.ts";

/** A security scheme: an authorizer, the caller's signature, or what HTTP APIs make nothing of. */
export type Scheme =
  | { readonly kind: "authorizer"; readonly members: Omit<Authorizer, "authorizerId"> }
  | { readonly kind: "iam" }
  | { readonly kind: "other" };

export const schemesOf = (content: JsonObject): Map<string, Scheme> =>
  new Map(
    Object.entries(objectAt(objectAt(content["components"])["securitySchemes"])).map(([name, scheme]) => [
      name,
      schemeOf(name, objectAt(scheme)),
    ]),
  );

const schemeOf = (name: string, scheme: JsonObject): Scheme => {
  if (scheme["x-amazon-apigateway-authtype"] === "awsSigv4") return { kind: "iam" };
  const extension = scheme["x-amazon-apigateway-authorizer"];
  if (!isObject(extension)) return { kind: "other" };
  return { kind: "authorizer", members: authorizerOf(name, extension) };
};

const authorizerOf = (name: string, extension: JsonObject): Omit<Authorizer, "authorizerId"> => {
  const { type, identitySource, jwtConfiguration, ...others } = extension;
  const members = {
    ...others,
    name: stringAt(others["name"]) ?? name,
    authorizerType: String(type).toLowerCase() === "jwt" ? ("JWT" as const) : ("REQUEST" as const),
    identitySource: sourcesOf(identitySource),
  };
  if (!isObject(jwtConfiguration)) return members;
  const issuer = stringAt(jwtConfiguration["issuer"]);
  const audience = listAt(jwtConfiguration["audience"]).map(String);
  return { ...members, jwtConfiguration: { audience, ...(issuer === undefined ? {} : { issuer }) } };
};

/** A definition writes them as one text, apart by commas (recorded exports). */
const sourcesOf = (identitySource: unknown): string[] => {
  const sources = Array.isArray(identitySource)
    ? identitySource.map(String)
    : (stringAt(identitySource) ?? "").split(",");
  return sources.map((source) => source.trim()).filter((source) => source !== "");
};

/** What of the schemes an operation asks for, with scopes. */
export type Requirement = readonly (readonly [name: string, scopes: readonly string[]])[];

/** An operation's own `security`, or the document's. */
export const requirementOf = (content: JsonObject, operation: JsonObject): Requirement =>
  listAt(operation["security"] ?? content["security"]).flatMap((entry) =>
    Object.entries(objectAt(entry)).map(([name, scopes]) => [name, listAt(scopes).map(String)] as const),
  );
