import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isNode,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  type YAMLMap,
  type YAMLSeq,
} from "yaml";

/**
 * YAML as plain data that knows where in the text it stands. Aliases are followed within bounds, and what YAML leaves open
 * (names that come twice, values that are missing) is settled here, so that no text of the size allowed is a danger.
 */

/** The longest text that is read, in bytes. Larger ones can take the YAML parser seconds. */
export const MAX_SETTINGS_BYTES = 100 * 1024;

/** Settings are seven levels deep; the rest is room for mistakes that get a better message. */
const MAX_DEPTH = 16;
const TOO_DEEP = "The settings are nested too deeply; no setting is more than seven levels deep.";
/** More than a text of that size can hold without aliases that multiply. */
const MAX_NODES = 50_000;

/** A value with its offset in the text. */
export type Located = {
  readonly at: number;
  readonly value: unknown;
  /** A scalar as it is written, without quotes. */
  readonly written?: string;
  /** The members of a map by name, of a list by number from 0. */
  readonly members?: ReadonlyMap<string, Member>;
};

type Member = { readonly keyAt: number; readonly node: Located };

export type Report = (at: number, message: string) => void;

export type ParsedYaml = {
  /** `undefined` when there is nothing, or nothing that could be read. */
  readonly root: Located | undefined;
  readonly position: (at: number) => { readonly line: number; readonly column: number };
};

/** Reads one YAML 1.2 document. Reports what is wrong with it as YAML; throws nothing. */
export const parseLocated = (given: string, report: Report): ParsedYaml => {
  const counter = new LineCounter();
  const position: ParsedYaml["position"] = (at) => {
    const { line, col } = counter.linePos(at);
    return { line: Math.max(line, 1), column: Math.max(col, 1) };
  };
  if (Buffer.byteLength(given) > MAX_SETTINGS_BYTES) {
    report(0, `The settings are larger than ${MAX_SETTINGS_BYTES / 1024} KiB, which is more than stages need.`);
    return { root: undefined, position };
  }
  const document = parseText(given.replace(/^\uFEFF/, ""), counter, report);
  return { root: document && locate(document, report), position };
};

const parseText = (text: string, lineCounter: LineCounter, report: Report): Document | undefined => {
  const { stackTraceLimit } = Error;
  // The parser makes an Error for each mistake, and stack traces of thousands of them take seconds.
  Error.stackTraceLimit = 0;
  try {
    // Names are compared in locate(): the parser's own check takes minutes for a map with many of them.
    const document = parseDocument(text, {
      lineCounter,
      prettyErrors: false,
      resolveKnownTags: false,
      schema: "core",
      uniqueKeys: false,
    });
    const found = [...document.errors, ...document.warnings];
    const exhausted = found.find(({ code }) => code === "RESOURCE_EXHAUSTION");
    if (exhausted !== undefined) report(exhausted.pos[0], TOO_DEEP);
    else for (const { code, message, pos } of found) report(pos[0], yamlMessage(code, message));
    return found.length === 0 ? document : undefined;
  } catch {
    // The parser calls itself for each level: thousands of them exhaust the stack.
    report(0, TOO_DEEP);
    return undefined;
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
};

const yamlMessage = (code: string, message: string): string => {
  if (code === "MULTIPLE_DOCS") return "A second YAML document begins here (---); settings are one document.";
  if (code === "TAG_RESOLVE_FAILED") return "Tags (!…) have no meaning in settings; write the plain value.";
  return `This is not valid YAML: ${message.replaceAll(/\s+/g, " ").replace(/\.?$/, ".")}`;
};

type Reader = { readonly report: Report; readonly anchors: Map<string, Node>; nodes: number; stopped: boolean };

const locate = (document: Document, report: Report): Located | undefined => {
  const reader: Reader = { report, anchors: new Map(), nodes: 0, stopped: false };
  const root = document.contents === null ? undefined : readNode(reader, document.contents, 0);
  return reader.stopped ? undefined : root;
};

const readNode = (reader: Reader, given: unknown, depth: number): Located => {
  const node = isNode(given) ? given : undefined;
  const at = offsetOf(node);
  checkBounds(reader, at, depth);
  if (node === undefined || reader.stopped) return { at, value: undefined };
  if (isAlias(node)) return readAlias(reader, node, depth);
  if ("anchor" in node && node.anchor) reader.anchors.set(node.anchor, node);
  if (isMap(node)) return readMap(reader, node, depth);
  if (isSeq(node)) return readList(reader, node, depth);
  return isScalar(node) ? { at, value: node.value, written: node.source ?? "" } : { at, value: undefined };
};

const offsetOf = (node: Node | undefined): number => node?.range?.[0] ?? 0;

const checkBounds = (reader: Reader, at: number, depth: number): void => {
  reader.nodes += 1;
  if (reader.stopped) return;
  const tooMany = reader.nodes > MAX_NODES;
  if (!tooMany && depth <= MAX_DEPTH) return;
  reader.stopped = true;
  reader.report(
    at,
    tooMany ? "The settings hold too many values; aliases that name other aliases multiply them." : TOO_DEEP,
  );
};

const readAlias = (reader: Reader, alias: Alias, depth: number): Located => {
  const target = reader.anchors.get(alias.source);
  if (target !== undefined) return readNode(reader, target, depth + 1);
  const at = offsetOf(alias);
  reader.report(at, `*${alias.source} names nothing: no &${alias.source} stands before it.`);
  return { at, value: undefined };
};

const readMap = (reader: Reader, map: YAMLMap, depth: number): Located => {
  const members = new Map<string, Member>();
  for (const { key, value } of map.items) {
    const keyAt = isNode(key) ? offsetOf(key) : offsetOf(map);
    const name = isScalar(key) ? String(key.source ?? key.value) : "";
    const problem = nameProblem(key, name, members) ?? valueProblem(name, value);
    if (problem !== undefined) reader.report(keyAt, problem);
    else members.set(name, { keyAt, node: readNode(reader, value, depth + 1) });
    if (reader.stopped) break;
  }
  const value = Object.fromEntries([...members].map(([name, { node }]) => [name, node.value]));
  return { at: offsetOf(map), members, value };
};

const readList = (reader: Reader, list: YAMLSeq, depth: number): Located => {
  const members = new Map<string, Member>();
  for (const [index, item] of list.items.entries()) {
    const node = readNode(reader, item, depth + 1);
    members.set(String(index), { keyAt: node.at, node });
    if (reader.stopped) break;
  }
  return { at: offsetOf(list), members, value: [...members.values()].map(({ node }) => node.value) };
};

const nameProblem = (key: unknown, name: string, members: ReadonlyMap<string, Member>): string | undefined => {
  if (!isScalar(key)) return "A name must be plain text, not a map, a list or an alias.";
  if (name === "__proto__") return "__proto__ cannot be used as a name.";
  return members.has(name) ? `${name} stands twice in this map; keep one of them.` : undefined;
};

/** Nothing after the colon, which YAML takes for null: most often all lines below were commented out. */
const valueProblem = (name: string, value: unknown): string | undefined =>
  value === null || (isScalar(value) && value.value === null && value.source === "")
    ? `${name} has no value. Give it one or leave the line out; where null is meant, write null.`
    : undefined;
