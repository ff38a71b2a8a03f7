/** What GitHub makes of a Markdown file, as far as links and examples need it. */

const FENCE = /^( *)```(\w*)\n([\s\S]*?)^\1```$/gm;

/** Markdown without its code blocks, in which nothing is a heading or a link. */
const prose = (text: string): string => text.replaceAll(FENCE, "");

/** The anchors of the headings: lower case, without punctuation, hyphens for spaces. */
export const anchorsOf = (text: string): readonly string[] =>
  [...prose(text).matchAll(/^#{1,6} +(.+)$/gm)].map(([, heading = ""]) =>
    heading
      .trim()
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N}_ -]/gu, "")
      .replaceAll(" ", "-"),
  );

/** The targets of the links, and the pictures. */
export const linksOf = (text: string): readonly string[] =>
  [...prose(text).matchAll(/\]\(<?([^()<>\s]+)>?\)|\bsrc(?:set)?="([^"]+)"/g)].map(
    ([, target = "", picture = ""]) => target || picture,
  );

/** The contents of the code blocks in a language, without their indentation. */
export const codeBlocksOf = (text: string, language: string): readonly string[] =>
  [...text.matchAll(FENCE)]
    .filter(([, , found]) => found === language)
    .map(([, indent = "", , code = ""]) => code.replaceAll(new RegExp(`^${indent}`, "gm"), ""));
