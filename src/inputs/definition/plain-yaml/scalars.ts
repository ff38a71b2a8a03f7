import { type Cursor, isBlank, isLineEnd, notPlain } from "./cursor.ts";

export const isQuote = (sign: string | undefined): boolean => sign === '"' || sign === "'";

/** Whether a scalar without quotes can begin here. Rare ways to begin one are left out. */
export const startsPlain = (cursor: Cursor): boolean => {
  const sign = cursor.text.charAt(cursor.at);
  return sign !== "" && !"?:,[]{}#&*!|>'\"%@`".includes(sign) && !cursor.isSign("-");
};

/** `trimStart` and `trimEnd` would take other characters too. */
const withoutLeadingBlanks = (text: string): string => {
  let start = 0;
  while (isBlank(text.charCodeAt(start))) start += 1;
  return text.slice(start);
};

const withoutTrailingBlanks = (text: string): string => {
  let end = text.length;
  while (end > 0 && isBlank(text.charCodeAt(end - 1))) end -= 1;
  return text.slice(0, end);
};

const SPACE = 32;
const CARRIAGE_RETURN = 13;
const COLON = 58;
const HASH = 35;

/** Ends a scalar without quotes within brackets. */
export const FLOW_INDICATORS = ",[]{}";

/**
 * Where the scalar without quotes ends that begins here: before a comment, before the colon of a name, or with its line.
 * Within brackets their signs end it as well.
 */
export const plainEnd = ({ text, at }: Cursor, inFlow: boolean): number => {
  let end = at;
  for (let index = at; ; index += 1) {
    const code = text.charCodeAt(index);
    if (isLineEnd(code)) return end;
    if (code === HASH && isBlank(text.charCodeAt(index - 1))) return end;
    if (code === COLON && endsName(text, index + 1, inFlow)) return end;
    if (inFlow && FLOW_INDICATORS.includes(text.charAt(index))) return end;
    if (!isBlank(code)) end = index + 1;
  }
};

const endsName = (text: string, index: number, inFlow: boolean): boolean => {
  const code = text.charCodeAt(index);
  return isBlank(code) || isLineEnd(code) || (inFlow && FLOW_INDICATORS.includes(text.charAt(index)));
};

/** A scalar without quotes, with the lines that it goes on for: those that are indented more than its parent. */
export const plainLines = (cursor: Cursor, parent: number): string => {
  let text = plainLine(cursor);
  while (!cursor.ended && cursor.column > parent) {
    if (cursor.commented || cursor.isSign("-")) notPlain();
    text += cursor.breaks === 1 ? " " : "\n".repeat(cursor.breaks - 1);
    text += plainLine(cursor);
  }
  return text;
};

const plainLine = (cursor: Cursor): string => {
  const start = cursor.at;
  cursor.at = plainEnd(cursor, false);
  const line = cursor.text.slice(start, cursor.at);
  cursor.toNextLine();
  return line;
};

/** Where the quoted scalar ends that begins here: behind its closing quote. */
export const quotedEnd = ({ text, at }: Cursor): number => {
  const quote = text[at] ?? "";
  let end = at + 1;
  for (;;) {
    end = text.indexOf(quote, end);
    if (end < 0) return notPlain();
    if (quote === "'" && text[end + 1] === "'") end += 2;
    else if (quote === '"' && isEscaped(text, end, at)) end += 1;
    else return end + 1;
  }
};

const isEscaped = (text: string, index: number, start: number): boolean => {
  let backslashes = 0;
  while (index - 1 - backslashes > start && text[index - 1 - backslashes] === "\\") backslashes += 1;
  return backslashes % 2 === 1;
};

/** What stands between the quotes from here to `end`; further lines must be indented more than `parent`. */
export const quotedText = ({ text, at }: Cursor, end: number, parent: number): string => {
  const isDouble = text[at] === '"';
  const raw = text.slice(at + 1, end - 1);
  const folded = raw.includes("\n") ? foldedQuote(raw, parent, isDouble) : raw;
  if (!isDouble) return folded.includes("'") ? folded.replaceAll("''", "'") : folded;
  return folded.includes("\\") ? unescaped(folded) : folded;
};

/** Each line end within quotes is a blank, and each empty line is a line end. */
const foldedQuote = (raw: string, parent: number, isDouble: boolean): string => {
  const lines = raw.split(/\r?\n/);
  const last = lines.length - 1;
  const contents = lines.map((line, index) => {
    const content = index === 0 ? line : withoutLeadingBlanks(line);
    if (index > 0 && content !== "" && line.search(/[^ ]/) <= parent) notPlain();
    return index === last ? content : withoutTrailingBlanks(content);
  });
  if (isDouble && contents.some((content, index) => index < last && content.endsWith("\\"))) notPlain();
  return foldedLines(contents);
};

/** The first and the last line count as text even when they are empty. */
const foldedLines = (lines: readonly string[]): string => {
  let text = lines[0] ?? "";
  let breaks = 0;
  for (const [index, line] of lines.entries()) {
    if (index === 0) continue;
    breaks += 1;
    if (line === "" && index < lines.length - 1) continue;
    text += breaks === 1 ? " " : "\n".repeat(breaks - 1);
    text += line;
    breaks = 0;
  }
  return text;
};

const ESCAPES: Readonly<Record<string, string>> = { b: "\b", f: "\f", n: "\n", r: "\r", t: "\t" };

/** The escapes that JSON has too; the others are left to the other reader. */
const unescaped = (text: string): string =>
  text.replace(/\\(u[0-9A-Fa-f]{4}|[\s\S])/g, (_, sign: string) => {
    if (sign.length === 5) return String.fromCharCode(Number.parseInt(sign.slice(1), 16));
    return ESCAPES[sign] ?? ('"\\/'.includes(sign) ? sign : notPlain());
  });

const HEADER = /([|>])([-+]?)[ \t]*(?:[ \t]#[^\n]*)?\r?\n/y;

/** A literal (`|`) or folded (`>`) scalar: the lines below that are indented more than its parent. */
export const blockScalar = (cursor: Cursor, parent: number): string => {
  HEADER.lastIndex = cursor.at;
  const header = HEADER.exec(cursor.text);
  if (header === null) return notPlain();
  cursor.at = HEADER.lastIndex;
  const lines = blockLines(cursor, parent);
  cursor.toNextLine();
  let content = lines.length;
  while (content > 0 && lines[content - 1] === "") content -= 1;
  if (content === 0) return lines.length > 0 ? notPlain() : "";
  const kept = lines.slice(0, content);
  const text = header[1] === "|" ? kept.join("\n") : folded(kept);
  if (header[2] === "-") return text;
  return header[2] === "+" ? `${text}${"\n".repeat(lines.length - content + 1)}` : `${text}\n`;
};

/** Moves to the line end in front of the first line that is no part of the scalar. */
const blockLines = (cursor: Cursor, parent: number): string[] => {
  const { text } = cursor;
  const indent = blockIndent(cursor, parent);
  const lines: string[] = [];
  let next = cursor.at;
  while (next < text.length) {
    const end = cursor.lineEnd(next);
    const spaces = spacesAt(text, next, indent);
    if (next + spaces < end && spaces < indent) break;
    lines.push(text.slice(next + spaces, end));
    next = text.charCodeAt(end) === CARRIAGE_RETURN ? end + 2 : end + 1;
  }
  cursor.at = next > text.length ? text.length : next - 1;
  return lines;
};

/** The indentation of the first line that is not empty. */
const blockIndent = (cursor: Cursor, parent: number): number => {
  const { text } = cursor;
  let widest = 0;
  for (let next = cursor.at; next < text.length; next = text.indexOf("\n", next) + 1 || text.length) {
    const spaces = spacesAt(text, next, text.length);
    if (isLineEnd(text.charCodeAt(next + spaces))) widest = Math.max(widest, spaces);
    else return spaces > parent && spaces >= widest ? spaces : notPlain();
  }
  return notPlain();
};

const spacesAt = (text: string, start: number, maximum: number): number => {
  let spaces = 0;
  while (spaces < maximum && text.charCodeAt(start + spaces) === SPACE) spaces += 1;
  return spaces;
};

/** Lines that begin with a blank are folded by other rules. */
const folded = (lines: readonly string[]): string => {
  if (lines.some((line) => isBlank(line.charCodeAt(0)))) notPlain();
  const leading = lines.findIndex((line) => line !== "");
  return `${"\n".repeat(leading)}${foldedLines(lines.slice(leading))}`;
};
