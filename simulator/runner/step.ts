import { availableContexts, type Contexts, evaluateCondition, evaluateString, type JobStatus } from "./expressions.ts";
import type { StepEffects } from "./file-commands.ts";
import { type Job, jobContexts } from "./job-state.ts";
import { type Annotation, type StepLog, stepLog } from "./step-log.ts";

/** What every step of a workflow may have. Values may hold expressions. */
export type StepSettings = {
  readonly id?: string;
  readonly name?: string;
  readonly with?: StepValues;
  readonly env?: StepValues;
  readonly if?: string;
  readonly continueOnError?: boolean;
};

/** As the file holds them: a key without a value is null, and empty for the step. */
export type StepValues = Readonly<Record<string, string | number | boolean | null>>;

export type StepConclusion = JobStatus | "skipped";

export type StepResult = Readonly<StepEffects> & {
  readonly name: string;
  /** Before and after `continue-on-error`. */
  readonly outcome: StepConclusion;
  readonly conclusion: StepConclusion;
  /** Absent when no process ran. 128 and the signal's number when a signal ended it. */
  readonly exitCode?: number;
  /** One element a line, secrets masked, in the form of the downloaded log: `##[group]`, `##[error]`, … */
  readonly log: readonly string[];
  readonly annotations: readonly Annotation[];
  readonly durationMs: number;
};

/** One stage of a step: its condition, and the work to do when it holds. */
export type Stage = {
  readonly name: string;
  readonly condition: string;
  /** See `evaluateCondition`. */
  readonly impliedSuccess: boolean;
  /** The id under which the `steps` context shows the result. */
  readonly recordAs?: string;
  /** The state that the main stage left, for the post stage. */
  readonly state?: Readonly<Record<string, string>>;
  /** An Error that it throws fails the step and stands in the log. */
  readonly work: (call: StageCall) => Promise<StepConclusion>;
};

export type StageCall = {
  readonly contexts: Contexts;
  /** The step's own variables, evaluated. */
  readonly env: Readonly<Record<string, string>>;
  readonly log: StepLog;
  readonly effects: StepEffects;
  /** Whether the condition still holds, now that the job's status may have changed. */
  readonly stillWanted: () => boolean;
  readonly exited: (exitCode: number) => void;
};

/** Runs a stage, if its condition holds, and records in the job what later steps see. */
export const runStage = async (job: Job, settings: StepSettings, stage: Stage): Promise<StepResult> => {
  const startedAt = performance.now();
  const log = stepLog(job);
  const effects: StepEffects = { outputs: log.outputs, state: log.state, env: {}, path: [], summary: "" };
  Object.assign(effects.state, stage.state);
  let exitCode: number | undefined;
  const outcome = await outcomeOf(job, settings, stage, log, effects, (code) => {
    exitCode = code;
  });
  const conclusion = outcome === "failure" && settings.continueOnError === true ? "success" : outcome;
  Object.assign(job.env, effects.env);
  job.path = [...job.path.filter((entry) => !effects.path.includes(entry)), ...effects.path];
  if (stage.recordAs !== undefined) job.steps[stage.recordAs] = { outputs: effects.outputs, outcome, conclusion };
  if (conclusion === "failure" && job.status === "success") job.status = "failure";
  return {
    name: job.masker.mask(stage.name),
    outcome,
    conclusion,
    ...(exitCode === undefined ? {} : { exitCode }),
    log: log.lines,
    annotations: log.annotations,
    ...effects,
    durationMs: performance.now() - startedAt,
  };
};

const outcomeOf = async (
  job: Job,
  settings: StepSettings,
  stage: Stage,
  log: StepLog,
  effects: StepEffects,
  exited: (exitCode: number) => void,
): Promise<StepConclusion> => {
  if (job.lost.aborted || job.forced.aborted) return "skipped";
  try {
    const env = evaluateValues(settings.env ?? {}, jobContexts(job));
    const contexts = (): Contexts => ({ ...jobContexts(job), env: { ...job.env, ...env } });
    const stillWanted = (): boolean =>
      evaluateCondition(stage.condition, contexts(), {
        names: availableContexts.stepCondition,
        status: job.status,
        impliedSuccess: stage.impliedSuccess,
      });
    if (!stillWanted()) return "skipped";
    return await stage.work({ contexts: contexts(), env, log, effects, stillWanted, exited });
  } catch (error) {
    log.issue("error", (error as Error).message);
    return "failure";
  }
};

/** Evaluates the values of `with:` or `env:`. */
export const evaluateValues = (values: StepValues, contexts: Contexts): Record<string, string> =>
  Object.fromEntries(
    Object.entries(values).map(([name, value]) => [
      name,
      evaluateString(String(value ?? ""), contexts, { names: availableContexts.step }),
    ]),
  );
