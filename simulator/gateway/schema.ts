import * as client from "@aws-sdk/client-api-gateway";
import { ListRoutingRules$ } from "@aws-sdk/client-apigatewayv2";
import { withAdditions } from "./schema-additions.ts";

/**
 * The service's interface as the AWS SDK for JavaScript describes it: every export of the client package whose name
 * ends in `$` is a schema in array form. An operation is `[9, namespace, name, traits, () => input, () => output]`, a
 * structure `[3, namespace, name, traits, memberNames, memberSchemas, requiredCount?]`, a list
 * `[1, namespace, name, traits, member]`, a map `[2, namespace, name, traits, key, value]`; numbers stand for scalars,
 * with 64 added for a list and 128 for a map of them. A member with traits is the pair `[schema, traits]`.
 */
export type OperationSchema = {
  readonly name: string;
  readonly method: string;
  /** `/restapis/{restApiId}`, without the query. */
  readonly path: string;
  /** The query keys and values that belong to the operation's address, such as `mode=import`. */
  readonly query: readonly (readonly [string, string])[];
  readonly status: number;
  readonly input: Structure;
  /** Absent: the answer has no body. */
  readonly output?: Structure;
};

export type Structure = { readonly kind: "structure"; readonly name: string; readonly members: readonly Member[] };

export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "timestamp" | "blob" }
  | { readonly kind: "list"; readonly member: Shape }
  | { readonly kind: "map"; readonly value: Shape }
  | Structure;

export type Member = {
  /** As the SDK's users see it. */
  readonly name: string;
  /** As it stands on the wire: the JSON key, the query key, the header name. */
  readonly wireName: string;
  readonly shape: Shape;
  readonly required: boolean;
  readonly location: Location;
};

export type Location = "body" | "label" | "query" | "other-queries" | "header" | "payload";

type Traits = Readonly<Record<string, unknown>>;

const scalars: Readonly<Record<number, Shape>> = {
  0: { kind: "string" },
  1: { kind: "number" },
  2: { kind: "boolean" },
  4: { kind: "timestamp" },
  21: { kind: "blob" },
};

const listFlag = 64;
const mapFlag = 128;

/** The bits that stand for traits without a value. */
const labelBit = 1;
const payloadBit = 16;
const otherQueriesBit = 64;

const scalarShape = (schema: number): Shape => {
  if (schema >= mapFlag) return { kind: "map", value: scalarShape(schema - mapFlag) };
  if (schema >= listFlag) return { kind: "list", member: scalarShape(schema - listFlag) };
  const shape = scalars[schema];
  if (shape === undefined) throw new Error(`unknown scalar schema ${schema}`);
  return shape;
};

const shapeOf = (reference: unknown): Shape => {
  const schema = typeof reference === "function" ? reference() : reference;
  if (typeof schema === "number") return scalarShape(schema);
  if (!Array.isArray(schema)) throw new Error(`unknown schema ${String(schema)}`);
  if (schema[0] === 1) return { kind: "list", member: shapeOf(withoutTraits(schema[4])) };
  if (schema[0] === 2) return { kind: "map", value: shapeOf(schema[5]) };
  if (schema[0] === 3) return structureOf(schema);
  throw new Error(`unknown schema kind ${schema[0]}`);
};

const withoutTraits = (schema: unknown): unknown => (Array.isArray(schema) && schema.length === 2 ? schema[0] : schema);

const structureOf = (schema: readonly unknown[]): Structure => {
  const names = schema[4] as readonly string[];
  const members = schema[5] as readonly unknown[];
  const requiredCount = (schema[6] as number | undefined) ?? 0;
  const known = names.map((name, index) => memberOf(name, members[index], index < requiredCount));
  const name = schema[2] as string;
  return { kind: "structure", name, members: withAdditions(name, known) };
};

const memberOf = (name: string, schema: unknown, required: boolean): Member => {
  const [target, traits] = Array.isArray(schema) && schema.length === 2 ? schema : [schema, 0];
  return { name, shape: shapeOf(target), required, ...placeOf(name, traits) };
};

const placeOf = (name: string, traits: number | Traits): Pick<Member, "location" | "wireName"> => {
  if (typeof traits === "number") return { location: locationOfBits(traits), wireName: name };
  if (traits["httpLabel"] !== undefined) return { location: "label", wireName: name };
  if (traits["httpQuery"] !== undefined) return { location: "query", wireName: traits["httpQuery"] as string };
  if (traits["httpHeader"] !== undefined) return { location: "header", wireName: traits["httpHeader"] as string };
  return { location: "body", wireName: (traits["jsonName"] as string | undefined) ?? name };
};

const locationOfBits = (bits: number): Location => {
  if (bits & labelBit) return "label";
  if (bits & payloadBit) return "payload";
  if (bits & otherQueriesBit) return "other-queries";
  return "body";
};

const operationOf = (schema: readonly unknown[]): OperationSchema => {
  const traits = schema[3] as { http: readonly [string, string, number] };
  const [method, uri, status] = traits.http;
  const [path = "", query = ""] = uri.split("?");
  const input = shapeOf(schema[4]);
  if (input.kind !== "structure") throw new Error(`the input of ${schema[2]} is no structure`);
  const output = (schema[5] as () => unknown)();
  return {
    name: schema[2] as string,
    method,
    path,
    query: [...new URLSearchParams(query)],
    status,
    input,
    ...(Array.isArray(output) ? { output: structureOf(output) } : {}),
  };
};

const isOperation = ([name, value]: readonly [string, unknown]): boolean =>
  name.endsWith("$") && Array.isArray(value) && value[0] === 9;

/** All operations that the SDK knows. */
export const operationSchemas: readonly OperationSchema[] = [
  ...Object.entries(client).filter(isOperation),
  // Routing rules of custom domains can lead to stages of REST APIs, and are known to the second version's service only.
  ["ListRoutingRules$", ListRoutingRules$] as const,
].map(([, schema]) => operationOf(schema as unknown as readonly unknown[]));
