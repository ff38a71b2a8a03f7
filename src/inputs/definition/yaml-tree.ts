import {
  type Alias,
  type Document,
  isAlias,
  isCollection,
  isMap,
  isNode,
  isScalar,
  type Node,
  type Scalar,
  type YAMLMap,
} from "yaml";
import { Anchors } from "./anchors.ts";
import { below, DocumentNotes, type DocumentPath, TOP } from "./document-notes.ts";
import { Fault, MAXIMUM_PROBLEMS, type Parsed, type SyntaxProblem, TooMuch, unreadable } from "./syntax.ts";
import { plainScalar, YamlMapping, type YamlReading } from "./yaml-mapping.ts";
import { hasEscapedSlash, plainValue } from "./yaml-scalars.ts";

/** Takes a document from the library's tree. Collects what is wrong with it: names that stand twice, aliases of nothing. */
export const documentOf = (document: Document, text: string): Parsed => {
  const notes = new DocumentNotes();
  const lineEnd = text.search(LINE_ENDS_OF_1_1);
  if (lineEnd >= 0) notes.difference(lineEnd, "a character that is a line end in YAML 1.1 alone");
  const { yaml } = document.directives ?? {};
  if (yaml?.explicit === true && yaml.version !== "1.2") notes.difference(0, `\`%YAML ${yaml.version}\``);
  const reader = new TreeReader({ notes, anchors: new Anchors(notes) }, text);
  const value = reader.read(document.contents, TOP, 0);
  return reader.problems.length > 0 ? unreadable(reader.problems) : { kind: "read", document: { value, notes } };
};

const LINE_ENDS_OF_1_1 = /[\u0085\u2028\u2029]/;

/** Tags that say what would be read without them. */
const SCALAR_TAGS = /^tag:yaml\.org,2002:(?:int|float|bool|null)$/;
const SILENT_TAGS = /^(?:!|tag:yaml\.org,2002:(?:str|map|seq))$/;

class TreeReader {
  readonly problems: SyntaxProblem[] = [];
  readonly #reading: YamlReading;
  #stopped = false;

  readonly #text: string;

  constructor(reading: YamlReading, text: string) {
    this.#reading = reading;
    this.#text = text;
  }

  read(given: unknown, path: DocumentPath, depth: number): unknown {
    const node = isNode(given) ? given : undefined;
    if (node === undefined || this.#isStopped) return null;
    return this.#collecting(() => {
      if (isAlias(node)) return this.#alias(node);
      if (node.tag !== undefined) this.#noteTag(node);
      const read = (): unknown => this.#content(node, path, depth);
      const { anchor } = node as { readonly anchor?: string };
      return anchor === undefined ? read() : this.#reading.anchors.define(anchor, read);
    });
  }

  get #isStopped(): boolean {
    return this.#stopped || this.problems.length >= MAXIMUM_PROBLEMS;
  }

  /** One fault is no reason not to find the others. */
  #collecting<Value>(read: () => Value): Value | null {
    try {
      return read();
    } catch (thrown) {
      if (!(thrown instanceof Fault)) throw thrown;
      this.problems.push(thrown.problem);
      if (thrown instanceof TooMuch) this.#stopped = true;
      return null;
    }
  }

  #alias(node: Alias): unknown {
    return this.#reading.anchors.use(node.source, startOf(node));
  }

  #noteTag(node: Node): void {
    const tag = node.tag ?? "";
    if (SILENT_TAGS.test(tag)) return;
    // A node's place is that of its content.
    this.#reading.notes.tag(Math.max(this.#text.lastIndexOf("!", startOf(node)), 0), tag);
  }

  #content(node: Node, path: DocumentPath, depth: number): unknown {
    if (isMap(node)) return this.#map(node, path, depth);
    if (isScalar(node)) return this.#scalar(node);
    if (!isCollection(node)) return null;
    return node.items.map((item, index) => {
      this.#reading.anchors.count(startOf(node));
      return this.read(item, below(path, index), depth + 1);
    });
  }

  #scalar(node: Scalar): unknown {
    const text = String(node.value ?? "");
    if (node.tag !== undefined && SCALAR_TAGS.test(node.tag)) return plainValue(text);
    if (node.tag !== undefined || node.type !== "PLAIN") {
      this.#noteSlash(node);
      return text;
    }
    return plainScalar(this.#reading, text, startOf(node));
  }

  /** The library keeps a text without its quotes and escapes only. */
  #noteSlash({ type, range }: Scalar): void {
    if (type !== "QUOTE_DOUBLE" || !range) return;
    const [start, end] = range;
    if (hasEscapedSlash(this.#text.slice(start, end))) this.#reading.notes.difference(start, "`\\/`");
  }

  #map(map: YAMLMap, path: DocumentPath, depth: number): unknown {
    const mapping = new YamlMapping(this.#reading, path, depth);
    for (const { key, value } of map.items) {
      if (!isScalar(key)) continue;
      this.#noteSlash(key);
      const name = { text: String(key.value ?? ""), quoted: key.type !== "PLAIN", offset: startOf(key) };
      this.#collecting(() => mapping.add(name, (inner, below) => this.read(value, inner, below)));
      if (this.#isStopped) break;
    }
    return mapping.value;
  }
}

const startOf = (node: Node): number => node.range?.[0] ?? 0;
