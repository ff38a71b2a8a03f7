import { code, plain, ZERO_WIDTH_SPACE } from "./markdown.ts";

/**
 * Our own sentences, which may quote others and have several lines. Back-ticks mark names in them, and lines that begin
 * with two blanks are items of a list.
 */

const MARKED = /`([^`\r\n]+)`/g;
const LINE_END = /\r\n|[\n\r\u0085\u2028\u2029]/;

/** For the log, which shows text as it is. */
export const unmarked = (text: string): string => text.replaceAll(MARKED, "$1");

/** As Markdown on one line. Code beside code would be neither. */
export const inline = (text: string): string =>
  text
    .split(MARKED)
    .map((part, index) => (index % 2 === 0 ? spaced(part) : code(part)))
    .filter((part) => part !== "")
    .map((part, index, parts) => (parts[index - 1]?.endsWith("`") && part.startsWith("`") ? apart(part) : part))
    .join("")
    .trim();

const apart = (part: string): string => `${ZERO_WIDTH_SPACE}${part}`;

/** `plain` trims, and words beside a name keep their distance. */
const spaced = (text: string): string => {
  const inside = plain(text);
  if (inside === "") return /\s/.test(text) ? " " : "";
  return `${/^\s/.test(text) ? " " : ""}${inside}${/\s$/.test(text) ? " " : ""}`;
};

const linesOf = (text: string): readonly string[] => text.split(LINE_END).filter((line) => line.trim() !== "");

/** As Markdown within an item of a list or a cell of a table: the lines stay lines. */
export const item = (text: string): string => linesOf(text).map(inline).join("<br>");

/** What people copy whole: a command of the AWS CLI, a statement of a policy. */
const COMMAND = /^ +(?:aws |\{)/;

/** What an item begins with for the log. */
const OWN_MARK = /^ +- /;

const isItem = (line: string): boolean => line.startsWith("  ");

const block = (line: string): string => {
  if (!isItem(line)) return inline(line);
  return `- ${COMMAND.test(line) ? code(line) : inline(line.replace(OWN_MARK, ""))}`;
};

/** As Markdown: a paragraph a line, and lists. */
export const paragraphs = (text: string): string =>
  linesOf(text).reduce((markdown, line, index, lines) => {
    const gap = isItem(line) && isItem(lines[index - 1] ?? "") ? "\n" : "\n\n";
    return index === 0 ? block(line) : `${markdown}${gap}${block(line)}`;
  }, "");

/** A list, an item a text. */
export const list = (texts: readonly string[]): string => texts.map((text) => `- ${item(text)}`).join("\n");

/** `1 stage`, `2 stages`. */
export const counted = (count: number, noun: string): string =>
  `${count} ${count === 1 ? noun : noun === "canary" ? "canaries" : `${noun}s`}`;
