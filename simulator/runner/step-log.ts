import type { SecretMasker } from "./secret-masker.ts";
import { parseWorkflowCommand, type WorkflowCommand } from "./workflow-command.ts";

export type AnnotationLevel = "error" | "warning" | "notice";

export type Annotation = {
  readonly level: AnnotationLevel;
  /** At most 4096 characters, secrets masked. */
  readonly message: string;
  readonly title?: string;
  readonly file?: string;
  readonly line?: string;
  readonly endLine?: string;
  readonly col?: string;
  readonly endColumn?: string;
};

/**
 * What the runner makes of a step's output: the log, the annotations, and what commands changed. Members grow as lines
 * are written.
 */
export type StepLog = {
  /** A line that the action wrote; it may be a workflow command. */
  readonly write: (line: string) => void;
  /** A line of the runner's own. */
  readonly print: (line: string) => void;
  readonly issue: (level: AnnotationLevel, message: string) => void;
  readonly debug: (message: string) => void;
  /** As the downloaded log shows them: `##[group]`, `##[error]` and the like mark what the page folds and colours. */
  readonly lines: string[];
  readonly annotations: Annotation[];
  /** Set by the deprecated `set-output` and `save-state` commands. */
  readonly outputs: Record<string, string>;
  readonly state: Record<string, string>;
  /** A command could not be processed: that fails the step whatever its exit code. */
  commandFailed: boolean;
};

/** The runner keeps this many annotations of each level for a step; the log keeps all. */
const annotationsPerLevel = 10;
const annotationLength = 4096;

export type StepLogOptions = {
  readonly masker: SecretMasker;
  /** Step debug logging: debug messages appear in the log and commands are echoed. */
  readonly debug: boolean;
  /** Told every line of the log as it is written. */
  readonly onLog?: (line: string) => void;
};

export const stepLog = ({ masker, debug, onLog }: StepLogOptions): StepLog => {
  const counts: Record<AnnotationLevel, number> = { error: 0, warning: 0, notice: 0 };
  const print = (line: string): void => {
    for (const part of masker.mask(line).split(/\r\n|\n|\r/)) {
      log.lines.push(part);
      onLog?.(part);
    }
  };
  const issue = (level: AnnotationLevel, message: string, properties: WorkflowCommand["properties"] = {}): void => {
    if (message === "") return;
    print(`##[${level}]${message}`);
    counts[level] += 1;
    if (counts[level] <= annotationsPerLevel) log.annotations.push(toAnnotation(level, message, properties, masker));
  };
  const log: StepLog = {
    write: () => {},
    print,
    issue,
    debug: (message) => {
      if (debug) print(`##[debug]${message}`);
    },
    lines: [],
    annotations: [],
    outputs: {},
    state: {},
    commandFailed: false,
  };
  return Object.assign(log, { write: commandReader(log, masker, issue, debug) });
};

const toAnnotation = (
  level: AnnotationLevel,
  message: string,
  properties: WorkflowCommand["properties"],
  masker: SecretMasker,
): Annotation => {
  const annotation: Record<string, string> = {};
  for (const [member, property] of annotationProperties) {
    const value = properties[property];
    if (value !== undefined) annotation[member] = masker.mask(value);
  }
  return { level, message: masker.mask(message).slice(0, annotationLength), ...annotation };
};

const annotationProperties = [
  ["title", "title"],
  ["file", "file"],
  ["line", "line"],
  ["endLine", "endline"],
  ["col", "col"],
  ["endColumn", "endcolumn"],
] as const;

type Issue = (level: AnnotationLevel, message: string, properties?: WorkflowCommand["properties"]) => void;

/** What commands have switched: echoing, and the token that ends a stretch without commands. */
type Switches = { echo: boolean; stopToken: string | undefined };

/** Commands that never appear in the log themselves, even when commands are echoed. */
const unechoed = new Set(["add-mask", "debug", "error", "warning", "notice", "echo"]);

const commandReader = (log: StepLog, masker: SecretMasker, issue: Issue, debug: boolean): ((line: string) => void) => {
  const switches: Switches = { echo: debug, stopToken: undefined };
  const handlers = commandHandlers(log, masker, issue, switches);
  const isKnown = (name: string): boolean => name in handlers || name === switches.stopToken;
  return (line) => {
    const command = parseWorkflowCommand(line, isKnown);
    if (!command) return log.print(line);
    const name = command.name.toLowerCase();
    if (switches.stopToken !== undefined) {
      if (name === switches.stopToken) switches.stopToken = undefined;
      return log.print(line);
    }
    if (switches.echo && !unechoed.has(name)) log.print(line);
    try {
      handlers[name]?.(command, line);
    } catch (error) {
      log.issue("error", `Unable to process command '${unechoed.has(name) ? name : line}' successfully.`);
      log.issue("error", (error as Error).message);
      log.commandFailed = true;
    }
  };
};

type Handler = (command: WorkflowCommand, line: string) => void;

const commandHandlers = (
  log: StepLog,
  masker: SecretMasker,
  issue: Issue,
  switches: Switches,
): Readonly<Record<string, Handler>> => {
  const handlers: Record<string, Handler> = {
    error: ({ data, properties }) => issue("error", data, properties),
    warning: ({ data, properties }) => issue("warning", data, properties),
    notice: ({ data, properties }) => issue("notice", data, properties),
    debug: ({ data }) => log.debug(data),
    group: ({ data }) => log.print(`##[group]${data}`),
    endgroup: () => log.print("##[endgroup]"),
    "add-mask": ({ data }) => {
      if (data.trim() === "") issue("warning", "Can't add secret mask for empty string in ##[add-mask] command.");
      masker.add(data);
    },
    echo: ({ data }) => {
      switches.echo = parseEcho(data);
    },
    "set-output": (command) => {
      log.outputs[requiredName(command)] = command.data;
      issue("warning", deprecationWarning("set-output"));
    },
    "save-state": (command) => {
      log.state[requiredName(command)] = command.data;
      issue("warning", deprecationWarning("save-state"));
    },
    "set-env": () => {
      throw new Error(disabledError("set-env"));
    },
    "add-path": () => {
      throw new Error(disabledError("add-path"));
    },
    "add-matcher": () => {
      throw new Error("Problem matchers are not simulated.");
    },
    "remove-matcher": () => {
      throw new Error("Problem matchers are not simulated.");
    },
    "stop-commands": ({ data }, line) => {
      const token = data.toLowerCase();
      if (token === "" || token === "pause-logging" || token in handlers) throw new Error(stopTokenError);
      if (data.length > 6) masker.add(data);
      switches.stopToken = token;
      log.print(line);
    },
  };
  return Object.assign(Object.create(null) as Record<string, Handler>, handlers);
};

const parseEcho = (value: string): boolean => {
  const word = value.trim().toLowerCase();
  if (word !== "on" && word !== "off") {
    throw new Error(`Invalid echo command value. Possible values can be: 'on', 'off'. Current value is: '${value}'.`);
  }
  return word === "on";
};

const requiredName = ({ name, properties }: WorkflowCommand): string => {
  const value = properties["name"];
  if (!value) throw new Error(`Required field 'name' is missing in ##[${name}] command.`);
  return value;
};

const deprecationWarning = (command: string): string =>
  `The \`${command}\` command is deprecated and will be disabled soon. Please upgrade to using Environment Files. For more information see: https://github.blog/changelog/2022-10-11-github-actions-deprecating-save-state-and-set-output-commands/`;

const disabledError = (command: string): string =>
  `The \`${command}\` command is disabled. Please upgrade to using Environment Files or opt into unsecure command execution by setting the \`ACTIONS_ALLOW_UNSECURE_COMMANDS\` environment variable to \`true\`. For more information see: https://github.blog/changelog/2020-10-01-github-actions-deprecating-set-env-and-add-path-commands/`;

const stopTokenError =
  "You cannot use a endToken that is an empty string, the string 'pause-logging', or another workflow command.";
