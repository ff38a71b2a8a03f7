import { randomUUID } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { SecretMasker } from "./secret-masker.ts";
import type { StepLog } from "./step-log.ts";

/** The files through which one step talks to the runner, by the member of the `github` context that holds the path. */
export type FileCommands = Readonly<Record<FileCommandName, string>>;

export type FileCommandName = "output" | "state" | "env" | "path" | "step_summary";

const filePrefixes: Readonly<Record<FileCommandName, string>> = {
  output: "set_output_",
  state: "save_state_",
  env: "set_env_",
  path: "add_path_",
  step_summary: "step_summary_",
};

/** Bytes; a longer summary is not uploaded ("Workflow commands", GitHub docs). */
const summaryLimit = 1024 * 1024;

/** Fresh empty files for one step under the runner's temporary folder. */
export const createFileCommands = (temp: string): FileCommands => {
  const folder = join(temp, "_runner_file_commands");
  mkdirSync(folder, { recursive: true });
  const suffix = randomUUID();
  const file = (name: FileCommandName): string => {
    const path = join(folder, filePrefixes[name] + suffix);
    writeFileSync(path, "");
    return path;
  };
  return {
    output: file("output"),
    state: file("state"),
    env: file("env"),
    path: file("path"),
    step_summary: file("step_summary"),
  };
};

/** What a step left for later steps, its post stage and its readers. */
export type StepEffects = {
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  readonly env: Record<string, string>;
  readonly path: string[];
  /** Markdown, secrets masked; empty when there is none or when it was too long to upload. */
  summary: string;
};

/**
 * Reads a step's files into its effects, in the runner's order. A file that cannot be read as commands fails the step;
 * what comes before its bad line, and the other files, still count.
 */
export const applyFileCommands = (
  files: FileCommands,
  effects: StepEffects,
  log: StepLog,
  masker: SecretMasker,
): void => {
  const apply = (name: FileCommandName, use: (text: string) => void): void => {
    try {
      use(readFileCommand(files[name]));
    } catch (error) {
      log.issue("error", `Unable to process file command '${name}' successfully.`);
      log.issue("error", (error as Error).message);
      log.commandFailed = true;
    }
  };
  apply("path", (text) => {
    effects.path.push(...new Set(text.split(/\r\n|\n|\r/).filter((line) => line !== "")));
  });
  apply("env", (text) => {
    for (const [name, value] of parseKeyValues(text)) setVariable(effects, name, value, log);
  });
  apply("step_summary", (text) => {
    effects.summary = uploadableSummary(text, log, masker);
  });
  apply("state", (text) => {
    for (const [name, value] of parseKeyValues(text)) effects.state[name] = value;
  });
  apply("output", (text) => {
    for (const [name, value] of parseKeyValues(text)) effects.outputs[name] = value;
  });
};

const setVariable = (effects: StepEffects, name: string, value: string, log: StepLog): void => {
  if (name.toUpperCase() === "NODE_OPTIONS") {
    log.issue("error", "Can't store NODE_OPTIONS output parameter using '$GITHUB_ENV' command.");
  } else {
    effects.env[name] = value;
  }
};

const uploadableSummary = (text: string, log: StepLog, masker: SecretMasker): string => {
  const size = Buffer.byteLength(text);
  if (size <= summaryLimit) return text.split("\n").map(masker.mask).join("\n");
  const kilobytes = (bytes: number): string => `${Math.floor(bytes / 1024)}k`;
  log.issue(
    "error",
    `$GITHUB_STEP_SUMMARY upload aborted, supports content up to a size of ${kilobytes(summaryLimit)}, got ${kilobytes(size)}. For more information see: https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-markdown-summary`,
  );
  return "";
};

/** The file's text without a byte order mark. A file that the action removed reads as empty. */
const readFileCommand = (path: string): string => {
  try {
    return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw error;
  }
};

/**
 * The pairs of a file of `name=value` lines and `name<<DELIMITER` blocks, in order. Whichever of `=` and `<<` comes
 * first in a line decides. Throws, after the pairs before it, at the first line that is neither or at a block that does
 * not end (recorded behaviour of the runner, wording included).
 */
export function* parseKeyValues(text: string): Generator<KeyValue> {
  const lines = text.split("\n");
  let index = 0;
  while (index < lines.length) {
    const line = lines[index] ?? "";
    index += 1;
    if (line === "") continue;
    const [name, delimiter] = splitHeredoc(line);
    if (delimiter === undefined) {
      yield splitPair(line);
    } else {
      const end = heredocEnd(lines, index, delimiter);
      yield [name, lines.slice(index, end).join("\n")];
      index = end + 1;
    }
  }
}

type KeyValue = readonly [name: string, value: string];

const splitPair = (line: string): KeyValue => {
  const equals = line.indexOf("=");
  if (equals === -1) throw new Error(`Invalid format '${line}'`);
  if (equals === 0) throw new Error(`Invalid format '${line}'. Name must not be empty`);
  return [line.slice(0, equals), line.slice(equals + 1)];
};

/** No delimiter: the line does not open a block. */
const splitHeredoc = (line: string): readonly [name: string, delimiter: string | undefined] => {
  const equals = line.indexOf("=");
  const heredoc = line.indexOf("<<");
  if (heredoc === -1 || (equals !== -1 && equals < heredoc)) return ["", undefined];
  const name = line.slice(0, heredoc);
  const delimiter = line.slice(heredoc + 2);
  if (name === "" || delimiter === "") {
    throw new Error(`Invalid format '${line}'. Name must not be empty and delimiter must not be empty`);
  }
  return [name, delimiter];
};

const heredocEnd = (lines: readonly string[], from: number, delimiter: string): number => {
  const end = lines.indexOf(delimiter, from);
  if (end !== -1) return end;
  // A text that ends in a line break leaves an empty last element: only then is the block merely unclosed.
  if (lines.at(-1) === "" || from >= lines.length) {
    throw new Error(`Invalid value. Matching delimiter not found '${delimiter}'`);
  }
  throw new Error("Invalid value. EOF marker missing new line.");
};
