import { type Contexts, evaluateString } from "./expressions.ts";
import { checkKeys, mapping, parseYaml, type YamlMapping } from "./workflow-file.ts";

/** What a workflow that others call asks for and gives back ("Workflow syntax", `on.workflow_call`, GitHub docs). */

const callIn = (text: string): YamlMapping => {
  const on = parseYaml(text)["on"];
  const call = typeof on === "object" && on !== null && !Array.isArray(on) ? (on as YamlMapping)["workflow_call"] : {};
  const members = mapping(call ?? {}, "on.workflow_call");
  checkKeys(members, ["inputs", "outputs", "secrets"], "on.workflow_call");
  return members;
};

/** The `inputs` context. Throws for what is not declared, missing, or of another type. */
export const calledInputs = (text: string, given: Readonly<Record<string, unknown>>): Contexts => {
  const declared = mapping(callIn(text)["inputs"] ?? {}, "on.workflow_call.inputs");
  const unknown = Object.keys(given).find((name) => !(name in declared));
  if (unknown !== undefined) throw new Error(`Invalid input, ${unknown} is not defined in the referenced workflow.`);
  const values = Object.entries(declared).map(([name, declaration]) => {
    const { type, required, default: usual } = mapping(declaration, `on.workflow_call.inputs.${name}`);
    const value = given[name] ?? usual;
    if (value === undefined && required === true) throw new Error(`Input ${name} is required, but not provided`);
    if (value !== undefined && typeof value !== type) throw new Error(`Input ${name} is no ${type}`);
    return [name, value ?? { string: "", number: 0, boolean: false }[String(type)]];
  });
  return Object.fromEntries(values);
};

/** What the caller's `needs` shows. `contexts`: `jobs`, `inputs`, `vars` and `github`. */
export const calledOutputs = (text: string, contexts: Contexts): Readonly<Record<string, string>> => {
  const declared = mapping(callIn(text)["outputs"] ?? {}, "on.workflow_call.outputs");
  return Object.fromEntries(
    Object.entries(declared).map(([name, output]) => {
      const { value } = mapping(output, `on.workflow_call.outputs.${name}`);
      return [name, evaluateString(String(value ?? ""), contexts, { names: ["github", "jobs", "vars", "inputs"] })];
    }),
  );
};
