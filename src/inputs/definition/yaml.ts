import {
  Composer,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  Lexer,
  type Node,
  Parser,
  visit,
  type YAMLMap,
} from "yaml";
import {
  duplicateKey,
  MAXIMUM_DEPTH,
  MAXIMUM_PROBLEMS,
  type Parsed,
  type SyntaxProblem,
  tooDeep,
  unreadable,
} from "./syntax.ts";

/**
 * Bounds on what the parser is given, because its time does not grow with the size alone. A definition of 6 MB has about
 * one and a half million lexemes.
 */
const MAXIMUM_LEXEMES = 2_000_000;
const MAXIMUM_ALIASES = 10_000;

/** All keys and scalars as texts, so that `3.0` stays `3.0`; names that come twice are looked for below. */
const OPTIONS = { schema: "failsafe", stringKeys: true, uniqueKeys: false, prettyErrors: false } as const;

/** Reads one YAML 1.2 document. Throws nothing, and ends within seconds whatever the text. */
export const parseYaml = (text: string): Parsed => {
  const lexemes = lexemesOf(text);
  if (!Array.isArray(lexemes)) return unreadable([lexemes]);
  const tree = treeOf(lexemes);
  if (tree.problems.length > 0) return unreadable(tree.problems);
  const composed = compose(tree.tokens, text.length);
  if (composed.problems.length > 0) return unreadable(composed.problems);
  return documentOf(composed.documents);
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
    if (parser.stack.length > MAXIMUM_DEPTH || problems.length >= MAXIMUM_PROBLEMS) return { tokens, problems };
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

const documentOf = ([document, second]: readonly Document[]): Parsed => {
  if (document === undefined) return unreadable([{ offset: 0, message: "It holds no YAML document." }]);
  if (second !== undefined) {
    const message = "A second YAML document begins here. A definition is one document: remove the other.";
    return unreadable([{ offset: second.range?.[0] ?? 0, message }]);
  }
  const problems = problemsIn(document);
  if (problems.length > 0) return unreadable(problems);
  const topLevel = new Map(isMap(document.contents) ? namesOf(document.contents) : []);
  return { kind: "read", document: { value: document.toJS({ maxAliasCount: -1 }), topLevel } };
};

/** Names that stand twice in a mapping, and aliases of nothing. */
const problemsIn = (document: Document): readonly SyntaxProblem[] => {
  const problems: SyntaxProblem[] = [];
  const anchors = new Set<string>();
  visit(document, {
    Node: (_, node) => {
      if (isMap(node)) problems.push(...duplicatesIn(node));
      if (isAlias(node)) {
        if (!anchors.has(node.source)) {
          problems.push({ offset: startOf(node), message: `The alias *${node.source} has no anchor before it.` });
        }
      } else if (node.anchor !== undefined) anchors.add(node.anchor);
      return problems.length >= MAXIMUM_PROBLEMS ? visit.BREAK : undefined;
    },
  });
  return problems;
};

const duplicatesIn = (map: YAMLMap): readonly SyntaxProblem[] => {
  const seen = new Set<string>();
  return namesOf(map)
    .filter(([name]) => seen.size === seen.add(name).size)
    .slice(0, MAXIMUM_PROBLEMS)
    .map(([name, offset]) => duplicateKey(offset, name));
};

const namesOf = (map: YAMLMap): (readonly [name: string, offset: number])[] =>
  map.items.map(({ key }) => [isScalar(key) ? String(key.value ?? "") : "", isNode(key) ? startOf(key) : 0]);

const startOf = (node: Node): number => node.range?.[0] ?? 0;
