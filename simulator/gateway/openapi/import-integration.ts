import { newIntegration } from "../integration.ts";
import type { Integration, IntegrationResponse } from "../model.ts";
import { badRequest } from "../service-error.ts";
import { isObject, type JsonObject, objectAt } from "./document.ts";

/** Where an integration goes: path and verb as the draft has them. */
export type IntegrationPlace = { readonly resourceId: string; readonly path: string; readonly verb: string };

/**
 * An integration from its extension. A map whose values have to be texts loses those that are none, with a warning.
 *
 * @throws ServiceError 400 for a type or a backend that is none
 */
export const importedIntegration = (
  extension: JsonObject,
  place: IntegrationPlace,
  warn: (warning: string) => void,
): Integration => {
  const { responses, type, ...members } = extension;
  const request = { ...members, ...inUpperCase(members), ...textMaps(members, place, warn), type: knownType(type) };
  const integration = newIntegration(request, place.resourceId);
  for (const [pattern, response] of Object.entries(objectAt(responses))) {
    const converted = integrationResponse(pattern, objectAt(response));
    integration.integrationResponses.set(converted.statusCode, converted);
  }
  return integration;
};

/** Members that the extension writes in lower case and the API in upper case. */
const enumerated = ["passthroughBehavior", "contentHandling", "connectionType", "responseTransferMode"];

const inUpperCase = (members: JsonObject): JsonObject =>
  Object.fromEntries(
    enumerated
      .filter((name) => typeof members[name] === "string")
      .map((name) => [name, String(members[name]).toUpperCase()]),
  );

const knownTypes = ["HTTP", "MOCK", "AWS_PROXY", "HTTP_PROXY", "AWS"];

const knownType = (type: unknown): string => {
  const upper = String(type ?? "").toUpperCase();
  if (knownTypes.includes(upper)) return upper;
  throw badRequest(`Invalid integration type specified: ${type ?? null}`);
};

/** The warning is recorded for `requestParameters`; that templates are treated alike is not. */
const textMaps = (members: JsonObject, place: IntegrationPlace, warn: (warning: string) => void): JsonObject => {
  const maps: Record<string, unknown> = {};
  for (const name of ["requestParameters", "requestTemplates"]) {
    const map = members[name];
    if (!isObject(map)) continue;
    const entries = Object.entries(map);
    for (const [property, value] of entries) {
      if (typeof value !== "string") warn(invalidFormat(name, property, value, place));
    }
    maps[name] = Object.fromEntries(entries.filter(([, value]) => typeof value === "string"));
  }
  return maps;
};

const invalidFormat = (map: string, property: string, value: unknown, { path, verb }: IntegrationPlace): string =>
  `Invalid format for '${map}'. Expected type string for property '${property}' of resource '${path}' ` +
  `and method '${verb}' but got '${isObject(value) || Array.isArray(value) ? JSON.stringify(value) : value}'`;

/** The key is the pattern that selects a response; `default` selects what no other does. */
const integrationResponse = (pattern: string, response: JsonObject): IntegrationResponse => {
  const { statusCode, contentHandling, ...members } = response;
  return {
    ...members,
    statusCode: String(statusCode),
    ...(pattern === "default" ? {} : { selectionPattern: pattern }),
    ...(contentHandling === undefined ? {} : { contentHandling: String(contentHandling).toUpperCase() }),
  };
};

const textMembers = [
  "type",
  "uri",
  "httpMethod",
  "credentials",
  "connectionType",
  "connectionId",
  "passthroughBehavior",
  "contentHandling",
  "cacheNamespace",
];

/**
 * Refuses the whole definition for an integration that is no object, or that has an object where a text belongs, such
 * as a CloudFormation function for the `uri` (text of a report of an import; that it names a path and no verb, too).
 *
 * @throws ServiceError 400
 */
export const checkIntegrationShape = (extension: unknown, path: string): void => {
  const sound =
    isObject(extension) && textMembers.every((name) => !isObject(extension[name]) && !Array.isArray(extension[name]));
  if (sound) return;
  throw badRequest(`Unable to parse API definition because of a malformed integration at path ${path}.`);
};
