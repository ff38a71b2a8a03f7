import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type Account, accountService, createAccount } from "./account.ts";
import type { Access } from "./aws/access.ts";
import type { CloudWatchOptions } from "./cloudwatch/world.ts";
import type { World as GatewayWorld } from "./gateway/model.ts";
import type { WorldOptions } from "./gateway/world.ts";
import type { WorkflowEvent } from "./github/events.ts";
import { finishJob, settleJob, startJob, startRun } from "./github/jobs.ts";
import type { World as GitHubWorld, Job, Profile, Repository, WorkflowRun } from "./github/model.ts";
import { idTokenVariables } from "./github/oidc.ts";
import { createRepository, issueToken } from "./github/people.ts";
import { githubService } from "./github/service.ts";
import { profiles } from "./github/tokens.ts";
import { createGitHubWorld, fullName, type GitHubWorldOptions } from "./github/world.ts";
import { listen, type SimulatorServer } from "./http/server.ts";
import type { LogsOptions } from "./logs/world.ts";
import { readActionMetadata } from "./runner/action-metadata.ts";
import type { ScriptRunner } from "./runner/child-process.ts";
import type { RunDescription } from "./runner/environment.ts";
import { type JobProvision, type JobResult, runJob, type WorkflowStep } from "./runner/job.ts";
import type { JobOptions } from "./runner/job-state.ts";

export type SimulatorOptions = {
  /** `owner/name` of the repository that the workflows run in. Default `acme/orders`. */
  readonly repository?: string;
  readonly gateway?: WorldOptions;
  readonly cloudWatch?: CloudWatchOptions;
  readonly logs?: LogsOptions;
  readonly github?: GitHubWorldOptions;
  readonly access?: Access;
  /** Ports to listen on; 0, the default, takes free ones. */
  readonly gatewayPort?: number;
  readonly githubPort?: number;
  /** Runs the scripts of the jobs that name no runner of their own. Absent: each gets a process. */
  readonly runScript?: ScriptRunner;
};

/** AWS, GitHub and the runner on this machine, as one world to play in. The server of `gateway` serves all of AWS. */
export type Simulator = {
  /** The server answers for CloudWatch and CloudWatch Logs, too. */
  readonly gateway: { readonly world: GatewayWorld; readonly server: SimulatorServer };
  readonly cloudWatch: Account["cloudWatch"];
  readonly logs: Account["logs"];
  readonly github: { readonly world: GitHubWorld; readonly server: SimulatorServer };
  readonly repository: Repository;
  /** Runs a workflow's one job, as GitHub and a runner would. */
  readonly runJob: (job: SimulatedJob) => Promise<SimulatedRun>;
  readonly close: () => Promise<void>;
};

export type SimulatedJob = {
  readonly event: WorkflowEvent;
  /** The folder with action.yml; steps use it as `./`. */
  readonly actionPath: string;
  readonly steps: readonly WorkflowStep[];
  /** The job's id. */
  readonly name?: string;
  /** How GitHub shows the job. Default: `name`. */
  readonly title?: string;
  readonly environment?: { readonly name: string; readonly url?: string; readonly deployment?: boolean };
  /** Expressions by output name. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** What GITHUB_TOKEN may do. Default: everything. */
  readonly token?: Profile;
  /** Whether the job has `id-token: write`. Default: true. */
  readonly idToken?: boolean;
  /** Makes this the next attempt of an earlier run. */
  readonly rerunOf?: WorkflowRun;
  /** The run that is under way and that this is a job of. Absent: a run of its own. */
  readonly partOf?: WorkflowRun;
  /** By which name, beside `./`, steps use the action: `owner/name`, without its ref. */
  readonly actionName?: string;
  readonly runner?: Partial<Omit<JobOptions, "run">>;
  readonly provision?: Pick<JobProvision, "handlers">;
};

/** A job that its environment did not let start has run no step. */
export type SimulatedRun = JobResult & { readonly run: WorkflowRun; readonly job: Job };

/** The variables that make the AWS SDK, the AWS CLI and Octokit talk to the simulated services. */
export const environmentOf = (simulator: Pick<Simulator, "gateway" | "github">): Record<string, string> => ({
  AWS_ENDPOINT_URL: simulator.gateway.server.url,
  AWS_REGION: simulator.gateway.world.region,
  AWS_ACCESS_KEY_ID: "AKIASIMULATED0000000",
  AWS_SECRET_ACCESS_KEY: "simulated",
});

export const startSimulator = async (options: SimulatorOptions = {}): Promise<Simulator> => {
  const account = createAccount(options);
  const githubWorld = createGitHubWorld(options.github);
  const gatewayServer = await listen(accountService(account, options.access), options.gatewayPort);
  const githubServer = await listen(githubService(githubWorld), options.githubPort).catch(async (error: unknown) => {
    await gatewayServer.close();
    throw error;
  });
  const { cloudWatch, logs } = account;
  const gateway = { world: account.gateway, server: gatewayServer };
  const github = { world: githubWorld, server: githubServer };
  const repository = createRepository(githubWorld, options.repository ?? "acme/orders");
  const services = { gateway, github, repository };
  const runner = options.runScript === undefined ? {} : { runScript: options.runScript };
  return {
    ...services,
    cloudWatch,
    logs,
    runJob: (job) => runOneJob(services, { ...job, runner: { ...runner, ...job.runner } }),
    close: async () => {
      await Promise.all([gatewayServer.close(), githubServer.close()]);
    },
  };
};

const runOneJob = async (
  { gateway, github, repository }: Pick<Simulator, "gateway" | "github" | "repository">,
  wanted: SimulatedJob,
): Promise<SimulatedRun> => {
  const { event, name = "deploy", title = name } = wanted;
  const run =
    wanted.partOf ??
    startRun(github.world, {
      repository: fullName(repository),
      event: event.name,
      sha: event.sha,
      ref: event.ref,
      workflow: "Deploy",
      actor: event.actor,
      ...(wanted.rerunOf === undefined ? {} : { runId: wanted.rerunOf.id }),
    });
  const job = startJob(github.world, run, {
    name: title,
    runnerName: "Simulated runner",
    ...(wanted.environment === undefined ? {} : { environment: wanted.environment }),
  });
  await letIn(github.world, job);
  if (job.status === "completed") return { ...turnedAway(job), run, job };
  const token = `ghs_${randomUUID().replaceAll("-", "")}`;
  issueToken(github.world, token, wanted.token ?? profiles.full);
  const action = await readActionMetadata(wanted.actionPath);
  const options: JobOptions = {
    ...wanted.runner,
    checkRunId: job.id,
    env: {
      ...environmentOf({ gateway, github }),
      // The credentials chain must not look for the metadata service of the machine that this runs on.
      AWS_EC2_METADATA_DISABLED: "true",
      ...(wanted.idToken === false ? {} : idTokenVariables(github.world, run, job, github.server.url)),
      ...wanted.runner?.env,
    },
    run: {
      ...describeEvent(repository, event),
      repositoryId: repository.id,
      repositoryOwnerId: repository.owner.id,
      actor: event.actor,
      runId: run.id,
      runNumber: run.number,
      runAttempt: run.attempt,
      workflow: run.workflow.name,
      workflowPath: run.workflow.path,
      job: name,
      serverUrl: github.world.serverUrl,
      apiUrl: github.server.url,
      token,
    },
  };
  const result = await runJob(
    options,
    {
      steps: wanted.steps,
      ...(wanted.outputs === undefined ? {} : { outputs: wanted.outputs }),
      ...(wanted.environment === undefined ? {} : { environment: wanted.environment }),
    },
    {
      ...wanted.provision,
      actions: { "./": action, ...(wanted.actionName === undefined ? {} : { [wanted.actionName]: action }) },
    },
  );
  if (!result.lost) {
    finishJob(github.world, job, {
      conclusion: result.conclusion,
      ...(result.environmentUrl === undefined ? {} : { environmentUrl: result.environmentUrl }),
    });
  }
  // A job's token dies with the job.
  github.world.tokens.delete(token);
  return { ...result, run, job };
};

/** Waits as long as the job's environment holds it: for reviewers, a timer, or a custom rule. Keeps no process alive. */
const letIn = async (world: GitHubWorld, job: Job): Promise<void> => {
  while (settleJob(world, job).status === "waiting") await sleep(5, undefined, { ref: false });
};

/** What is left of a job that never reached a runner: it was rejected, or its branch may not deploy. */
const turnedAway = ({ failure }: Job): JobResult => ({
  conclusion: "failure",
  lost: false,
  steps: [],
  posts: [],
  outputs: {},
  log: failure === null ? [] : [`##[error]${failure}`],
  annotations: [],
});

/** What an event tells a run of itself. */
export const describeEvent = (repository: Repository, event: WorkflowEvent): RunDescription => ({
  repository: fullName(repository),
  eventName: event.name,
  event: event.payload,
  sha: event.sha,
  ref: event.ref,
  ...(event.headRef === undefined ? {} : { headRef: event.headRef }),
  ...(event.baseRef === undefined ? {} : { baseRef: event.baseRef }),
});
