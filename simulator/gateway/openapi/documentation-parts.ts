import type { DocumentationPart, World } from "../model.ts";
import { isObject, type JsonObject, listAt, objectAt } from "./document.ts";

export type ImportedPart = Omit<DocumentationPart, "id">;

/**
 * The documentation parts of a definition's extension. What the service makes of descriptions in the definition itself
 * when there is no extension is not known; here they make no parts.
 */
export const readDocumentationParts = (content: JsonObject): ImportedPart[] =>
  listAt(objectAt(content["x-amazon-apigateway-documentation"])["documentationParts"])
    .filter(isObject)
    .map(({ location, properties }) => ({
      location: fullLocation(objectAt(location)),
      properties: typeof properties === "string" ? properties : JSON.stringify(properties ?? {}),
    }));

const ofMethods = [
  "METHOD",
  "PATH_PARAMETER",
  "QUERY_PARAMETER",
  "REQUEST_HEADER",
  "REQUEST_BODY",
  "RESPONSE",
  "RESPONSE_HEADER",
  "RESPONSE_BODY",
];

/** A location with the service's defaults (API reference, DocumentationPartLocation; recorded for `path`). */
export const fullLocation = (location: JsonObject): Record<string, string> => {
  const type = String(location["type"]);
  const ofMethod = ofMethods.includes(type);
  return {
    ...(ofMethod || type === "RESOURCE" ? { path: "/" } : {}),
    ...(ofMethod ? { method: "*" } : {}),
    ...(type.startsWith("RESPONSE") ? { statusCode: "*" } : {}),
    ...Object.fromEntries(Object.entries(location).map(([key, value]) => [key, String(value)])),
  };
};

/** What two parts cannot share, and the order that they are listed in. */
export const locationKey = ({ location: { type, path, method, statusCode, name } }: ImportedPart): string =>
  [type, path, method, statusCode, name].map((member) => member ?? "").join(" ");

/** Takes imported parts in: a part at a location that has one takes its place and its id. */
export const takePartsIn = (
  world: World,
  parts: Map<string, DocumentationPart>,
  imported: readonly ImportedPart[],
  mode: "merge" | "overwrite",
): DocumentationPart[] => {
  const ids = new Map([...parts.values()].map((part) => [locationKey(part), part.id]));
  if (mode === "overwrite") parts.clear();
  return imported.map((part) => {
    const taken = { id: ids.get(locationKey(part)) ?? world.newId(6), ...part };
    parts.set(taken.id, taken);
    return taken;
  });
};
