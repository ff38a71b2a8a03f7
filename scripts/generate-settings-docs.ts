import { settingsJsonSchema } from "../src/inputs/settings/json-schema.ts";
import { replaceSection } from "./marked-section.ts";

/** What the reference table needs of a JSON Schema. */
export type Schema = {
  readonly description?: string;
  readonly type?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly maxLength?: number;
  readonly items?: Schema;
  readonly examples?: readonly unknown[];
};

/** The published JSON Schema as text. */
export const schemaText = (): string => `${JSON.stringify(settingsJsonSchema(), null, 2)}\n`;

/** The settings' page with its table made anew. */
export const settingsPage = (page: string): string => replaceSection(page, "settings", settingsTable());

/** Every setting of a stage in one Markdown table, from the schema. */
export const settingsTable = (schema: Schema = settingsJsonSchema() as Schema): string => {
  const stage = schema.properties?.["defaults"] ?? {};
  const route = plainPart(mapValue(stage.properties?.["routes"] ?? {}));
  return [
    "| Setting | Value | For one route | Meaning |",
    "| --- | --- | --- | --- |",
    ...leaves(stage).map(
      ({ path, leaf }) =>
        `| \`${path.join(".")}\` | ${escaped(kindOf(leaf))} | ${has(route, path) ? "yes" : ""} | ${escaped(meaningOf(leaf))} |`,
    ),
  ].join("\n");
};

type Leaf = { readonly path: readonly string[]; readonly leaf: Schema };

const leaves = (schema: Schema, path: readonly string[] = []): Leaf[] =>
  Object.entries(schema.properties ?? {}).flatMap(([name, member]) =>
    member.properties === undefined ? [{ path: [...path, name], leaf: member }] : leaves(member, [...path, name]),
  );

const has = (schema: Schema | undefined, path: readonly string[]): boolean => {
  const [name, ...rest] = path;
  if (schema === undefined || name === undefined) return schema !== undefined;
  return has(schema.properties?.[name], rest);
};

const mapValue = ({ additionalProperties }: Schema): Schema | undefined =>
  typeof additionalProperties === "object" ? additionalProperties : undefined;

/** A schema without the null that it may be instead. */
const plainPart = (schema: Schema | undefined): Schema | undefined =>
  schema?.anyOf?.find(({ type }) => type !== "null") ?? schema;

const mayBeNull = ({ anyOf = [] }: Schema): boolean => anyOf.some(({ type }) => type === "null");

const kindOf = (leaf: Schema): string => {
  const entry = mapValue(leaf);
  if (entry !== undefined) return mayBeNull(entry) ? "map; `null` removes an entry" : "map";
  const kinds = leaf.anyOf?.filter(({ type }) => type !== "null") ?? [leaf];
  const kind = kinds.map(scalarOf).join(" or ");
  return mayBeNull(leaf) ? `${kind}; \`null\` removes` : kind;
};

const scalarOf = ({ enum: values, type, items, properties, minimum, maximum, maxLength }: Schema): string => {
  if (values !== undefined) return values.map((value) => `\`${value}\``).join(", ");
  if (properties !== undefined) return `map of ${Object.keys(properties).join(", ")}`;
  if (type === "array") return items?.type === "number" ? "list of numbers" : "list of texts";
  if (type === "boolean") return "`true`, `false`";
  if (type === "string") return maxLength === undefined ? "text" : `text, at most ${maxLength} characters`;
  return `${type === "integer" ? "whole number" : "number"}, ${minimum} to ${maximum}`;
};

const meaningOf = (leaf: Schema): string => {
  const entry = mapValue(leaf)?.description ?? "";
  const example = leaf.examples?.[0];
  const shown = example === undefined || typeof example === "boolean" ? "" : `Example: \`${JSON.stringify(example)}\`.`;
  return [leaf.description ?? "", entry, shown].filter((part) => part !== "").join(" ");
};

const escaped = (cell: string): string => cell.replaceAll("|", "\\|").replaceAll("*", "\\*");
