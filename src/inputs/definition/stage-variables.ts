/**
 * The forms in URIs, mapping templates and parameter mappings (Developer Guide, "Stage variables reference"), and `get` as
 * templates call it on a map. Its other methods, such as `keySet()`, name no variable. Quotes may be escaped, in text that
 * is JSON.
 */
const USE = /\bstageVariables(?:(?:\.get\(|\[)\s*\\*["']|\.(?![A-Za-z0-9_]+\())([A-Za-z0-9_]+)/g;

/** Names of the stage variables that the texts of a document use, sorted. The document must have an end. */
export const stageVariablesIn = (document: unknown): readonly string[] => {
  const names = new Set<string>();
  const open: unknown[] = [document];
  while (open.length > 0) {
    const value = open.pop();
    if (typeof value === "string") for (const name of namesIn(value)) names.add(name);
    else if (typeof value === "object" && value !== null) for (const member of Object.values(value)) open.push(member);
  }
  return [...names].sort();
};

/** Names of the stage variables that a text uses, in its order. */
export const namesIn = (text: string): readonly string[] =>
  text.includes("stageVariables") ? [...text.matchAll(USE)].map(([, name]) => name ?? "") : [];
