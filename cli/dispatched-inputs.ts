/** What "Run workflow" asks for ("Workflow syntax", `on.workflow_dispatch.inputs`, GitHub docs). */
export type DispatchedInputs = {
  /** The `inputs` context: the booleans of it are such. */
  readonly inputs: Readonly<Record<string, string | boolean>>;
  /** `github.event.inputs`: all are text. */
  readonly texts: Readonly<Record<string, string>>;
};

type Declared = {
  readonly type?: unknown;
  readonly required?: unknown;
  readonly default?: unknown;
  readonly options?: unknown;
};

/** With the defaults of those that are not given; `problems` get a sentence for each that GitHub would not take. */
export const dispatchedInputs = (
  on: unknown,
  given: Readonly<Record<string, string>>,
  problems: string[],
): DispatchedInputs => {
  const { workflow_dispatch: dispatch } = (on ?? {}) as { workflow_dispatch?: { inputs?: unknown } | null };
  const declared = (dispatch?.inputs ?? {}) as Readonly<Record<string, Declared | null>>;
  const names = Object.keys(declared);
  for (const name of Object.keys(given).filter((one) => !names.includes(one))) {
    const known = names.length === 0 ? "It has none" : `It has ${names.join(", ")}`;
    problems.push(`The workflow has no input ${name} that could be dispatched. ${known}.`);
  }
  const texts = names.map((name) => [name, textOf(name, declared[name] ?? {}, given[name], problems)] as const);
  const inputs = texts.map(([name, text]) => [name, declared[name]?.type === "boolean" ? text === "true" : text]);
  return { inputs: Object.fromEntries(inputs), texts: Object.fromEntries(texts) };
};

const textOf = (name: string, declared: Declared, given: string | undefined, problems: string[]): string => {
  const { type, required, options } = declared;
  const text = given ?? (declared.default == null ? "" : String(declared.default));
  // A box that is not ticked is an answer.
  if (text === "" && required === true && type !== "boolean")
    problems.push(`Input ${name} is required. Give --input ${name}=VALUE.`);
  if (text === "") return type === "boolean" ? "false" : "";
  const rule = ruleOf(type, options, text);
  if (rule !== undefined) problems.push(`Input ${name} is ${JSON.stringify(text)}. It must be ${rule}.`);
  return text;
};

/** What the value would have to be, if it is not. */
const ruleOf = (type: unknown, options: unknown, text: string): string | undefined => {
  if (type === "boolean") return ["true", "false"].includes(text) ? undefined : "true or false";
  if (type === "number") return Number.isFinite(Number(text)) ? undefined : "a number";
  if (type !== "choice") return undefined;
  const known = Array.isArray(options) ? options.map(String) : [];
  return known.includes(text) ? undefined : `one of ${known.join(", ")}`;
};
