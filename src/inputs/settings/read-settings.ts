import * as z from "zod/mini";
import type { ErrorPlace } from "../../domain/errors.ts";
import { type Located, parseLocated } from "./located-yaml.ts";
import { didYouMean } from "./near-match.ts";
import type { PlaceOf } from "./resolve.ts";
import { fileSchema, type SettingsFile, type StageLayer, stageSchema } from "./schema.ts";
import { looksSecret, MASK } from "./secret-names.ts";

/** Either the settings or all that is wrong with them, in the order of the text. */
export type Reading<T> =
  | { readonly kind: "settings"; readonly settings: T; readonly placeOf: PlaceOf }
  | { readonly kind: "problems"; readonly problems: readonly ErrorPlace[] };

/** Nobody reads more at once. */
const MAX_PROBLEMS = 50;

/** Reads the settings file; `file` is its path as people know it. An empty file declares nothing. Throws nothing. */
export const readSettingsFile = (text: string, file: string): Reading<SettingsFile> => read(text, file, fileSchema);

/** Reads the `settings` input, the body of one stage; `name` is what its problems are reported under. Throws nothing. */
export const readInlineSettings = (text: string, name: string): Reading<StageLayer> => read(text, name, stageSchema);

type Found = { readonly at: number; readonly message: string };

const read = <T>(text: string, file: string, schema: z.ZodMiniType<T>): Reading<T> => {
  const found: Found[] = [];
  const { root, position } = parseLocated(text, (at, message) => found.push({ at, message }));
  const unreadable = root === undefined && found.length > 0;
  const result = unreadable ? undefined : schema.safeParse(root === undefined ? {} : root.value);
  if (result?.success && found.length === 0) {
    const placeOf: PlaceOf = (path) => ({ file, ...position(keyAt(root, path)) });
    return { kind: "settings", settings: result.data, placeOf };
  }
  const wrong = result?.error?.issues.flatMap((issue) => problemsOf(issue, root, schema)) ?? [];
  const all = [...found, ...wrong].sort((one, other) => one.at - other.at);
  return { kind: "problems", problems: limited(all).map(({ at, message }) => ({ file, ...position(at), message })) };
};

const limited = (found: readonly Found[]): readonly Found[] => {
  const more = found.length - MAX_PROBLEMS;
  const shown = found.slice(0, MAX_PROBLEMS);
  const last = shown.at(-1);
  if (more <= 0 || last === undefined) return shown;
  return [...shown, { at: last.at, message: `There are ${more} more problems below; correct these first.` }];
};

const problemsOf = (issue: z.core.$ZodIssue, root: Located | undefined, schema: z.ZodMiniType): readonly Found[] => {
  const path = issue.path.map(String);
  if (issue.code === "unrecognized_keys") return issue.keys.map((key) => unknownName([...path, key], root, schema));
  if (issue.code === "invalid_key") return [wrongName(path, issue.issues[0]?.message ?? issue.message, root)];
  const place = find(root, path);
  const suggestion = issue.code === "invalid_value" ? didYouMean(place?.written ?? "", issue.values.map(String)) : "";
  const message = `${shownPath(path)} is ${shownValue(path, place)}. It must be ${issue.message}.${suggestion}${quotesHint(issue, place)}`;
  return [{ at: place?.at ?? 0, message }];
};

const unknownName = (path: readonly string[], root: Located | undefined, schema: z.ZodMiniType): Found => {
  const name = path.at(-1) ?? "";
  const parent = path.slice(0, -1);
  const known = namesAt(schema, parent);
  const where = parent.length === 0 ? "here" : `in ${shownPath(parent)}`;
  return {
    at: keyAt(root, path),
    message: `${shorten(name)} is not known ${where}.${didYouMean(name, known)} Known are ${known.join(", ")}.`,
  };
};

const wrongName = (path: readonly string[], rule: string, root: Located | undefined): Found => ({
  at: keyAt(root, path),
  message: `${shownPath(path.slice(0, -1))} has the name ${JSON.stringify(shorten(path.at(-1) ?? ""))}. It must be ${rule}.`,
});

const find = (root: Located | undefined, path: readonly string[]): Located | undefined => {
  let node = root;
  for (const name of path) node = node?.members?.get(name)?.node ?? node;
  return node;
};

const keyAt = (root: Located | undefined, path: readonly string[]): number =>
  find(root, path.slice(0, -1))?.members?.get(path.at(-1) ?? "")?.keyAt ?? 0;

/** The names that the map at a path may have. */
const namesAt = (schema: z.core.$ZodType, path: readonly string[]): readonly string[] => {
  if (schema instanceof z.core.$ZodOptional || schema instanceof z.core.$ZodNullable) {
    return namesAt(schema._zod.def.innerType, path);
  }
  const [name, ...rest] = path;
  if (schema instanceof z.core.$ZodRecord && name !== undefined) return namesAt(schema._zod.def.valueType, rest);
  if (!(schema instanceof z.core.$ZodObject)) return [];
  const { shape } = schema._zod.def;
  if (name === undefined) return Object.keys(shape);
  const member: z.core.$ZodType | undefined = shape[name];
  return member === undefined ? [] : namesAt(member, rest);
};

const shownPath = (path: readonly string[]): string =>
  path.length === 0 ? "The whole text" : path.map(shorten).join(".");

const shorten = (text: string): string => (text.length <= 80 ? text : `${text.slice(0, 77)}...`);

const shownValue = (path: readonly string[], place: Located | undefined): string => {
  const value = place?.value;
  if (Array.isArray(value)) return "a list";
  if (place?.members !== undefined) return "a map";
  if (path.at(-2) === "variables" && looksSecret(path.at(-1) ?? "")) return MASK;
  return typeof value === "string" ? JSON.stringify(shorten(value)) : shorten(place?.written || String(value));
};

/** YAML reads 8080, 1.10 and true as a number or a truth value; quotes make them text. */
const quotesHint = (issue: z.core.$ZodIssue, place: Located | undefined): string => {
  const isPlain = typeof place?.value === "number" || typeof place?.value === "boolean";
  return issue.code === "invalid_type" && issue.expected === "string" && isPlain
    ? ` Put it in quotes to make it text: "${shorten(place.written ?? "")}".`
    : "";
};
