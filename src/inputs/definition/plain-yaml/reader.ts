import { Anchors } from "../anchors.ts";
import { isFunctionTag } from "../cloud-formation.ts";
import { below, DocumentNotes, type DocumentPath, TOP } from "../document-notes.ts";
import { Fault, type Parsed, type SyntaxProblem, TooMuch, unreadable } from "../syntax.ts";
import { type Name, plainScalar, YamlMapping, type YamlReading } from "../yaml-mapping.ts";
import { hasEscapedSlash } from "../yaml-scalars.ts";
import { Cursor, isBlank, isLineEnd, NotPlain, notPlain } from "./cursor.ts";
import { blockScalar, isQuote, plainEnd, plainLines, quotedEnd, quotedText, startsPlain } from "./scalars.ts";

const MAXIMUM_DEPTH = 100;
const LONGEST_NAME = 1000; // Its colon stands within 1024 characters.

/** Characters that YAML does not allow, or that its versions take for line ends or not. */
const ODD_CHARACTERS = /[^\P{Cc}\t\n\r]|[\u2028\u2029\ufeff]/u;

/** Where the reading of plain YAML stopped, and what is wrong there when that is known. */
export type Stopped = {
  readonly kind: "stopped";
  readonly offset: number;
  readonly problem: SyntaxProblem | undefined;
};

/**
 * Reads YAML as people and tools mostly write definitions: block and flow collections, scalars of all kinds, comments,
 * anchors, aliases and CloudFormation's tags, in a quarter of the library's time and memory. Stops at everything else
 * and at whatever is wrong: the library knows all of YAML, and says what is wrong with a text.
 */
export const readPlainYaml = (text: string): Parsed | Stopped => {
  const odd = text.search(ODD_CHARACTERS);
  if (odd >= 0) return { kind: "stopped", offset: odd, problem: undefined };
  const notes = new DocumentNotes();
  const reader = new PlainReader(text, { notes, anchors: new Anchors(notes) });
  try {
    return { kind: "read", document: { value: reader.document(), notes } };
  } catch (thrown) {
    if (thrown instanceof TooMuch) return unreadable([thrown.problem]);
    if (thrown instanceof Fault) return { kind: "stopped", offset: thrown.problem.offset, problem: thrown.problem };
    if (thrown instanceof NotPlain) return { kind: "stopped", offset: reader.offset, problem: undefined };
    throw thrown;
  }
};

/** Where a value stands: its path and depth, and the column that its further lines must be indented more than. */
type Place = { readonly path: DocumentPath; readonly depth: number; readonly parent: number };

class PlainReader {
  readonly #cursor: Cursor;
  readonly #reading: YamlReading;

  constructor(text: string, reading: YamlReading) {
    this.#cursor = new Cursor(text);
    this.#reading = reading;
  }

  /** How far it has come. */
  get offset(): number {
    return this.#cursor.at;
  }

  document(): unknown {
    const cursor = this.#cursor;
    cursor.toFirstLine();
    if (cursor.column !== 0) notPlain();
    const value = this.#block({ path: TOP, depth: 0, parent: -1 });
    return cursor.ended ? value : notPlain();
  }

  /** A value that begins on a line of its own, or behind the dash of a list. */
  #block(place: Place): unknown {
    if (place.depth > MAXIMUM_DEPTH) notPlain();
    if (this.#cursor.isSign("-")) return this.#list(place);
    return this.#name() === undefined ? this.#content(place) : this.#mapping(place);
  }

  #mapping({ path, depth }: Place): unknown {
    const cursor = this.#cursor;
    const { column } = cursor;
    const mapping = new YamlMapping(this.#reading, path, depth);
    do {
      const { name, colon } = this.#name() ?? notPlain();
      cursor.at = colon + 1;
      mapping.add(name, (path, depth) => this.#value({ path, depth, parent: column }, "of a name"));
    } while (cursor.column === column);
    return cursor.column < column ? mapping.value : notPlain();
  }

  /** The name that begins here, if one does: a scalar on one line with a colon behind it. */
  #name(): { readonly name: Name; readonly colon: number } | undefined {
    const cursor = this.#cursor;
    const { text, at } = cursor;
    const quoted = isQuote(text[at]);
    if (!quoted && !startsPlain(cursor)) return undefined;
    const end = quoted ? quotedEnd(cursor) : plainEnd(cursor, false);
    let colon = end;
    while (isBlank(text.charCodeAt(colon))) colon += 1;
    if (!cursor.isSign(":", colon)) return undefined;
    if (end - at > LONGEST_NAME) notPlain();
    const name = quoted ? this.#quoted(end, Number.POSITIVE_INFINITY) : text.slice(at, end);
    return { name: { text: name, quoted, offset: at }, colon };
  }

  #list({ path, depth }: Place): unknown {
    const cursor = this.#cursor;
    const { column } = cursor;
    const values: unknown[] = [];
    do {
      this.#reading.anchors.count(cursor.at);
      cursor.at += 1;
      values.push(this.#value({ path: below(path, values.length), depth: depth + 1, parent: column }, "of a list"));
    } while (cursor.column === column && cursor.isSign("-"));
    return cursor.column <= column ? values : notPlain();
  }

  /** What stands behind a colon or a dash. */
  #value(place: Place, owner: "of a name" | "of a list"): unknown {
    const cursor = this.#cursor;
    const sign = cursor.at - 1;
    const anchor = this.#properties();
    if (cursor.text.slice(sign, cursor.at).includes("\t")) notPlain();
    const read = (): unknown => {
      if (this.#isLineDone()) return this.#onNextLine(place, owner);
      if (owner === "of a name") return this.#content(place);
      const isBlock = cursor.isSign("-") || this.#name() !== undefined;
      if (isBlock && anchor.any) notPlain();
      cursor.column = place.parent + cursor.at - sign;
      return isBlock ? this.#block(place) : this.#content(place);
    };
    return anchor.name === undefined ? read() : this.#reading.anchors.define(anchor.name, read);
  }

  /** A tag and an anchor in front of a value. */
  #properties(): { readonly name: string | undefined; readonly any: boolean } {
    const cursor = this.#cursor;
    cursor.skipBlanks();
    const start = cursor.at;
    if (cursor.code === EXCLAMATION_MARK) this.#tag();
    const name = cursor.code === AMPERSAND ? this.#property() : undefined;
    return { name, any: cursor.at > start };
  }

  #tag(): void {
    const offset = this.#cursor.at;
    const tag = `!${this.#property()}`;
    if (!isFunctionTag(tag)) notPlain();
    this.#reading.notes.tag(offset, tag);
  }

  /** A word that a blank or a line end follows. */
  #property(): string {
    const cursor = this.#cursor;
    const word = this.#word();
    if (!isBlank(cursor.code) && !isLineEnd(cursor.code)) notPlain();
    cursor.skipBlanks();
    return word;
  }

  /** The name behind a sign such as `&`. */
  #word(): string {
    const { text, at } = this.#cursor;
    WORD.lastIndex = at + 1;
    const word = WORD.exec(text)?.[0] ?? notPlain();
    this.#cursor.at = WORD.lastIndex;
    return word;
  }

  #isLineDone(): boolean {
    const { code, text, at } = this.#cursor;
    return isLineEnd(code) || (code === HASH && isBlank(text.charCodeAt(at - 1)));
  }

  #onNextLine(place: Place, owner: "of a name" | "of a list"): unknown {
    const cursor = this.#cursor;
    cursor.toNextLine();
    if (cursor.column > place.parent) return this.#block(place);
    const isList = owner === "of a name" && cursor.column === place.parent && cursor.isSign("-");
    return isList ? this.#list(place) : null;
  }

  /** Anything but a block collection, with the rest of its last line. */
  #content(place: Place): unknown {
    const cursor = this.#cursor;
    const { at } = cursor;
    const sign = cursor.text.charAt(at);
    if (sign === "|" || sign === ">") return blockScalar(cursor, place.parent);
    if (!isQuote(sign) && !"[{*".includes(sign)) {
      return startsPlain(cursor) ? plainScalar(this.#reading, plainLines(cursor, place.parent), at) : notPlain();
    }
    const value = this.#delimited(place, sign);
    cursor.toNextLine();
    return value;
  }

  /** A value that says itself where it ends. */
  #delimited(place: Place, sign: string): unknown {
    const cursor = this.#cursor;
    const { at } = cursor;
    if (sign === "[") return this.#flowList(place);
    if (sign === "{") return this.#flowMapping(place);
    if (sign === "*") return this.#reading.anchors.use(this.#word(), at);
    const end = quotedEnd(cursor);
    const text = this.#quoted(end, place.parent);
    cursor.at = end;
    return text;
  }

  #quoted(end: number, parent: number): string {
    const { text, at } = this.#cursor;
    if (text[at] === '"' && hasEscapedSlash(text.slice(at, end))) this.#reading.notes.difference(at, SLASH);
    return quotedText(this.#cursor, end, parent);
  }

  #flowList({ path, depth, parent }: Place): unknown {
    const values: unknown[] = [];
    this.#flowMembers("]", parent, () => {
      values.push(this.#flowValue({ path: below(path, values.length), depth: depth + 1, parent }));
    });
    return values;
  }

  #flowMapping({ path, depth, parent }: Place): unknown {
    const cursor = this.#cursor;
    const mapping = new YamlMapping(this.#reading, path, depth);
    this.#flowMembers("}", parent, () => {
      const name = this.#flowName();
      const hasValue = cursor.code === COLON;
      if (hasValue) cursor.at += 1;
      mapping.add(name, (path, depth) => (hasValue ? this.#flowMember({ path, depth, parent }) : null));
    });
    return mapping.value;
  }

  #flowMembers(close: string, parent: number, readMember: () => void): void {
    const cursor = this.#cursor;
    cursor.at += 1;
    this.#skipFlowBlanks(parent);
    while (cursor.text[cursor.at] !== close) {
      this.#reading.anchors.count(cursor.at);
      readMember();
      this.#skipFlowBlanks(parent);
      if (cursor.code === COMMA) cursor.at += 1;
      else if (cursor.text[cursor.at] !== close) notPlain();
      this.#skipFlowBlanks(parent);
    }
    cursor.at += 1;
  }

  /** A name within braces, up to its colon or the end of a member that has no value. */
  #flowName(): Name {
    const cursor = this.#cursor;
    const { text, at } = cursor;
    const quoted = isQuote(text[at]);
    if (!quoted && !startsPlain(cursor)) notPlain();
    const end = quoted ? quotedEnd(cursor) : plainEnd(cursor, true);
    if (end === at || end - at > LONGEST_NAME) notPlain();
    const name = quoted ? this.#quoted(end, Number.POSITIVE_INFINITY) : text.slice(at, end);
    cursor.at = end;
    cursor.skipBlanks();
    if (cursor.code === COLON && !(quoted && cursor.at === end) && plainEnd(cursor, true) !== cursor.at) notPlain();
    return { text: name, quoted, offset: at };
  }

  /** What stands behind a colon within braces, where nothing is null. */
  #flowMember(place: Place): unknown {
    const cursor = this.#cursor;
    this.#skipFlowBlanks(place.parent);
    return cursor.code === COMMA || cursor.text[cursor.at] === "}" ? null : this.#flowValue(place);
  }

  #flowValue(place: Place): unknown {
    const cursor = this.#cursor;
    if (place.depth > MAXIMUM_DEPTH) notPlain();
    if (cursor.code === EXCLAMATION_MARK) this.#tag();
    const { at } = cursor;
    const sign = cursor.text.charAt(at);
    if (isQuote(sign) || "[{*".includes(sign)) return this.#delimited(place, sign);
    if (!startsPlain(cursor)) notPlain();
    cursor.at = plainEnd(cursor, true);
    return cursor.at === at ? notPlain() : plainScalar(this.#reading, cursor.text.slice(at, cursor.at), at);
  }

  /** Within brackets, lines are indented more than what the brackets belong to. */
  #skipFlowBlanks(parent: number): void {
    const cursor = this.#cursor;
    cursor.skipBlanks();
    if (!this.#isLineDone()) return;
    cursor.toNextLine();
    if (cursor.column <= parent) notPlain();
  }
}

const AMPERSAND = 38;
const COLON = 58;
const COMMA = 44;
const EXCLAMATION_MARK = 33;
const HASH = 35;

/** YAML 1.1 knows no such escape. */
const SLASH = "`\\/`";

const WORD = /[^\s,[\]{}:]+/y;
