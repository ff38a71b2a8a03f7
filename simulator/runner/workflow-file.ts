import { parseDocument } from "yaml";

/** What workflow files are made of, checked as they are read. */

export type YamlMapping = Readonly<Record<string, unknown>>;

/** A file's mapping. Throws for YAML errors. */
export const parseYaml = (text: string): YamlMapping => {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Error(error.message);
  return mapping(document.toJS(), "workflow");
};

export const list = (value: unknown): string[] =>
  value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(String);

export const mapping = (value: unknown, place: string): YamlMapping => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${place}: Expected a mapping`);
  return value as YamlMapping;
};

export const sequence = (value: unknown, place: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`${place}: Expected a sequence`);
  return value;
};

export const checkKeys = (value: YamlMapping, known: readonly string[], place: string): void => {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${place}: '${unknown}' is unknown or not simulated`);
};
