import { randomUUID } from "node:crypto";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach } from "@jest/globals";
import type { RestApi, Stage } from "../../simulator/gateway/model.ts";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { addDeployment, addDeploymentStatus } from "../../simulator/github/deployments.ts";
import type { Comment, Deployment, DeploymentState, Profile } from "../../simulator/github/model.ts";
import { addComment, closePullRequest, issueToken, openPullRequest } from "../../simulator/github/people.ts";
import { githubActionsApp, githubActionsBot, profiles } from "../../simulator/github/tokens.ts";
import { environmentOf, type Simulator, startSimulator } from "../../simulator/simulator.ts";
import type { Pacing } from "../../src/aws/retry.ts";
import { describe, markerOf } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import type { Run } from "../../src/domain/run.ts";
import type { Log } from "../../src/domain/world.ts";
import { sealed } from "../../src/github/comments.ts";
import type { SweepRequest } from "../../src/inputs/sweep-request.ts";
import { commentMarker } from "../../src/report/comment.ts";
import { sweep } from "../../src/sweep.ts";
import { ordersApi } from "../e2e/scene.ts";
import { aRun } from "../requests.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const restApiId = "a1b2c3d4e5";

export type Swept = {
  readonly exitCode: number;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** Everything that was logged, a line each. */
  readonly log: string;
  readonly warnings: readonly string[];
  readonly errors: readonly string[];
  readonly plan: () => unknown;
};

export type PreviewOptions = {
  /** What became of the pull request; `gone`: there never was one of that number. */
  readonly pull?: "open" | "closed" | "merged" | "gone";
  /** Milliseconds since the stage and its deployment were made. Default: three days. */
  readonly age?: number;
  readonly stage?: Partial<Stage>;
  /** Adds a record of ours in this state. */
  readonly record?: DeploymentState;
  /** Adds our comment. */
  readonly comment?: boolean;
};

export type SweepScene = Simulator & {
  readonly api: RestApi;
  readonly run: Run;
  readonly sweep: (changes?: Partial<SweepRequest>, options?: SweepOptions) => Promise<Swept>;
  /** A preview of ours with its own pull request. Answers the pull request's number. */
  readonly preview: (options?: PreviewOptions) => number;
  readonly addStage: (name: string, deploymentId: string, changes?: Partial<Stage>) => void;
  /** A deployment that a run of this repository made for the stage. */
  readonly made: (stageName: string, age?: number) => string;
  readonly record: (state: DeploymentState, age: number, pullRequest: number, stageName?: string) => Deployment;
  readonly stageNames: () => string[];
  readonly comments: () => Comment[];
  readonly recordStates: () => (string | undefined)[];
  /** Operations of both services since the scene was opened, or since the last call. */
  readonly operations: () => { readonly aws: string[]; readonly github: string[] };
};

export type SweepOptions = { readonly signal?: AbortSignal; readonly pacing?: Pacing };

/** The toolkit opens its file of the job summary once in a process. */
const folder = await mkdtemp(join(tmpdir(), "sweep-"));
const files = { output: join(folder, "output"), summary: join(folder, "summary") };
afterAll(() => rm(folder, { recursive: true }));

const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((scene) => scene.close()));
});

/** Both services over HTTP, one REST API, and `command: sweep` in this process, which does not wait between requests. */
export const openSweepScene = async (options: { readonly token?: Profile } = {}): Promise<SweepScene> => {
  let ago = 0;
  const clock = { now: () => Date.now() - ago };
  const simulator = await startSimulator({ gateway: { rateLimits: false }, github: { clock } });
  opened.push(simulator);
  const { repository, github } = simulator;
  const api = seedRestApi(simulator.gateway.world, ordersApi, { id: restApiId });
  issueToken(github.world, "token", options.token ?? profiles.full);
  const run = aRun({
    event: { kind: "schedule" },
    repository: { owner: "acme", name: "orders", id: String(repository.id) },
    apiUrl: github.server.url,
  });
  const past = <T>(age: number, make: () => T): T => {
    ago = age;
    try {
      return make();
    } finally {
      ago = 0;
    }
  };

  const made: SweepScene["made"] = (stageName, age = 3 * DAY) => {
    const id = simulator.gateway.world.newId(6);
    const description = describe(markerOf(run, stageName));
    api.deployments.set(id, { id, description, createdDate: Date.now() - age, definition: api.draft });
    return id;
  };
  const addStage: SweepScene["addStage"] = (stageName, deploymentId, changes = {}) => {
    const createdDate = Date.now() - 3 * DAY;
    api.stages.set(stageName, {
      stageName,
      deploymentId,
      cacheClusterEnabled: false,
      methodSettings: {},
      tracingEnabled: false,
      createdDate,
      lastUpdatedDate: createdDate,
      ...changes,
    });
  };
  const bot = { creator: githubActionsBot, app: githubActionsApp };
  const record: SweepScene["record"] = (state, age, pullRequest, stageName = `pr-${pullRequest}`) =>
    past(age, () => {
      const deployment = addDeployment(github.world, repository, {
        ...bot,
        sha: run.commit,
        ref: run.commit,
        environment: "preview",
        transient: true,
        payload: {
          kind: "apigw-stage-action",
          "rest-api-id": restApiId,
          "stage-name": stageName,
          "pull-request": pullRequest,
          "run-id": "8000",
          "run-attempt": 1,
          nonce: "00000000",
        },
      });
      addDeploymentStatus(github.world, repository, deployment, { ...bot, state, autoInactive: false });
      return deployment;
    });

  const seen = { aws: 0, github: 0 };
  return {
    ...simulator,
    api,
    run,
    made,
    addStage,
    record,
    preview: ({ pull = "open", age = 3 * DAY, stage = {}, record: state, comment = false } = {}) => {
      const number = past(age, () => {
        if (pull === "gone") return 900 + api.stages.size;
        const request = openPullRequest(github.world, repository, { user: "alice", headRef: `topic-${randomUUID()}` });
        const marker = commentMarker(restApiId, `pr-${request.number}`);
        const body = sealed(`${marker}\nThe preview is live.`, { pullRequest: request.number, marker });
        if (comment) {
          addComment(github.world, repository, request, { user: githubActionsBot.login, app: githubActionsApp, body });
        }
        if (pull !== "open") {
          closePullRequest(github.world, repository, request, pull === "merged" ? { mergedBy: "alice" } : {});
        }
        return request.number;
      });
      const name = `pr-${number}`;
      addStage(name, made(name, age), {
        createdDate: Date.now() - age,
        tags: ownerTags({ repositoryId: String(repository.id), pullRequest: number }, { restApiId, stageName: name }),
        ...stage,
      });
      if (state !== undefined) record(state, age, number);
      return number;
    },
    sweep: async (changes = {}, { signal = new AbortController().signal, pacing } = {}) => {
      await Promise.all([writeFile(files.output, ""), writeFile(files.summary, "")]);
      Object.assign(process.env, environmentOf(simulator), {
        GITHUB_OUTPUT: files.output,
        GITHUB_STEP_SUMMARY: files.summary,
      });
      const recording = recordingLog();
      const request: SweepRequest = {
        command: "sweep",
        run,
        restApiId,
        githubToken: "token",
        dryRun: false,
        environment: "preview",
        ttl: undefined,
        keepDeployments: 20,
        ...changes,
      };
      const impatient: Pacing = { signal, note: recording.log.info, sleep: async () => {}, random: () => 1 };
      const exitCode = await sweep(request, recording.log, signal, pacing ?? impatient);
      const outputs = outputsIn(await readFile(files.output, "utf8"));
      return {
        exitCode,
        outputs,
        summary: await readFile(files.summary, "utf8"),
        log: recording.lines.join("\n"),
        warnings: recording.warnings,
        errors: recording.errors,
        plan: () => JSON.parse(outputs["plan"] ?? ""),
      };
    },
    stageNames: () => [...api.stages.keys()].sort(),
    comments: () => [...repository.comments.values()],
    recordStates: () => [...repository.deployments.values()].map(({ statuses }) => statuses.at(-1)?.state),
    operations: () => {
      const aws = simulator.gateway.server.exchanges.slice(seen.aws).map(({ operation }) => operation);
      const ofGitHub = github.server.exchanges
        .slice(seen.github)
        .map(({ operation }) => operation.replace("/repos/{owner}/{repo}", ""));
      seen.aws += aws.length;
      seen.github += ofGitHub.length;
      return { aws, github: ofGitHub };
    },
  };
};

/** How often each occurs. */
export const counts = (names: readonly string[]): Record<string, number> => {
  const found: Record<string, number> = {};
  for (const name of names) found[name] = (found[name] ?? 0) + 1;
  return found;
};

const recordingLog = () => {
  const lines: string[] = [];
  const warnings: string[] = [];
  const errors: string[] = [];
  const log: Log = {
    info: (text) => lines.push(text),
    warning: (text) => {
      lines.push(text);
      warnings.push(text);
    },
    notice: (text) => lines.push(text),
    error: (text) => {
      lines.push(text);
      errors.push(text);
    },
    errorAt: ({ message }) => lines.push(message),
    group: (title, texts) => lines.push(title, ...texts),
  };
  return { log, lines, warnings, errors };
};

/** The runner's file of outputs, in which each value stands between two lines with a delimiter. */
const outputsIn = (text: string): Record<string, string> =>
  Object.fromEntries(
    [...text.matchAll(/^(\S+?)<<(\S+)\n([\s\S]*?)\n?\2$/gm)].map(([, name = "", , value = ""]) => [name, value]),
  );
