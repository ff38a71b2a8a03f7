import { type JsonObject, listAt, type OpenApiDocument, objectAt, resolve, stringAt } from "./document.ts";
import type { ImportedMethod, ImportedModel, ImportedResponse } from "./imported-api.ts";
import { authorizationOf, type SecurityScheme } from "./security.ts";

/** What reading an operation adds to on the way: models for inline schemas, and warnings. */
export type Reading = {
  readonly document: OpenApiDocument;
  readonly schemes: ReadonlyMap<string, SecurityScheme>;
  readonly modelNames: ReadonlySet<string>;
  readonly inlineModels: ImportedModel[];
  readonly warnings: string[];
  /** A name for the model of a schema that has none. */
  readonly newModelName: () => string;
};

/** Where an operation stands: `paths.'/pets'(get)`. */
type Place = string;

export const readOperation = (
  reading: Reading,
  path: string,
  verb: string,
  shared: readonly unknown[],
  operation: JsonObject,
): ImportedMethod => {
  const { content } = reading.document;
  const place = `paths.'${path}'(${verb.toLowerCase()})`;
  const parameters = [...shared, ...listAt(operation["parameters"])].flatMap((parameter) => {
    const resolved = resolve(content, parameter);
    if (resolved === undefined) reading.warnings.push(missing(`${place}.parameters.${referenceOf(parameter)}`));
    return resolved ? [resolved] : [];
  });
  const validator =
    stringAt(operation["x-amazon-apigateway-request-validator"]) ??
    stringAt(content["x-amazon-apigateway-request-validator"]);
  const operationName = stringAt(operation["operationId"]);
  const integration = operation["x-amazon-apigateway-integration"];
  return {
    verb,
    ...authorizationOf(content, operation, reading.schemes),
    ...(operationName === undefined ? {} : { operationName }),
    requestParameters: requestParameters(parameters),
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

const requestModels = (
  reading: Reading,
  place: Place,
  operation: JsonObject,
  parameters: readonly JsonObject[],
): Record<string, string> => {
  if (reading.document.dialect === "openapi") {
    const body = resolve(reading.document.content, operation["requestBody"]);
    return contentModels(reading, `${place}.requestBody`, body);
  }
  const schema = parameters.find((parameter) => parameter["in"] === "body")?.["schema"];
  const model = modelName(reading, `${place}.parameters.body.schema`, schema);
  return model === undefined ? {} : forContentTypes(contentTypes(reading, operation, "consumes"), model);
};

const readResponses = (reading: Reading, place: Place, operation: JsonObject): ImportedResponse[] =>
  Object.entries(objectAt(operation["responses"]))
    .filter(([status]) => /^[1-5]\d\d$/.test(status))
    .map(([statusCode, response]) => {
      const resolved = resolve(reading.document.content, response) ?? {};
      return {
        statusCode,
        headers: Object.keys(objectAt(resolved["headers"])),
        models: responseModels(reading, `${place}.responses.${statusCode}`, operation, resolved),
      };
    });

const responseModels = (
  reading: Reading,
  place: Place,
  operation: JsonObject,
  response: JsonObject,
): Record<string, string> => {
  if (reading.document.dialect === "openapi") return contentModels(reading, place, response);
  const model = modelName(reading, `${place}.schema`, response["schema"]);
  return model === undefined ? {} : forContentTypes(contentTypes(reading, operation, "produces"), model);
};

const contentModels = (reading: Reading, place: Place, holder: JsonObject | undefined): Record<string, string> => {
  const models: Record<string, string> = {};
  for (const [contentType, media] of Object.entries(objectAt(holder?.["content"]))) {
    const model = modelName(reading, `${place}.content.schema`, objectAt(media)["schema"]);
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

/** The model that a schema refers to. An inline schema becomes a model of its own; a reference to none is a warning. */
const modelName = (reading: Reading, place: Place, schema: unknown): string | undefined => {
  if (schema === undefined) return undefined;
  const reference = objectAt(schema)["$ref"];
  if (typeof reference === "string") {
    const name = reference.split("/").at(-1) ?? "";
    if (reading.modelNames.has(name)) return name;
    reading.warnings.push(missing(`${place}.${reference}`));
    return undefined;
  }
  const name = reading.newModelName();
  reading.inlineModels.push({ name, schema });
  return name;
};
