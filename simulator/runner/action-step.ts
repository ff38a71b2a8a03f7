import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { ActionMetadata } from "./action-metadata.ts";
import { type ChildResult, whenAborted } from "./child-process.ts";
import { githubEnvironment, runnerEnvironment } from "./environment.ts";
import { availableContexts, type Contexts, evaluateString } from "./expressions.ts";
import { applyFileCommands, createFileCommands, type FileCommands } from "./file-commands.ts";
import { type Job, type Moment, momentSignal } from "./job-state.ts";
import {
  evaluateValues,
  runStage,
  type StageCall,
  type StepConclusion,
  type StepResult,
  type StepSettings,
} from "./step.ts";
import { stepIds } from "./step-ids.ts";
import type { StepLog } from "./step-log.ts";

/** A step that uses a JavaScript action. */
export type ActionStep = StepSettings & {
  readonly action: ActionMetadata;
  /** As the workflow writes it: `./`, `owner/name@v1`. It decides `GITHUB_ACTION_REPOSITORY` and `GITHUB_ACTION_REF`. */
  readonly uses?: string;
  /** `GITHUB_ACTION`, where the job has other steps, too. Absent: the id, or made of what it uses. */
  readonly contextName?: string;
  /** Whole minutes on GitHub; fractions are allowed here so that tests need not wait. */
  readonly timeoutMinutes?: number;
  /** The main process and its children are killed (`SIGKILL`) then; the runner itself goes on. */
  readonly kill?: Moment;
};

/**
 * Runs the main stage of a step and records in the job what later steps see. A step that cannot run, be it for a bad
 * expression or a missing file, has failed; the promise does not reject for it.
 */
export const runStep = (job: Job, step: ActionStep): Promise<StepResult> => {
  const title = `Run ${step.uses ?? "./"}`;
  return runStage(job, step, {
    name: step.name ?? title,
    condition: step.if ?? "",
    impliedSuccess: true,
    ...(step.id === undefined ? {} : { recordAs: step.id }),
    work: (call) => {
      const inputs = stepInputs(job, step, call);
      printHeading(call.log, title, inputs, { ...job.env, ...call.env });
      return runScript(job, step, step.action.runs.main, inputs, call);
    },
  });
};

/**
 * Runs the post stage of a step whose main stage was started, and answers nothing when there is none to run: no
 * `post`, a main stage that was skipped, or a lost runner. The inputs are evaluated anew, `STATE_*` is what main left, and `post-if`
 * sees the job's status (recorded behaviour of the runner).
 */
export const runPost = async (job: Job, step: ActionStep, main: StepResult): Promise<StepResult | undefined> => {
  const { post, postIf } = step.action.runs;
  if (post === undefined || main.outcome === "skipped" || job.lost.aborted) return undefined;
  const { kill: _mainOnly, ...postStep } = step;
  return runStage(job, postStep, {
    name: `Post ${step.name ?? main.name}`,
    condition: postIf,
    impliedSuccess: false,
    state: main.state,
    work: (call) => {
      const inputs = stepInputs(job, step, call);
      call.log.print("Post job cleanup.");
      return runScript(job, postStep, post, inputs, call);
    },
  });
};

/** Values by input name: what the step gives, then the defaults of the rest. Warns as the runner does. */
const stepInputs = (job: Job, step: ActionStep, { contexts, log }: StageCall): Record<string, string> => {
  const withAction: Contexts = { ...contexts, github: { ...job.github, ...actionContext(step) } };
  const given = evaluateValues(step.with ?? {}, withAction);
  const declared = new Map(Object.entries(step.action.inputs).map(([name, input]) => [name.toLowerCase(), input]));
  for (const name of Object.keys(given)) {
    const message = declared.get(name.toLowerCase())?.deprecationMessage;
    if (message) log.issue("warning", `Input '${name}' has been deprecated with message: ${message}`);
  }
  const givenNames = new Set(Object.keys(given).map((name) => name.toLowerCase()));
  const defaults = Object.entries(step.action.inputs)
    .filter(([name]) => !givenNames.has(name.toLowerCase()))
    .map(([name, input]) => [
      name,
      evaluateString(input.default ?? "", withAction, { names: availableContexts.inputDefault }),
    ]);
  warnOfUnexpected(Object.keys(given), step.action, log);
  return { ...given, ...Object.fromEntries(defaults) };
};

const warnOfUnexpected = (given: readonly string[], action: ActionMetadata, log: StepLog): void => {
  const valid = Object.keys(action.inputs);
  const lowerCase = new Set(valid.map((name) => name.toLowerCase()));
  const unexpected = given.filter((name) => !lowerCase.has(name.toLowerCase()));
  if (unexpected.length === 0) return;
  log.issue("warning", `Unexpected input(s) '${unexpected.join("', '")}', valid inputs are ['${valid.join("', '")}']`);
};

const printHeading = (
  log: StepLog,
  title: string,
  inputs: Readonly<Record<string, string>>,
  env: Readonly<Record<string, string>>,
): void => {
  log.print(`##[group]${title}`);
  const given = Object.entries(inputs).filter(([, value]) => value !== "");
  if (given.length > 0) log.print("with:");
  for (const [name, value] of given) log.print(`  ${name}: ${value}`);
  if (Object.keys(env).length > 0) log.print("env:");
  for (const [name, value] of Object.entries(env)) log.print(`  ${name}: ${value}`);
  log.print("##[endgroup]");
};

const runScript = async (
  job: Job,
  step: ActionStep,
  script: string,
  inputs: Readonly<Record<string, string>>,
  call: StageCall,
): Promise<StepConclusion> => {
  const path = join(step.action.directory, script);
  if (!existsSync(path)) throw new Error(`File not found: '${path}'`);
  const files = createFileCommands(job.temp);
  const stop = stopSignal(job, step, call);
  try {
    const child = await job.runScript(path, {
      cwd: job.workspace,
      env: processEnvironment(job, step, inputs, call, files),
      onLine: call.log.write,
      cancel: stop.signal,
      kills: [job.lost, job.forced, momentSignal(step.kill)],
      times: job.times,
    });
    call.exited(child.exitCode);
    if (job.lost.aborted) return "failure";
    applyFileCommands(files, call.effects, call.log, job.masker);
    return concludeChild(job, step, call.log, child);
  } finally {
    stop.forget();
  }
};

const concludeChild = (job: Job, step: ActionStep, log: StepLog, child: ChildResult): StepConclusion => {
  if ((child.cancelled || job.forced.aborted) && job.cancelled.aborted) {
    log.issue("error", "The operation was canceled.");
    return "cancelled";
  }
  if (child.cancelled) {
    const name = step.name ?? `Run ${step.uses ?? "./"}`;
    log.issue("error", `The action '${name}' has timed out after ${step.timeoutMinutes} minutes.`);
    return "failure";
  }
  return child.exitCode === 0 && !log.commandFailed ? "success" : "failure";
};

/**
 * A cancelled job stops the running step only if the step's condition no longer holds: `if: always()` goes on until
 * the job's patience ends ("Workflow cancellation", GitHub docs). A time-out stops it in the same way.
 */
const stopSignal = (
  job: Job,
  step: ActionStep,
  call: StageCall,
): { readonly signal: AbortSignal; readonly forget: () => void } => {
  const stop = new AbortController();
  const timer =
    step.timeoutMinutes === undefined ? undefined : setTimeout(() => stop.abort(), step.timeoutMinutes * 60_000);
  // A step that starts after the cancellation does so because its condition wants it: then there is nothing to wait for.
  const forget = whenAborted(job.cancelled, () => {
    if (!call.stillWanted()) stop.abort();
  });
  return {
    signal: stop.signal,
    forget: () => {
      clearTimeout(timer);
      forget();
    },
  };
};

/**
 * The process's whole environment. What the runner sets wins over the workflow's own variables; `PATH` and `HOME` are
 * the machine's.
 */
const processEnvironment = (
  job: Job,
  step: ActionStep,
  inputs: Readonly<Record<string, string>>,
  call: StageCall,
  files: FileCommands,
): Record<string, string> => {
  const env = { ...job.env, ...call.env };
  const path = [...[...job.path].reverse(), env["PATH"] ?? process.env["PATH"] ?? ""];
  return {
    HOME: process.env["HOME"] ?? job.temp,
    CI: "true",
    ...env,
    ...rename(call.effects.state, (name) => `STATE_${name}`),
    ...rename(inputs, (name) => `INPUT_${name.replaceAll(" ", "_").toUpperCase()}`),
    PATH: path.join(delimiter),
    GITHUB_ACTIONS: "true",
    ...githubEnvironment({ ...job.github, ...actionContext(step), ...files }),
    ...runnerEnvironment(job.runner),
  };
};

const rename = (values: Readonly<Record<string, string>>, to: (name: string) => string): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([name, value]) => [to(name), value]));

/** A local action has no repository and no ref. */
const actionContext = (step: ActionStep): Record<string, string> => {
  const [, repository, ref] = /^([^./][^/]*\/[^/@]+)[^@]*@(.+)$/.exec(step.uses ?? "") ?? [];
  return {
    action: step.contextName ?? stepIds([{ uses: "./", ...step }])[0] ?? "",
    action_repository: repository ?? "",
    action_ref: ref ?? "",
  };
};
