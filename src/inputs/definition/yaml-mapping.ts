import type { Anchors } from "./anchors.ts";
import { below, type DocumentNotes, type DocumentPath } from "./document-notes.ts";
import { duplicateKey, Fault, MAXIMUM_NAMES, TooMuch, tooManyNames } from "./syntax.ts";
import { isMapping, type Mapping, setMember } from "./values.ts";
import { isNoPlainName, isReadDifferently, plainValue } from "./yaml-scalars.ts";

/** What reading a YAML document adds to on the way. */
export type YamlReading = { readonly notes: DocumentNotes; readonly anchors: Anchors };

/** A scalar without quotes. */
export const plainScalar = ({ notes }: YamlReading, text: string, offset: number): unknown => {
  if (isReadDifferently(text)) notes.difference(offset, `\`${text}\``);
  return plainValue(text);
};

/** YAML 1.1's merge key ("Merge Key Language-Independent Type for YAML"); 1.2 has it no more, but many files do. */
const MERGE = "<<";

export type Name = { readonly text: string; readonly quoted: boolean; readonly offset: number };

/** A mapping of a YAML document while its members are read, one by one. */
export class YamlMapping {
  readonly #reading: YamlReading;
  readonly #path: DocumentPath;
  readonly #depth: number;
  readonly #own: Record<string, unknown> = {};
  #sources: readonly Mapping[] = [];
  #names = 0;

  /** `depth` is 0 at the top of the document. */
  constructor(reading: YamlReading, path: DocumentPath, depth: number) {
    this.#reading = reading;
    this.#path = path;
    this.#depth = depth;
  }

  /** @throws Fault when the name is there already */
  add({ text, quoted, offset }: Name, readValue: (path: DocumentPath, depth: number) => unknown): void {
    const { notes, anchors } = this.#reading;
    if (Object.hasOwn(this.#own, text)) throw new Fault(duplicateKey(offset, text));
    anchors.count(offset);
    this.#names += 1;
    if (this.#names > MAXIMUM_NAMES) throw new TooMuch(tooManyNames(offset));
    if (!quoted && (isReadDifferently(text) || isNoPlainName(text))) notes.difference(offset, `the name \`${text}\``);
    const path = below(this.#path, text);
    notes.member(path, text, offset, this.#depth + 1, this.#own);
    const value = readValue(path, this.#depth + 1);
    const sources = quoted || text !== MERGE ? [] : mappingsIn(value);
    if (sources.length === 0) setMember(this.#own, text, value);
    else {
      notes.difference(offset, "the merge key `<<`");
      this.#sources = sources;
      for (const source of sources) anchors.count(offset, Object.keys(source).length);
    }
  }

  /** The members with those that a merge key adds: its own win, then those of the source that is named first. */
  get value(): Mapping {
    if (this.#sources.length === 0) return this.#own;
    const merged: Record<string, unknown> = {};
    for (const source of [...this.#sources].reverse()) take(merged, source);
    take(merged, this.#own);
    return merged;
  }
}

/** What a merge key names; when that is no mapping, `<<` is a name like any other. */
const mappingsIn = (value: unknown): readonly Mapping[] => {
  if (isMapping(value)) return [value];
  return Array.isArray(value) && value.every(isMapping) ? value : [];
};

const take = (target: Record<string, unknown>, source: Mapping): void => {
  for (const [name, value] of Object.entries(source)) setMember(target, name, value);
};
