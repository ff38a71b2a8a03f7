/** The forms in URIs, mapping templates and parameter mappings (Developer Guide, "Stage variables reference"). */
const USE = /\bstageVariables(?:\.|\[\s*["'])([A-Za-z0-9_]+)/g;

/** More than a definition of 6 MB can hold without aliases that multiply. */
const MAXIMUM_VALUES = 2_000_000;

/**
 * Names of the stage variables that the texts of a document use, sorted. `undefined` when its aliases make the document
 * endless, or so large that no reader who writes them out could cope.
 */
export const stageVariablesIn = (document: unknown): readonly string[] | undefined => {
  const names = new Set<string>();
  const open: unknown[] = [document];
  for (let count = 1; open.length > 0; count += 1) {
    if (count + open.length > MAXIMUM_VALUES) return undefined;
    const value = open.pop();
    if (typeof value === "string") {
      for (const [, name] of value.matchAll(USE)) names.add(name ?? "");
    } else if (typeof value === "object" && value !== null) {
      for (const member of Object.values(value)) open.push(member);
    }
  }
  return [...names].sort();
};
