import { textTable } from "../text-table.ts";

/**
 * A comment's Markdown as plain lines, about as its page shows it: the parts that our comments use (headings, tables,
 * links, code, folded details), without what people do not see there: details stay folded.
 */
export const commentText = (markdown: string): string[] => {
  const visible = markdown
    .replaceAll(/<!--[\s\S]*?-->\n?/g, "")
    .replaceAll(/<details><summary>(.*?)<\/summary>[\s\S]*?<\/details>/g, "▸ $1")
    .replaceAll(/\u200b/g, "");
  const lines: string[] = [];
  let table: string[][] = [];
  let inCode = false;
  const endTable = (): void => {
    lines.push(...textTable(table));
    table = [];
  };
  for (const line of visible.split("\n")) {
    if (/^`{3,}/.test(line)) inCode = !inCode;
    else if (!inCode && line.startsWith("|")) table.push(...tableRow(line));
    else {
      endTable();
      lines.push(inCode ? `  ${line}` : inlineText(line));
    }
  }
  endTable();
  return withoutDoubleBlanks(lines);
};

/** The cells of a row; none for the rule below the head and for an empty head. */
const tableRow = (line: string): string[][] => {
  const cells = line
    .split(/(?<!\\)\|/)
    .slice(1, -1)
    .map((cell) => inlineText(cell.trim()));
  return cells.every((cell) => /^:?-*:?$/.test(cell)) ? [] : [cells];
};

const inlineText = (line: string): string =>
  line
    .replace(/^#{1,6} /, "")
    .replaceAll(/\[([^\]]*)\]\(<?[^)>]*>?\)/g, "$1")
    .replaceAll("**", "")
    .replaceAll(/<(https?:[^>]*)>/g, "$1")
    .replaceAll(/`+([^`]*)`+/g, "$1")
    .replaceAll(/\\([!-/:-@[-`{-~])/g, "$1")
    .replaceAll("&lt;", "<")
    .replaceAll("&gt;", ">")
    .replaceAll("&amp;", "&");

const withoutDoubleBlanks = (lines: readonly string[]): string[] =>
  lines
    .filter((line, index) => line !== "" || (index > 0 && lines[index - 1] !== ""))
    .filter((line, index, all) => line !== "" || index < all.length - 1);
