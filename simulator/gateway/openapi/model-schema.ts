import { badRequest } from "../service-error.ts";
import { isObject, objectAt } from "./document.ts";

/**
 * Within the service a model refers to another by its address (recorded behaviour); documents use local references.
 */
const modelBase = (restApiId: string): string => `https://apigateway.amazonaws.com/restapis/${restApiId}/models/`;

const localReference = /^#\/(?:definitions|components\/schemas)\//;

/**
 * A model refers to models of its own API only: every other reference is refused (text of a report of an import).
 *
 * @throws ServiceError 400
 */
export const checkReferences = (schema: unknown): void => {
  mapReferences(schema, (reference) => {
    if (localReference.test(reference) || /^https:\/\/apigateway\.[^/]+\/restapis\/[^/]+\/models\//.test(reference)) {
      return reference;
    }
    throw badRequest(
      "Invalid model specified: Validation Result: warnings : [], errors : [Model reference must be in canonical form]",
    );
  });
};

/** The JSON text of a model for a schema of a document. */
export const modelSchema = (restApiId: string, schema: unknown): string =>
  JSON.stringify(
    mapReferences(schema, (reference) => reference.replace(localReference, modelBase(restApiId))),
    undefined,
    2,
  );

/** The schema for a document; `prefix` is `#/definitions/` or `#/components/schemas/`. It names no JSON Schema dialect. */
export const documentSchema = (restApiId: string, text: string, prefix: string): unknown => {
  const { $schema: _, ...schema } = objectAt(JSON.parse(text));
  return mapReferences(schema, (reference) => reference.replace(modelBase(restApiId), prefix));
};

const mapReferences = (value: unknown, change: (reference: string) => string): unknown => {
  if (Array.isArray(value)) return value.map((item) => mapReferences(item, change));
  if (!isObject(value)) return value;
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) =>
      key === "$ref" && typeof item === "string" ? [key, change(item)] : [key, mapReferences(item, change)],
    ),
  );
};
