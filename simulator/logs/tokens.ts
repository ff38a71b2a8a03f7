import { malformedQuery } from "./refusals.ts";

/** The words of a Logs Insights query. `at` and `end`: where it stands in the text. */
export type Token = {
  readonly kind: "name" | "text" | "number" | "duration" | "pattern" | "sign";
  readonly value: string;
  readonly at: number;
  readonly end: number;
};

const words: readonly (readonly [Token["kind"] | "nothing", RegExp])[] = [
  ["nothing", /\s+|#[^\n]*/y],
  ["name", /`([^`]+)`/y],
  ["text", /"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'/y],
  ["pattern", /\/((?:[^/\\\n]|\\.)+)\//y],
  ["duration", /\d+(?:ms|[smhdw])\b/y],
  ["number", /-?\d+(?:\.\d+)?/y],
  ["name", /[@A-Za-z_][\w.]*/y],
  ["sign", /!=|<=|>=|=~|[=<>()[\],|*+\-/%^]/y],
];

/** @throws ServiceError MalformedQueryException 400 */
export const tokensOf = (query: string): Token[] => {
  const tokens: Token[] = [];
  let at = 0;
  while (at < query.length) {
    const found = wordAt(query, at);
    if (!found) throw malformedQuery(`unexpected symbol found ${query.charAt(at)} at line 1 and position ${at}`);
    if (found.kind !== "nothing") tokens.push({ ...found, kind: found.kind });
    at = found.end;
  }
  return tokens;
};

const wordAt = (query: string, at: number) => {
  for (const [kind, pattern] of words) {
    pattern.lastIndex = at;
    const match = pattern.exec(query);
    if (!match) continue;
    const inside = match[1] ?? match[2] ?? match[0];
    return { kind, value: kind === "text" ? inside.replace(/\\(.)/g, "$1") : inside, at, end: at + match[0].length };
  }
  return undefined;
};
