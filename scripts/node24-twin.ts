const HEADER = "# Generated from ../action.yml by `npm run generate`: the same action on the Node 24 runtime.\n";

/** The text of node24/action.yml, made from action.yml's. Throws an Error when action.yml is not as expected. */
export const node24Twin = (actionText: string): string =>
  HEADER +
  replaceIn(replaceIn(actionText, /^ {2}using: node20$/gm, "  using: node24", 1), /: dist\//g, ": ../dist/", 2);

const replaceIn = (text: string, pattern: RegExp, replacement: string, times: number): string => {
  const found = text.match(pattern)?.length ?? 0;
  if (found !== times) throw new Error(`action.yml has ${found} places that match ${pattern}, not ${times}`);
  return text.replaceAll(pattern, replacement);
};
