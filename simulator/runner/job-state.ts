import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { type ProcessTimes, runnerProcessTimes, type ScriptRunner, spawnOn, whenAborted } from "./child-process.ts";
import {
  type GitHubContext,
  githubContext,
  type RunDescription,
  type RunnerContext,
  runnerContext,
  writeEventFile,
} from "./environment.ts";
import type { Contexts, JobStatus } from "./expressions.ts";
import { freshFolder } from "./fresh-folder.ts";
import { type SecretMasker, secretMasker } from "./secret-masker.ts";

/** When something happens: on a signal, or so many milliseconds after the start of what it is given to. */
export type Moment = AbortSignal | number;

export type RunnerTimes = ProcessTimes & {
  /** From the cancellation of a job until everything that still runs is killed. */
  readonly forced: number;
};

export const runnerTimes: RunnerTimes = { ...runnerProcessTimes, forced: 300_000 };

export type JobOptions = {
  readonly run: RunDescription;
  /** `GITHUB_WORKSPACE`, the steps' working directory. Absent: a fresh empty folder. */
  readonly workspace?: string;
  /** Where the runner keeps its own folders. Absent: a fresh one, which is gone when the job has ended. */
  readonly workFolder?: string;
  /** The job's `env`, and what else its steps find in their environment (`AWS_*`, `ACTIONS_ID_TOKEN_REQUEST_URL`). */
  readonly env?: Readonly<Record<string, string>>;
  /** By name. Their values are masked. */
  readonly secrets?: Readonly<Record<string, string>>;
  /** The other contexts. */
  readonly vars?: Contexts;
  readonly inputs?: Contexts;
  readonly needs?: Contexts;
  readonly strategy?: Contexts;
  readonly matrix?: Contexts;
  /** `job.check_run_id`. */
  readonly checkRunId?: number;
  /** Runs JavaScript actions, whatever their `using` says. Absent: a process of the Node.js that runs the simulator. */
  readonly runScript?: ScriptRunner;
  /** Step debug logging. */
  readonly debug?: boolean;
  /** Told every line of the log as it is written, secrets masked. */
  readonly onLog?: (line: string) => void;
  /** The job is cancelled then. */
  readonly cancel?: Moment;
  /** The machine goes away then: everything is killed and nothing follows, no file command, no post step. */
  readonly loseRunner?: Moment;
  readonly times?: Partial<RunnerTimes>;
};

/** A job under way: what its steps share. The mutable members change as steps end. */
export type Job = {
  readonly github: GitHubContext;
  readonly runner: RunnerContext;
  readonly checkRunId: number | undefined;
  readonly workspace: string;
  readonly temp: string;
  readonly masker: SecretMasker;
  readonly otherContexts: Contexts;
  readonly runScript: ScriptRunner;
  readonly debug: boolean;
  readonly onLog: (line: string) => void;
  readonly times: RunnerTimes;
  readonly cancelled: AbortSignal;
  readonly lost: AbortSignal;
  /** Aborted when the patience with a cancelled job has ended. */
  readonly forced: AbortSignal;
  status: JobStatus;
  env: Record<string, string>;
  /** What `GITHUB_PATH` added, the latest last. */
  path: string[];
  /** The `steps` context: the steps with an id that have ended. */
  steps: Record<string, { outputs: Record<string, string>; outcome: string; conclusion: string }>;
};

/** Makes the folders and the event file; nothing runs yet. */
export const openJob = (options: JobOptions): Job => {
  const work = options.workFolder ?? freshFolder("simulated-runner-");
  const temp = join(work, "_temp");
  const toolCache = join(work, "_tool");
  const workspace = options.workspace ?? join(work, "workspace");
  for (const folder of [temp, toolCache, workspace]) mkdirSync(folder, { recursive: true });
  const forced = new AbortController();
  const job: Job = {
    github: {
      ...githubContext(options.run),
      workspace,
      event_path: writeEventFile(temp, options.run.event),
    },
    runner: runnerContext({ temp, toolCache, work }, options.debug ?? false),
    checkRunId: options.checkRunId,
    workspace,
    temp,
    masker: secretMasker([options.run.token ?? "", ...Object.values(options.secrets ?? {})]),
    otherContexts: {
      secrets: { ...options.secrets, GITHUB_TOKEN: options.run.token ?? "" },
      vars: options.vars ?? {},
      inputs: options.inputs ?? {},
      needs: options.needs ?? {},
      strategy: options.strategy ?? {},
      matrix: options.matrix ?? {},
    },
    runScript: options.runScript ?? spawnOn(process.execPath),
    debug: options.debug ?? false,
    onLog: options.onLog ?? (() => {}),
    times: { ...runnerTimes, ...options.times },
    cancelled: momentSignal(options.cancel),
    lost: momentSignal(options.loseRunner),
    forced: forced.signal,
    status: "success",
    env: { ...options.env },
    path: [],
    steps: {},
  };
  whenAborted(job.cancelled, () => {
    job.status = "cancelled";
    setTimeout(() => forced.abort(), job.times.forced).unref();
  });
  return job;
};

/** Removes what `openJob` made of its own accord. */
export const closeJob = (job: Job, options: JobOptions): void => {
  if (options.workFolder !== undefined) return;
  rmSync(job.runner.workspace, { recursive: true, force: true, maxRetries: 3 });
};

/** A signal that is given at the moment; never, when there is none. */
export const momentSignal = (moment: Moment | undefined): AbortSignal => {
  if (moment === undefined) return new AbortController().signal;
  return typeof moment === "number" ? AbortSignal.timeout(moment) : moment;
};

/** Everything that expressions of this job can name now. A step adds its own `env`. */
export const jobContexts = (job: Job): Contexts => ({
  ...job.otherContexts,
  github: job.github,
  runner: job.runner,
  job: { status: job.status, ...(job.checkRunId === undefined ? {} : { check_run_id: job.checkRunId }) },
  steps: job.steps,
  env: job.env,
});
