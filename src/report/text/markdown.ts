import { visible } from "../../domain/inert-text.ts";

/**
 * Markdown that says what it should and nothing else. Text from users and services is data: it goes through `code`,
 * `codeBlock` or `plain`, so that no markup, mention, reference or link in it comes alive.
 */

const onOneLine = (text: string): string => visible(text.replaceAll(/[\t\r\n\u0085\u2028\u2029]+/g, " ")).trim();

const longestRun = (text: string, pattern: RegExp): number => {
  let longest = 0;
  for (const [run] of text.matchAll(pattern)) longest = Math.max(longest, run.length);
  return longest;
};

/** A code span, also in a table: text with a pipe goes another way, because readers differ on backslashes before a pipe. */
export const code = (text: string): string => {
  const content = onOneLine(text);
  if (content === "") return "";
  if (content.includes("|")) return `<code>${escaped(content)}</code>`;
  const fence = "`".repeat(longestRun(content, /`+/g) + 1);
  const pad = content.startsWith("`") || content.endsWith("`") ? " " : "";
  return `${fence}${pad}${content}${pad}${fence}`;
};

/** A fenced block; `language` is ours. */
export const codeBlock = (text: string, language = "text"): string => {
  const fence = "`".repeat(Math.max(3, longestRun(text, /`+/g) + 1));
  return `${fence}${language}\n${visible(text).trimEnd()}\n${fence}`;
};

export const ZERO_WIDTH_SPACE = "\u200b";

/** Escaping alone would not stop mentions and references, which GitHub finds in the rendered text. */
const escaped = (text: string): string =>
  text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll(/[\\`*_[\]|~]/g, (character) => `\\${character}`)
    .replaceAll("://", `${ZERO_WIDTH_SPACE}://`)
    .replaceAll(/@|#|www|GH-/gi, (start) => `${start}${ZERO_WIDTH_SPACE}`)
    // An emoji's code, and what could be a commit's id: GitHub would show a picture, and link the commit.
    .replaceAll(/:(?=[\w\\+-]+:)/g, `:${ZERO_WIDTH_SPACE}`)
    .replaceAll(/[0-9a-f](?=[0-9a-f]{6})/gi, (start) => `${start}${ZERO_WIDTH_SPACE}`);

/** Words that GitHub would make something of and that people copy: URLs, ARNs, ids. As code they stay what they are. */
const COPIED = /:\/\/|:[\w+-]+:|[0-9a-f]{7}/i;
const PUNCTUATION = /^([("']*)(.*?)([.,;:!?)"']*)$/s;

const word = (text: string): string => {
  if (!COPIED.test(text)) return escaped(text);
  const [, before = "", core = "", after = ""] = PUNCTUATION.exec(text) ?? [];
  return COPIED.test(core) ? `${escaped(before)}${code(core)}${escaped(after)}` : code(text);
};

/**
 * Running text. What means something only at the beginning of a line is escaped only there, so that the source can be
 * read, too.
 */
export const plain = (text: string): string =>
  onOneLine(text)
    .split(" ")
    .map(word)
    .join(" ")
    .replace(/^[-+=#]|(?<=^\d{1,9})[.)]/, (character) => `\\${character}`);

/** A link; the URL is ours or was checked, and the label is Markdown. */
export const link = (label: string, url: string): string =>
  url === "" ? label : `[${label}](<${url.replaceAll(/[<>\s]/g, (character) => encodeURIComponent(character))}>)`;

/** A table of two columns; rows with an empty value are left out. GitHub shows no table without a head: the first row is it. */
export const factTable = (rows: readonly (readonly [name: string, value: string])[]): string => {
  const [head = "", ...others] = rows
    .filter(([, value]) => value !== "")
    .map(([name, value]) => `| ${name} | ${value} |`);
  return head === "" ? "" : [head, "| :-- | :-- |", ...others].join("\n");
};

export const details = (summary: string, content: string): string =>
  `<details><summary>${summary}</summary>\n\n${content}\n\n</details>`;

/** An HTML comment, which people do not see. */
export const hidden = (text: string): string => `<!-- ${text.replaceAll(/-(?=[->])/g, "- ")} -->`;
