import { isMapping, listAt, lookedUp, type Mapping, mappingAt, textsAt } from "./document.ts";
import { unreadableSchema } from "./unreadable.ts";

/**
 * What changes between two schemas of a body or a parameter, for those who send it (`request`) or get it (`response`):
 * types, properties and whether they must be there, and the values of an enum. Lengths, formats and patterns are not looked
 * at.
 */

export type Direction = "request" | "response";

/** What differs. `where` is empty for the whole, or a place in it: `.owner.name`, `[].id`. */
export type SchemaFinding = {
  readonly kind: "breaking" | "not-compared";
  readonly where: string;
  /** Goes on from the place: "is required now". */
  readonly what: string;
};

export type Sides = {
  /** The documents that references lead into. */
  readonly before: unknown;
  readonly after: unknown;
  readonly direction: Direction;
  /** Whether one side may have lost on its way through API Gateway that `null` is a value. */
  readonly ignoreNull: boolean;
  /** One for a whole document: what it is written with may be meant to take for ever. */
  readonly budget: Budget;
};

/** `left`: schemas that may be looked at yet. `told`: whether it was said that there are too many. */
export type Budget = { left: number; told: boolean };

/** More than any API has; what is written with a few references can be many more. */
export const MOST_SCHEMAS = 200_000;

export const openBudget = (schemas: number): Budget => ({ left: schemas, told: false });

const DEEPEST = 60;

type Walk = Sides & {
  readonly found: SchemaFinding[];
  /** The pairs of references that are being compared, which may lead into themselves. */
  readonly open: Set<string>;
};

export const compareSchemas = (before: unknown, after: unknown, sides: Sides): readonly SchemaFinding[] => {
  const walk: Walk = { ...sides, found: [], open: new Set() };
  compare(before, after, "", walk, 0);
  return walk.found;
};

const tell = (walk: Walk, kind: SchemaFinding["kind"], where: string, what: string): void => {
  walk.found.push({ kind, where, what });
};

const compare = (before: unknown, after: unknown, where: string, walk: Walk, depth: number): void => {
  const pair = `${referenceIn(before)} ${referenceIn(after)}`;
  if (walk.open.has(pair)) return;
  walk.budget.left -= 1;
  if (isTooMuch(where, walk, depth)) return;
  const named = pair !== " ";
  if (named) walk.open.add(pair);
  const unreadable: string[] = [];
  const sides = [
    merged(walk.before, before, walk.budget, unreadable),
    merged(walk.after, after, walk.budget, unreadable),
  ] as const;
  if (!isTooMuch(where, walk, depth)) {
    if (unreadable[0] === undefined) compareMerged(...sides, where, walk, depth);
    else tell(walk, "not-compared", where, unreadable[0]);
  }
  if (named) walk.open.delete(pair);
};

const isTooMuch = (where: string, walk: Walk, depth: number): boolean => {
  const { budget } = walk;
  if (budget.left >= 0 && depth <= DEEPEST) return false;
  // Once: all that comes after it is too much as well.
  if (budget.left >= 0 || !budget.told) tell(walk, "not-compared", where, "is too large or too deep to compare");
  budget.told ||= budget.left < 0;
  return true;
};

const referenceIn = (schema: unknown): string => String(mappingAt(schema)["$ref"] ?? "");

const compareMerged = (before: Mapping, after: Mapping, where: string, walk: Walk, depth: number): void => {
  if (!compareChoices(before, after, where, walk, depth)) return;
  const type = typeChange(before, after, walk);
  if (type !== undefined) {
    tell(walk, "breaking", where, type);
    return;
  }
  compareEnums(before, after, where, walk);
  compareProperties(before, after, where, walk, depth);
  if (isMapping(before["items"]) && isMapping(after["items"])) {
    compare(before["items"], after["items"], `${where}[]`, walk, depth + 1);
  }
  if (isMapping(before["additionalProperties"]) && isMapping(after["additionalProperties"])) {
    compare(before["additionalProperties"], after["additionalProperties"], `${where}.*`, walk, depth + 1);
  }
};

/** A schema with those of its `allOf`, which all hold. What could not be read of it is added to `unreadable`. */
const merged = (document: unknown, schema: unknown, budget: Budget, unreadable: string[] = [], depth = 0): Mapping => {
  const found = lookedUp(document, schema);
  const said = unreadableSchema(schema, found);
  const own = found ?? {};
  if (said !== undefined) unreadable.push(said);
  const parts = listAt(own["allOf"]);
  if (parts.length === 0 || depth > DEEPEST || budget.left < 0) return own;
  budget.left -= parts.length;
  const all = [own, ...parts.map((part) => merged(document, part, budget, unreadable, depth + 1))];
  return {
    ...Object.assign({}, ...all.toReversed()),
    properties: Object.assign({}, ...all.map((part) => mappingAt(part["properties"]))),
    required: all.flatMap((part) => textsAt(part["required"])),
  };
};

const CHOICES = ["oneOf", "anyOf"] as const;

/** Alternatives are held against each other one by one, where there are as many. Answers whether to go on. */
const compareChoices = (before: Mapping, after: Mapping, where: string, walk: Walk, depth: number): boolean => {
  for (const choice of CHOICES) {
    const [were, are] = [listAt(before[choice]), listAt(after[choice])];
    if (were.length !== are.length) {
      tell(walk, "not-compared", where, `has other alternatives (${choice})`);
      return false;
    }
    for (const [index, one] of were.entries()) compare(one, are[index], where, walk, depth + 1);
  }
  if (JSON.stringify(before["not"]) === JSON.stringify(after["not"])) return true;
  tell(walk, "not-compared", where, "excludes something else (not)");
  return false;
};

/** `undefined`: any type. */
const typesOf = (schema: Mapping, { ignoreNull }: Walk): readonly string[] | undefined => {
  const { type } = schema;
  const given = typeof type === "string" ? [type] : textsAt(type);
  if (given.length === 0) {
    if (isMapping(schema["properties"]) && Object.keys(schema["properties"]).length > 0) return ["object"];
    return isMapping(schema["items"]) ? ["array"] : undefined;
  }
  const nullable = schema["nullable"] === true || schema["x-nullable"] === true;
  return [...given, ...(nullable ? ["null"] : [])].filter((one) => !ignoreNull || one !== "null");
};

/** Who takes numbers takes integers. */
const takes = (types: readonly string[], one: string): boolean =>
  types.includes(one) || (one === "integer" && types.includes("number"));

const typeChange = (before: Mapping, after: Mapping, walk: Walk): string | undefined => {
  const [were, are] = [typesOf(before, walk), typesOf(after, walk)];
  const [narrow, wide] = walk.direction === "request" ? [were, are] : [are, were];
  if (wide === undefined || narrow?.every((one) => takes(wide, one))) return undefined;
  return `is ${typeText(are)} now, and was ${typeText(were)}`;
};

const typeText = (types: readonly string[] | undefined): string => types?.join(" or ") ?? "of any type";

/** A value that comes is for those who get it to bear; one that goes breaks those who send it. */
const compareEnums = (before: Mapping, after: Mapping, where: string, walk: Walk): void => {
  if (walk.direction === "response" || !Array.isArray(after["enum"])) return;
  const taken = new Set(after["enum"].map((value) => JSON.stringify(value)));
  if (!Array.isArray(before["enum"])) {
    tell(walk, "breaking", where, `takes only ${someValues([...taken])} now`);
    return;
  }
  const lost = before["enum"].map((value) => JSON.stringify(value)).filter((value) => !taken.has(value));
  if (lost.length > 0) tell(walk, "breaking", where, `no longer takes ${someValues(lost)}`);
};

const SHOWN = 5;
const LONGEST = 40;

const someValues = (values: readonly string[]): string => {
  const shown = values
    .slice(0, SHOWN)
    .map((value) => (value.length > LONGEST ? `${[...value].slice(0, LONGEST).join("")}…` : value));
  return `${shown.join(", ")}${values.length > SHOWN ? ` and ${values.length - SHOWN} more` : ""}`;
};

const compareProperties = (before: Mapping, after: Mapping, where: string, walk: Walk, depth: number): void => {
  const [had, has] = [mappingAt(before["properties"]), mappingAt(after["properties"])];
  if (walk.direction === "request") askedNow(before, after, where, walk);
  else answeredNoMore(before, after, where, walk);
  for (const [name, schema] of Object.entries(had)) {
    if (Object.hasOwn(has, name)) compare(schema, has[name], `${where}.${name}`, walk, depth + 1);
  }
};

const askedNow = (before: Mapping, after: Mapping, where: string, walk: Walk): void => {
  const [had, has] = [mappingAt(before["properties"]), mappingAt(after["properties"])];
  const required = new Set(textsAt(before["required"]));
  for (const name of new Set(textsAt(after["required"]))) {
    const isAnswered = merged(walk.after, has[name], walk.budget)["readOnly"] === true;
    if (!required.has(name) && !isAnswered) tell(walk, "breaking", `${where}.${name}`, "is required now");
  }
  if (after["additionalProperties"] !== false) return;
  for (const name of Object.keys(had)) {
    if (!Object.hasOwn(has, name)) tell(walk, "breaking", `${where}.${name}`, "is not taken any more");
  }
};

const answeredNoMore = (before: Mapping, after: Mapping, where: string, walk: Walk): void => {
  const has = mappingAt(after["properties"]);
  const [were, are] = [new Set(textsAt(before["required"])), new Set(textsAt(after["required"]))];
  for (const [name, schema] of Object.entries(mappingAt(before["properties"]))) {
    if (merged(walk.before, schema, walk.budget)["writeOnly"] === true) continue;
    if (!Object.hasOwn(has, name)) tell(walk, "breaking", `${where}.${name}`, "is gone");
    else if (were.has(name) && !are.has(name)) tell(walk, "breaking", `${where}.${name}`, "may be missing now");
  }
};
