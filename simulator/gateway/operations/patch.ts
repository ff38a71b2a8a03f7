import { badRequest } from "../service-error.ts";

/** One entry of `patchOperations`. `value` is always a string, numbers and booleans too. */
export type PatchOperation = {
  readonly op: string;
  readonly path: string;
  readonly value?: string;
  readonly from?: string;
};

/**
 * The `patchOperations` of an input, none when there are none.
 *
 * @throws ServiceError 400 for an operation without a verb or a path
 */
export const patchesOf = (input: { patchOperations?: readonly Partial<PatchOperation>[] }): readonly PatchOperation[] =>
  (input.patchOperations ?? []).map(({ op, path, ...rest }) => {
    if (op === undefined) throw badRequest("Invalid patch operation specified. op must not be null");
    if (path === undefined) throw badRequest("Invalid patch path null");
    return { op, path, ...rest };
  });

/** @throws ServiceError 400 when the operation carries no value */
export const patchValue = (patch: PatchOperation): string => {
  if (patch.value === undefined) throw badRequest(`Invalid patch value specified for path ${patch.path}`);
  return patch.value;
};

const invalidValue = (text: string, path: string, expected: string): Error =>
  badRequest(`Invalid value ${text} specified for path ${path}. Must be ${expected}`);

/** The parsers of a patch value. Each throws ServiceError 400 for a text that is not its kind. */
export type ValueParser<Value> = (text: string, path: string) => Value;

export const parseBoolean: ValueParser<boolean> = (text, path) => {
  if (text !== "true" && text !== "false") throw invalidValue(text, path, "true or false");
  return text === "true";
};

export const parseOneOf =
  (...allowed: string[]): ValueParser<string> =>
  (text, path) => {
    if (!allowed.includes(text)) throw invalidValue(text, path, `one of: [${allowed.join(", ")}]`);
    return text;
  };

export const parseInteger =
  (minimum: number, maximum: number): ValueParser<number> =>
  (text, path) => {
    const value = /^-?\d+$/.test(text) ? Number(text) : Number.NaN;
    if (!(value >= minimum && value <= maximum))
      throw invalidValue(text, path, `an integer of ${minimum} to ${maximum}`);
    return value;
  };

export const parseDouble =
  (minimum: number, maximum = Number.MAX_VALUE): ValueParser<number> =>
  (text, path) => {
    const value = /^-?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/.test(text) ? Number(text) : Number.NaN;
    if (value >= minimum && value <= maximum) return value;
    throw invalidValue(
      text,
      path,
      maximum === Number.MAX_VALUE ? `a number of at least ${minimum}` : `a number of ${minimum} to ${maximum}`,
    );
  };

/** A JSON object as text, for the paths that replace a whole map. */
export const parseMap: ValueParser<Record<string, unknown>> = (text, path) => {
  const value = parseJson(text);
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw invalidValue(text, path, "a JSON map");
  return value as Record<string, unknown>;
};

export const parseStringMap: ValueParser<Record<string, string>> = (text, path) => {
  const map = parseMap(text, path);
  if (!Object.values(map).every((value) => typeof value === "string")) {
    throw invalidValue(text, path, "a JSON map of strings");
  }
  return map as Record<string, string>;
};

const parseJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};
