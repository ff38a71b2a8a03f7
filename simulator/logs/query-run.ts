import type { Found, LogEvent, LogsWorld, Row } from "./model.ts";
import type { Aggregate, Condition, Named, Operand, Plan } from "./query-language.ts";

/** An event and the group that it was found in. */
export type Located = { readonly group: string; readonly event: LogEvent };

/** The values of an event by the names that a query can use: those of Logs Insights, and those found in its JSON. */
type Fields = Readonly<Record<string, string>>;

type Values = ReadonlyMap<string, string>;

export const maximumRows = 10_000;

export const runQuery = (
  { accountId }: Pick<LogsWorld, "accountId">,
  plan: Plan,
  events: readonly Located[],
  limit: number,
): Found => {
  const matched = events
    .map((located) => ({ located, fields: fieldsOf(accountId, located) }))
    .filter(({ fields }) => plan.filters.every((condition) => isMet(condition, fields)));
  const rows = plan.stats
    ? sorted(plan.sort, statisticsRows(plan.stats, matched), (row, field) => row.get(field))
    : sorted(eventOrder(plan), matched, ({ fields }, field) => textOf(meaning(plan, field), fields)).map(
        ({ located, fields }) => eventRow(plan, fields, located),
      );
  return {
    rows: rows.slice(0, plan.limit ?? limit).map(asRow),
    recordsMatched: matched.length,
    recordsScanned: events.length,
    bytesScanned: events.reduce((bytes, { event }) => bytes + Buffer.byteLength(event.message), 0),
  };
};

const fieldsOf = (accountId: string, { group, event }: Located): Fields => ({
  ...discovered(event.message),
  "@timestamp": timeText(event.at),
  "@ingestionTime": timeText(event.ingestedAt),
  "@message": event.message,
  "@log": `${accountId}:${group}`,
  "@logStream": "simulated",
});

/** `2026-11-26 08:05:09.123` */
const timeText = (at: number): string => new Date(at).toISOString().replace("T", " ").replace("Z", "");

/** At most so many are found in one event (CloudWatch Logs User Guide, "Supported logs and discovered fields"). */
const maximumDiscovered = 200;

const discovered = (message: string): Fields => {
  try {
    const value: unknown = JSON.parse(message);
    if (typeof value !== "object" || value === null) return {};
    return Object.fromEntries(leaves(value, "").slice(0, maximumDiscovered));
  } catch {
    return {};
  }
};

/** Members of members by their path, `error.responseType`; items of lists by their number. */
const leaves = (value: object, prefix: string): [string, string][] =>
  Object.entries(value).flatMap(([key, inner]: [string, unknown]): [string, string][] => {
    if (inner === null || inner === undefined) return [];
    return typeof inner === "object" ? leaves(inner, `${prefix}${key}.`) : [[`${prefix}${key}`, String(inner)]];
  });

const textOf = (operand: Operand, fields: Fields): string | undefined => {
  if (operand.kind === "literal") return operand.value;
  if (operand.kind === "field") return Object.hasOwn(fields, operand.name) ? fields[operand.name] : undefined;
  const at = Date.parse(`${fields["@timestamp"]}Z`);
  return timeText(Math.floor(at / operand.periodMs) * operand.periodMs);
};

const isMet = (condition: Condition, fields: Fields): boolean => {
  switch (condition.kind) {
    case "and":
      return condition.conditions.every((part) => isMet(part, fields));
    case "or":
      return condition.conditions.some((part) => isMet(part, fields));
    case "not":
      return !isMet(condition.condition, fields);
    case "present":
      return Object.hasOwn(fields, condition.field);
    case "in":
      return condition.values.some((value) => compares("=", textOf(condition.left, fields), textOf(value, fields)));
    case "matches":
      return condition.pattern.test(textOf(condition.left, fields) ?? "");
    case "compare":
      return compares(condition.operator, textOf(condition.left, fields), textOf(condition.right, fields));
  }
};

/** As numbers where both are, else as texts. With a value that is not there nothing compares. */
const compares = (operator: string, left: string | undefined, right: string | undefined): boolean => {
  if (left === undefined || right === undefined) return false;
  const difference = order(left, right);
  const holds: Readonly<Record<string, boolean>> = {
    "=": difference === 0,
    "!=": difference !== 0,
    "<": difference < 0,
    "<=": difference <= 0,
    ">": difference > 0,
    ">=": difference >= 0,
  };
  return holds[operator] === true;
};

const numberIn = (text: string): number | undefined =>
  text.trim() !== "" && Number.isFinite(Number(text)) ? Number(text) : undefined;

const order = (left: string, right: string): number => {
  const [one, other] = [numberIn(left), numberIn(right)];
  if (one !== undefined && other !== undefined) return one - other;
  return left === right ? 0 : left < right ? -1 : 1;
};

type Matched = { readonly located: Located; readonly fields: Fields };

const usualFields: readonly Named<Operand>[] = ["@timestamp", "@message"].map((name) => ({
  name,
  value: { kind: "field", name },
}));

const eventRow = (plan: Plan, fields: Fields, { group, event }: Located): Values => {
  const asked = plan.fields.length > 0 ? plan.fields : usualFields;
  const pointer = Buffer.from(JSON.stringify([group, event.at, event.message.length])).toString("base64");
  return new Map([...values(asked, fields), ["@ptr", pointer]]);
};

/** What is not there has no place in a row. */
const values = (asked: readonly Named<Operand>[], fields: Fields): [string, string][] =>
  asked.flatMap(({ name, value }): [string, string][] => {
    const text = textOf(value, fields);
    return text === undefined ? [] : [[name, text]];
  });

const statisticsRows = ({ aggregates, by }: NonNullable<Plan["stats"]>, matched: readonly Matched[]): Values[] => {
  const groups = new Map<string, { readonly key: [string, string][]; readonly members: Fields[] }>();
  for (const { fields } of matched) {
    const key = values(by, fields);
    const id = JSON.stringify(key);
    const group = groups.get(id) ?? { key, members: [] };
    group.members.push(fields);
    groups.set(id, group);
  }
  return [...groups.values()].map(
    ({ key, members }) =>
      new Map([
        ...key,
        ...aggregates.flatMap(({ name, value }): [string, string][] => {
          const result = aggregated(value, members);
          return result === undefined ? [] : [[name, String(Number(result.toFixed(4)))]];
        }),
      ]),
  );
};

const aggregated = ({ kind, field, percent = 0 }: Aggregate, members: readonly Fields[]): number | undefined => {
  if (field === undefined) return members.length;
  const texts = members
    .map((fields) => textOf({ kind: "field", name: field }, fields))
    .filter((text) => text !== undefined);
  if (kind === "count") return texts.length;
  if (kind === "count_distinct") return new Set(texts).size;
  const numbers = texts.map(numberIn).filter((number) => number !== undefined);
  if (numbers.length === 0) return undefined;
  const sorted = numbers.sort((one, other) => one - other);
  const total = sorted.reduce((sum, number) => sum + number, 0);
  if (kind === "sum") return total;
  if (kind === "avg") return total / sorted.length;
  if (kind === "min") return sorted[0];
  if (kind === "max") return sorted.at(-1);
  return sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
};

/** Events without an order of their own come newest first. */
const eventOrder = ({ sort }: Plan): Plan["sort"] =>
  sort.length > 0 ? sort : [{ field: "@timestamp", descending: true }];

/** What a name stands for: an alias of the query, else a field, which need not be shown. */
const meaning = ({ fields }: Plan, name: string): Operand =>
  fields.find((field) => field.name === name)?.value ?? { kind: "field", name };

const sorted = <Item>(
  keys: Plan["sort"],
  items: readonly Item[],
  read: (item: Item, field: string) => string | undefined,
): Item[] =>
  [...items].sort((one, other) => {
    for (const { field, descending } of keys) {
      const difference = order(read(one, field) ?? "", read(other, field) ?? "");
      if (difference !== 0) return descending ? -difference : difference;
    }
    return 0;
  });

const asRow = (row: Values): Row => [...row].map(([field, value]) => ({ field, value }));
