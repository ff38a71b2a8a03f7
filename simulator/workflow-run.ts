import type { WorkflowEvent } from "./github/events.ts";
import { startRun } from "./github/jobs.ts";
import type { Profile, WorkflowRun } from "./github/model.ts";
import { workflowTokenWith } from "./github/tokens.ts";
import { fullName } from "./github/world.ts";
import type { RunDescription } from "./runner/environment.ts";
import type { WorkflowStep } from "./runner/job.ts";
import type { JobOptions } from "./runner/job-state.ts";
import { jobsFor, type WorkflowJob } from "./runner/workflow.ts";
import type { SimulatedJob, SimulatedRun, Simulator } from "./simulator.ts";

export type SimulatedWorkflow = {
  /** The workflow file's text. */
  readonly text: string;
  readonly event: WorkflowEvent;
  readonly vars?: Readonly<Record<string, string>>;
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  readonly runner?: Partial<Omit<JobOptions, "run" | "vars" | "inputs" | "needs">>;
} & Pick<SimulatedJob, "actionPath" | "actionName">;

/** A job that was skipped has no result of its own. */
export type EndedJob = {
  readonly result: "success" | "failure" | "cancelled" | "skipped";
  readonly ran?: SimulatedRun;
};

export type SimulatedWorkflowRun = {
  readonly run: WorkflowRun;
  /** By job id. */
  readonly jobs: Readonly<Record<string, EndedJob>>;
};

/**
 * Runs all jobs of a workflow, each as soon as those that it needs have ended, and each behind the gate of its
 * environment. Steps that are not the action's succeed and do nothing. Locks (`concurrency`) are not simulated.
 */
export const runWorkflow = async (simulator: Simulator, workflow: SimulatedWorkflow): Promise<SimulatedWorkflowRun> => {
  const { github, repository } = simulator;
  const { event } = workflow;
  const run = startRun(github.world, {
    repository: fullName(repository),
    event: event.name,
    sha: event.sha,
    ref: event.ref,
    workflow: "Deploy",
    actor: event.actor,
  });
  const ended = new Map<string, Promise<EndedJob>>();
  for (const { id } of inOrder(jobsOf(workflow, simulator, {}))) {
    ended.set(id, runWhenReady(simulator, workflow, run, id, ended));
  }
  const jobs = await Promise.all([...ended].map(async ([id, job]) => [id, await job] as const));
  return { run, jobs: Object.fromEntries(jobs) };
};

type Needs = Readonly<Record<string, { readonly result: string; readonly outputs: Readonly<Record<string, string>> }>>;

const jobsOf = (
  { text, event, vars = {}, inputs = {} }: SimulatedWorkflow,
  { repository }: Pick<Simulator, "repository">,
  needs: Needs,
): readonly WorkflowJob[] => {
  const run: RunDescription = {
    repository: fullName(repository),
    eventName: event.name,
    event: event.payload,
    sha: event.sha,
    ref: event.ref,
    ...(event.headRef === undefined ? {} : { headRef: event.headRef }),
    ...(event.baseRef === undefined ? {} : { baseRef: event.baseRef }),
  };
  return jobsFor(text, run, { vars, inputs, needs });
};

/** Each job after those that it needs. */
const inOrder = (jobs: readonly WorkflowJob[]): readonly WorkflowJob[] => {
  const placed = new Map<string, WorkflowJob>();
  const place = (job: WorkflowJob): void => {
    for (const need of job.needs) {
      const needed = jobs.find(({ id }) => id === need);
      if (needed !== undefined && !placed.has(need)) place(needed);
    }
    placed.set(job.id, job);
  };
  for (const job of jobs) place(job);
  return [...placed.values()];
};

const runWhenReady = async (
  simulator: Simulator,
  workflow: SimulatedWorkflow,
  run: WorkflowRun,
  id: string,
  ended: ReadonlyMap<string, Promise<EndedJob>>,
): Promise<EndedJob> => {
  const needs: Record<string, Needs[string]> = {};
  for (const need of jobsOf(workflow, simulator, {}).find((job) => job.id === id)?.needs ?? []) {
    const job = await ended.get(need);
    needs[need] = { result: job?.result ?? "skipped", outputs: job?.ran?.outputs ?? {} };
  }
  const job = jobsOf(workflow, simulator, needs).find((candidate) => candidate.id === id);
  if (job?.wanted !== true) return { result: "skipped" };
  const ran = await simulator.runJob(simulatedJob(workflow, job, run, needs));
  return { result: ran.conclusion, ran };
};

const simulatedJob = (workflow: SimulatedWorkflow, job: WorkflowJob, run: WorkflowRun, needs: Needs): SimulatedJob => {
  const { definition, environment, permissions = {} } = job;
  const { event, actionPath, actionName, vars = {}, inputs = {}, runner } = workflow;
  const url = definition.environment?.url;
  return {
    event,
    actionPath,
    ...(actionName === undefined ? {} : { actionName }),
    name: job.id,
    partOf: run,
    steps: definition.steps,
    ...(definition.outputs === undefined ? {} : { outputs: definition.outputs }),
    ...(environment === undefined ? {} : { environment: { ...environment, ...(url === undefined ? {} : { url }) } }),
    token: tokenOf(permissions),
    idToken: typeof permissions === "object" && permissions["id-token"] === "write",
    runner: { ...runner, env: { ...job.env, ...runner?.env }, vars, inputs, needs },
    provision: { handlers: Object.fromEntries(othersOf(definition.steps, actionName).map((key) => [key, () => ({})])) },
  };
};

const tokenOf = (permissions: NonNullable<WorkflowJob["permissions"]>): Profile => {
  if (typeof permissions === "string") throw new Error(`permissions: ${permissions} is not simulated`);
  return workflowTokenWith(permissions as Parameters<typeof workflowTokenWith>[0]);
};

const othersOf = (steps: readonly WorkflowStep[], actionName: string | undefined): readonly string[] =>
  steps
    .map(({ uses, run }) => uses ?? run ?? "")
    .filter((key) => key !== "./" && key.replace(/@[^@]*$/, "") !== actionName);
