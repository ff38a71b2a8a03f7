import { isOperation, type Structure, shapeOf, structureOf } from "./schema.ts";

/** One operation of a service that speaks REST with JSON bodies, as the SDK describes it. */
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

/**
 * @param schema an operation in the SDK's array form
 * @param extend what the SDK's structures are made into, where they lack members
 */
export const operationOf = (
  schema: readonly unknown[],
  extend: (structure: Structure) => Structure = (structure) => structure,
): OperationSchema => {
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
    input: extend(input),
    ...(Array.isArray(output) ? { output: extend(structureOf(output)) } : {}),
  };
};

/** The operations among a client package's exports, in array form. */
export const operationsIn = (client: Readonly<Record<string, unknown>>): (readonly unknown[])[] =>
  Object.entries(client)
    .filter(isOperation)
    .map(([, schema]) => schema as readonly unknown[]);
