import { data, Evaluator, ExpressionError, Lexer, Parser } from "@actions/expressions";
import type { FunctionDefinition } from "@actions/expressions/funcs/info";
import { truthy } from "@actions/expressions/result";
import { hashFiles } from "./hash-files.ts";

/** Values by context name (`github`, `steps`, …), as JSON would hold them. */
export type Contexts = Readonly<Record<string, unknown>>;

export type JobStatus = "success" | "failure" | "cancelled";

/** What the status functions look at. After a skip none of them holds but `always()`. */
export type EvaluatedStatus = JobStatus | "skipped";

export type EvaluationOptions = {
  /**
   * The contexts that may be named here. One that is not listed is an error, a listed one without a value is null.
   * Absent: those that have a value.
   */
  readonly names?: readonly string[];
  /** With a status, `success()`, `failure()`, `cancelled()` and `always()` are known; without one they are errors. */
  readonly status?: EvaluatedStatus;
};

/** "Contexts" (GitHub docs), context availability: what each place of a workflow or an action's metadata may name. */
export const availableContexts = {
  inputDefault: ["github", "strategy", "matrix", "job", "runner"],
  step: ["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"],
  stepCondition: ["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"],
  jobOutput: ["github", "inputs", "vars", "needs", "strategy", "matrix", "secrets", "steps", "job", "runner", "env"],
  environmentName: ["github", "inputs", "vars", "needs", "strategy", "matrix"],
  environmentUrl: ["github", "inputs", "vars", "needs", "strategy", "matrix", "steps", "job", "runner", "env"],
  jobCondition: ["github", "inputs", "vars", "needs"],
} as const;

/**
 * The value of a text that may hold `${{ }}`. A text that is one expression keeps the expression's type; anything else
 * is a string. Throws an Error with the runner's wording for what cannot be parsed or named.
 */
export const evaluate = (text: string, contexts: Contexts, options: EvaluationOptions = {}): unknown => {
  const segments = parseTemplate(text);
  const [first] = segments;
  if (segments.length === 1 && first?.kind === "expression") {
    return JSON.parse(JSON.stringify(evaluateExpression(first.source, contexts, options), data.replacer)) as unknown;
  }
  return interpolate(segments, contexts, options);
};

/** `evaluate` for places that take a string: null is empty, numbers and booleans are written out, the rest is an error. */
export const evaluateString = (text: string, contexts: Contexts, options: EvaluationOptions = {}): string => {
  const value = evaluate(text, contexts, options);
  if (Array.isArray(value)) throw new Error("A sequence was not expected");
  if (typeof value === "object" && value !== null) throw new Error("A mapping was not expected");
  return value === null ? "" : String(value);
};

/**
 * Whether an `if:` holds. The `${{ }}` around it is optional. With `impliedSuccess`, a condition without a status
 * function means `success() && (condition)`, and none at all means `success()`: so it is for steps and jobs, not for
 * `post-if` ("Expressions", GitHub docs; the runner takes `post-if` as it stands).
 */
export const evaluateCondition = (
  text: string,
  contexts: Contexts,
  options: EvaluationOptions & { readonly status: EvaluatedStatus; readonly impliedSuccess: boolean },
): boolean => {
  const segments: readonly Segment[] = text.includes("${{")
    ? parseTemplate(text.trim())
    : [{ kind: "expression", source: text.trim() === "" ? "success()" : text }];
  const sources = segments.flatMap((segment) => (segment.kind === "expression" ? [segment.source] : []));
  for (const source of sources) parseExpression(source, contexts, options);
  if (options.impliedSuccess && !sources.some(namesStatusFunction) && options.status !== "success") return false;
  const [only] = segments;
  if (segments.length === 1 && only?.kind === "expression") {
    return truthy(evaluateExpression(only.source, contexts, options));
  }
  return interpolate(segments, contexts, options) !== "";
};

/** Throws for a text whose expressions cannot be parsed or name what is not available; evaluates nothing. */
export const checkTemplate = (text: string, names: readonly string[]): void => {
  for (const segment of parseTemplate(text)) {
    if (segment.kind === "expression") parseExpression(segment.source, {}, { names });
  }
};

type Segment =
  | { readonly kind: "text"; readonly text: string }
  | { readonly kind: "expression"; readonly source: string };

const parseTemplate = (text: string): Segment[] => {
  const segments: Segment[] = [];
  let position = 0;
  for (;;) {
    const start = text.indexOf("${{", position);
    const before = start === -1 ? text.slice(position) : text.slice(position, start);
    if (before !== "") segments.push({ kind: "text", text: before });
    if (start === -1) return segments;
    const end = expressionEnd(text, start + 3);
    const source = text.slice(start + 3, end).trim();
    if (source === "") throw new Error("An expression was expected");
    segments.push({ kind: "expression", source });
    position = end + 2;
  }
};

/** The index of the `}}` that closes an expression; one inside a quoted string closes nothing. */
const expressionEnd = (text: string, from: number): number => {
  let quoted = false;
  for (let index = from; index < text.length; index++) {
    if (text[index] === "'") quoted = !quoted;
    else if (!quoted && text.startsWith("}}", index)) return index;
  }
  throw new Error(
    // biome-ignore lint/suspicious/noTemplateCurlyInString: it names the syntax.
    "The expression is not closed. An unescaped ${{ sequence was found, but the closing }} sequence was not found.",
  );
};

const interpolate = (segments: readonly Segment[], contexts: Contexts, options: EvaluationOptions): string =>
  segments
    .map((segment) =>
      segment.kind === "text" ? segment.text : evaluateExpression(segment.source, contexts, options).coerceString(),
    )
    .join("");

const evaluateExpression = (source: string, contexts: Contexts, options: EvaluationOptions): data.ExpressionData => {
  const expression = parseExpression(source, contexts, options);
  const values = new data.Dictionary();
  // The others need not be written in the expressions' own types: an event is long.
  const named = (options.names ?? Object.keys(contexts)).filter(isNamedIn(source));
  for (const name of named) values.add(name, toExpressionData(contexts[name]));
  const functions = new Map(
    knownFunctions(options, contexts).map((definition) => [definition.name.toLowerCase(), definition]),
  );
  try {
    return new Evaluator(expression, values, functions).evaluate();
  } catch (error) {
    throw new Error(`${(error as Error).message}, within expression: ${source}`, { cause: error });
  }
};

const parseExpression = (source: string, contexts: Contexts, options: EvaluationOptions) => {
  try {
    const { tokens } = new Lexer(source).lex();
    return new Parser(tokens, [...(options.names ?? Object.keys(contexts))], knownFunctions(options)).parse();
  } catch (error) {
    if (!(error instanceof ExpressionError)) throw error;
    throw new Error(`${error.message}. Located at position ${error.pos.column + 1} within expression: ${source}`, {
      cause: error,
    });
  }
};

const toExpressionData = (value: unknown): data.ExpressionData =>
  JSON.parse(JSON.stringify(value ?? null), data.reviver) as data.ExpressionData;

/** Which contexts, at most, the expression names. Names are the same in capitals. */
const isNamedIn = (source: string): ((name: string) => boolean) => {
  const text = source.toLowerCase();
  return (name) => text.includes(name.toLowerCase());
};

const statusFunctionNames = ["success", "failure", "cancelled", "always"] as const;

const namesStatusFunction = (source: string): boolean => {
  const { tokens } = new Lexer(source).lex();
  return tokens.some(
    (token, index) =>
      statusFunctionNames.some((name) => name === token.lexeme.toLowerCase()) && tokens[index + 1]?.lexeme === "(",
  );
};

/** Where no runner is yet, there are no files, and `hashFiles()` is unknown: in what concerns whole jobs. */
const knownFunctions = ({ names, status }: EvaluationOptions, contexts: Contexts = {}): FunctionDefinition[] => [
  ...(names === undefined || names.includes("runner")
    ? [
        {
          name: "hashFiles",
          minArgs: 1,
          maxArgs: 255,
          call: (...patterns: data.ExpressionData[]) =>
            new data.StringData(
              hashFiles(
                workspaceIn(contexts),
                patterns.map((pattern) => pattern.coerceString()),
              ),
            ),
        },
      ]
    : []),
  ...(status === undefined
    ? []
    : statusFunctionNames.map((name) => ({
        name,
        minArgs: 0,
        maxArgs: 0,
        call: () => new data.BooleanData(name === "always" || name === status),
      }))),
];

const workspaceIn = ({ github }: Contexts): string => {
  const { workspace } = (github ?? {}) as { readonly workspace?: string };
  if (workspace === undefined) throw new Error("There is no github.workspace whose files hashFiles() could find");
  return workspace;
};
