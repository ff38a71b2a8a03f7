import { githubContext, type RunDescription } from "./environment.ts";
import {
  availableContexts,
  type Contexts,
  type EvaluatedStatus,
  evaluate,
  evaluateCondition,
  evaluateString,
} from "./expressions.ts";
import type { JobDefinition, WorkflowStep } from "./job.ts";
import { checkedNeeds, type JobNode } from "./job-needs.ts";
import { keysOf, nameOf, type Variation, variationsOf } from "./matrix.ts";
import { type Permissions, permissionsIn } from "./permissions.ts";
import type { StepValues } from "./step.ts";
import { isTriggered } from "./triggers.ts";
import { checkKeys, list, mapping, parseYaml, sequence, type YamlMapping } from "./workflow-file.ts";

/** A job of a workflow, evaluated for an event as far as that is done before a runner gets it. */
export type WorkflowJob = {
  readonly id: string;
  /** What no other job of the workflow has, whatever the names are: the id, for a variation with its values. */
  readonly key: string;
  readonly name: string;
  readonly needs: readonly string[];
  /** Whether its `if:` holds. */
  readonly wanted: boolean;
  /** The workflow's, if the job has none of its own; absent when neither says. */
  readonly permissions?: Permissions;
  readonly concurrency?: { readonly group: string; readonly cancelInProgress: boolean; readonly queue?: string };
  /** `deployment: false` uses the environment's secrets and rules without making a deployment. */
  readonly environment?: { readonly name: string; readonly deployment: boolean };
  readonly env: Readonly<Record<string, string>>;
  /** Of a matrix: one of several jobs with this id. */
  readonly variation?: Variation;
  /** The workflow that it calls instead of having steps: a file of the same repository, and what it is given. */
  readonly calls?: {
    readonly path: string;
    readonly with: Readonly<Record<string, unknown>>;
    readonly secrets?: Readonly<Record<string, string>>;
  };
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
 * The jobs that a workflow has for an event and what they wait for, in the file's order. Nothing is evaluated. Throws for
 * needs that can never be met.
 */
export const jobNodesFor = (workflowText: string, run: RunDescription): readonly JobNode[] =>
  checkedNeeds(triggeredJobs(workflowText, run).jobs.map(([id, job]) => ({ id, needs: list(job["needs"]) })));

/** One job of a workflow, and how those ended that it needs, directly and through others. */
export type JobInTurn = { readonly id: string; readonly ancestors: readonly string[] };

/**
 * The jobs that a workflow starts for an event, in the file's order, each variation of a matrix by itself; none when its
 * `on:` does not name the event ("Workflow syntax", GitHub docs). `only`: a job whose turn it is; absent: all, and what
 * `needs` shows are all ancestors that there are. Throws for YAML errors and for what is not simulated: containers, path
 * filters.
 */
export const jobsFor = (
  workflowText: string,
  run: RunDescription,
  contexts: WorkflowContexts = {},
  only?: JobInTurn,
): WorkflowJob[] => {
  const { workflow, jobs } = triggeredJobs(workflowText, run);
  const values: Contexts = { github: githubContext(run), vars: {}, inputs: {}, secrets: {}, needs: {}, ...contexts };
  const status = statusAfter(only?.ancestors ?? resultsIn(values));
  return jobs
    .filter(([id]) => only === undefined || id === only.id)
    .flatMap(([id, job]) => jobsOf(id, job, workflow, values, status));
};

/** The lock that a run of the workflow holds from its first job to its last. */
export const concurrencyFor = (
  workflowText: string,
  run: RunDescription,
  contexts: Pick<WorkflowContexts, "vars" | "inputs">,
): WorkflowJob["concurrency"] =>
  concurrencyOf(parseYaml(workflowText)["concurrency"], {
    github: githubContext(run),
    vars: {},
    inputs: {},
    ...contexts,
  }).concurrency;

const triggeredJobs = (text: string, run: RunDescription) => {
  const workflow = parseYaml(text);
  checkKeys(workflow, ["name", "run-name", "on", "permissions", "env", "concurrency", "defaults", "jobs"], "workflow");
  const jobs = isTriggered(workflow["on"], run) ? Object.entries(mapping(workflow["jobs"], "jobs")) : [];
  return { workflow, jobs: jobs.map(([id, job]) => [id, mapping(job, `jobs.${id}`)] as const) };
};

/** A job that is not wanted has no variations: its matrix may come from a job that was skipped. */
const jobsOf = (
  id: string,
  job: YamlMapping,
  workflow: YamlMapping,
  contexts: Contexts,
  status: EvaluatedStatus,
): readonly WorkflowJob[] => {
  const wanted = evaluateCondition(String(job["if"] ?? ""), contexts, {
    names: availableContexts.jobCondition,
    status,
    impliedSuccess: true,
  });
  if (job["strategy"] === undefined || !wanted)
    return [{ ...workflowJob(id, job, workflow, { strategy: {}, matrix: {}, ...contexts }), wanted }];
  const variations = variationsOf(job["strategy"], contexts, `jobs.${id}.strategy`);
  const keys = keysOf(id, variations);
  return variations.map((variation, index) => {
    const made = workflowJob(id, job, workflow, { ...contexts, ...variation });
    // A name that is an expression stands for itself; to any other GitHub adds the values.
    const name = String(job["name"] ?? "").includes("${{") ? made.name : nameOf(made.name, variation);
    return { ...made, wanted, variation, name, key: keys[index] ?? id };
  });
};

const jobKeys = [
  ["name", "needs", "if", "runs-on", "permissions", "environment", "concurrency", "outputs", "env", "steps"],
  ["timeout-minutes", "defaults", "strategy", "uses", "with", "secrets"],
].flat();

/** What a job that calls a workflow may not have ("Reuse workflows", GitHub docs). */
const stepsKeys = ["steps", "runs-on", "environment", "outputs", "env", "timeout-minutes", "defaults"];

const workflowJob = (
  id: string,
  job: YamlMapping,
  workflow: YamlMapping,
  contexts: Contexts,
): Omit<WorkflowJob, "wanted"> => {
  checkKeys(job, jobKeys, `jobs.${id}`);
  const permissions = job["permissions"] ?? workflow["permissions"];
  const environment = jobEnvironment(job["environment"], contexts);
  const env = {
    ...evaluatedEnv(workflow["env"], contexts, "env"),
    ...evaluatedEnv(job["env"], contexts, `jobs.${id}.env`),
  };
  return {
    id,
    key: id,
    name: job["name"] === undefined ? id : text(job["name"], contexts, availableContexts.environmentName),
    needs: list(job["needs"]),
    ...(permissions === undefined ? {} : { permissions: permissionsIn(permissions, `jobs.${id}.permissions`) }),
    ...concurrencyOf(job["concurrency"], contexts),
    ...(environment ? { environment: { name: environment.name, deployment: environment.deployment } } : {}),
    env,
    ...callOf(id, job, contexts),
    definition: {
      steps: sequence(job["uses"] === undefined ? job["steps"] : [], `jobs.${id}.steps`).map((step, index) =>
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

const callOf = (id: string, job: YamlMapping, contexts: Contexts): Pick<WorkflowJob, "calls"> => {
  if (job["uses"] === undefined) return {};
  const path = String(job["uses"]);
  const key = stepsKeys.find((name) => name in job);
  if (key !== undefined) throw new Error(`jobs.${id}: '${key}' cannot be beside 'uses'`);
  if (!path.startsWith("./")) throw new Error(`jobs.${id}.uses: Workflows of other repositories are not simulated`);
  const given = Object.entries(mapping(job["with"] ?? {}, `jobs.${id}.with`)).map(([name, value]) => [
    name,
    typeof value === "string" ? evaluate(value, contexts, { names: availableContexts.environmentName }) : value,
  ]);
  const secrets = job["secrets"] === "inherit" ? contexts["secrets"] : job["secrets"];
  const passed = evaluatedEnv(secrets, contexts, `jobs.${id}.secrets`);
  return {
    calls: {
      path: path.slice(2),
      with: Object.fromEntries(given),
      ...(secrets === undefined ? {} : { secrets: passed }),
    },
  };
};

/**
 * What a job's status functions see: `success()` wants every ancestor to have succeeded, `failure()` one that failed, so
 * that after a mere skip neither holds ("Evaluate expressions", GitHub docs, `failure` with conditions; actions/runner#491).
 */
const statusAfter = (results: readonly string[]): EvaluatedStatus =>
  (["cancelled", "failure", "skipped"] as const).find((result) => results.includes(result)) ?? "success";

const resultsIn = ({ needs }: Contexts): readonly string[] =>
  Object.values(needs as Record<string, { result?: string }>).flatMap(({ result }) => result ?? []);

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
    ...stepValues("with", step["with"], place),
    ...stepValues("env", step["env"], place),
    ...literal("continueOnError", step["continue-on-error"], "boolean", `${place}.continue-on-error`),
    ...literal("timeoutMinutes", step["timeout-minutes"], "number", `${place}.timeout-minutes`),
  };
};

/** A key without anything below it says nothing. */
const stepValues = (key: "with" | "env", value: unknown, place: string): Pick<WorkflowStep, "with" | "env"> =>
  value === undefined || value === null ? {} : { [key]: mapping(value, `${place}.${key}`) as StepValues };

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

const evaluatedEnv = (value: unknown, contexts: Contexts, place: string): Record<string, string> =>
  Object.fromEntries(
    Object.entries(mapping(value ?? {}, place)).map(([name, item]) => [
      name,
      text(item, contexts, [...availableContexts.environmentName, "secrets"]),
    ]),
  );

const text = (value: unknown, contexts: Contexts, names: readonly string[]): string =>
  evaluateString(String(value ?? ""), contexts, { names });
