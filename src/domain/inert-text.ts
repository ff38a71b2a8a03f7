/**
 * Text of others, made visible: what a terminal, a browser or the runner would obey instead of showing. Which characters
 * count as white space is the runner's decision, and it asks .NET (`Char.IsWhiteSpace`): U+0085 does, U+FEFF does not.
 */

/** `Char.IsWhiteSpace` of .NET (its documentation, "Remarks"), and a byte order mark, which readers like to drop. */
const LEADING_BLANKS = /^[\t\v\f \u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]*/;

/**
 * Control characters but for tab and the ends of lines, terminal escapes among them, and characters that change the
 * direction of what follows (Unicode, UAX 9).
 */
const OBEYED = /(?![\t\n\r\u0085])[\p{Cc}\p{Bidi_Control}]/gu;

const named = (character: string): string =>
  `[U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}]`;

/** Shows control characters and changes of direction by their names. Ends of lines stay. */
export const visible = (text: string): string => text.replaceAll(OBEYED, named);

/**
 * Text that the runner obeys nothing of: lines that begin with `::`, apart from white space, and the older `##[` anywhere
 * in a line (actions/runner, ActionCommand). Annotations are escaped by the toolkit itself, but the log shows their
 * lines, and its page colours and folds those that begin with `##[`.
 */
export const inert = (text: string): string =>
  visible(text)
    .replaceAll("##[", () => "# #[")
    .split(LINE_ENDS)
    .map(inertLine)
    .join("");

/** The runner's reader ends lines at these; kept as parts of their own. */
const LINE_ENDS = /(\r\n|\n|\r)/;

const inertLine = (line: string): string => {
  const start = LEADING_BLANKS.exec(line)?.[0].length ?? 0;
  return line.startsWith("::", start) ? `${line.slice(0, start)}: ${line.slice(start + 1)}` : line;
};
