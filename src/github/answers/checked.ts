import * as z from "zod/mini";
import { UnreadableAnswer } from "../trouble.ts";

/** Where what GitHub answered becomes a type: whole, or not at all. Of lists, the entries that can be read are kept. */

/** `what` ends "GitHub's answer could not be read (…)". Throws UnreadableAnswer. */
export const checked = <T>(schema: z.ZodMiniType<T>, value: unknown, what: string): T => {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  const place = issue === undefined || issue.path.length === 0 ? "" : `: ${issue.path.map(String).join(".")}`;
  throw new UnreadableAnswer(`it is not ${what}${place.slice(0, 200)}`);
};

/** Like `checked`, for what others do without. */
export const ifReadable = <T>(schema: z.ZodMiniType<T>, value: unknown): T | undefined => schema.safeParse(value).data;

export type Listed<T> = {
  readonly entries: readonly T[];
  /** How many entries could not be read. GraphQL has `null` where the token may not see one. */
  readonly leftOut: number;
};

const list = z.array(z.unknown());

/** Throws UnreadableAnswer where there is no list. */
export const listed = <T>(schema: z.ZodMiniType<T>, value: unknown, what: string): Listed<T> => {
  const all = checked(list, value, what);
  const entries = all.flatMap((entry) => {
    const result = schema.safeParse(entry);
    return result.success ? [result.data] : [];
  });
  return { entries, leftOut: all.length - entries.length };
};

/** One warning about all that was left out of an answer; `what` in the plural. None for nothing. */
export const leftOutWarnings = (count: number, what: string): readonly string[] =>
  count === 0
    ? []
    : [
        `GitHub's answer holds ${count} ${what} that could not be read. They are left out. What was done in AWS is not affected.`,
      ];

/** Any object; its members are looked at one by one, so that one that is wrong costs itself only. */
export const anObject = z.record(z.string(), z.unknown());

/** A member that is looked at elsewhere, or that may be missing. */
export const anything = z.optional(z.unknown());

const YEAR_10000 = Date.UTC(10_000);

/** Milliseconds since 1970, of a year that is written with four digits. */
export const time = z
  .pipe(
    z.string(),
    z.transform((text) => Date.parse(text)),
  )
  .check(z.refine((at) => at >= 0 && at < YEAR_10000));

/** REST's ids, and GraphQL's `databaseId`. */
export const id = z.int().check(z.positive());

export const commitId = z.string().check(z.regex(/^[0-9a-f]{40,64}$/));
