import { below, DocumentNotes, type DocumentPath, TOP } from "./document-notes.ts";
import {
  duplicateKey,
  Fault,
  MAXIMUM_DEPTH,
  MAXIMUM_NAMES,
  MAXIMUM_PROBLEMS,
  MAXIMUM_VALUES,
  type Parsed,
  type SyntaxProblem,
  tooDeep,
  tooMany,
  tooManyNames,
  unreadable,
} from "./syntax.ts";
import { jsonNumber, setMember } from "./values.ts";

/**
 * Reads JSON. JSON.parse does not say where every error is, takes the last of two equal names, and knows no places. The
 * first error ends the reading, because what follows it cannot be told apart.
 */
export const parseJson = (text: string): Parsed => {
  const reader = new JsonReader(text);
  try {
    const value = reader.document();
    if (reader.duplicates.length > 0) return unreadable(reader.duplicates);
    return { kind: "read", document: { value, notes: reader.notes } };
  } catch (thrown) {
    if (thrown instanceof Fault) return unreadable([...reader.duplicates, thrown.problem]);
    throw thrown;
  }
};

const BLANKS = /[ \t\r\n]*/y;
const WORD = /true|false|null/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
/** All but control characters, the double quote and the backslash. */
const PLAIN_CHARACTERS = /[ !#-[\]-\uffff]*/y;
const ESCAPE = /\\(?:["\\/bfnrt]|u[0-9A-Fa-f]{4})/y;

const WORDS: Readonly<Record<string, unknown>> = { true: true, false: false, null: null };

/** Follows the grammar of JSON (RFC 8259). Throws Fault at the first character that does not fit. */
class JsonReader {
  readonly notes = new DocumentNotes();
  readonly duplicates: SyntaxProblem[] = [];
  readonly #text: string;
  #at = 0;
  #count = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): unknown {
    const value = this.#value(TOP, 0);
    this.#skip(BLANKS);
    if (this.#at < this.#text.length) throw this.#fault("the end of the file");
    return value;
  }

  #value(path: DocumentPath, depth: number): unknown {
    if (depth > MAXIMUM_DEPTH) throw new Fault(tooDeep(this.#at));
    this.#count += 1;
    if (this.#count > MAXIMUM_VALUES) throw new Fault(tooMany(this.#at));
    if (this.#next("{")) return this.#members(path, depth + 1);
    if (this.#next("[")) return this.#entries(path, depth + 1);
    if (this.#text[this.#at] === '"') return this.#string();
    const word = this.#skip(WORD);
    if (word !== undefined) return WORDS[word];
    const number = this.#skip(NUMBER);
    if (number === undefined) throw this.#fault("a value");
    return jsonNumber(number);
  }

  #members(path: DocumentPath, depth: number): unknown {
    const mapping: Record<string, unknown> = {};
    if (this.#next("}")) return mapping;
    let names = 0;
    do {
      this.#skip(BLANKS);
      if (this.#text[this.#at] !== '"') throw this.#fault("a name in double quotes");
      const offset = this.#at;
      const name = this.#string();
      if (Object.hasOwn(mapping, name)) this.#duplicate(offset, name);
      if (!this.#next(":")) throw this.#fault("a colon");
      const inner = below(path, name);
      names += 1;
      if (names > MAXIMUM_NAMES) throw new Fault(tooManyNames(offset));
      this.notes.member(inner, name, offset, depth, mapping);
      setMember(mapping, name, this.#value(inner, depth));
    } while (this.#next(","));
    if (!this.#next("}")) throw this.#fault('"," or "}"');
    return mapping;
  }

  #entries(path: DocumentPath, depth: number): unknown {
    const values: unknown[] = [];
    if (this.#next("]")) return values;
    do values.push(this.#value(below(path, values.length), depth));
    while (this.#next(","));
    if (!this.#next("]")) throw this.#fault('"," or "]"');
    return values;
  }

  #string(): string {
    const start = this.#at;
    this.#at += 1;
    this.#skip(PLAIN_CHARACTERS);
    const isPlain = this.#text[this.#at] === '"';
    while (this.#text[this.#at] !== '"') {
      if (this.#skip(ESCAPE) === undefined) throw this.#fault('the rest of a text, or the " that ends it,');
      this.#skip(PLAIN_CHARACTERS);
    }
    this.#at += 1;
    return isPlain ? this.#text.slice(start + 1, this.#at - 1) : String(JSON.parse(this.#text.slice(start, this.#at)));
  }

  #duplicate(offset: number, name: string): void {
    if (this.duplicates.length < MAXIMUM_PROBLEMS) this.duplicates.push(duplicateKey(offset, name));
  }

  #next(character: string): boolean {
    this.#skip(BLANKS);
    if (this.#text[this.#at] !== character) return false;
    this.#at += 1;
    return true;
  }

  #skip(pattern: RegExp): string | undefined {
    const start = this.#at;
    pattern.lastIndex = start;
    if (!pattern.test(this.#text)) return undefined;
    this.#at = pattern.lastIndex;
    return this.#text.slice(start, this.#at);
  }

  #fault(wanted: string): Fault {
    const character = this.#text.codePointAt(this.#at);
    const found = character === undefined ? "the end" : JSON.stringify(String.fromCodePoint(character));
    return new Fault({ offset: this.#at, message: `This is not JSON: ${wanted} should be here, not ${found}.` });
  }
}
