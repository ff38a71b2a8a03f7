import type { ActionMetadata } from "./action-metadata.ts";
import { type ActionStep, runPost, runStep } from "./action-step.ts";
import { githubContext } from "./environment.ts";
import { availableContexts, type Contexts, evaluateString, type JobStatus } from "./expressions.ts";
import { closeJob, type Job, type JobOptions, jobContexts, type Moment, openJob } from "./job-state.ts";
import { evaluateValues, runStage, type StepResult, type StepSettings } from "./step.ts";
import { stepIds } from "./step-ids.ts";
import { type Annotation, type StepLog, stepLog } from "./step-log.ts";

/** A step of a job, with either `uses` or `run`. */
export type WorkflowStep = StepSettings & {
  readonly uses?: string;
  readonly run?: string;
  readonly timeoutMinutes?: number;
  readonly kill?: Moment;
};

export type JobDefinition = {
  readonly steps: readonly WorkflowStep[];
  /** Expressions by output name. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Both may hold expressions. */
  readonly environment?: { readonly name: string; readonly url?: string };
};

/** What stands in for a step that is not a JavaScript action of ours: another's action, or a script. */
export type StepHandler = (call: {
  readonly with: Readonly<Record<string, string>>;
  /** All variables that the step's process would see from the workflow. */
  readonly env: Readonly<Record<string, string>>;
  readonly contexts: Contexts;
}) => HandlerResult | Promise<HandlerResult>;

export type HandlerResult = {
  readonly outputs?: Readonly<Record<string, string>>;
  /** Variables for later steps. */
  readonly env?: Readonly<Record<string, string>>;
  readonly path?: readonly string[];
  readonly mask?: readonly string[];
  /** Lines that it prints; workflow commands count. */
  readonly log?: readonly string[];
  readonly exitCode?: number;
};

/** What the job runs with, and how it is joined to the service that ordered it. */
export type JobProvision = {
  /** By the `uses` of the step, with or without its `@ref`. */
  readonly actions?: Readonly<Record<string, ActionMetadata>>;
  /** By `uses` (with or without `@ref`), or by the text of `run`. */
  readonly handlers?: Readonly<Record<string, StepHandler>>;
  /**
   * Called first, with the environment's name: the service makes the check run and the environment's deployment, and
   * says what the job gets from them (`checkRunId`, the environment's `secrets` and `vars`, the token in `run`).
   */
  readonly start?: (environment: string | undefined) => Promise<Partial<JobOptions>> | Partial<JobOptions>;
  /** Called last, unless the runner was lost: then nobody calls. */
  readonly complete?: (result: JobResult) => Promise<void> | void;
};

export type JobResult = {
  readonly conclusion: JobStatus;
  /** The machine went away: the conclusion is what the service makes of it later, and nothing was finalised. */
  readonly lost: boolean;
  readonly steps: readonly StepResult[];
  /** In the order in which they ran. */
  readonly posts: readonly StepResult[];
  readonly outputs: Readonly<Record<string, string>>;
  readonly environmentUrl?: string;
  /** Of all steps, and of the runner's own "Complete job". */
  readonly log: readonly string[];
  readonly annotations: readonly Annotation[];
};

/**
 * Runs a job in the runner's order: the steps, the post stages in reverse, the job's outputs, the environment's URL,
 * completion. Rejects for a step that nothing can run, and for an id that two steps have.
 */
export const runJob = async (
  options: JobOptions,
  definition: JobDefinition,
  provision: JobProvision,
): Promise<JobResult> => {
  const ids = stepIds(definition.steps);
  const runners = definition.steps.map((step, index) => stepRunner(step, ids[index] ?? "", provision));
  const environment = environmentName(options, definition);
  const allOptions = { ...options, ...(await provision.start?.(environment)) };
  const job = openJob(allOptions);
  const steps: StepResult[] = [];
  const started: { step: ActionStep; main: StepResult }[] = [];
  for (const run of runners) {
    const { result, action } = await run(job);
    steps.push(result);
    if (action) started.push({ step: action, main: result });
  }
  const posts: StepResult[] = [];
  for (const { step, main } of started.reverse()) {
    const result = await runPost(job, step, main);
    if (result) posts.push(result);
  }
  const result = finalise(job, { ...definition, environmentName: environment }, steps, posts);
  closeJob(job, allOptions);
  if (!result.lost) await provision.complete?.(result);
  return result;
};

/** A job of one step that uses the action: main, then post. */
export const runAction = async (
  options: JobOptions,
  step: ActionStep,
): Promise<{ readonly job: Job; readonly main: StepResult; readonly post?: StepResult } & JobResult> => {
  const job = openJob(options);
  const main = await runStep(job, step);
  const post = await runPost(job, step, main);
  const result = finalise(job, {}, [main], post ? [post] : []);
  closeJob(job, options);
  return { job, main, ...(post ? { post } : {}), ...result };
};

type StepRunner = (job: Job) => Promise<{ readonly result: StepResult; readonly action?: ActionStep }>;

const stepRunner = (
  step: WorkflowStep,
  contextName: string,
  { actions = {}, handlers = {} }: JobProvision,
): StepRunner => {
  const key = step.uses ?? step.run ?? "";
  const withoutRef = key.replace(/@[^@]*$/, "");
  const action = step.uses === undefined ? undefined : (actions[key] ?? actions[withoutRef]);
  if (action) {
    const actionStep = { ...step, action, contextName };
    return async (job) => ({ result: await runStep(job, actionStep), action: actionStep });
  }
  const handler = handlers[key] ?? (step.uses === undefined ? undefined : handlers[withoutRef]);
  if (handler) return async (job) => ({ result: await runHandler(job, step, handler) });
  throw new Error(`No action and no handler was given for the step '${key}'`);
};

const runHandler = (job: Job, step: WorkflowStep, handler: StepHandler): Promise<StepResult> => {
  const title = `Run ${step.uses ?? step.run?.split("\n", 1)[0]}`;
  return runStage(job, step, {
    name: step.name ?? title,
    condition: step.if ?? "",
    impliedSuccess: true,
    ...(step.id === undefined ? {} : { recordAs: step.id }),
    work: async ({ contexts, env, log, effects, exited }) => {
      log.print(`##[group]${title}`);
      log.print("##[endgroup]");
      const given = evaluateValues(step.with ?? {}, contexts);
      const result = await handler({ with: given, env: { ...job.env, ...env }, contexts });
      for (const secret of result.mask ?? []) job.masker.add(secret);
      for (const line of result.log ?? []) log.write(line);
      Object.assign(effects.outputs, result.outputs);
      Object.assign(effects.env, result.env);
      effects.path.push(...(result.path ?? []));
      exited(result.exitCode ?? 0);
      return (result.exitCode ?? 0) === 0 && !log.commandFailed ? "success" : "failure";
    },
  });
};

/** The service evaluates the name before any runner sees the job. */
const environmentName = (options: JobOptions, definition: JobDefinition): string | undefined => {
  if (!definition.environment) return undefined;
  const { vars = {}, inputs = {}, needs = {}, strategy = {}, matrix = {} } = options;
  const contexts = { github: githubContext(options.run), vars, inputs, needs, strategy, matrix };
  return evaluateString(definition.environment.name, contexts, { names: availableContexts.environmentName });
};

type Finalised = Pick<JobDefinition, "outputs" | "environment"> & { readonly environmentName?: string | undefined };

const finalise = (
  job: Job,
  definition: Finalised,
  steps: readonly StepResult[],
  posts: readonly StepResult[],
): JobResult => {
  const log = stepLog(job);
  const lost = job.lost.aborted;
  if (lost && job.status === "success") job.status = "failure";
  const outputs = lost ? {} : jobOutputs(job, definition.outputs ?? {}, log);
  const environmentUrl = lost ? undefined : evaluatedUrl(job, definition, log);
  const all = [...steps, ...posts, { log: log.lines, annotations: log.annotations }];
  return {
    conclusion: job.status,
    lost,
    steps,
    posts,
    outputs,
    ...(environmentUrl === undefined ? {} : { environmentUrl }),
    log: all.flatMap((part) => part.log),
    annotations: all.flatMap((part) => part.annotations),
  };
};

/** A job output that masking would change is dropped, an empty one is not set (recorded behaviour of the runner). */
const jobOutputs = (job: Job, definition: Readonly<Record<string, string>>, log: StepLog): Record<string, string> => {
  const outputs: Record<string, string> = {};
  if (Object.keys(definition).length === 0) return outputs;
  log.print("Evaluate and set job outputs");
  try {
    for (const [name, text] of Object.entries(definition)) {
      const value = evaluateString(text, jobContexts(job), { names: availableContexts.jobOutput });
      if (value !== job.masker.mask(value)) {
        log.issue("warning", `Skip output '${name}' since it may contain secret.`);
      } else if (value !== "") {
        log.print(`Set output '${name}'`);
        outputs[name] = value;
      }
    }
  } catch (error) {
    failJob(job, log, "Fail to evaluate job outputs", error);
  }
  return outputs;
};

/** The URL is evaluated after all steps and posts, and is lost when masking would change it (recorded behaviour). */
const evaluatedUrl = (job: Job, { environment, environmentName }: Finalised, log: StepLog): string | undefined => {
  if (environment?.url === undefined) return undefined;
  log.print("Evaluate and set environment url");
  try {
    const url = evaluateString(environment.url, jobContexts(job), { names: availableContexts.environmentUrl });
    if (url !== job.masker.mask(url)) {
      log.issue("warning", `Skip setting environment url as environment '${environmentName}' may contain secret.`);
      return undefined;
    }
    log.print(`Evaluated environment url: ${url}`);
    if (isHttpUrl(url)) return url;
    log.issue(
      "warning",
      `Environment URL '${url}' is not a valid http(s) URL, so it will not be shown as a link in the workflow graph.`,
    );
  } catch (error) {
    failJob(job, log, "Failed to evaluate environment url", error);
  }
  return undefined;
};

const failJob = (job: Job, log: StepLog, message: string, error: unknown): void => {
  log.issue("error", message);
  log.issue("error", (error as Error).message);
  if (job.status === "success") job.status = "failure";
};

const isHttpUrl = (text: string): boolean => URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
