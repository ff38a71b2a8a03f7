import type { GraphError } from "./trouble.ts";

/** Older servers lack fields that newer ones have. A query that says which ones can be asked without them. */

/**
 * The query without the fields that the errors name as undefined, at the places that they tell. `undefined` where they
 * say anything else, and where nothing that can be asked is left.
 */
export const withoutFields = (query: string, errors: readonly GraphError[]): string | undefined => {
  const places = errors.map(({ undefinedField: field }) => field && placeOf(query, field));
  if (places.length === 0 || places.includes(undefined)) return undefined;
  const cut = [...new Set(places as number[])]
    .sort((one, other) => other - one)
    .reduce((text, start) => text.slice(0, start) + text.slice(endOfField(text, start)), query);
  return /\{\s*\}/.test(cut) ? undefined : withoutUnusedVariables(cut);
};

const placeOf = (
  query: string,
  { name, line, column }: { readonly name: string; readonly line: number; readonly column: number },
): number | undefined => {
  const lines = query.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0) + column - 1;
  const [, alias, field] = /^(?:(\w+)\s*:\s*)?(\w+)/.exec(query.slice(start)) ?? [];
  return field === name || alias === name ? start : undefined;
};

/** Behind the field's alias, name, arguments, directives and selection. */
const endOfField = (query: string, start: number): number => {
  const head = /^\w+(?:\s*:\s*\w+)?/.exec(query.slice(start))?.[0] ?? "";
  let end = start + head.length;
  for (;;) {
    const [all = "", opening] = /^\s*(?:@\w+)?\s*([({])/.exec(query.slice(end)) ?? [];
    if (opening === undefined) return end;
    end = behind(query, end + all.length, opening === "(" ? ")" : "}", opening);
    if (opening === "{") return end;
  }
};

/** Behind the bracket that closes the one before `start`. */
const behind = (query: string, start: number, closing: string, opening: string): number => {
  let depth = 1;
  let end = start;
  while (depth > 0 && end < query.length) {
    if (query[end] === opening) depth += 1;
    if (query[end] === closing) depth -= 1;
    end += 1;
  }
  return end;
};

/** A variable that is declared and not used is an error, too. */
const withoutUnusedVariables = (query: string): string => {
  const [head = ""] = /^\s*query\s*\([^)]*\)/.exec(query) ?? [];
  const body = query.slice(head.length);
  const kept = head.replaceAll(/\$(\w+)\s*:\s*[\w![\]]+,?/g, (declared, name: string) =>
    new RegExp(`\\$${name}\\b`).test(body) ? declared : "",
  );
  return kept + body;
};
