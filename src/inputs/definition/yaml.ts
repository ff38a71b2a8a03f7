import { Composer, type Document, Lexer, Parser } from "yaml";
import { readPlainYaml, type Stopped } from "./plain-yaml/reader.ts";
import { MAXIMUM_DEPTH, MAXIMUM_PROBLEMS, type Parsed, type SyntaxProblem, tooDeep, unreadable } from "./syntax.ts";
import { explained } from "./yaml-problems.ts";
import { documentOf } from "./yaml-tree.ts";

/** Bounds on what the library is given, because its time and memory do not grow with the size alone. */
const MAXIMUM_LEXEMES = 600_000;
const MAXIMUM_ALIASES = 10_000;

/** All keys and scalars as texts, so that `3.0` stays `3.0`; names that come twice are looked for below. */
const OPTIONS = { schema: "failsafe", stringKeys: true, uniqueKeys: false, prettyErrors: false } as const;

/** Reads one YAML 1.2 document, with merge keys. Throws nothing, and ends within two seconds whatever the text. */
export const parseYaml = (text: string): Parsed => {
  const plain = readPlainYaml(text);
  const parsed = plain.kind !== "stopped" ? plain : text.length > MAXIMUM_LENGTH ? tooLarge(plain) : readAnyYaml(text);
  return parsed.kind === "read" ? parsed : unreadable(explained(parsed.problems, text));
};

/** Characters that the library reads within the time and memory that a run has for it. */
const MAXIMUM_LENGTH = 1_500_000;

const tooLarge = ({ offset, problem }: Stopped): Parsed =>
  unreadable([
    problem ?? {
      offset,
      message:
        "This is not valid YAML, or it is written in a rare way, and the file is too large to be read any closer. Correct it, write it more plainly, or give the definition as JSON.",
    },
  ]);

/** Reads it with the library, which knows all of YAML. */
export const readAnyYaml = (text: string): Parsed => {
  const lexemes = lexemesOf(text);
  if (!Array.isArray(lexemes)) return unreadable([lexemes]);
  const tree = treeOf(lexemes);
  if (tree.problems.length > 0) return unreadable(tree.problems);
  const composed = compose(tree.tokens, text.length);
  if (composed.problems.length > 0) return unreadable(composed.problems);
  return onlyDocument(composed.documents, text);
};

const lexemesOf = (text: string): string[] | SyntaxProblem => {
  const lexemes: string[] = [];
  let aliases = 0;
  let offset = 0;
  for (const lexeme of new Lexer().lex(text)) {
    if (lexeme[0] === "*" || lexeme[0] === "&") aliases += 1;
    if (aliases > MAXIMUM_ALIASES) {
      return { offset, message: `It has more than ${MAXIMUM_ALIASES} anchors and aliases.` };
    }
    if (lexemes.push(lexeme) > MAXIMUM_LEXEMES) {
      return { offset, message: "It has more YAML punctuation and line ends than any definition needs." };
    }
    offset += isMark(lexeme) ? 0 : lexeme.length;
  }
  return lexemes;
};

/** Marks that the lexer adds between the pieces of the text. */
const isMark = (lexeme: string): boolean => lexeme === "\x02" || lexeme === "\x18" || lexeme === "\x1f";

type Token = Parameters<Composer["next"]>[0];
type Tree = { readonly tokens: readonly Token[]; readonly problems: readonly SyntaxProblem[] };

const treeOf = (lexemes: readonly string[]): Tree => {
  const parser = new Parser();
  const tokens: Token[] = [];
  const problems: SyntaxProblem[] = [];
  const take = (found: Iterable<Token>): void => {
    for (const token of found) {
      if (token.type === "error") problems.push({ offset: token.offset, message: sentence(token.message) });
      else tokens.push(token);
    }
  };
  for (const lexeme of lexemes) {
    take(parser.next(lexeme));
    if (parser.stack.length > MAXIMUM_DEPTH) problems.push(tooDeep(parser.offset));
    // What stands at a wrong place puts all that follows at one.
    if (problems.length > 0) return { tokens, problems: problems.slice(0, 1) };
  }
  take(parser.end());
  return { tokens, problems };
};

const sentence = (message: string): string => {
  const line = message.split("\n")[0]?.trim() ?? "";
  return /[.!?]$/.test(line) ? line : `${line}.`;
};

type Composed = { readonly documents: readonly Document[]; readonly problems: readonly SyntaxProblem[] };

const compose = (tokens: readonly Token[], end: number): Composed => {
  const problems: SyntaxProblem[] = [];
  const composer = new Composer(OPTIONS);
  const enough = new Error("enough problems");
  // The composer has no option to stop early, and making millions of error objects would take it minutes.
  Object.assign(composer, {
    onError: (source: ErrorSource, _code: string, message: string, isWarning?: boolean): void => {
      if (isWarning === true) return;
      problems.push({ offset: offsetOf(source), message: sentence(message) });
      if (problems.length >= MAXIMUM_PROBLEMS) throw enough;
    },
  });
  const documents: Document[] = [];
  try {
    for (const document of composer.compose(tokens, true, end)) {
      for (const { pos, message } of document.errors) problems.push({ offset: pos[0], message: sentence(message) });
      if (documents.push(document) === 2) break;
    }
  } catch (thrown) {
    if (thrown !== enough) throw thrown;
  }
  return { documents, problems };
};

type ErrorSource = number | readonly [number, ...number[]] | { readonly offset: number };

const offsetOf = (source: ErrorSource): number => {
  if (typeof source === "number") return source;
  return "offset" in source ? source.offset : source[0];
};

const onlyDocument = ([document, second]: readonly Document[], text: string): Parsed => {
  if (document === undefined) return unreadable([{ offset: 0, message: "It holds no YAML document." }]);
  if (second !== undefined) {
    const message = "A second YAML document begins here. A definition is one document: remove the other.";
    return unreadable([{ offset: second.range?.[0] ?? 0, message }]);
  }
  return documentOf(document, text);
};
