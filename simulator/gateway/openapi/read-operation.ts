import { type JsonObject, listAt, type OpenApiDocument, objectAt, resolve, stringAt } from "./document.ts";
import { checkIntegrationShape } from "./import-integration.ts";
import type { ImportedMethod, ImportedModel, ImportedResponse } from "./imported-api.ts";
import { unsupportedModelType } from "./inline-models.ts";
import { authorizationOf, type SecurityScheme } from "./security.ts";

/** What reading an operation adds to on the way: models for inline schemas, and warnings. */
export type Reading = {
  readonly document: OpenApiDocument;
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly modelNames: ReadonlySet<string>;
  readonly inlineModels: ImportedModel[];
  /** What the parser says about the document. */
  readonly parseIssues: string[];
  /** What cannot be taken over. */
  readonly warnings: string[];
  /** A name for the model of a schema that has none. */
  readonly newModelName: () => string;
};

/** Where an operation stands, for the parser (`paths.'/pets'(get)`) and for the import (`GET /pets`). */
type OperationPlace = { readonly attribute: string; readonly route: string };

/** Where a schema stands, for the parser (`paths.'/pets'(get).requestBody`) and for the import. */
type Place = { readonly attribute: string; readonly usage: string; readonly inlineName?: string };

export const readOperation = (
  reading: Reading,
  path: string,
  verb: string,
  shared: readonly unknown[],
  operation: JsonObject,
): ImportedMethod => {
  const { content } = reading.document;
  const place: OperationPlace = {
    attribute: `paths.'${path}'(${verb === "ANY" ? "x-amazon-apigateway-any-method" : verb.toLowerCase()})`,
    route: `${verb} ${path}`,
  };
  const parameters = [...shared, ...listAt(operation["parameters"])].flatMap((parameter) => {
    const resolved = resolve(content, parameter);
    if (resolved === undefined) {
      reading.parseIssues.push(missing(`${place.attribute}.parameters.${referenceOf(parameter)}`));
    }
    return resolved ? [resolved] : [];
  });
  const validator =
    stringAt(operation["x-amazon-apigateway-request-validator"]) ??
    stringAt(content["x-amazon-apigateway-request-validator"]);
  const operationName = stringAt(operation["operationId"]);
  const integration = operation["x-amazon-apigateway-integration"];
  if (integration !== undefined) checkIntegrationShape(integration, path);
  return {
    verb,
    ...authorizationOf(content, operation, reading.schemes),
    ...(operationName === undefined ? {} : { operationName }),
    requestParameters: { ...undeclaredPathParameters(path, parameters), ...requestParameters(parameters) },
    requestModels: requestModels(reading, place, operation, parameters),
    ...(validator === undefined ? {} : { requestValidator: validator }),
    responses: readResponses(reading, place, operation),
    ...(integration === undefined ? {} : { integration: objectAt(integration) }),
  };
};

const missing = (attribute: string): string => `Parse issue: attribute ${attribute} is missing`;

const referenceOf = (value: unknown): string => String(objectAt(value)["$ref"]);

const parameterPlaces: Readonly<Record<string, string>> = { query: "querystring", header: "header", path: "path" };

/** A parameter of the operation takes the place of one of the same name and place that its path shares. */
const requestParameters = (parameters: readonly JsonObject[]): Record<string, boolean> => {
  const found: Record<string, boolean> = {};
  for (const parameter of parameters) {
    const place = parameterPlaces[String(parameter["in"])];
    if (place) found[`method.request.${place}.${parameter["name"]}`] = parameter["required"] === true;
  }
  return found;
};

/** A path's own parameters that the operation does not declare are required ones all the same (recorded behaviour). */
const undeclaredPathParameters = (path: string, declared: readonly JsonObject[]): Record<string, boolean> => {
  const names = [...path.matchAll(/\{([^}+]+)\+?\}/g)].map(([, name]) => name);
  const taken = new Set(declared.map((parameter) => parameter["name"]));
  return Object.fromEntries(
    names.filter((name) => !taken.has(name)).map((name) => [`method.request.path.${name}`, true]),
  );
};

const requestModels = (
  reading: Reading,
  place: OperationPlace,
  operation: JsonObject,
  parameters: readonly JsonObject[],
): Record<string, string> => {
  if (reading.document.dialect === "openapi") {
    const body = resolve(reading.document.content, operation["requestBody"]);
    const usage = `request schema for '${place.route}'`;
    // The parser's name for what a body holds, whatever its schema is (text of a report of an import).
    return contentModels(reading, { attribute: `${place.attribute}.requestBody`, usage, inlineName: "Content" }, body);
  }
  const schema = parameters.find((parameter) => parameter["in"] === "body")?.["schema"];
  const usage = `request schema for '${place.route}'`;
  const model = modelName(reading, { attribute: `${place.attribute}.parameters.body.schema`, usage }, schema);
  return model === undefined ? {} : forContentTypes(contentTypes(reading, operation, "consumes"), model);
};

const readResponses = (reading: Reading, place: OperationPlace, operation: JsonObject): ImportedResponse[] =>
  Object.entries(objectAt(operation["responses"]))
    .filter(([status]) => /^[1-5]\d\d$/.test(status))
    .map(([statusCode, response]) => {
      const resolved = resolve(reading.document.content, response) ?? {};
      return {
        statusCode,
        headers: Object.keys(objectAt(resolved["headers"])),
        models: responseModels(reading, responsePlace(place, statusCode), operation, resolved),
      };
    });

const responsePlace = ({ attribute, route }: OperationPlace, statusCode: string): Place => ({
  attribute: `${attribute}.responses.${statusCode}`,
  usage: `${statusCode} response to method '${route}'`,
});

const responseModels = (
  reading: Reading,
  place: Place,
  operation: JsonObject,
  response: JsonObject,
): Record<string, string> => {
  if (reading.document.dialect === "openapi") return contentModels(reading, place, response);
  const model = modelName(reading, inside(place, "schema"), response["schema"]);
  return model === undefined ? {} : forContentTypes(contentTypes(reading, operation, "produces"), model);
};

const contentModels = (reading: Reading, place: Place, holder: JsonObject | undefined): Record<string, string> => {
  const models: Record<string, string> = {};
  for (const [contentType, media] of Object.entries(objectAt(holder?.["content"]))) {
    const model = modelName(reading, inside(place, "content.schema"), objectAt(media)["schema"]);
    if (model !== undefined) models[contentType] = model;
  }
  return models;
};

const contentTypes = (reading: Reading, operation: JsonObject, member: "consumes" | "produces"): string[] => {
  const types = listAt(operation[member] ?? reading.document.content[member]).map(String);
  return types.length > 0 ? types : ["application/json"];
};

const forContentTypes = (types: readonly string[], model: string): Record<string, string> =>
  Object.fromEntries(types.map((type) => [type, model]));

const inside = (place: Place, member: string): Place => ({ ...place, attribute: `${place.attribute}.${member}` });

/**
 * The model that a schema refers to. An inline schema becomes a model of its own, unless it is of a kind that the import
 * ignores with a warning; that this holds for Swagger 2.0 as well was not seen, so there every schema makes one.
 */
const modelName = (reading: Reading, place: Place, schema: unknown): string | undefined => {
  if (schema === undefined) return undefined;
  const reference = objectAt(schema)["$ref"];
  if (typeof reference === "string") return referredModel(reading, place, reference);
  const unsupported = reading.document.dialect === "openapi" ? unsupportedModelType(schema) : undefined;
  if (unsupported !== undefined) {
    reading.warnings.push(`Unsupported model type '${place.inlineName ?? unsupported}' in ${place.usage}. Ignoring.`);
    return undefined;
  }
  const name = reading.newModelName();
  reading.inlineModels.push({ name, schema });
  return name;
};

/**
 * A reference within the document to nothing is the parser's affair; one out of it names a model that the API does not
 * have (text of a report of an import, for a model that could not be made).
 */
const referredModel = (reading: Reading, place: Place, reference: string): string | undefined => {
  const name = reference.split("/").at(-1) ?? "";
  if (!reference.startsWith("#/")) {
    reading.warnings.push(missingModel(name));
    return undefined;
  }
  if (reading.modelNames.has(name)) return name;
  reading.parseIssues.push(missing(`${place.attribute}.${reference}`));
  return undefined;
};

export const missingModel = (name: string): string => `Reference to model '${name}' not found. Ignoring.`;
