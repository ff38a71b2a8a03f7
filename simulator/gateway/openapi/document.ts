import { parse } from "yaml";
import { badRequest, ServiceError } from "../service-error.ts";

export type JsonObject = Readonly<Record<string, unknown>>;

/** A definition as it was sent, and the dialect that it is written in. */
export type OpenApiDocument = { readonly dialect: "swagger" | "openapi"; readonly content: JsonObject };

/**
 * Reads a definition, JSON or YAML: Swagger 2.0 or OpenAPI 3.0 (Developer Guide, "Import a REST API into API Gateway").
 *
 * @throws ServiceError 400 "Invalid OpenAPI input." for all else, OpenAPI 3.1 included (recorded behaviour); 413 above
 * the quota for definitions, whose answer is not documented
 */
export const readDocument = (body: Buffer, maximumBytes: number): OpenApiDocument => {
  if (body.length > maximumBytes) {
    throw new ServiceError(413, "RequestEntityTooLargeException", "Request Entity Too Large");
  }
  const content = contentOf(body.toString("utf8"));
  const dialect = isObject(content) ? dialectOf(content) : undefined;
  if (!isObject(content) || dialect === undefined) throw badRequest("Invalid OpenAPI input.");
  return { dialect, content };
};

/** By their texts: the same few short definitions come again and again. */
const known = new Map<string, unknown>();

const contentOf = (text: string): unknown => {
  if (text.length > 10_000) return parseText(text);
  if (!known.has(text)) {
    if (known.size === 20) known.clear();
    known.set(text, parseText(text));
  }
  return structuredClone(known.get(text));
};

/** JSON is YAML too, but its own parser is faster and knows tabs. */
const parseText = (text: string): unknown => {
  for (const parser of [JSON.parse, parseYaml]) {
    try {
      return parser(text);
    } catch {
      // The next parser may know the text.
    }
  }
  return undefined;
};

/** @throws Error for an alias to what it stands in, which no document can say in JSON; what AWS makes of one is not known */
const parseYaml = (text: string): unknown => {
  const content: unknown = parse(text, { logLevel: "silent" });
  checkFinite(content, new Set());
  return content;
};

const checkFinite = (value: unknown, within: Set<unknown>): void => {
  if (typeof value !== "object" || value === null) return;
  if (within.has(value)) throw new Error("an alias to what it stands in");
  within.add(value);
  for (const item of Object.values(value)) checkFinite(item, within);
  within.delete(value);
};

const dialectOf = (content: JsonObject): OpenApiDocument["dialect"] | undefined => {
  if (String(content["swagger"] ?? "") === "2.0" || content["swagger"] === 2) return "swagger";
  return /^3\.0(\.\d+)?$/.test(String(content["openapi"] ?? "")) ? "openapi" : undefined;
};

export const isObject = (value: unknown): value is JsonObject =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** The object at `value`, or an empty one. */
export const objectAt = (value: unknown): JsonObject => (isObject(value) ? value : {});

export const listAt = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : []);

export const stringAt = (value: unknown): string | undefined =>
  typeof value === "string" || typeof value === "number" ? String(value) : undefined;

/** Follows a local `$ref`, such as `#/components/parameters/limit`. Undefined when there is nothing there. */
export const resolve = (content: JsonObject, value: unknown): JsonObject | undefined => {
  let target = value;
  for (let depth = 0; depth < 20 && isObject(target); depth += 1) {
    const reference = target["$ref"];
    if (typeof reference !== "string") return target;
    target = lookUp(content, reference);
  }
  return undefined;
};

const lookUp = (content: JsonObject, reference: string): unknown => {
  if (!reference.startsWith("#/")) return undefined;
  let target: unknown = content;
  for (const part of reference.slice(2).split("/")) {
    target = objectAt(target)[part.replaceAll("~1", "/").replaceAll("~0", "~")];
  }
  return target;
};

/** What stands below a path, and the method that it describes. */
export const verbs: Readonly<Record<string, string>> = {
  get: "GET",
  put: "PUT",
  post: "POST",
  delete: "DELETE",
  patch: "PATCH",
  options: "OPTIONS",
  head: "HEAD",
  "x-amazon-apigateway-any-method": "ANY",
};
