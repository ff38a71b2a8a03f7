import { readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix, resolve } from "node:path";
import { literalSource } from "../simulator/runner/literal-source.ts";
import type { YamlMapping } from "../simulator/runner/workflow-file.ts";
import { MAXIMUM_DEFINITION_BYTES } from "../src/inputs/definition/syntax.ts";
import { jobsIn, type LocalWorkflow, stepsIn } from "./workflow-of.ts";

/** What a workflow speaks of by name, and what there is of it. */

type Names = { readonly names: readonly string[] /** Others are known only while it runs. */; readonly all: boolean };

/** The environments of its jobs. */
export const environmentsIn = ({ workflows }: Pick<LocalWorkflow, "workflows">): Names => {
  const named = workflows.flatMap(jobsIn).flatMap(({ environment }) => {
    const name = (environment as { name?: unknown } | null | undefined)?.name ?? environment;
    return typeof name === "string" ? [name] : [];
  });
  const names = named.filter((name) => !name.includes("${{"));
  return { names: [...new Set(names)], all: names.length === named.length };
};

/** The names that its expressions look up in `vars` or `secrets`, and that have no value there. */
export const missingIn = (
  { workflows }: Pick<LocalWorkflow, "workflows">,
  context: "vars" | "secrets",
  given: Readonly<Record<string, unknown>>,
): readonly string[] => {
  // The names of variables and secrets are the same in capitals.
  const known = new Set(Object.keys(given).map((name) => name.toUpperCase()));
  const member = new RegExp(`\\b${context}\\.([a-z_]\\w*)`, "gi");
  const names = workflows.flatMap((workflow) => {
    const passed = context === "secrets" ? passedTo(workflow) : [];
    const looked = expressionsIn(workflow).flatMap((text) => [...text.matchAll(member)].map(([, name = ""]) => name));
    return looked.filter((name) => !passed.includes(name.toUpperCase()));
  });
  return [...new Set(names)].filter((name) => !known.has(name.toUpperCase()));
};

/** Secrets that a called workflow has names of its own for, in capitals: whoever calls it gives their values. */
const passedTo = ({ on }: YamlMapping): readonly string[] => {
  const { workflow_call: call } = (on ?? {}) as { workflow_call?: { secrets?: object | null } | null };
  return Object.keys(call?.secrets ?? {}).map((name) => name.toUpperCase());
};

/** `if:` is an expression without braces, too. */
const expressionsIn = (value: unknown, key = ""): readonly string[] => {
  if (typeof value === "string") return key === "if" ? [value] : (value.match(/\$\{\{.*?\}\}/gs) ?? []);
  return typeof value === "object" && value !== null
    ? Object.entries(value).flatMap(([name, member]) => expressionsIn(member, name))
    : [];
};

/**
 * The files of the folder that the workflow names, by their paths, as the simulated repository has them before the event
 * and after it. Where `definition` is another file than the workflow's only one, it is how that one was before.
 */
export const repositoryFiles = (
  folder: string,
  { workflows }: Pick<LocalWorkflow, "workflows">,
  definition: string,
): Readonly<Record<"base" | "head", Readonly<Record<string, Buffer>>>> => {
  const paths = [...new Set(workflows.flatMap(stringsIn).flatMap((text) => pathsOf(folder, text)))];
  const head = Object.fromEntries(paths.map((path) => [path, readFileSync(join(folder, path))]));
  const definitions = new Set(workflows.flatMap(stepsIn).flatMap(definitionOf));
  const [only = ""] = definitions;
  const isOther = !paths.some((path) => resolve(folder, path) === resolve(definition));
  // One that cannot be read is refused where the API is made of it.
  const isBefore = isOther && definitions.size === 1 && only in head && isSmallFile(definition);
  return { base: { ...head, ...(isBefore ? { [only]: readFileSync(definition) } : {}) }, head };
};

const definitionOf = ({ with: inputs }: YamlMapping): readonly string[] => {
  const { definition } = (inputs ?? {}) as { definition?: unknown };
  return typeof definition === "string" ? [posix.normalize(definition)] : [];
};

const stringsIn = (value: unknown): readonly string[] => {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(stringsIn) : [];
};

/** An expression stands for any name between two slashes: `apis/${{ matrix.api }}/openapi.yml`. */
const pathsOf = (folder: string, text: string): readonly string[] => {
  if (!/^[^/\n][^\n]*\.(?:ya?ml|json)$/.test(text)) return [];
  const segments = posix.normalize(text.replaceAll(/\$\{\{.*?\}\}/g, "*")).split("/");
  if (segments.includes("..")) return [];
  const found = segments.reduce<readonly string[]>(
    (above, segment) => above.flatMap((path) => membersOf(folder, path, segment)),
    [""],
  );
  return found.filter((path) => isSmallFile(join(folder, path)));
};

const membersOf = (folder: string, path: string, segment: string): readonly string[] => {
  if (!segment.includes("*")) return [posix.join(path, segment)];
  const pattern = new RegExp(`^${segment.split("*").map(literalSource).join(".*")}$`);
  try {
    return readdirSync(join(folder, path)).flatMap((name) => (pattern.test(name) ? [posix.join(path, name)] : []));
  } catch {
    return [];
  }
};

const isSmallFile = (path: string): boolean => {
  try {
    const stats = statSync(path);
    return stats.isFile() && stats.size <= MAXIMUM_DEFINITION_BYTES;
  } catch {
    return false;
  }
};
