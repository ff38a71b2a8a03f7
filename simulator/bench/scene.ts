import { readFile } from "node:fs/promises";
import { seedRestApi } from "../gateway/world.ts";
import { seedHttpApi } from "../gateway-v2/seed.ts";
import { pullRequestEvent } from "../github/events.ts";
import type { PullRequest } from "../github/model.ts";
import { addComment, openPullRequest, pushToPullRequest } from "../github/people.ts";
import type { Exchange } from "../http/exchange.ts";
import { type ScriptRunner, spawnOn } from "../runner/child-process.ts";
import { type SimulatedRun, type Simulator, type SimulatorOptions, startSimulator } from "../simulator.ts";
import { exampleHttpApi } from "../start/example-http-api.ts";

/** A pull request whose preview stage exists, and a way to deploy it once more. */
export type BenchScene = {
  readonly deploy: (options: DeployOptions) => Promise<MeasuredRun>;
  /** How many comments the action has posted. */
  readonly ownComments: () => number;
  readonly close: () => Promise<void>;
};

export type DeployOptions = {
  /** Milliseconds that every request takes. */
  readonly latency: number;
  /** Whether the action is told the job's check run, which it then reads to find the job's own GitHub deployment. */
  readonly checkRun: boolean;
};

export type MeasuredRun = {
  readonly run: SimulatedRun;
  readonly aws: readonly Exchange[];
  readonly github: readonly Exchange[];
  /** Milliseconds of the main step's process. */
  readonly duration: number;
  /** Milliseconds of the post step's process; 0 where none was started. */
  readonly postDuration: number;
  /** Milliseconds from the start of the process to the arrival of its first request. */
  readonly toFirstRequest: number;
};

const apiId = "a1b2c3d4e5";

export type BenchSubject = {
  /** Of others on the pull request, half of them older than ours. */
  readonly comments: number;
  /** By which input the API is named: `api-id` names an HTTP API here. */
  readonly input: "rest-api-id" | "api-id";
};

export const openBenchScene = async (
  actionPath: string,
  { comments, input }: BenchSubject,
  { runScript = spawnOn(process.execPath) }: Pick<SimulatorOptions, "runScript"> = {},
): Promise<BenchScene> => {
  const many = 1_000_000;
  // The history is spread over days, because GitHub lists comments by the second.
  let daysAgo = 2;
  const clock = { now: () => Date.now() - daysAgo * 86_400_000 };
  const simulator = await startSimulator({
    gateway: { clock, rateLimits: false },
    github: { clock, limits: { requestsPerHour: many, contentPerMinute: many, contentPerHour: many } },
  });
  const { repository, github, gateway } = simulator;
  if (input === "api-id") seedHttpApi(gateway.world, exampleHttpApi, { id: apiId });
  else seedRestApi(gateway.world, await readFile("simulator/demo/orders.yaml", "utf8"), { id: apiId });
  // How often a deployment is looked at that is not complete yet is the service's doing.
  gateway.world.delays.deploymentMs = 0;
  const pull = openPullRequest(github.world, repository, { user: "alice", headRef: "feature" });
  const discuss = (count: number): void => {
    for (let number = 0; number < count; number += 1) {
      addComment(github.world, repository, pull, { user: "bob", body: `Remark ${number}` });
    }
  };
  const deploy = (options: DeployOptions): Promise<MeasuredRun> =>
    measure(simulator, pull, actionPath, { ...options, input, runScript });
  discuss(Math.floor(comments / 2));
  daysAgo = 1;
  await deploy({ latency: 0, checkRun: true });
  daysAgo = 0;
  discuss(Math.ceil(comments / 2));
  return {
    deploy,
    ownComments: () => [...repository.comments.values()].filter(({ user }) => user.login !== "bob").length,
    close: simulator.close,
  };
};

const measure = async (
  { gateway, github, repository, runJob }: Simulator,
  pull: PullRequest,
  actionPath: string,
  {
    latency,
    checkRun,
    input,
    runScript,
  }: DeployOptions & Pick<BenchSubject, "input"> & { readonly runScript: ScriptRunner },
): Promise<MeasuredRun> => {
  pushToPullRequest(github.world, repository, pull);
  gateway.server.latency = latency;
  github.server.latency = latency;
  const seen = { aws: gateway.server.exchanges.length, github: github.server.exchanges.length };
  // Main, then post where it has something to do.
  const processes: { readonly startedAt: number; readonly duration: number }[] = [];
  const run = await runJob({
    event: pullRequestEvent(repository, pull, "synchronize"),
    actionPath,
    steps: [{ uses: "./", with: { [input]: apiId, ...(checkRun ? {} : { "check-run-id": "" }) } }],
    runner: {
      runScript: async (path, given) => {
        const startedAt = performance.now();
        const result = await runScript(path, given);
        processes.push({ startedAt, duration: performance.now() - startedAt });
        return result;
      },
    },
  });
  const aws = gateway.server.exchanges.slice(seen.aws);
  const ofGitHub = github.server.exchanges.slice(seen.github);
  const first = Math.min(...[...aws, ...ofGitHub].map((exchange) => exchange.startedAt));
  const [main, post] = processes;
  return {
    run,
    aws,
    github: ofGitHub,
    duration: main?.duration ?? Number.NaN,
    postDuration: post?.duration ?? 0,
    toFirstRequest: first - (main?.startedAt ?? Number.NaN),
  };
};
