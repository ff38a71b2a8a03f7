import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { type Document, isMap, isSeq, parseDocument, type YAMLMap } from "yaml";
import { parseYaml } from "../simulator/runner/workflow-file.ts";
import { StartFailure } from "../simulator/start/services.ts";

/** A workflow of somebody's folder, as far as it can be simulated. */
export type LocalWorkflow = {
  /** As it was given. */
  readonly path: string;
  readonly text: string;
  /** For jobs that call another workflow of its folder, by the paths that they are called by. */
  readonly files: Readonly<Record<string, string>>;
  /** The first name by which it, or what it calls, uses this action: `OWNER/apigw-stage-action/node24`. */
  readonly action: string | undefined;
  /** What it listens to first. */
  readonly firstEvent: string;
  /** What counts as met, because it is not simulated: `on.push.paths`. */
  readonly pathFilters: readonly string[];
};

/** Throws `StartFailure` for what cannot be read or is no YAML. */
export const readLocalWorkflow = (folder: string, path: string): LocalWorkflow => {
  const file = resolve(folder, path);
  const given = read(file, path);
  const { on } = parsed(given, path);
  const { text, pathFilters } = withoutPathFilters(given);
  const names = readdirSync(dirname(file)).filter((name) => /\.ya?ml$/.test(name));
  const siblings = names.map(
    (name) => [`.github/workflows/${name}`, readFileSync(join(dirname(file), name), "utf8")] as const,
  );
  const called = siblings.filter(([place]) => text.includes(`./${place}`)).map(([, content]) => content);
  const [action] = [text, ...called].flatMap(stepsIn).flatMap(({ step }) => nameIn(step) ?? []);
  return { path, text, files: Object.fromEntries(siblings), action, firstEvent: firstEventOf(on), pathFilters };
};

/**
 * The same, with all steps of this action by one name, and asking the simulated API whatever URL they name: nobody's real
 * one is asked.
 */
export const answeredBy = (
  { text, files, action }: LocalWorkflow,
  url: string,
): Pick<LocalWorkflow, "text" | "files"> => {
  const made = (content: string): string => withInvokeUrl(content, url, action);
  const others = Object.entries(files).map(([path, content]) => [path, made(content)]);
  return { text: made(text), files: Object.fromEntries(others) };
};

/**
 * What to tell of an error that running a workflow ended in: the simulated runner throws a plain `Error` for what is wrong
 * with it, or is not simulated. Everything else stays as it is.
 */
export const workflowFailure = (path: string, error: unknown): unknown =>
  error instanceof Error && error.name === "Error" && !("code" in error) && !(error instanceof StartFailure)
    ? new StartFailure(`The workflow ${path} cannot be run here: ${firstLineOf(error.message)}.`, 1)
    : error;

/** YAML's errors show the place below their first line. */
const firstLineOf = (text: string): string => (text.split("\n")[0] ?? "").replace(/[.:]$/, "");

const read = (file: string, path: string): string => {
  try {
    return readFileSync(file, "utf8");
  } catch (error) {
    throw new StartFailure(`The workflow ${path} cannot be read: ${(error as Error).message}.`, 2);
  }
};

const parsed = (text: string, path: string): ReturnType<typeof parseYaml> => {
  try {
    return parseYaml(text);
  } catch (error) {
    throw workflowFailure(path, error);
  }
};

const firstEventOf = (on: unknown): string => {
  if (typeof on === "string") return on;
  return String((Array.isArray(on) ? on : Object.keys(on ?? {}))[0] ?? "push");
};

const withoutPathFilters = (text: string): Pick<LocalWorkflow, "text" | "pathFilters"> => {
  const document = parseDocument(text);
  const on = document.get("on");
  const events = isMap(on) ? on.items.map(({ key }) => String(key)) : [];
  const places = events.flatMap((event) => ["paths", "paths-ignore"].map((key) => ["on", event, key]));
  const found = places.filter((place) => document.hasIn(place));
  for (const place of found) document.deleteIn(place);
  return { text: found.length === 0 ? text : document.toString(), pathFilters: found.map((place) => place.join(".")) };
};

/** This action, by whichever of its names, without its ref. */
const nameIn = (step: YAMLMap): string | undefined =>
  /^[\w.-]+\/apigw-stage-action(?:\/node24)?(?=@)/.exec(String(step.get("uses")))?.[0];

const withInvokeUrl = (text: string, url: string, action = ""): string => {
  const steps = stepsIn(text);
  for (const { document, step } of steps) {
    const name = nameIn(step);
    if (name === undefined) continue;
    const given = step.get("with");
    const inputs = isMap(given) ? (given.toJSON() as object) : {};
    step.set("uses", String(step.get("uses")).replace(name, action));
    step.set("with", document.createNode({ ...inputs, "invoke-url": url }));
  }
  return steps[0]?.document.toString({ lineWidth: 0 }) ?? text;
};

/** The steps of all jobs, of a text that is YAML. */
const stepsIn = (text: string): readonly { readonly document: Document; readonly step: YAMLMap }[] => {
  const document: Document = parseDocument(text);
  const jobs = document.errors.length > 0 ? undefined : document.get("jobs");
  const lists = (isMap(jobs) ? jobs.items : []).map(({ value }) => (isMap(value) ? value.get("steps") : undefined));
  const steps = lists.flatMap((list) => (isSeq(list) ? list.items : [])).filter(isMap);
  return steps.map((step) => ({ document, step }));
};
