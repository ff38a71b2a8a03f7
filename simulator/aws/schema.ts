/**
 * The shapes of a service's inputs and outputs as the AWS SDK for JavaScript describes them: every export of a client
 * package whose name ends in `$` is a schema in array form. An operation is
 * `[9, namespace, name, traits, () => input, () => output]`, a structure
 * `[3, namespace, name, traits, memberNames, memberSchemas, requiredCount?]`, a union the same with 4, a
 * list `[1, namespace, name, traits, member]`, a map `[2, namespace, name, traits, key, value]`; numbers stand for scalars,
 * with 64 added for a list and 128 for a map of them. A member with traits is the pair `[schema, traits]`.
 */
export type Structure = { readonly kind: "structure"; readonly name: string; readonly members: readonly Member[] };

export type Shape =
  | { readonly kind: "string" | "number" | "boolean" | "timestamp" | "date-time" | "blob" }
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
  5: { kind: "date-time" },
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

export const shapeOf = (reference: unknown): Shape => {
  const schema = typeof reference === "function" ? reference() : reference;
  if (typeof schema === "number") return scalarShape(schema);
  if (!Array.isArray(schema)) throw new Error(`unknown schema ${String(schema)}`);
  if (schema[0] === 1) return { kind: "list", member: shapeOf(withoutTraits(schema[4])) };
  if (schema[0] === 2) return { kind: "map", value: shapeOf(withoutTraits(schema[5])) };
  if (schema[0] === 3 || schema[0] === 4) return structureOf(schema);
  throw new Error(`unknown schema kind ${schema[0]}`);
};

const withoutTraits = (schema: unknown): unknown => (Array.isArray(schema) && schema.length === 2 ? schema[0] : schema);

/** Members are made when they are asked for, because a structure can contain itself. */
export const structureOf = (schema: readonly unknown[]): Structure => {
  const names = schema[4] as readonly string[];
  const schemas = schema[5] as readonly unknown[];
  const requiredCount = (schema[6] as number | undefined) ?? 0;
  let members: readonly Member[] | undefined;
  return {
    kind: "structure",
    name: schema[2] as string,
    get members() {
      members ??= names.map((name, index) => memberOf(name, schemas[index], index < requiredCount));
      return members;
    },
  };
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

export const isOperation = ([name, value]: readonly [string, unknown]): boolean =>
  name.endsWith("$") && Array.isArray(value) && value[0] === 9;
