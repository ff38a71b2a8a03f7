import { isObject, type JsonObject } from "./document.ts";

const schemaTypes: Readonly<Record<string, string>> = {
  string: "StringSchema",
  integer: "IntegerSchema",
  number: "NumberSchema",
  boolean: "BooleanSchema",
};

const stringFormats: Readonly<Record<string, string>> = {
  date: "DateSchema",
  "date-time": "DateTimeSchema",
  password: "PasswordSchema",
  binary: "BinarySchema",
  byte: "ByteArraySchema",
  email: "EmailSchema",
  uuid: "UUIDSchema",
};

/**
 * The parser's name for an inline schema that makes no model in OpenAPI; undefined for one that does. Reports of
 * imports name `StringSchema` and `ComposedSchema`; that the other scalars are refused alike is inferred. Objects and
 * arrays make models (Developer Guide's examples).
 */
export const unsupportedModelType = (schema: unknown): string | undefined => {
  if (!isObject(schema)) return undefined;
  if (isComposed(schema)) return "ComposedSchema";
  const type = schema["type"];
  if (typeof type !== "string") return undefined;
  return (type === "string" ? stringFormats[String(schema["format"])] : undefined) ?? schemaTypes[type];
};

const isComposed = (schema: JsonObject): boolean => ["allOf", "anyOf", "oneOf"].some((name) => name in schema);
