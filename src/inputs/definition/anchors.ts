import type { DocumentNotes } from "./document-notes.ts";
import { Fault, MAXIMUM_VALUES, TooMuch, tooMany } from "./syntax.ts";

/** What an anchor stands for, and how much that is when it is written out. */
type Anchored = { readonly value: unknown; readonly values: number; readonly aliases: number };

/** Some readers of YAML refuse documents with more aliases than 50, some with more than 100. */
const ALIASES_THAT_ALL_READ = 50;

/** The anchors of a document, and the count of its values with all aliases written out. */
export class Anchors {
  readonly #notes: DocumentNotes;
  readonly #anchored = new Map<string, Anchored | "open">();
  #values = 0;
  #aliases = 0;

  constructor(notes: DocumentNotes) {
    this.#notes = notes;
  }

  /** Counts what is read. @throws Fault beyond what any definition has */
  count(offset: number, values = 1): void {
    this.#values += values;
    if (this.#values > MAXIMUM_VALUES) throw new TooMuch(tooMany(offset));
  }

  /** Reads what an anchor stands for. */
  define(name: string, read: () => unknown): unknown {
    const [values, aliases] = [this.#values, this.#aliases];
    this.#anchored.set(name, "open");
    const value = read();
    this.#anchored.set(name, { value, values: this.#values - values, aliases: this.#aliases - aliases });
    return value;
  }

  /** What an alias stands for. @throws Fault when that is nothing, or has no end */
  use(name: string, offset: number): unknown {
    const anchored = this.#anchored.get(name);
    if (anchored === undefined) throw new Fault({ offset, message: `The alias *${name} has no anchor before it.` });
    if (anchored === "open") {
      throw new Fault({ offset, message: `The alias *${name} stands within what &${name} names, so it has no end.` });
    }
    if (this.#values + anchored.values > MAXIMUM_VALUES) {
      const message = `The aliases up to *${name} multiply to more than ${MAXIMUM_VALUES} values. Use fewer aliases, or write out what they stand for.`;
      throw new TooMuch({ offset, message });
    }
    this.#values += anchored.values;
    this.#aliases += 1 + anchored.aliases;
    if (this.#aliases > ALIASES_THAT_ALL_READ)
      this.#notes.difference(offset, `more than ${ALIASES_THAT_ALL_READ} aliases`);
    return anchored.value;
  }
}
