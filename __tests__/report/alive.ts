/**
 * What of a Markdown text GitHub would bring to life. A small reading of GitHub Flavored Markdown, strict where readers
 * differ: a pipe in a table counts as a border unless one backslash, and no more, stands before it.
 */
export const aliveIn = (markdown: string): string[] => {
  const text = markdown
    .split(/\n/)
    .reduce(withoutFences, { fence: undefined as string | undefined, lines: [] as string[] })
    .lines.flatMap((line) => (line.startsWith("|") ? cellsOf(line) : [line]))
    .map(withoutCodeSpans)
    .join("\n");
  return [
    ...(text.match(/(?<!\\)<[a-z/!?][^\n]*/gi) ?? []).filter((tag) => !OWN_TAGS.test(tag)),
    ...(text.match(/@[a-z0-9][^\s]*/gi) ?? []),
    ...(text.match(/#[0-9]+|\bGH\\?-[0-9]+/gi) ?? []).filter((reference) => reference !== "#7"),
    ...(text.match(/(?<!<)\b(?:https?|ftp):\/\/\S*|\bwww\.\S*/gi) ?? []),
    ...(text.match(/(?<!\\)\]\((?!<https:)[^)]*\)/g) ?? []),
    ...(text.match(/:[\w+-]+:/g) ?? []),
    // Where a link of ours leads is no text.
    ...(text.replaceAll(/\]\(<https:[^>]*>\)/g, "]").match(/[0-9a-f]{40}/g) ?? []),
    ...(markdown.match(/(?![\t\n\r\u0085])[\p{Cc}\p{Bidi_Control}]/gu) ?? []),
  ];
};

/** What our own page is made of. */
const OWN_TAGS =
  /^<(?:\/?(?:details|summary|code|br)\b|https:\/\/|!-- apigw-stage-action (?:(?:seal|posting) [0-9a-f]{32}|[0-9a-f]{16}) -->)/;

type Reading = { fence: string | undefined; lines: string[] };

const withoutFences = (reading: Reading, line: string): Reading => {
  // A line with back-ticks after its first ones opens no fence: it begins with a code span.
  const fence = /^ {0,3}(`{3,})[^`]*$/.exec(line)?.[1];
  if (reading.fence === undefined) {
    if (fence !== undefined) return { ...reading, fence };
    return { ...reading, lines: [...reading.lines, line] };
  }
  const closes = fence !== undefined && fence.length >= reading.fence.length && line.trim() === fence;
  return closes ? { ...reading, fence: undefined } : reading;
};

const cellsOf = (row: string): string[] =>
  row.split(/(?<=(?<!\\)(?:\\\\)*)\|/).map((cell) => cell.replaceAll("\\|", "|"));

/** An object in a line of text: what stands before a code span is no neighbour of what stands after it. */
const SPAN = "\ufffc";

/** A code span ends at a run of backticks as long as the one that opened it; a run without an end is text. */
const withoutCodeSpans = (line: string): string => {
  // A backslash that is escaped itself escapes no backtick.
  const [whole = "", before = "", run = ""] = /^((?:\\[\\`]|[^`\\]|\\(?![\\`]))*)(`+)/.exec(line) ?? [];
  if (run === "") return line;
  const rest = line.slice(whole.length);
  const end = new RegExp(`(?<!\`)${run}(?!\`)`).exec(rest);
  return end === null
    ? `${before}${run}${withoutCodeSpans(rest)}`
    : `${before}${SPAN}${withoutCodeSpans(rest.slice(end.index + run.length))}`;
};

/** Pieces that GitHub, a shell or the runner would obey if they were not data. */
export const hostilePieces = [
  "::error::",
  "::set-output name=x::y",
  "##[error]",
  "@everyone",
  "@acme/admins",
  "#1",
  "GH-1",
  "acme/orders#1",
  "`",
  "```",
  "\n```\n",
  "\n````\n@everyone",
  "~~~",
  "|",
  "\\",
  "\\|",
  "<!--",
  "-->",
  "-",
  "<script>",
  "<img src=x onerror=alert(1)>",
  "</details>",
  "](https://evil.example)",
  "![x](https://evil.example/x.png)",
  "https://evil.example",
  "www.evil.example",
  "\n",
  "\r\n",
  "\u2028",
  "\u0000",
  "\u202e",
  "\u2066",
  "\u0085",
  "\u001b[31m",
  ":tada:",
  "0123456789abcdef0123456789abcdef01234567",
  "$&",
  "%0A",
  "*",
  "_",
  "x",
  " ",
];
