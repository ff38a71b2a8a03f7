import { isMapping, lookedUp, type Mapping, mappingAt } from "./document.ts";

/**
 * What of a document is not as the OpenAPI Specification has it (3.0.4, and Swagger 2.0), so that nobody can say what it
 * asks or answers. It goes on from the route, or from the place of a schema.
 */

/** Of an operation and the path item that it stands in, without its schemas. */
export const unreadableParts = (document: unknown, item: Mapping, operation: Mapping): readonly string[] => [
  ...(isReadable([item["parameters"], operation["parameters"]], (given) => areParameters(document, given))
    ? []
    : ["its parameters could not be read"]),
  ...(isReadable([operation["requestBody"]], (given) => hasContent(document, given))
    ? []
    : ["its request body could not be read"]),
  ...(isReadable(mediaTypes(document, operation), isListOfTexts) ? [] : ["its media types could not be read"]),
  ...unreadableAnswers(document, operation["responses"]),
];

/** What is absent is fine. */
const isReadable = (given: readonly unknown[], holds: (value: unknown) => boolean): boolean =>
  given.every((value) => value === undefined || holds(value));

const areParameters = (document: unknown, given: unknown): boolean =>
  Array.isArray(given) &&
  given.every((one) => {
    const { in: place, name, required = false } = lookedUp(document, one) ?? {};
    return typeof place === "string" && typeof name === "string" && typeof required === "boolean";
  });

const hasContent = (document: unknown, given: unknown): boolean => {
  const found = lookedUp(document, given);
  if (found === undefined) return false;
  const { content = {}, required = false } = found;
  return isMapping(content) && Object.values(content).every(isMapping) && typeof required === "boolean";
};

/** Swagger says them beside the bodies. */
const mediaTypes = (document: unknown, operation: Mapping): readonly unknown[] => {
  if (!("swagger" in mappingAt(document))) return [];
  const { consumes, produces } = mappingAt(document);
  return [consumes, produces, operation["consumes"], operation["produces"]];
};

const isListOfTexts = (value: unknown): boolean =>
  Array.isArray(value) && value.every((entry) => typeof entry === "string");

const unreadableAnswers = (document: unknown, responses: unknown): readonly string[] => {
  if (responses === undefined) return [];
  if (!isMapping(responses)) return ["its answers could not be read"];
  return Object.entries(responses)
    .filter(([name, answer]) => !name.startsWith("x-") && !hasContent(document, answer))
    .map(([name]) => `answer ${name} could not be read`);
};

/** `required` of a property that is no list is what drafts before 4 had, which many models still carry: it says nothing. */
const SCHEMA: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ["type", (value: unknown) => typeof value === "string" || isListOfTexts(value)],
  ["enum", Array.isArray],
  ["properties", isMapping],
  ["required", (value: unknown) => isListOfTexts(value) || typeof value === "boolean"],
  ["items", (value: unknown) => isMapping(value) || Array.isArray(value)],
  ["additionalProperties", (value: unknown) => isMapping(value) || typeof value === "boolean"],
  ["allOf", Array.isArray],
  ["oneOf", Array.isArray],
  ["anyOf", Array.isArray],
]);

/**
 * Of a schema, without those within it; `undefined` where it can be read. None, and `true`, stand for anything. `own`: what
 * stands there, or where its reference leads.
 */
export const unreadableSchema = (schema: unknown, own: Mapping | undefined): string | undefined => {
  if (schema === undefined || schema === true) return undefined;
  if (own === undefined) return isMapping(schema) ? "refers to a schema that could not be found" : "is no schema";
  const wrong = Object.entries(own).find(([member, value]) => SCHEMA.get(member)?.(value) === false);
  return wrong === undefined ? undefined : `has a member ${wrong[0]} that could not be read`;
};
