import { types } from "node:util";
import type { SimulatedRequest } from "../http/exchange.ts";
import type { Route } from "./router.ts";
import type { Member, Shape, Structure } from "./schema.ts";
import { ServiceError } from "./service-error.ts";

/** Values by the SDK's member names: timestamps as milliseconds, blobs as Buffer, absent members absent. */
export type Values = Record<string, unknown>;

/**
 * Reads a request into the members of the operation's input.
 *
 * @throws ServiceError SerializationException 400 for a value of the wrong JSON type (recorded behaviour).
 */
export const readInput = ({ operation, labels }: Route, request: SimulatedRequest): Values => {
  const { members } = operation.input;
  const body = jsonBody(operation.input, request.body);
  const taken = new Set([
    ...operation.query.map(([key]) => key),
    ...members.filter(({ location }) => location === "query").map(({ wireName }) => wireName),
  ]);
  const read: Record<Member["location"], (member: Member) => unknown> = {
    label: ({ name }) => labels[name],
    query: (member) => readQuery(member, request.url.searchParams),
    "other-queries": () => otherQueries(request.url.searchParams, taken),
    header: ({ wireName }) => request.headers[wireName.toLowerCase()],
    payload: () => (request.body.length === 0 ? undefined : request.body),
    body: ({ wireName, shape }) => readJson(shape, body[wireName]),
  };
  return withoutAbsent(members.map((member) => [member.name, read[member.location](member)]));
};

export type WireOutput = {
  readonly headers: Readonly<Record<string, string>>;
  /** Absent: an empty body. A Buffer is a payload that is not JSON. */
  readonly body?: Values | Buffer;
};

/** Writes an operation's answer under its wire names. Members that the output schema does not know are dropped. */
export const writeOutput = (output: Structure | undefined, answer: unknown): WireOutput => {
  if (output === undefined || answer === undefined) return { headers: {} };
  const values = answer as Values;
  const headers: Record<string, string> = {};
  for (const { name, wireName, location } of output.members) {
    if (location === "header" && values[name] !== undefined) headers[wireName.toLowerCase()] = String(values[name]);
  }
  const payload = output.members.find(({ location }) => location === "payload");
  if (payload) return { headers, body: Buffer.from(values[payload.name] as Uint8Array) };
  return { headers, body: writeJson(output, values) as Values };
};

const jsonBody = (input: Structure, body: Buffer): Values => {
  if (body.length === 0 || !input.members.some(({ location }) => location === "body")) return {};
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

const serializationError = (message: string): ServiceError => new ServiceError(400, "SerializationException", message);

const withoutAbsent = (entries: readonly (readonly [string, unknown])[]): Values =>
  Object.fromEntries(entries.filter(([, value]) => value !== undefined && value !== null));

const readQuery = ({ shape, wireName }: Member, query: URLSearchParams): unknown => {
  if (!query.has(wireName)) return undefined;
  if (shape.kind === "list") return query.getAll(wireName);
  return readText(shape, query.get(wireName) ?? "");
};

const readText = (shape: Shape, text: string): unknown => {
  if (shape.kind === "number") return readJson(shape, text.trim() === "" ? text : numberOrText(text));
  if (shape.kind === "boolean") return text.toLowerCase() === "true";
  return text;
};

const numberOrText = (text: string): number | string => (Number.isNaN(Number(text)) ? text : Number(text));

const otherQueries = (query: URLSearchParams, taken: ReadonlySet<string>): Record<string, string> | undefined => {
  const others = [...query].filter(([key]) => !taken.has(key));
  return others.length === 0 ? undefined : Object.fromEntries(others);
};

const readJson = (shape: Shape, value: unknown): unknown => {
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
  return kind === "blob" ? Buffer.from(value as string, "base64") : value;
};

/** An empty Map stands for a member that is unset, an empty object for one that is set and empty. */
const isAbsent = (value: unknown): boolean =>
  value === undefined || value === null || (types.isMap(value) && value.size === 0);

const writeJson = (shape: Shape, value: unknown): unknown => {
  if (isAbsent(value)) return undefined;
  switch (shape.kind) {
    case "list":
      return (value as readonly unknown[]).map((item) => writeJson(shape.member, item));
    case "map":
      return withoutAbsent(entriesOf(value).map(([key, item]) => [key, writeJson(shape.value, item)]));
    case "structure":
      return withoutAbsent(
        shape.members.map((member) => [member.wireName, writeJson(member.shape, (value as Values)[member.name])]),
      );
    case "timestamp":
      return Math.floor((value as number) / 1000);
    case "blob":
      return Buffer.from(value as Uint8Array).toString("base64");
    default:
      return value;
  }
};

const entriesOf = (value: unknown): [string, unknown][] =>
  types.isMap(value) ? ([...value.entries()] as [string, unknown][]) : Object.entries(value as Values);
