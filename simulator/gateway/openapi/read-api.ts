import {
  isObject,
  type JsonObject,
  listAt,
  type OpenApiDocument,
  objectAt,
  resolve,
  stringAt,
  verbs,
} from "./document.ts";
import { readDocumentationParts } from "./documentation-parts.ts";
import type { ImportedApi, ImportedModel, ImportedPath } from "./imported-api.ts";
import { type Reading, readOperation } from "./read-operation.ts";
import { asksForUndescribed, authorizerOf, schemeWarnings, securitySchemes } from "./security.ts";
import { basePathOf, endpointSettingsOf, serverWarnings } from "./servers.ts";
import { unknownAttributes } from "./unknown-attributes.ts";

/**
 * Reads a definition into what the service takes from it: OpenAPI and its extensions (Developer Guide, "OpenAPI
 * extensions for API Gateway").
 */
export const readApi = (document: OpenApiDocument, newModelName: () => string): ImportedApi => {
  const { content } = document;
  const models = readModels(document);
  const schemes = securitySchemes(document);
  const reading: Reading = {
    document,
    schemes,
    modelNames: new Set(models.map(({ name }) => name)),
    inlineModels: [],
    parseIssues: unknownAttributes(document),
    warnings: schemeWarnings(schemes),
    newModelName,
  };
  const paths = readPaths(reading);
  const authorizers = [...reading.schemes.values()].filter(({ kind }) => kind === "authorizer");
  return {
    ...readInfo(content),
    ...endpointSettingsOf(document),
    ...readSettings(content),
    basePath: basePathOf(document),
    binaryMediaTypes: listAt(content["x-amazon-apigateway-binary-media-types"]).map(String),
    models: [...models, ...reading.inlineModels],
    authorizers: new Map(authorizers.map((scheme) => [scheme.name, authorizerOf(scheme)])),
    gatewayResponses: readGatewayResponses(content),
    requestValidators: readRequestValidators(content),
    documentationParts: readDocumentationParts(content),
    paths,
    warnings: [...reading.parseIssues, ...serverWarnings(document), ...reading.warnings],
  };
};

const given = <Key extends string, Value>(key: Key, value: Value | undefined): { [K in Key]?: Value } =>
  value === undefined ? {} : ({ [key]: value } as { [K in Key]: Value });

const readInfo = (content: JsonObject): Pick<ImportedApi, "title" | "description" | "version"> => {
  const info = objectAt(content["info"]);
  return {
    ...given("title", stringAt(info["title"])),
    ...given("description", stringAt(info["description"])),
    ...given("version", stringAt(info["version"])),
  };
};

const readSettings = (content: JsonObject): Pick<ImportedApi, "policy" | "minimumCompressionSize" | "apiKeySource"> => {
  const policy = content["x-amazon-apigateway-policy"];
  const compression = content["x-amazon-apigateway-minimum-compression-size"];
  return {
    ...given("policy", isObject(policy) ? JSON.stringify(policy) : undefined),
    ...given("minimumCompressionSize", compression === undefined ? undefined : Number(compression)),
    ...given("apiKeySource", stringAt(content["x-amazon-apigateway-api-key-source"])?.toUpperCase()),
  };
};

const readModels = ({ dialect, content }: OpenApiDocument): ImportedModel[] => {
  const schemas = dialect === "swagger" ? content["definitions"] : objectAt(content["components"])["schemas"];
  return Object.entries(objectAt(schemas)).map(([name, schema]) => ({
    name,
    schema,
    ...given("description", stringAt(objectAt(schema)["description"])),
  }));
};

const readGatewayResponses = (content: JsonObject): Map<string, Record<string, unknown>> =>
  new Map(
    Object.entries(objectAt(content["x-amazon-apigateway-gateway-responses"])).map(([responseType, response]) => {
      const { statusCode, ...members } = objectAt(response);
      const status = statusCode === undefined ? {} : { statusCode: String(statusCode) };
      return [responseType, { responseType, defaultResponse: false, ...status, ...members }];
    }),
  );

const readRequestValidators = (content: JsonObject): Map<string, Record<string, unknown>> =>
  new Map(
    Object.entries(objectAt(content["x-amazon-apigateway-request-validators"])).map(([name, validator]) => [
      name,
      {
        name,
        validateRequestBody: objectAt(validator)["validateRequestBody"] === true,
        validateRequestParameters: objectAt(validator)["validateRequestParameters"] === true,
      },
    ]),
  );

const readPaths = (reading: Reading): ImportedPath[] => {
  const { content } = reading.document;
  return Object.entries(objectAt(content["paths"])).flatMap(([path, value]) => {
    const item = resolve(content, value);
    if (path.startsWith("x-") || item === undefined) return [];
    const methods = Object.entries(item).flatMap(([key, operation]) => {
      const verb = verbs[key];
      if (verb === undefined || !isObject(operation)) return [];
      if (asksForUndescribed(content, operation, reading.schemes)) return [];
      return [readOperation(reading, path, verb, listAt(item["parameters"]), operation)];
    });
    return [{ path, methods }];
  });
};
