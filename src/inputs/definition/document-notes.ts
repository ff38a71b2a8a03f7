import { shortened } from "../shortened.ts";
import type { Mapping } from "./values.ts";

/** Something in the text that readers of YAML do not agree on. */
export type Difference = { readonly offset: number; readonly what: string };

/** A member whose name or value may be meant for another tool than an import. */
export type Suspect = { readonly offset: number; readonly name: string; readonly parent: Mapping };

/** A place in the document: names and positions from the top, each after a NUL, which stands in no other name. */
export type DocumentPath = string;

export const TOP: DocumentPath = "";

export const below = (path: DocumentPath, name: string | number): DocumentPath => `${path}\0${name}`;

/** Operations and their members stand no deeper; what is deeper is found by the nearest member above it. */
const PLACED_DEPTH = 4;
const KEPT = 20;

/** Names that are looked at wherever they stand, because their values name what only an import can find. */
const NAMES_OF_INTEREST: ReadonlySet<string> = new Set([
  "Ref",
  "uri",
  "credentials",
  "connectionId",
  "authorizerUri",
  "authorizerCredentials",
]);

/** A document's examples are data of the API, whatever they look like. */
const IN_EXAMPLE = /\0(?:example|examples|enum|default)\0/;

/** What is noted while a text is read: it is much smaller than a tree that knows where everything stands. */
export class DocumentNotes {
  readonly #offsets = new Map<DocumentPath, number>();
  readonly #differences = new Map<string, number>();
  readonly suspects: Suspect[] = [];
  readonly tags: { readonly offset: number; readonly tag: string }[] = [];

  /** A member, before its value is read. `parent` is the mapping that it belongs to. `depth` is 1 at the top. */
  member(path: DocumentPath, name: string, offset: number, depth: number, parent: Mapping): void {
    if (depth <= PLACED_DEPTH) this.#offsets.set(path, offset);
    if ((name.startsWith("Fn::") || NAMES_OF_INTEREST.has(name)) && !IN_EXAMPLE.test(path)) {
      this.suspects.push({ offset, name, parent });
    }
  }

  tag(offset: number, tag: string): void {
    if (this.tags.length < KEPT) this.tags.push({ offset, tag });
  }

  /** Each kind is noted once, where it is seen first. */
  difference(offset: number, what: string): void {
    const kind = shortened(what);
    if (this.#differences.size < KEPT && !this.#differences.has(kind)) this.#differences.set(kind, offset);
  }

  get differences(): readonly Difference[] {
    return [...this.#differences].map(([what, offset]) => ({ what, offset }));
  }

  /** Where a member stands, or the nearest above it whose place is known. */
  offsetOf(...names: readonly string[]): number | undefined {
    for (let length = names.length; length > 0; length -= 1) {
      const offset = this.#offsets.get(names.slice(0, length).reduce(below, TOP));
      if (offset !== undefined) return offset;
    }
    return undefined;
  }
}
