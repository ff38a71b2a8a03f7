import * as client from "@aws-sdk/client-api-gateway";
import * as versionTwo from "@aws-sdk/client-apigatewayv2";
import { isOperation, type Structure, shapeOf, structureOf } from "../aws/schema.ts";
import { withAdditions } from "./schema-additions.ts";

/** One operation of the service's interface, as the SDK describes it. */
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
    input: withAdditions(input),
    ...(Array.isArray(output) ? { output: withAdditions(structureOf(output)) } : {}),
  };
};

const isAboutDomains = (schema: readonly unknown[]): boolean =>
  (schema[3] as { http: readonly [string, string, number] }).http[1].startsWith("/v2/domainnames");

/** Whether it is the second version's: some names are those of operations of the first. */
export const isVersionTwo = ({ path }: OperationSchema): boolean => path.startsWith("/v2/");

/** All operations that the SDK knows, and those of the second version that are about custom domains. */
export const operationSchemas: readonly OperationSchema[] = [
  ...Object.entries(client).filter(isOperation),
  ...Object.entries(versionTwo)
    .filter(isOperation)
    .filter(([, schema]) => isAboutDomains(schema as unknown as readonly unknown[])),
].map(([, schema]) => operationOf(schema as unknown as readonly unknown[]));
