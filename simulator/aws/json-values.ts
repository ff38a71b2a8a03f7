import { types } from "node:util";
import type { Shape } from "./schema.ts";
import { ServiceError } from "./service-error.ts";

/** Values by the SDK's member names: timestamps as milliseconds, blobs as Buffer, absent members absent. */
export type Values = Record<string, unknown>;

export const serializationError = (message: string): ServiceError =>
  new ServiceError(400, "SerializationException", message);

/**
 * A JSON object, empty for an empty body.
 *
 * @throws ServiceError SerializationException 400
 */
export const jsonObject = (body: Buffer): Values => {
  if (body.length === 0) return {};
  const parsed = parseJson(body.toString("utf8"));
  if (typeof parsed !== "object" || parsed === null || Array.isArray(parsed)) {
    throw serializationError("Unexpected field type");
  }
  return parsed as Values;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw serializationError("Unable to parse the request body");
  }
};

export const withoutAbsent = (entries: readonly (readonly [string, unknown])[]): Values =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));

/** @throws ServiceError SerializationException 400 for a value of the wrong JSON type (recorded behaviour). */
export const readJson = (shape: Shape, value: unknown): unknown => {
  if (value === undefined || value === null) return undefined;
  switch (shape.kind) {
    case "list":
      if (!Array.isArray(value)) throw serializationError("Expected list or null");
      return value.map((item) => readJson(shape.member, item));
    case "map":
      return withoutAbsent(Object.entries(objectOf(value)).map(([key, item]) => [key, readJson(shape.value, item)]));
    case "structure": {
      const members = objectOf(value);
      return withoutAbsent(
        shape.members.map((member) => [member.name, readJson(member.shape, members[member.wireName])]),
      );
    }
    default:
      return readScalar(shape.kind, value);
  }
};

const objectOf = (value: unknown): Values => {
  if (Array.isArray(value)) throw serializationError("Start of list found where not expected");
  if (typeof value !== "object") throw serializationError("Unexpected field type");
  return value as Values;
};

/** For each scalar: the JSON type it is written as, and the service's own name for what it wanted. */
const scalarTypes = {
  string: { json: "string", wanted: "an String" },
  number: { json: "number", wanted: "a Number" },
  boolean: { json: "boolean", wanted: "a Boolean" },
  timestamp: { json: "number", wanted: "a Number" },
  "date-time": { json: "string", wanted: "a Timestamp" },
  blob: { json: "string", wanted: "a Blob" },
} as const;

/** The service names what it got by its own classes (recorded for booleans and numbers given as strings). */
const foundTypes: Readonly<Record<string, string>> = {
  boolean: "class java.lang.Boolean",
  number: "class com.amazon.coral.value.json.numbers.TruncatingBigNumber",
  string: "class java.lang.String",
};

const readScalar = (kind: keyof typeof scalarTypes, value: unknown): unknown => {
  const { json, wanted } = scalarTypes[kind];
  if (Array.isArray(value)) throw serializationError("Start of list found where not expected");
  if (typeof value === "object") throw serializationError("Start of structure or map found where not expected.");
  if (typeof value !== json) throw serializationError(`${foundTypes[typeof value]} can not be converted to ${wanted}`);
  if (kind === "timestamp") return (value as number) * 1000;
  if (kind === "date-time") return Date.parse(value as string);
  return kind === "blob" ? Buffer.from(value as string, "base64") : value;
};

const wholeSeconds = (milliseconds: number): number => Math.floor(milliseconds / 1000);

/** An empty Map stands for a member that is unset, an empty object for one that is set and empty. */
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (types.isMap(value) && value.size === 0);

/**
 * @param timestamp what a timestamp is written as; by default whole seconds since 1970
 */
export const writeJson = (
  shape: Shape,
  value: unknown,
  timestamp: (milliseconds: number) => unknown = wholeSeconds,
): unknown => {
  if (isAbsent(value)) return undefined;
  switch (shape.kind) {
    case "list":
      return (value as readonly unknown[]).map((item) => writeJson(shape.member, item, timestamp));
    case "map":
      return withoutAbsent(entriesOf(value).map(([key, item]) => [key, writeJson(shape.value, item, timestamp)]));
    case "structure":
      return withoutAbsent(
        shape.members.map((member) => [
          member.wireName,
          writeJson(member.shape, (value as Values)[member.name], timestamp),
        ]),
      );
    case "timestamp":
      return timestamp(value as number);
    case "date-time":
      return new Date(value as number).toISOString().replace(/\.\d+Z$/, "Z");
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return value;
  }
};

const entriesOf = (value: unknown): [string, unknown][] =>
  types.isMap(value) ? ([...value.entries()] as [string, unknown][]) : Object.entries(value as Values);
