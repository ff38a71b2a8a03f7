import * as z from "zod/mini";
import type { Page } from "./pages.ts";
import { UnreadableAnswer } from "./unreadable-answer.ts";

/** The one door through which the content of answers comes in: what the SDK hands over counts as unknown until then. */

/** Absent members are `undefined`; the SDK leaves out those that are null. */
export const text = z.string();
export const given = text.check(z.minLength(1));
export const texts = z.record(z.string(), text);

/** Of a year that is written with four digits: nothing of AWS is older than 1970, and what is added to it stays a date. */
export const date = z
  .date()
  .check(z.refine((found) => found.getUTCFullYear() >= 1970 && found.getUTCFullYear() < 10_000));

/** The answer's members. Throws UnreadableAnswer for those that the operation does not send so. */
export const checked = <T>(schema: z.ZodMiniType<T>, answer: unknown, service = "API Gateway"): T => {
  const result = schema.safeParse(answer);
  if (result.success) return result.data;
  const places = result.error.issues.slice(0, 3).map(({ path }) => path.join(".") || "the whole answer");
  throw new UnreadableAnswer(`The answer is not as ${service} describes it: ${places.join(", ")}.`);
};

/**
 * A page of a list. An empty list is there and empty: `{"item":[]}` (recorded of GetStages). A list that is missing is
 * not an empty one.
 */
export const pageOf = <T>(item: z.ZodMiniType<T>, answer: unknown): Page<T> => {
  const { items, position } = checked(z.object({ items: z.array(item), position: z.optional(text) }), answer);
  return { items, position: position === "" ? undefined : position };
};
