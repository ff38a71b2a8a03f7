import { mayDeploy, shortRef } from "./branch-policy.ts";
import { addDeployment, addDeploymentStatus } from "./deployments.ts";
import type {
  Account,
  App,
  Conclusion,
  DeploymentState,
  Environment,
  Gate,
  Job,
  PullRequest,
  Repository,
  WorkflowRun,
  World,
} from "./model.ts";
import { githubActionsApp } from "./tokens.ts";
import { accountOf, ensureEnvironment, fullName, isPullRequest, jobPage, repositoryOf } from "./world.ts";

export type NewRun = {
  /** `owner/name`. */
  readonly repository: string;
  readonly event: string;
  /** `GITHUB_SHA`. */
  readonly sha: string;
  /** `GITHUB_REF`: `refs/heads/main`, `refs/pull/7/merge`. */
  readonly ref: string;
  /** Its name, as in `github.workflow`. */
  readonly workflow: string;
  /** Path of its file in the repository. Unless given, made of the name: `.github/workflows/deploy-api.yml`. */
  readonly workflowPath?: string;
  /** The login of who triggers this attempt. */
  readonly actor: string;
  /** Of a known `runId`: the attempt to make; unless given, the one after the last. */
  readonly attempt?: number;
  /** With the id of an earlier run, this is a re-run of it: the same run, another attempt. */
  readonly runId?: number;
};

/** Starts a workflow run, or another attempt of one. Its jobs are started one by one, with `startJob`. */
export const startRun = (world: World, fields: NewRun): WorkflowRun => {
  const repository = repositoryOf(world, fields.repository);
  const known = fields.runId === undefined ? undefined : repository.runs.get(fields.runId);
  return known ? rerun(world, known, fields) : newRun(world, repository, fields);
};

const rerun = (world: World, run: WorkflowRun, fields: NewRun): WorkflowRun => {
  run.attempt = fields.attempt ?? run.attempt + 1;
  run.triggeringActor = accountOf(world, fields.actor);
  run.startedAt = world.clock.now();
  return run;
};

const newRun = (world: World, repository: Repository, fields: NewRun): WorkflowRun => {
  const now = world.clock.now();
  const actor = accountOf(world, fields.actor);
  const pull = pullRequestOfRef(repository, fields.ref);
  const fromFork = pull?.head.repository !== fullName(repository);
  const run: WorkflowRun = {
    id: fields.runId ?? world.newId("run"),
    number: repository.runs.size + 1,
    repository: fullName(repository),
    workflow: workflowOf(world, repository, fields),
    event: fields.event,
    ref: fields.ref,
    sha: fields.sha,
    headBranch: pull?.head.ref ?? shortRef(fields.ref),
    headSha: pull?.head.sha ?? fields.sha,
    pullRequests: pull && !fromFork ? [pull.number] : [],
    actor,
    triggeringActor: actor,
    attempt: fields.attempt ?? 1,
    createdAt: now,
    startedAt: now,
    jobs: [],
    reviews: [],
  };
  repository.runs.set(run.id, run);
  return run;
};

const pullRequestOfRef = (repository: Repository, ref: string): PullRequest | undefined => {
  const number = /^refs\/pull\/(\d+)\/merge$/.exec(ref)?.[1];
  const issue = number === undefined ? undefined : repository.issues.get(Number(number));
  return issue && isPullRequest(issue) ? issue : undefined;
};

const workflowOf = (world: World, repository: Repository, fields: NewRun): WorkflowRun["workflow"] => {
  const path =
    fields.workflowPath ?? `.github/workflows/${fields.workflow.toLowerCase().replace(/[^a-z0-9]+/g, "-")}.yml`;
  for (const run of repository.runs.values()) if (run.workflow.path === path) return run.workflow;
  return { id: world.newId(), name: fields.workflow, path };
};

export type NewJob = {
  readonly name: string;
  /** `deployment: false` uses the environment, its gates included, without a record of it. */
  readonly environment?: { readonly name: string; readonly deployment?: boolean };
  readonly runnerName?: string;
};

/**
 * Starts a job of the run's current attempt, as GitHub does once its `needs` are done. The job that comes back is
 * `in_progress` (its steps may run), `waiting` (its environment holds it, see `settleJob`), or already failed.
 */
export const startJob = (world: World, run: WorkflowRun, fields: NewJob): Job => {
  const repository = repositoryOf(world, run.repository);
  const job: Job = {
    id: world.newId("run"),
    runId: run.id,
    attempt: run.attempt,
    name: fields.name,
    runnerName: fields.runnerName ?? null,
    status: "queued",
    conclusion: null,
    failure: null,
    environment: null,
    deployment: null,
    gate: null,
    createdAt: world.clock.now(),
    startedAt: null,
    completedAt: null,
  };
  run.jobs.push(job);
  if (fields.environment) enterEnvironment(world, repository, run, job, fields.environment);
  else dispatch(world, job);
  return job;
};

const enterEnvironment = (
  world: World,
  repository: Repository,
  run: WorkflowRun,
  job: Job,
  wanted: { readonly name: string; readonly deployment?: boolean },
): void => {
  const environment = ensureEnvironment(world, repository, wanted.name);
  job.environment = environment;
  if (!mayDeploy(repository, environment, run.ref)) {
    const branch = shortRef(run.ref);
    failBeforeStart(
      world,
      job,
      `Branch "${branch}" is not allowed to deploy to ${environment.name} due to environment protection rules.`,
    );
    return;
  }
  if (wanted.deployment !== false) job.deployment = deploymentOf(world, repository, run, environment, wanted.name);
  else if (environment.customRules.length > 0) {
    failBeforeStart(
      world,
      job,
      `Environment ${environment.name} has a custom deployment protection rule, which needs a deployment: \`deployment: false\` cannot be used with it.`,
    );
    return;
  }
  job.gate = gateOf(world, environment);
  if (job.gate) {
    job.status = "waiting";
    report(world, job, run, "waiting");
  }
  settleJob(world, job);
};

/** As GitHub makes it for a job (webhook `workflow_job`): its creator is the person, not the bot. */
const deploymentOf = (
  world: World,
  repository: Repository,
  run: WorkflowRun,
  environment: Environment,
  name: string,
): Job["deployment"] =>
  addDeployment(world, repository, {
    sha: run.headSha,
    ref: run.headBranch,
    environment: name,
    creator: run.triggeringActor,
    app: githubActionsApp,
    production: environment.name === "production",
  });

const gateOf = (world: World, environment: Environment): Gate | null => {
  const timer = environment.rules.find((rule) => rule.type === "wait_timer");
  const review = environment.rules.find((rule) => rule.type === "required_reviewers");
  if (!timer && !review && environment.customRules.length === 0) return null;
  return {
    timer: timer ? { minutes: timer.minutes, startedAt: world.clock.now() } : null,
    reviewers: review ? { accounts: review.reviewers, preventSelfReview: review.preventSelfReview } : null,
    customRules: [...environment.customRules],
  };
};

/** Lets a held job go once nothing holds it any more. Call it again as time passes; it does nothing to other jobs. */
export const settleJob = (world: World, job: Job): Job => {
  if (job.status === "queued" || (job.status === "waiting" && isOpen(world, job.gate))) dispatch(world, job);
  return job;
};

/** `settleJob` for all jobs of the world. */
export const settleJobs = (world: World): void => {
  for (const repository of world.repositories.values()) {
    for (const run of repository.runs.values()) for (const job of run.jobs) settleJob(world, job);
  }
};

const isOpen = (world: World, gate: Gate | null): boolean =>
  !gate || (!gate.reviewers && gate.customRules.length === 0 && isElapsed(world, gate.timer));

const isElapsed = (world: World, timer: Gate["timer"]): boolean =>
  !timer || world.clock.now() >= timer.startedAt + timer.minutes * 60_000;

const dispatch = (world: World, job: Job): void => {
  const run = runOf(world, job);
  job.gate = null;
  report(world, job, run, "queued");
  job.status = "in_progress";
  job.startedAt = world.clock.now();
  report(world, job, run, "in_progress");
};

/** The run that a job belongs to. */
export const runOf = (world: World, job: Job): WorkflowRun => {
  for (const repository of world.repositories.values()) {
    const run = repository.runs.get(job.runId);
    if (run) return run;
  }
  throw new Error(`The simulated GitHub has no run ${job.runId}.`);
};

const report = (world: World, job: Job, run: WorkflowRun, state: DeploymentState, environmentUrl = ""): void => {
  if (!job.deployment) return;
  addDeploymentStatus(world, repositoryOf(world, run.repository), job.deployment, {
    state,
    creator: run.triggeringActor,
    app: githubActionsApp,
    logUrl: jobPage(world, run, job.id),
    environmentUrl,
  });
};

const failBeforeStart = (world: World, job: Job, failure: string): void => {
  job.failure = failure;
  complete(world, job, "failure");
};

const complete = (world: World, job: Job, conclusion: Conclusion): void => {
  const now = world.clock.now();
  job.gate = null;
  job.status = "completed";
  job.conclusion = conclusion;
  job.startedAt ??= now;
  job.completedAt = now;
};

/**
 * Ends a job: the last status of its deployment says how, with `environmentUrl` (what `environment.url` became) when
 * there is one. A cancelled job leaves `failure`. Throws for a job that has ended before.
 */
export const finishJob = (
  world: World,
  job: Job,
  end: { readonly conclusion: Conclusion; readonly environmentUrl?: string },
): Job => {
  if (job.status === "completed") throw new Error(`Job ${job.id} has ended already.`);
  complete(world, job, end.conclusion);
  report(world, job, runOf(world, job), end.conclusion === "success" ? "success" : "failure", end.environmentUrl);
  return job;
};

/** Whether this person may review what the job waits for. A bot is never a reviewer. */
export const mayReview = (run: WorkflowRun, gate: Gate, login: string): boolean => {
  const isReviewer = gate.reviewers?.accounts.some((account) => sameLogin(account, login)) ?? false;
  const isOwnRun = sameLogin(run.triggeringActor, login);
  return isReviewer && !(isOwnRun && gate.reviewers?.preventSelfReview);
};

const sameLogin = (account: Account, login: string): boolean => account.login.toLowerCase() === login.toLowerCase();

/** One that its environment holds back. */
export const waitingJob = ({ runs }: Pick<Repository, "runs">): Job | undefined =>
  [...runs.values()].flatMap(({ jobs }) => jobs).find(({ status }) => status === "waiting");

/** What waits for reviewers, by environment id, in a run's current attempt. */
export const awaitingReview = (run: WorkflowRun): { job: Job; environment: Environment; gate: Gate }[] =>
  run.jobs.flatMap((job) =>
    job.attempt === run.attempt && job.status === "waiting" && job.environment && job.gate
      ? [{ job, environment: job.environment, gate: job.gate }]
      : [],
  );

export type Review = {
  readonly state: "approved" | "rejected";
  readonly user: string;
  readonly comment?: string;
  readonly environmentIds: readonly number[];
};

/** Jobs that the review concerned, or why it does not count. One approval suffices; a rejection fails the jobs. */
export const reviewRun = (world: World, run: WorkflowRun, review: Review): { jobs: Job[] } | { refusal: string } => {
  const held = awaitingReview(run).filter((entry) => entry.gate.reviewers);
  const concerned = held.filter((entry) => review.environmentIds.includes(entry.environment.id));
  const unknown = review.environmentIds.filter((id) => !concerned.some((entry) => entry.environment.id === id));
  if (unknown.length > 0 || concerned.length === 0) {
    return { refusal: `No pending deployment to environment ${unknown.join(", ")} in this run.` };
  }
  if (!concerned.every((entry) => mayReview(run, entry.gate, review.user))) {
    return { refusal: `${review.user} may not review this deployment.` };
  }
  run.reviews.push({
    state: review.state,
    user: accountOf(world, review.user),
    comment: review.comment ?? "",
    environments: [...new Set(concerned.map((entry) => entry.environment))],
  });
  for (const { job, gate } of concerned) {
    gate.reviewers = null;
    if (review.state === "approved") settleJob(world, job);
    else finishJob(world, job, { conclusion: "failure" });
  }
  return { jobs: concerned.map((entry) => entry.job) };
};

/** A reviewer lets the job pass, and with it all jobs of the run that wait for the same environment. Throws if refused. */
export const approveJob = (world: World, job: Job, review: { readonly user: string; readonly comment?: string }): Job =>
  reviewJob(world, job, "approved", review);

/** A reviewer turns the job down: it fails. Throws if refused. */
export const rejectJob = (world: World, job: Job, review: { readonly user: string; readonly comment?: string }): Job =>
  reviewJob(world, job, "rejected", review);

const reviewJob = (
  world: World,
  job: Job,
  state: Review["state"],
  review: { readonly user: string; readonly comment?: string },
): Job => {
  const environmentIds = job.environment ? [job.environment.id] : [];
  const outcome = reviewRun(world, runOf(world, job), { ...review, state, environmentIds });
  if ("refusal" in outcome) throw new Error(outcome.refusal);
  return job;
};

/** A GitHub App's custom rule lets the job pass. */
export const passCustomRule = (world: World, job: Job, app: App): Job => {
  if (job.gate) job.gate.customRules = job.gate.customRules.filter((rule) => rule.id !== app.id);
  return settleJob(world, job);
};
