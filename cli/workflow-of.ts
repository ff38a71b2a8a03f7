import { readFileSync } from "node:fs";
import { basename, dirname, join, resolve } from "node:path";
import { stringify } from "yaml";
import { parseYaml, type YamlMapping } from "../simulator/runner/workflow-file.ts";
import { StartFailure } from "../simulator/start/services.ts";

/** A workflow of somebody's folder, as far as it can be simulated. */
export type LocalWorkflow = {
  /** As it was given. */
  readonly path: string;
  readonly on: unknown;
  readonly text: string;
  /** The workflows that its jobs call, and theirs, by the paths that they are called by. */
  readonly files: Readonly<Record<string, string>>;
  /** It, and those that are called. */
  readonly workflows: readonly YamlMapping[];
  /** The first name by which it, or what it calls, uses this action: `OWNER/apigw-stage-action/node24`. */
  readonly action: string | undefined;
  /** What counts as met, because it is not simulated: `on.push.paths`. */
  readonly pathFilters: readonly string[];
};

/** Of workflows, the first of which is started and calls the next ("Reuse workflows", GitHub docs). */
const MOST_LEVELS = 10;

/** Throws `StartFailure` for what cannot be read or is no YAML. */
export const readLocalWorkflow = (folder: string, path: string): LocalWorkflow => {
  const file = resolve(folder, path);
  const text = read(file, path);
  const workflow = parsed(text, path);
  const { on, pathFilters } = withoutPathFilters(workflow["on"]);
  const called = new Map<string, Source>();
  for (const source of calledBy(dirname(file), { path, workflow, text }, [])) called.set(source.path, source);
  const files = Object.fromEntries([...called].map(([place, source]) => [place, source.text]));
  const workflows = [{ ...workflow, on }, ...[...called.values()].map((source) => source.workflow)];
  const [action] = workflows.flatMap(stepsIn).flatMap((step) => nameIn(step) ?? []);
  return {
    path,
    on,
    text: pathFilters.length === 0 ? text : written({ ...workflow, on }),
    files,
    workflows,
    action,
    pathFilters,
  };
};

type Source = { readonly path: string; readonly workflow: YamlMapping; readonly text: string };

/** The files that a workflow calls lie beside it, and are called as those of `.github/workflows`. */
const calledBy = (folder: string, caller: Source, callers: readonly string[]): readonly Source[] => {
  const chain = [...callers, basename(caller.path)];
  const places = jobsIn(caller.workflow).flatMap(({ uses }) => /^\.\/(.*)/s.exec(String(uses))?.[1] ?? []);
  return [...new Set(places)].flatMap((path) => {
    const name = basename(path);
    if (path !== `.github/workflows/${name}`) {
      throw new StartFailure(`${caller.path} calls ${path}, and only files of .github/workflows can be called.`, 2);
    }
    if (chain.includes(name)) {
      throw new StartFailure(`Workflows call each other in a circle: ${[...chain, name].join(" → ")}.`, 2);
    }
    if (chain.length === MOST_LEVELS) {
      throw new StartFailure(
        `Workflows call each other over more than ${MOST_LEVELS} levels, which GitHub does not run: ${[...chain, name].join(" → ")}.`,
        2,
      );
    }
    const text = read(join(folder, name), path);
    const source = { path, workflow: parsed(text, path), text };
    return [source, ...calledBy(folder, source, chain)];
  });
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
 * with it, or is not simulated, and YAML a `ReferenceError` for an anchor that there is not. Everything else stays as it is.
 */
export const workflowFailure = (path: string, error: unknown): unknown =>
  error instanceof Error &&
  ["Error", "ReferenceError"].includes(error.name) &&
  !("code" in error) &&
  !(error instanceof StartFailure)
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

const parsed = (text: string, path: string): YamlMapping => {
  try {
    return parseYaml(text);
  } catch (error) {
    throw workflowFailure(path, error);
  }
};

const isMapping = (value: unknown): value is YamlMapping =>
  typeof value === "object" && value !== null && !Array.isArray(value);

const withoutPathFilters = (on: unknown): Pick<LocalWorkflow, "on" | "pathFilters"> => {
  if (!isMapping(on)) return { on, pathFilters: [] };
  const pathFilters: string[] = [];
  const events = Object.entries(on).map(([event, filter]) => {
    if (!isMapping(filter)) return [event, filter] as const;
    const { paths, "paths-ignore": ignored, ...others } = filter;
    if (paths !== undefined) pathFilters.push(`on.${event}.paths`);
    if (ignored !== undefined) pathFilters.push(`on.${event}.paths-ignore`);
    return [event, others] as const;
  });
  return { on: Object.fromEntries(events), pathFilters };
};

/** This action, by whichever of its names, without its ref. */
const nameIn = (step: YamlMapping): string | undefined =>
  /^[\w.-]+\/apigw-stage-action(?:\/node24)?(?=@)/.exec(String(step["uses"]))?.[0];

const withInvokeUrl = (text: string, url: string, action = ""): string => {
  const workflow = parseYaml(text);
  const made = (step: unknown): unknown => {
    const name = isMapping(step) ? nameIn(step) : undefined;
    if (!isMapping(step) || name === undefined) return step;
    const inputs = isMapping(step["with"]) ? step["with"] : {};
    return { ...step, uses: String(step["uses"]).replace(name, action), with: { ...inputs, "invoke-url": url } };
  };
  const jobs = Object.entries(isMapping(workflow["jobs"]) ? workflow["jobs"] : {}).map(([id, job]) => [
    id,
    isMapping(job) && Array.isArray(job["steps"]) ? { ...job, steps: job["steps"].map(made) } : job,
  ]);
  return stepsIn(workflow).length === 0 ? text : written({ ...workflow, jobs: Object.fromEntries(jobs) });
};

/** Without anchors: what they stood for is written out. */
const written = (workflow: YamlMapping): string => stringify(workflow, { aliasDuplicateObjects: false, lineWidth: 0 });

export const jobsIn = ({ jobs }: YamlMapping): readonly YamlMapping[] =>
  isMapping(jobs) ? Object.values(jobs).filter(isMapping) : [];

export const stepsIn = (workflow: YamlMapping): readonly YamlMapping[] =>
  jobsIn(workflow).flatMap(({ steps }) => (Array.isArray(steps) ? steps.filter(isMapping) : []));
