import * as z from "zod/mini";
import type { RawAnswer } from "../send.ts";
import { GitHubRefusal, type GitHubTrouble, type GraphError, UnreadableAnswer } from "../trouble.ts";
import { anObject, anything, ifReadable } from "./checked.ts";

/** What all answers have in common: JSON, and how GitHub says no. */

const parse = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
};

/** For a body that is no JSON, or not of GitHub. */
const unreadable = ({ status, body }: RawAnswer): UnreadableAnswer => {
  if (body.trim() === "") return new UnreadableAnswer("it is empty", { status });
  if (body.trimStart().startsWith("<")) return new UnreadableAnswer("it is a page of something in between", { status });
  return new UnreadableAnswer("it is not what GitHub answers", { status });
};

/** The body of a success. */
export const readRestAnswer = (answer: RawAnswer): unknown => {
  const value = parse(answer.body);
  if (typeof value !== "object" || value === null) throw unreadable(answer);
  return value;
};

const refusalBody = z.looseObject({ message: z.catch(z.string(), "") });

/** What stands behind a status that is no success. */
export const readRefusal = (answer: RawAnswer): GitHubTrouble => {
  const { status, headers } = answer;
  if (status >= 300 && status < 400)
    return new UnreadableAnswer("it sends the request to another place", { status, lasting: true });
  const body = ifReadable(refusalBody, parse(answer.body));
  if (body === undefined || (status < 300 && body.message === "")) return unreadable(answer);
  return new GitHubRefusal(body.message, { status, retryAfter: secondsIn(headers.get("retry-after")) });
};

/** Whole seconds; a date, a negative number or an absurd one is none. */
const secondsIn = (header: string | null): number | undefined =>
  header !== null && /^\d{1,6}$/.test(header) ? Number(header) : undefined;

export type GraphAnswer = {
  readonly data: Readonly<Record<string, unknown>>;
  readonly errors: readonly GraphError[];
};

const graphBody = z.looseObject({ data: anything, errors: anything });

/** Throws GitHubRefusal for errors without data. */
export const readGraphAnswer = (answer: RawAnswer): GraphAnswer => {
  const body = ifReadable(graphBody, parse(answer.body));
  if (body === undefined) throw unreadable(answer);
  const errors = readGraphErrors(body.errors);
  const data = ifReadable(anObject, body.data);
  if (data !== undefined) return { data, errors };
  if (errors.length === 0) throw unreadable(answer);
  throw new GitHubRefusal(errors[0]?.message ?? "", { errors });
};

const graphError = z.looseObject({
  type: z.catch(z.optional(z.string()), undefined),
  message: z.catch(z.string(), ""),
  path: z.catch(z.array(z.union([z.string(), z.number()])), []),
  locations: z.catch(
    z.array(z.looseObject({ line: z.int().check(z.positive()), column: z.int().check(z.positive()) })),
    [],
  ),
  extensions: z.catch(z.optional(z.looseObject({ code: anything, fieldName: z.string() })), undefined),
});

const NO_FACTS: GraphError = { type: undefined, message: "", path: [], undefinedField: undefined };

/** An entry that cannot be read is an error of which nothing is known. */
const readGraphErrors = (value: unknown): readonly GraphError[] => {
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) return [NO_FACTS];
  return value.map((entry): GraphError => {
    const error = ifReadable(graphError, entry);
    if (error === undefined) return NO_FACTS;
    const { type, message, path, extensions, locations } = error;
    const [place] = locations;
    const undefinedField =
      extensions?.code === "undefinedField" && place !== undefined
        ? { name: extensions.fieldName, ...place }
        : undefined;
    return { type, message, path, undefinedField };
  });
};
