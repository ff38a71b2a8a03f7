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
 * Reads JSON. JSON.parse does not say where every error is and takes the last of two equal names, so the text is looked
 * through first; the first error ends that, because what follows it cannot be told apart.
 */
export const parseJson = (text: string): Parsed => {
  const duplicates: SyntaxProblem[] = [];
  const topLevel = new Map<string, number>();
  const onName = (name: string, offset: number, depth: number, isNew: boolean): void => {
    if (depth === 1) topLevel.set(name, offset);
    if (!isNew && duplicates.length < MAXIMUM_PROBLEMS) duplicates.push(duplicateKey(offset, name));
  };
  try {
    scan(text, onName);
  } catch (thrown) {
    if (thrown instanceof Fault) return unreadable([...duplicates, thrown.problem]);
    throw thrown;
  }
  if (duplicates.length > 0) return unreadable(duplicates);
  return { kind: "read", document: { value: JSON.parse(text), topLevel } };
};

class Fault extends Error {
  readonly problem: SyntaxProblem;
  constructor(problem: SyntaxProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

type OnName = (name: string, offset: number, depth: number, isNew: boolean) => void;

const BLANKS = /[ \t\r\n]*/y;
const LITERAL = /true|false|null|-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** All but control characters, the double quote and the backslash. */
const PLAIN_CHARACTERS = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

/** Follows the grammar of JSON (RFC 8259). Throws Fault at the first character that does not fit. */
const scan = (text: string, onName: OnName): void => {
  let at = 0;

  const skip = (pattern: RegExp): boolean => {
    pattern.lastIndex = at;
    const matches = pattern.test(text);
    if (matches) at = pattern.lastIndex;
    return matches;
  };
  const fault = (wanted: string): Fault => {
    const found = at < text.length ? JSON.stringify(String.fromCodePoint(text.codePointAt(at) ?? 0)) : "the end";
    return new Fault({ offset: at, message: `This is not JSON: ${wanted} should be here, not ${found}.` });
  };
  const next = (character: string): boolean => {
    skip(BLANKS);
    if (text[at] !== character) return false;
    at += 1;
    return true;
  };

  const string = (): string => {
    const start = at;
    at += 1;
    while (skip(PLAIN_CHARACTERS) && text[at] !== '"') {
      if (!skip(ESCAPE)) throw fault('the rest of a text, or the " that ends it,');
    }
    at += 1;
    return text.slice(start, at);
  };

  const value = (depth: number): void => {
    if (depth > MAXIMUM_DEPTH) throw new Fault(tooDeep(at));
    if (next("{")) members(depth + 1);
    else if (next("[")) entries(depth + 1);
    else if (text[at] === '"') string();
    else if (!skip(LITERAL)) throw fault("a value");
  };

  const members = (depth: number): void => {
    if (next("}")) return;
    const names = new Set<string>();
    do {
      skip(BLANKS);
      if (text[at] !== '"') throw fault("a name in double quotes");
      const offset = at;
      const name = String(JSON.parse(string()));
      onName(name, offset, depth, !names.has(name));
      names.add(name);
      if (!next(":")) throw fault("a colon");
      value(depth);
    } while (next(","));
    if (!next("}")) throw fault('"," or "}"');
  };

  const entries = (depth: number): void => {
    if (next("]")) return;
    do value(depth);
    while (next(","));
    if (!next("]")) throw fault('"," or "]"');
  };

  value(0);
  skip(BLANKS);
  if (at < text.length) throw fault("the end of the file");
};
