import type { SimulatedRequest } from "../../http/exchange.ts";
import { ApiError, invalidRequest } from "./api-error.ts";

/** What a member of a request body may be. Members that the schema does not name are ignored. */
export type Member =
  | { readonly type: "string"; readonly required?: true; readonly nullable?: true; readonly oneOf?: readonly string[] }
  | { readonly type: "boolean"; readonly required?: true }
  | { readonly type: "strings"; readonly required?: true }
  | { readonly type: "integers"; readonly required?: true }
  | { readonly type: "payload"; readonly required?: true };

type Value<M extends Member> = M extends { type: "string"; nullable: true }
  ? string | null
  : M extends { type: "string"; oneOf: readonly (infer Choice)[] }
    ? Choice
    : {
        string: string;
        boolean: boolean;
        strings: string[];
        integers: number[];
        payload: string | Record<string, unknown>;
      }[M["type"]];

type Body<S extends Readonly<Record<string, Member>>> = {
  [K in keyof S as S[K] extends { required: true } ? K : never]: Value<S[K]>;
} & { [K in keyof S as S[K] extends { required: true } ? never : K]?: Value<S[K]> };

/** The request's JSON, checked against a schema. Throws 400 for what is no JSON object, 422 for what breaks the schema. */
export const bodyOf = <const S extends Readonly<Record<string, Member>>>(
  request: SimulatedRequest,
  schema: S,
): Body<S> => {
  const body = objectOf(request);
  const checked: Record<string, unknown> = {};
  for (const [name, member] of Object.entries(schema)) {
    const value = body[name];
    if (value === undefined) {
      if (member.required) throw invalidRequest(`"${name}" wasn't supplied.`);
      continue;
    }
    const problem = problemOf(member, value);
    if (problem) throw invalidRequest(`For 'properties/${name}', ${JSON.stringify(value)} ${problem}.`);
    checked[name] = value;
  }
  return checked as Body<S>;
};

/** The request's JSON object; an empty body is an empty object. Throws 400. */
export const objectOf = (request: SimulatedRequest): Record<string, unknown> => {
  const text = request.body.toString("utf8");
  if (text === "") return {};
  const body = parse(text);
  if (!isObject(body)) throw new ApiError(400, "Body should be a JSON object");
  return body;
};

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    throw new ApiError(400, "Problems parsing JSON");
  }
};

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const problemOf = (member: Member, value: unknown): string | undefined => {
  switch (member.type) {
    case "string":
      return stringProblem(member, value);
    case "boolean":
      return typeof value === "boolean" ? undefined : "is not a boolean";
    case "strings":
      return isArrayOf(value, (item) => typeof item === "string") ? undefined : "is not an array of strings";
    case "integers":
      return isArrayOf(value, Number.isInteger) ? undefined : "is not an array of integers";
    case "payload":
      return typeof value === "string" || isObject(value) ? undefined : "is not an object or a string";
  }
};

const stringProblem = (member: Member & { type: "string" }, value: unknown): string | undefined => {
  if (value === null && member.nullable) return undefined;
  if (typeof value !== "string") return "is not a string";
  if (member.oneOf && !member.oneOf.includes(value)) return `is not a member of ${JSON.stringify(member.oneOf)}`;
  return undefined;
};

const isArrayOf = (value: unknown, test: (item: unknown) => boolean): boolean =>
  Array.isArray(value) && value.every(test);
