import { isObject, type JsonObject, listAt, type OpenApiDocument, objectAt, stringAt } from "./document.ts";

/** The base path of a definition: starts with a slash and ends with none, or is empty. */
export const basePathOf = ({ dialect, content }: OpenApiDocument): string => {
  const path = dialect === "swagger" ? (stringAt(content["basePath"]) ?? "") : serverPath(firstServer(content));
  const trimmed = path.replace(/^\/+|\/+$/g, "").replaceAll(/\/{2,}/g, "/");
  return trimmed === "" ? "" : `/${trimmed}`;
};

const firstServer = (content: JsonObject): JsonObject => objectAt(listAt(content["servers"])[0]);

/**
 * The path of a server's address. A variable named `basePath` is the base path even where the address does not refer to
 * it (Developer Guide, "Set the OpenAPI basePath property"; recorded for such an address without a path). What counts
 * when an address has a path beside an unused `basePath` is not known; here the variable wins.
 */
const serverPath = (server: JsonObject): string => {
  const variables = objectAt(server["variables"]);
  const url = stringAt(server["url"]) ?? "";
  const unused = isObject(variables["basePath"]) && !url.includes("{basePath}");
  if (unused) return defaultOf(variables, "basePath");
  return url
    .replaceAll(/\{([^}]+)\}/g, (_, name: string) => defaultOf(variables, name))
    .replace(/^(?:[a-z][a-z\d+.-]*:)?\/\/[^/]*/i, "");
};

const defaultOf = (variables: JsonObject, name: string): string => stringAt(objectAt(variables[name])["default"]) ?? "";

/** What an import makes of the paths: `prepend` puts the base path before each, `split` all of it but its first part. */
export const pathPrefix = (basePath: string, treatment = "ignore"): string => {
  if (treatment === "prepend") return basePath;
  return treatment === "split" ? basePath.replace(/^\/[^/]*/, "") : "";
};

/** The text is that of two reports of imports; which of a server's members count is the extension's affair. */
export const serverWarnings = ({ content }: OpenApiDocument): string[] =>
  listAt(content["servers"]).length > 1
    ? ["More than one server provided. Ignoring all but the first for defining endpoint configuration"]
    : [];

type EndpointSettings = { readonly disableExecuteApiEndpoint?: boolean; readonly vpcEndpointIds?: string[] };

/** The extension stands at the top in Swagger, in the first server in OpenAPI. */
export const endpointSettingsOf = ({ content }: OpenApiDocument): EndpointSettings => {
  const name = "x-amazon-apigateway-endpoint-configuration";
  const extension = objectAt(content[name] ?? firstServer(content)[name]);
  const disable = extension["disableExecuteApiEndpoint"];
  const vpcEndpointIds = extension["vpcEndpointIds"];
  return {
    ...(typeof disable === "boolean" ? { disableExecuteApiEndpoint: disable } : {}),
    ...(Array.isArray(vpcEndpointIds) ? { vpcEndpointIds: vpcEndpointIds.map(String) } : {}),
  };
};
