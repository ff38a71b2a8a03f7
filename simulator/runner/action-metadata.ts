import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseDocument } from "yaml";
import { availableContexts, checkTemplate } from "./expressions.ts";

export type ActionInput = {
  readonly description?: string;
  /** Documentation only: the runner does not enforce it ("Metadata syntax", GitHub docs). */
  readonly required: boolean;
  /** May hold expressions; see `availableContexts.inputDefault`. */
  readonly default?: string;
  readonly deprecationMessage?: string;
};

/** A JavaScript action's metadata file. */
export type ActionMetadata = {
  /** The folder of the metadata file; the paths in `runs` start there. */
  readonly directory: string;
  readonly name: string;
  readonly description?: string;
  /** By name as the file writes it. Names are compared without regard to case. */
  readonly inputs: Readonly<Record<string, ActionInput>>;
  readonly outputs: Readonly<Record<string, { readonly description?: string }>>;
  readonly runs: {
    readonly using: "node20" | "node24";
    readonly main: string;
    readonly post?: string;
    readonly postIf: string;
  };
};

/**
 * Reads `action.yml` (or `action.yaml`) of the folder. Throws an Error with the runner's wording when there is none,
 * when it is not YAML, or when it does not describe a JavaScript action on Node 20 or 24.
 */
export const readActionMetadata = async (actionPath: string): Promise<ActionMetadata> => {
  const file = ["action.yml", "action.yaml"].map((name) => join(actionPath, name)).find((path) => existsSync(path));
  if (file === undefined) {
    throw new Error(
      `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${actionPath}'. Did you forget to run actions/checkout before running your local action?`,
    );
  }
  const text = await readFile(file, "utf8");
  const known = parsed.get(file);
  if (known?.text === text && known.metadata.directory === actionPath) return known.metadata;
  const metadata = parseActionMetadata(text, file, actionPath);
  parsed.set(file, { text, metadata });
  return metadata;
};

/** By file: every job of a simulated run begins with the same one. */
const parsed = new Map<string, { readonly text: string; readonly metadata: ActionMetadata }>();

const parseActionMetadata = (text: string, file: string, directory: string): ActionMetadata => {
  const root = parseYaml(text, file);
  if (root["runs"] === undefined) throw new Error(`Top level 'runs:' section is required for ${file}`);
  const at = (place: string) => `${file}: ${place}`;
  return {
    directory,
    name: scalar(root["name"], at("name")) ?? "",
    ...optional("description", scalar(root["description"], at("description"))),
    inputs: Object.fromEntries(
      Object.entries(mapping(root["inputs"] ?? {}, at("inputs"))).map(([name, value]) => [
        name,
        parseInput(mapping(value ?? {}, at(`inputs.${name}`)), at(`inputs.${name}`)),
      ]),
    ),
    outputs: Object.fromEntries(
      Object.entries(mapping(root["outputs"] ?? {}, at("outputs"))).map(([name, value]) => [
        name,
        optional(
          "description",
          scalar(mapping(value ?? {}, at(`outputs.${name}`))["description"], at(`outputs.${name}.description`)),
        ),
      ]),
    ),
    runs: parseRuns(mapping(root["runs"], at("runs")), file),
  };
};

const parseYaml = (text: string, file: string): Record<string, unknown> => {
  const document = parseDocument(text, { uniqueKeys: true });
  const [error] = document.errors;
  if (error) throw new Error(`Fail to load ${file}: ${error.message}`);
  return mapping(document.toJS(), file);
};

const parseInput = (value: Record<string, unknown>, place: string): ActionInput => {
  const defaultValue = scalar(value["default"], `${place}.default`);
  if (defaultValue !== undefined) {
    try {
      checkTemplate(defaultValue, availableContexts.inputDefault);
    } catch (error) {
      throw new Error(`${place}.default: ${(error as Error).message}`, { cause: error });
    }
  }
  return {
    required: scalar(value["required"], `${place}.required`) === "true",
    ...optional("description", scalar(value["description"], `${place}.description`)),
    ...optional("default", defaultValue),
    ...optional("deprecationMessage", scalar(value["deprecationMessage"], `${place}.deprecationMessage`)),
  };
};

const runsKeys = ["using", "main", "post", "post-if", "pre", "pre-if"];

const parseRuns = (runs: Record<string, unknown>, file: string): ActionMetadata["runs"] => {
  const unexpected = Object.keys(runs).find((key) => !runsKeys.includes(key));
  if (unexpected !== undefined) throw new Error(`${file}: runs: Unexpected value '${unexpected}'`);
  const using = scalar(runs["using"], `${file}: runs.using`)?.toLowerCase();
  if (using === undefined) throw new Error(`${file}: Missing 'using' value. 'using' requires 'node20' or 'node24'.`);
  if (using !== "node20" && using !== "node24") {
    throw new Error(`'using: ${using}' is not supported, use 'node20' or 'node24' instead.`);
  }
  const main = scalar(runs["main"], `${file}: runs.main`);
  if (!main) {
    throw new Error(`You are using a JavaScript Action but there is not an entry JavaScript file provided in: ${file}`);
  }
  return {
    using,
    main,
    ...optional("post", scalar(runs["post"], `${file}: runs.post`)),
    postIf: scalar(runs["post-if"], `${file}: runs.post-if`) ?? "always()",
  };
};

const mapping = (value: unknown, place: string): Record<string, unknown> => {
  if (Array.isArray(value)) throw new Error(`${place}: A sequence was not expected`);
  if (typeof value !== "object" || value === null) throw new Error(`${place}: Expected a mapping`);
  return value as Record<string, unknown>;
};

/** Scalars of any YAML type are read as text, as the runner does where it wants a string. */
const scalar = (value: unknown, place: string): string | undefined => {
  if (value === undefined || value === null) return undefined;
  if (Array.isArray(value)) throw new Error(`${place}: A sequence was not expected`);
  if (typeof value === "object") throw new Error(`${place}: A mapping was not expected`);
  return String(value);
};

const optional = <Name extends string, Value>(
  name: Name,
  value: Value | undefined,
): { readonly [key in Name]?: Value } => (value === undefined ? {} : ({ [name]: value } as { [key in Name]: Value }));
