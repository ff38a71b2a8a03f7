import { malformedQuery, notSimulated } from "./refusals.ts";
import { type Token, tokensOf } from "./tokens.ts";

/**
 * The part of the CloudWatch Logs Insights query language that is simulated: `fields`, `display`, `filter`, one `stats`,
 * `sort` and `limit`, over fields without arithmetic. All else is refused, not passed over.
 */
export type Plan = {
  readonly filters: readonly Condition[];
  /** Absent: the fields of single events. */
  readonly stats?: { readonly aggregates: readonly Named<Aggregate>[]; readonly by: readonly Named<Operand>[] };
  readonly fields: readonly Named<Operand>[];
  readonly sort: readonly { readonly field: string; readonly descending: boolean }[];
  readonly limit?: number;
};

export type Named<Value> = { readonly name: string; readonly value: Value };

export type Operand =
  | { readonly kind: "field"; readonly name: string }
  | { readonly kind: "literal"; readonly value: string }
  /** The start of the period of so many milliseconds that an event is in. */
  | { readonly kind: "bin"; readonly periodMs: number };

export type Aggregate = {
  readonly kind: "count" | "count_distinct" | "sum" | "avg" | "min" | "max" | "pct";
  /** Absent: `*`. */
  readonly field?: string;
  /** For `pct`, from 0 to 100. */
  readonly percent?: number;
};

export type Condition =
  | { readonly kind: "and" | "or"; readonly conditions: readonly Condition[] }
  | { readonly kind: "not"; readonly condition: Condition }
  | { readonly kind: "present"; readonly field: string }
  | { readonly kind: "compare"; readonly operator: string; readonly left: Operand; readonly right: Operand }
  | { readonly kind: "in"; readonly left: Operand; readonly values: readonly Operand[] }
  | { readonly kind: "matches"; readonly left: Operand; readonly pattern: RegExp };

/** @throws ServiceError MalformedQueryException 400; 501 for what the language has and the simulator has not */
export const readQuery = (text: string): Plan => {
  const cursor: Cursor = { text, tokens: tokensOf(text), at: 0 };
  const plan: Draft = { filters: [], fields: [], sort: [] };
  do {
    const command = name(cursor).toLowerCase();
    const read = Object.hasOwn(commands, command) ? commands[command] : undefined;
    if (!read) {
      if (otherCommands.includes(command)) throw notSimulated(`the query command ${command}`);
      throw malformedQuery(`unexpected symbol found ${command}`);
    }
    read(cursor, plan);
  } while (accept(cursor, "|"));
  if (cursor.at < cursor.tokens.length) throw unexpected(cursor);
  return plan;
};

type Draft = { -readonly [member in keyof Plan]: Plan[member] extends readonly (infer Item)[] ? Item[] : Plan[member] };
type Cursor = { readonly text: string; readonly tokens: readonly Token[]; at: number };

const otherCommands = [
  "parse",
  "dedup",
  "pattern",
  "diff",
  "unmask",
  "unnest",
  "source",
  "anomaly",
  "lookup",
  "filterindex",
];

const commands: Readonly<Record<string, (cursor: Cursor, plan: Draft) => void>> = {
  fields: (cursor, plan) => plan.fields.push(...list(cursor, () => named(cursor, operand))),
  display: (cursor, plan) => {
    plan.fields = list(cursor, () => named(cursor, operand));
  },
  filter: (cursor, plan) => plan.filters.push(disjunction(cursor)),
  stats: (cursor, plan) => {
    if (plan.stats) throw notSimulated("a second stats in a query");
    const aggregates = list(cursor, () => named(cursor, aggregate));
    plan.stats = { aggregates, by: accept(cursor, "by") ? list(cursor, () => named(cursor, operand)) : [] };
  },
  sort: (cursor, plan) => plan.sort.push(...list(cursor, () => sortKey(cursor))),
  limit: (cursor, plan) => {
    plan.limit = Number(expectKind(cursor, "number"));
  },
};

const peek = ({ tokens, at }: Cursor): Token | undefined => tokens[at];

const unexpected = (cursor: Cursor) => {
  const token = peek(cursor);
  return malformedQuery(
    token ? `unexpected symbol found ${token.value} at line 1 and position ${token.at}` : "unexpected end of the query",
  );
};

/** Takes a sign or a keyword; keywords are known in lower and upper case. */
const accept = (cursor: Cursor, wanted: string): boolean => {
  const token = peek(cursor);
  if (!token || (token.kind !== "sign" && token.kind !== "name") || token.value.toLowerCase() !== wanted) return false;
  cursor.at += 1;
  return true;
};

const expect = (cursor: Cursor, wanted: string): void => {
  if (!accept(cursor, wanted)) throw unexpected(cursor);
};

const acceptKind = (cursor: Cursor, kind: Token["kind"]): string | undefined => {
  const token = peek(cursor);
  if (token?.kind !== kind) return undefined;
  cursor.at += 1;
  return token.value;
};

const expectKind = (cursor: Cursor, kind: Token["kind"]): string => {
  const value = acceptKind(cursor, kind);
  if (value === undefined) throw unexpected(cursor);
  return value;
};

const name = (cursor: Cursor): string => expectKind(cursor, "name");

const list = <Item>(cursor: Cursor, read: () => Item): Item[] => {
  const items = [read()];
  while (accept(cursor, ",")) items.push(read());
  return items;
};

/** Without an alias a value is called as it is written; a field by its name. */
const named = <Value extends Operand | Aggregate>(cursor: Cursor, read: (cursor: Cursor) => Value): Named<Value> => {
  const first = peek(cursor);
  const value = read(cursor);
  const last = cursor.tokens[cursor.at - 1];
  if (accept(cursor, "as")) return { name: name(cursor), value };
  if (value.kind === "field") return { name: value.name, value };
  return { name: cursor.text.slice(first?.at, last?.end), value };
};

const operand = (cursor: Cursor): Operand => {
  const literal = acceptKind(cursor, "text") ?? acceptKind(cursor, "number");
  const found: Operand = literal === undefined ? fieldOrBin(cursor) : { kind: "literal", value: literal };
  const after = peek(cursor);
  if (after?.kind === "sign" && "+-*/%^".includes(after.value)) throw notSimulated("arithmetic in a query");
  return found;
};

const fieldOrBin = (cursor: Cursor): Operand => {
  const word = name(cursor);
  if (!accept(cursor, "(")) return { kind: "field", name: word };
  if (word.toLowerCase() !== "bin") throw notSimulated(`the query function ${word}`);
  const [, count = "0", unit = ""] = /^(\d+)(\D+)$/.exec(expectKind(cursor, "duration")) ?? [];
  expect(cursor, ")");
  return { kind: "bin", periodMs: Number(count) * (units[unit] ?? 0) };
};

const units: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};

const aggregateKinds = ["count", "count_distinct", "sum", "avg", "min", "max", "pct"] as const;

const aggregate = (cursor: Cursor): Aggregate => {
  const word = name(cursor).toLowerCase();
  const kind = aggregateKinds.find((known) => known === word);
  if (!kind) throw notSimulated(`the query function ${word}`);
  expect(cursor, "(");
  const field = kind === "count" && (accept(cursor, "*") || peek(cursor)?.value === ")") ? undefined : name(cursor);
  if (kind === "pct") expect(cursor, ",");
  const percent = kind === "pct" ? { percent: Number(expectKind(cursor, "number")) } : {};
  if (peek(cursor)?.value !== ")") throw notSimulated("an expression inside a query function");
  expect(cursor, ")");
  return { kind, ...(field === undefined ? {} : { field }), ...percent };
};

const sortKey = (cursor: Cursor): Plan["sort"][number] => {
  const { name: field } = named(cursor, (inner) => {
    const isCall = inner.tokens[inner.at + 1]?.value === "(";
    return isCall && peek(inner)?.value !== "bin" ? aggregate(inner) : operand(inner);
  });
  const descending = accept(cursor, "desc");
  if (!descending) accept(cursor, "asc");
  return { field, descending };
};

const disjunction = (cursor: Cursor): Condition => {
  const conditions = [conjunction(cursor)];
  while (accept(cursor, "or")) conditions.push(conjunction(cursor));
  return { kind: "or", conditions };
};

const conjunction = (cursor: Cursor): Condition => {
  const conditions = [negation(cursor)];
  while (accept(cursor, "and")) conditions.push(negation(cursor));
  return { kind: "and", conditions };
};

const negation = (cursor: Cursor): Condition => {
  if (accept(cursor, "not")) return { kind: "not", condition: negation(cursor) };
  if (accept(cursor, "(")) {
    const inner = disjunction(cursor);
    expect(cursor, ")");
    return inner;
  }
  return comparison(cursor);
};

const comparison = (cursor: Cursor): Condition => {
  if (cursor.tokens[cursor.at + 1]?.value === "(" && accept(cursor, "ispresent")) {
    expect(cursor, "(");
    const field = name(cursor);
    expect(cursor, ")");
    return { kind: "present", field };
  }
  const left = operand(cursor);
  if (accept(cursor, "not")) return { kind: "not", condition: membership(cursor, left) };
  const operator = ["=", "!=", "<=", ">=", "<", ">"].find((sign) => accept(cursor, sign));
  if (operator) return { kind: "compare", operator, left, right: operand(cursor) };
  return membership(cursor, left);
};

const membership = (cursor: Cursor, left: Operand): Condition => {
  if (accept(cursor, "in")) {
    expect(cursor, "[");
    const values = list(cursor, () => operand(cursor));
    expect(cursor, "]");
    return { kind: "in", left, values };
  }
  if (!accept(cursor, "like") && !accept(cursor, "=~")) throw unexpected(cursor);
  return { kind: "matches", left, pattern: patternFrom(cursor) };
};

/** Like a text: contains it. Like a pattern between slashes: has a part that fits. */
const patternFrom = (cursor: Cursor): RegExp => {
  const text = acceptKind(cursor, "text");
  if (text !== undefined) return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&"));
  const [, insensitive, source = ""] = /^(\(\?i\))?(.*)$/s.exec(expectKind(cursor, "pattern")) ?? [];
  try {
    return new RegExp(source, insensitive ? "i" : "");
  } catch {
    throw malformedQuery(`invalid pattern ${source}`);
  }
};
