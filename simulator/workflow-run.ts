import type { WorkflowEvent } from "./github/events.ts";
import { startRun } from "./github/jobs.ts";
import type { Profile, WorkflowRun } from "./github/model.ts";
import { workflowTokenWith } from "./github/tokens.ts";
import { fullName } from "./github/world.ts";
import { calledInputs, calledOutputs } from "./runner/called-workflow.ts";
import type { Concurrency, ConcurrencyGroups } from "./runner/concurrency.ts";
import { githubContext, type RunDescription } from "./runner/environment.ts";
import type { StepHandler, WorkflowStep } from "./runner/job.ts";
import { ancestorsOf, type JobNode } from "./runner/job-needs.ts";
import type { JobOptions, Moment } from "./runner/job-state.ts";
import { checkPermissions, defaultPermissions } from "./runner/permissions.ts";
import { concurrencyFor, jobNodesFor, jobsFor, type WorkflowJob } from "./runner/workflow.ts";
import { describeEvent, type SimulatedJob, type SimulatedRun, type Simulator } from "./simulator.ts";

export type SimulatedWorkflow = {
  /** The workflow file's text. */
  readonly text: string;
  /** The repository's other workflow files by path, for jobs that call them. */
  readonly files?: Readonly<Record<string, string>>;
  readonly event: WorkflowEvent;
  readonly vars?: Readonly<Record<string, string>>;
  /** Of environments, by name: their steps see these before `vars`. */
  readonly environmentVars?: Readonly<Record<string, Readonly<Record<string, string>>>>;
  /** Of `workflow_dispatch`. */
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** What the steps of others do, by `uses` without its ref or by `run`. The rest succeed and do nothing. */
  readonly handlers?: Readonly<Record<string, StepHandler>>;
  /** The repository's locks (`concurrency`), for several runs at a time; without them nothing waits. */
  readonly locks?: ConcurrencyGroups;
  readonly runner?: Partial<Omit<JobOptions, "run" | "vars" | "inputs" | "needs">>;
} & Pick<SimulatedJob, "actionPath" | "actionName">;

type Result = "success" | "failure" | "cancelled" | "skipped";

/** A job that was skipped, or cancelled before it began, has no result of its own. */
export type EndedJob = {
  readonly result: Result;
  readonly ran?: SimulatedRun;
};

export type SimulatedWorkflowRun = {
  readonly run: WorkflowRun;
  /** By job id; variations of a matrix as `id (value, value)`, jobs of a called workflow as `id / its id`. Names do not count. */
  readonly jobs: Readonly<Record<string, EndedJob>>;
};

/**
 * Runs all jobs of a workflow, each as soon as those that it needs have ended, and each behind the gate of its
 * environment. A job takes its lock before its gate is asked; GitHub does not say which comes first.
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
  const description = describeEvent(simulator.repository, workflow.event);
  const { vars = {}, inputs = {} } = workflow;
  const isTriggered = workflow.locks !== undefined && jobNodesFor(workflow.text, description).length > 0;
  const lock = isTriggered ? concurrencyFor(workflow.text, description, { vars, inputs }) : undefined;
  const outcome = await locked(workflow, lock, () => runJobs({ simulator, run, workflow, description }));
  if (outcome !== "replaced") return { run, jobs: outcome.jobs };
  const cancelled = jobNodesFor(workflow.text, description).map(({ id }) => [id, { result: "cancelled" }] as const);
  return { run, jobs: Object.fromEntries(cancelled) };
};

const locked = async <T>(
  { locks }: SimulatedWorkflow,
  lock: Concurrency | undefined,
  work: () => Promise<T>,
): Promise<T | "replaced"> => (locks === undefined || lock === undefined ? work() : locks.run(lock, work));

/** A workflow file that is being run: the one that the event started, or one that it calls. */
type Running = {
  readonly simulator: Simulator;
  readonly run: WorkflowRun;
  readonly workflow: SimulatedWorkflow;
  readonly description: RunDescription;
  /** The job that calls it. */
  readonly caller?: WorkflowJob;
};

/** What a job id comes to: one job, the variations of a matrix, or the jobs of a workflow that it calls. */
type Outcome = {
  readonly result: Result;
  readonly outputs: Readonly<Record<string, string>>;
  readonly jobs: Readonly<Record<string, EndedJob>>;
};

const runJobs = async (running: Running): Promise<Outcome & { readonly byId: Readonly<Record<string, Outcome>> }> => {
  const ended = new Map<string, Promise<Outcome>>();
  const nodes = jobNodesFor(running.workflow.text, running.description);
  for (const node of inOrder(nodes)) {
    ended.set(node.id, runWhenReady(running, node, ancestorsOf(nodes, node.id), ended));
  }
  const outcomes = await Promise.all([...ended].map(async ([id, outcome]) => [id, await outcome] as const));
  const byId = Object.fromEntries(outcomes);
  return { ...allOf(Object.values(byId)), byId };
};

/** Of several: a failure before a cancellation, and a success unless all were skipped. Later outputs win. */
const allOf = (outcomes: readonly Outcome[]): Outcome => {
  const results = outcomes.map(({ result }) => result);
  const worst = (["failure", "cancelled", "success"] as const).find((result) => results.includes(result));
  return {
    result: worst ?? "skipped",
    outputs: Object.assign({}, ...outcomes.map(({ outputs }) => outputs)),
    jobs: Object.assign({}, ...outcomes.map(({ jobs }) => jobs)),
  };
};

/** Each job after those that it needs. */
const inOrder = (jobs: readonly JobNode[]): readonly JobNode[] => {
  const placed = new Map<string, JobNode>();
  const place = (job: JobNode): void => {
    for (const need of job.needs) {
      const needed = jobs.find(({ id }) => id === need);
      if (needed !== undefined && !placed.has(need)) place(needed);
    }
    placed.set(job.id, job);
  };
  for (const job of jobs) place(job);
  return [...placed.values()];
};

type Needs = Readonly<Record<string, Pick<Outcome, "result" | "outputs">>>;

const runWhenReady = async (
  running: Running,
  { id, needs }: JobNode,
  ancestors: readonly string[],
  ended: ReadonlyMap<string, Promise<Outcome>>,
): Promise<Outcome> => {
  const before = new Map<string, Needs[string]>();
  for (const ancestor of ancestors) {
    const { result = "skipped", outputs = {} } = (await ended.get(ancestor)) ?? {};
    before.set(ancestor, { result, outputs });
  }
  const needed = Object.fromEntries([...before].filter(([ancestor]) => needs.includes(ancestor)));
  const { text, vars = {}, inputs = {}, runner: { secrets = {} } = {} } = running.workflow;
  const inTurnNow = { id, ancestors: [...before.values()].map(({ result }) => result) };
  const jobs = jobsFor(text, running.description, { vars, inputs, secrets, needs: needed }, inTurnNow);
  if (jobs.every(({ wanted }) => !wanted)) return single(id, { result: "skipped" });
  return allOf(await inTurn(jobs, (job, cancel) => runLocked(running, job, needed, cancel)));
};

const runLocked = async (running: Running, job: WorkflowJob, needs: Needs, cancel: AbortSignal): Promise<Outcome> => {
  const outcome = await locked(running.workflow, job.concurrency, () => runOne(running, job, needs, cancel));
  return outcome === "replaced" ? single(job.key, { result: "cancelled" }) : outcome;
};

const single = (name: string, job: EndedJob): Outcome => ({
  result: job.result,
  outputs: job.ran?.outputs ?? {},
  jobs: { [name]: job },
});

/** As many at once as the matrix allows. After a failure, `fail-fast` cancels those that run and starts no other. */
const inTurn = async (
  jobs: readonly WorkflowJob[],
  start: (job: WorkflowJob, cancel: AbortSignal) => Promise<Outcome>,
): Promise<readonly Outcome[]> => {
  const strategy = jobs[0]?.variation?.strategy;
  const cancel = new AbortController();
  const outcomes: Outcome[] = [];
  const waiting = [...jobs.entries()];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const [index, job] = next;
      const cancelled = single(job.key, { result: "cancelled" });
      const outcome = cancel.signal.aborted ? cancelled : await start(job, cancel.signal);
      outcomes[index] = outcome;
      if (outcome.result === "failure" && strategy?.["fail-fast"]) cancel.abort();
    }
  };
  await Promise.all(Array.from({ length: strategy?.["max-parallel"] ?? 1 }, work));
  return outcomes;
};

const runOne = async (running: Running, job: WorkflowJob, needs: Needs, cancel: AbortSignal): Promise<Outcome> => {
  const allowed = running.caller?.permissions ?? defaultPermissions;
  const permitted = { ...job, permissions: job.permissions ?? allowed };
  if (running.caller !== undefined) checkPermissions(job.id, permitted.permissions, allowed);
  if (job.calls !== undefined) return runCalled(running, permitted, job.calls);
  const ran = await running.simulator.runJob(simulatedJob(running, permitted, needs, cancel));
  return single(job.key, { result: ran.conclusion, ran });
};

/** As GitHub shows it: a job of a called workflow after the job that calls it. */
const titleOf = ({ caller }: Pick<Running, "caller">, { name }: WorkflowJob): string =>
  [...(caller === undefined ? [] : [caller.name]), name].join(" / ");

const runCalled = async (
  running: Running,
  caller: WorkflowJob,
  { path, with: given, secrets = {} }: NonNullable<WorkflowJob["calls"]>,
): Promise<Outcome> => {
  const { simulator, run, workflow, description } = running;
  const text = workflow.files?.[path];
  if (text === undefined) throw new Error(`There is no workflow ${path}`);
  const inputs = calledInputs(text, given);
  const called = { ...workflow, text, inputs, runner: { ...workflow.runner, secrets } };
  const outcome = await runJobs({
    simulator,
    run,
    workflow: called,
    description: { ...description, called: true },
    caller: { ...caller, name: titleOf(running, caller) },
  });
  const { vars = {} } = workflow;
  const contexts = { jobs: outcome.byId, inputs, vars, github: githubContext(description) };
  return {
    result: outcome.result,
    outputs: calledOutputs(text, contexts),
    jobs: Object.fromEntries(Object.entries(outcome.jobs).map(([id, job]) => [`${caller.key} / ${id}`, job])),
  };
};

type PermittedJob = WorkflowJob & Required<Pick<WorkflowJob, "permissions">>;

const simulatedJob = (running: Running, job: PermittedJob, needs: Needs, cancel: AbortSignal): SimulatedJob => {
  const { definition, environment, permissions, variation } = job;
  const { event, actionPath, actionName, vars = {}, environmentVars = {}, inputs = {}, runner } = running.workflow;
  const url = definition.environment?.url;
  const others = othersOf(definition.steps, actionName).map((key) => [key, () => ({})]);
  return {
    event,
    actionPath,
    ...(actionName === undefined ? {} : { actionName }),
    name: job.id,
    title: titleOf(running, job),
    partOf: running.run,
    steps: definition.steps,
    ...(definition.outputs === undefined ? {} : { outputs: definition.outputs }),
    ...(environment === undefined ? {} : { environment: { ...environment, ...(url === undefined ? {} : { url }) } }),
    token: workflowTokenWith(permissions as Parameters<typeof workflowTokenWith>[0]) satisfies Profile,
    idToken: permissions["id-token"] === "write",
    runner: {
      ...variation,
      ...runner,
      ...(variation === undefined ? {} : { cancel: eitherOf(cancel, runner?.cancel) }),
      env: { ...job.env, ...runner?.env },
      vars: { ...vars, ...environmentVars[environment?.name ?? ""] },
      inputs,
      needs,
    },
    provision: { handlers: { ...Object.fromEntries(others), ...running.workflow.handlers } },
  };
};

/** By whichever comes first; a number of milliseconds is nobody's signal. */
const eitherOf = (cancel: AbortSignal, other: Moment | undefined): Moment =>
  other === undefined ? cancel : typeof other === "number" ? other : AbortSignal.any([cancel, other]);

const othersOf = (steps: readonly WorkflowStep[], actionName: string | undefined): readonly string[] =>
  steps
    .map(({ uses, run }) => uses?.replace(/@[^@]*$/, "") ?? run ?? "")
    .filter((key) => key !== "./" && key !== actionName);
