import * as z from "zod/mini";

/** What the schemas of settings are made of. `error` ends the sentence "It must be …". */

export const text = (pattern: RegExp, error: string) => z.string({ error }).check(z.regex(pattern, { error }));
export const shortText = (longest: number, error: string) =>
  z.string({ error }).check(z.minLength(1, { error }), z.maxLength(longest, { error }));
export const flag = () => z.boolean({ error: "true or false" });
export const oneOf = <const T extends readonly string[]>(values: T) =>
  z.enum(values, { error: `one of ${values.join(", ")}` });
export const map = <T extends z.core.$ZodLooseShape>(shape: T) =>
  z.strictObject(shape, { error: `a map of ${Object.keys(shape).join(", ")}` });
