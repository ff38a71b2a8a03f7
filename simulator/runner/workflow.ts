import { parseDocument } from "yaml";
import { githubContext, type RunDescription } from "./environment.ts";
import { availableContexts, type Contexts, evaluate, evaluateCondition, evaluateString } from "./expressions.ts";
import type { JobDefinition, WorkflowStep } from "./job.ts";
import type { StepValues } from "./step.ts";

/** A job of a workflow, evaluated for an event as far as that is done before a runner gets it. */
export type WorkflowJob = {
  readonly id: string;
  readonly name: string;
  readonly needs: readonly string[];
  /** Whether its `if:` holds. */
  readonly wanted: boolean;
  /** The workflow's, if the job has none of its own; absent when neither says. `read-all`, `write-all` or by scope. */
  readonly permissions?: string | Readonly<Record<string, string>>;
  readonly concurrency?: { readonly group: string; readonly cancelInProgress: boolean; readonly queue?: string };
  /** `deployment: false` uses the environment's secrets and rules without making a deployment. */
  readonly environment?: { readonly name: string; readonly deployment: boolean };
  readonly env: Readonly<Record<string, string>>;
  /** For `runJob`. */
  readonly definition: JobDefinition;
};

export type WorkflowContexts = {
  readonly vars?: Contexts;
  readonly inputs?: Contexts;
  readonly secrets?: Contexts;
  /** By job id: `result` and `outputs` of the jobs that have ended. */
  readonly needs?: Contexts;
};

/**
 * The jobs that a workflow starts for an event, in the file's order; none when its `on:` does not name the event
 * ("Workflow syntax", GitHub docs). Throws for YAML errors and for what is not simulated: matrices, containers,
 * reusable workflows, path filters.
 */
export const jobsFor = (workflowText: string, run: RunDescription, contexts: WorkflowContexts = {}): WorkflowJob[] => {
  const workflow = parseYaml(workflowText);
  checkKeys(workflow, ["name", "run-name", "on", "permissions", "env", "concurrency", "defaults", "jobs"], "workflow");
  if (!isTriggered(workflow["on"], run)) return [];
  const values: Contexts = { github: githubContext(run), vars: {}, inputs: {}, secrets: {}, needs: {}, ...contexts };
  return Object.entries(mapping(workflow["jobs"], "jobs")).map(([id, job]) =>
    workflowJob(id, mapping(job, `jobs.${id}`), workflow, values),
  );
};

type YamlMapping = Readonly<Record<string, unknown>>;

const parseYaml = (text: string): YamlMapping => {
  const document = parseDocument(text);
  const [error] = document.errors;
  if (error) throw new Error(error.message);
  return mapping(document.toJS(), "workflow");
};

const jobKeys = [
  ["name", "needs", "if", "runs-on", "permissions", "environment", "concurrency", "outputs", "env", "steps"],
  ["timeout-minutes", "defaults"],
].flat();

const workflowJob = (id: string, job: YamlMapping, workflow: YamlMapping, contexts: Contexts): WorkflowJob => {
  checkKeys(job, jobKeys, `jobs.${id}`);
  const permissions = job["permissions"] ?? workflow["permissions"];
  const environment = jobEnvironment(job["environment"], contexts);
  const env = {
    ...evaluatedEnv(workflow["env"], contexts, "env"),
    ...evaluatedEnv(job["env"], contexts, `jobs.${id}.env`),
  };
  return {
    id,
    name: job["name"] === undefined ? id : text(job["name"], contexts, availableContexts.environmentName),
    needs: list(job["needs"]),
    wanted: evaluateCondition(String(job["if"] ?? ""), contexts, {
      names: availableContexts.jobCondition,
      status: needsStatus(contexts),
      impliedSuccess: true,
    }),
    ...(permissions === undefined ? {} : { permissions: permissions as string | Record<string, string> }),
    ...concurrencyOf(job["concurrency"], contexts),
    ...(environment ? { environment: { name: environment.name, deployment: environment.deployment } } : {}),
    env,
    definition: {
      steps: sequence(job["steps"], `jobs.${id}.steps`).map((step, index) =>
        workflowStep(mapping(step, `jobs.${id}.steps[${index}]`), `jobs.${id}.steps[${index}]`),
      ),
      ...(job["outputs"] === undefined
        ? {}
        : { outputs: mapping(job["outputs"], `jobs.${id}.outputs`) as Record<string, string> }),
      ...(environment
        ? {
            environment: {
              name: environment.name,
              ...(environment.url === undefined ? {} : { url: environment.url }),
            },
          }
        : {}),
    },
  };
};

/** A job's status functions look at the jobs it needs. */
const needsStatus = ({ needs }: Contexts): "success" | "failure" | "cancelled" => {
  const results = Object.values(needs as Record<string, { result?: string }>).map(({ result }) => result);
  if (results.includes("cancelled")) return "cancelled";
  return results.includes("failure") || results.includes("skipped") ? "failure" : "success";
};

const jobEnvironment = (value: unknown, contexts: Contexts) => {
  if (value === undefined || value === null) return undefined;
  const members: YamlMapping = typeof value === "string" ? { name: value } : mapping(value, "environment");
  checkKeys(members, ["name", "url", "deployment"], "environment");
  const deployment = members["deployment"] ?? true;
  const url = members["url"];
  return {
    name: text(members["name"], contexts, availableContexts.environmentName),
    ...(url === undefined ? {} : { url: String(url) }),
    deployment:
      (typeof deployment === "string"
        ? evaluate(deployment, contexts, { names: availableContexts.environmentName })
        : deployment) !== false,
  };
};

const concurrencyOf = (value: unknown, contexts: Contexts): Pick<WorkflowJob, "concurrency"> => {
  if (value === undefined || value === null) return {};
  const members: YamlMapping = typeof value === "string" ? { group: value } : mapping(value, "concurrency");
  checkKeys(members, ["group", "cancel-in-progress", "queue"], "concurrency");
  const names = availableContexts.environmentName;
  const queue = members["queue"];
  return {
    concurrency: {
      group: text(members["group"], contexts, names),
      cancelInProgress: text(members["cancel-in-progress"] ?? false, contexts, names) === "true",
      ...(queue === undefined ? {} : { queue: text(queue, contexts, names) }),
    },
  };
};

const stepKeys = ["id", "name", "if", "uses", "run", "with", "env", "continue-on-error", "timeout-minutes", "shell"];

const workflowStep = (step: YamlMapping, place: string): WorkflowStep => {
  checkKeys(step, [...stepKeys, "working-directory"], place);
  if ((step["uses"] === undefined) === (step["run"] === undefined)) {
    throw new Error(`${place}: There must be either 'uses' or 'run'`);
  }
  const strings = Object.fromEntries(
    ["id", "name", "if", "uses", "run"].flatMap((key) => (step[key] === undefined ? [] : [[key, String(step[key])]])),
  );
  return {
    ...strings,
    ...(step["with"] === undefined ? {} : { with: mapping(step["with"], `${place}.with`) as StepValues }),
    ...(step["env"] === undefined ? {} : { env: mapping(step["env"], `${place}.env`) as StepValues }),
    ...literal("continueOnError", step["continue-on-error"], "boolean", `${place}.continue-on-error`),
    ...literal("timeoutMinutes", step["timeout-minutes"], "number", `${place}.timeout-minutes`),
  };
};

const literal = (
  name: "continueOnError" | "timeoutMinutes",
  value: unknown,
  type: "boolean" | "number",
  place: string,
) => {
  if (value === undefined) return {};
  if (typeof value !== type) throw new Error(`${place}: An expression is not simulated here`);
  return { [name]: value };
};

/** Activity types that count when `types:` is absent; other events count with every type. */
const defaultTypes: Readonly<Record<string, readonly string[]>> = {
  pull_request: ["opened", "synchronize", "reopened"],
  pull_request_target: ["opened", "synchronize", "reopened"],
};

const isTriggered = (on: unknown, run: RunDescription): boolean => {
  if (typeof on === "string" || Array.isArray(on)) return list(on).includes(run.eventName) && hasType(undefined, run);
  const events = mapping(on, "on");
  if (!(run.eventName in events)) return false;
  // `schedule` has a list of cron lines, and what the others hold says nothing about whether they fire.
  if (Array.isArray(events[run.eventName])) return true;
  const filter = mapping(events[run.eventName] ?? {}, `on.${run.eventName}`);
  if ("paths" in filter || "paths-ignore" in filter)
    throw new Error(`on.${run.eventName}: Path filters are not simulated`);
  return hasType(filter["types"], run) && refPasses(filter, run);
};

const hasType = (types: unknown, run: RunDescription): boolean => {
  const accepted = types === undefined ? defaultTypes[run.eventName] : list(types);
  return accepted === undefined || accepted.includes(String(run.event["action"]));
};

/** A pull request is filtered by its base branch, a push by the branch or the tag that was pushed. */
const refPasses = (filter: YamlMapping, run: RunDescription): boolean => {
  const kind = run.ref.startsWith("refs/tags/") ? "tags" : "branches";
  const other = kind === "tags" ? "branches" : "tags";
  const name = run.baseRef || run.ref.replace(/^refs\/(heads|tags)\//, "");
  if (filter[`${kind}-ignore`] !== undefined) return !matchesAny(name, list(filter[`${kind}-ignore`]));
  if (filter[kind] !== undefined) return matchesAny(name, list(filter[kind]));
  return filter[other] === undefined || run.eventName !== "push";
};

/** `*` stops at slashes, `**` does not; a later `!pattern` takes names out again. */
const matchesAny = (name: string, patterns: readonly string[]): boolean => {
  let matches = false;
  for (const pattern of patterns) {
    const negated = pattern.startsWith("!");
    if (glob(negated ? pattern.slice(1) : pattern).test(name)) matches = !negated;
  }
  return matches;
};

const glob = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .split(/(\*\*|\*)/)
      .map((part) => (part === "**" ? ".*" : part === "*" ? "[^/]*" : part.replaceAll(/[.+?^${}()|[\]\\]/g, "\\$&")))
      .join("")}$`,
  );

const evaluatedEnv = (value: unknown, contexts: Contexts, place: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mapping(value ?? {}, place)).map(([name, item]) => [
      name,
      text(item, contexts, [...availableContexts.environmentName, "secrets"]),
    ]),
  );

const text = (value: unknown, contexts: Contexts, names: readonly string[]): string =>
  evaluateString(String(value ?? ""), contexts, { names });

const list = (value: unknown): string[] =>
  value === undefined || value === null ? [] : (Array.isArray(value) ? value : [value]).map(String);

const mapping = (value: unknown, place: string): YamlMapping => {
  if (typeof value !== "object" || value === null || Array.isArray(value))
    throw new Error(`${place}: Expected a mapping`);
  return value as YamlMapping;
};

const sequence = (value: unknown, place: string): readonly unknown[] => {
  if (!Array.isArray(value)) throw new Error(`${place}: Expected a sequence`);
  return value;
};

const checkKeys = (value: YamlMapping, known: readonly string[], place: string): void => {
  const unknown = Object.keys(value).find((key) => !known.includes(key));
  if (unknown !== undefined) throw new Error(`${place}: '${unknown}' is unknown or not simulated`);
};
