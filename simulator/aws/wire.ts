import type { SimulatedRequest } from "../http/exchange.ts";
import { jsonObject, readJson, type Values, withoutAbsent, writeJson } from "./json-values.ts";
import type { Route } from "./router.ts";
import type { Member, Shape, Structure } from "./schema.ts";

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
    label: ({ wireName }) => labels[wireName],
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

const jsonBody = (input: Structure, body: Buffer): Values =>
  input.members.some(({ location }) => location === "body") ? jsonObject(body) : {};

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
