import { randomUUID } from "node:crypto";
import { afterEach } from "@jest/globals";
import type { RestApi, Stage } from "../../simulator/gateway/model.ts";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { scheduleEvent } from "../../simulator/github/events.ts";
import type { Comment, Deployment, DeploymentState, Profile } from "../../simulator/github/model.ts";
import { addComment, closePullRequest, openPullRequest } from "../../simulator/github/people.ts";
import { githubActionsApp, githubActionsBot } from "../../simulator/github/tokens.ts";
import { type Simulator, startSimulator } from "../../simulator/simulator.ts";
import { commentMarker } from "../../src/domain/comment-marker.ts";
import { describe, markerOf } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import { sealed } from "../../src/github/comments.ts";
import { inThisProcess } from "../in-process.ts";
import { addPreviewRecord, payloadOf } from "../preview-record.ts";
import { aRun } from "../requests.ts";
import { actionPath, type JobSettings, ordersApi } from "../scene.ts";

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;
export const restApiId = "a1b2c3d4e5";

export type Swept = {
  readonly exitCode: number | undefined;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The whole log as text. */
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
  readonly sweep: (inputs?: Readonly<Record<string, string>>, runner?: JobSettings["runner"]) => Promise<Swept>;
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

const opened: { close: () => Promise<void> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((scene) => scene.close()));
});

/** Both services, one REST API, and the action in this process, on schedule. */
export const openSweepScene = async (options: { readonly token?: Profile } = {}): Promise<SweepScene> => {
  let ago = 0;
  const clock = { now: () => Date.now() - ago };
  const simulator = await startSimulator({
    runScript: inThisProcess,
    gateway: { rateLimits: false },
    github: { clock },
  });
  opened.push(simulator);
  const { repository, github } = simulator;
  const api = seedRestApi(simulator.gateway.world, ordersApi, { id: restApiId });
  const run = aRun({ repository: { owner: "acme", name: "orders", id: String(repository.id) } });
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
  const record: SweepScene["record"] = (state, age, pullRequest, stageName = `pr-${pullRequest}`) =>
    past(age, () =>
      addPreviewRecord(github.world, repository, {
        sha: run.commit,
        state,
        payload: payloadOf(stageName, {
          "rest-api-id": restApiId,
          "pull-request": pullRequest,
          "run-id": "8000",
          "run-attempt": 1,
        }),
      }),
    );

  const seen = { aws: 0, github: 0 };
  return {
    ...simulator,
    api,
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
    sweep: async (inputs = {}, runner = {}) => {
      const { steps, log } = await simulator.runJob({
        event: scheduleEvent(repository, "17 3 * * *"),
        actionPath,
        ...(options.token === undefined ? {} : { token: options.token }),
        steps: [{ uses: "./", with: { "rest-api-id": restApiId, ...inputs } }],
        runner,
      });
      const [{ exitCode, outputs = {}, summary = "", annotations = [] } = {}] = steps;
      const messages = (wanted: string) =>
        annotations.filter(({ level }) => level === wanted).map(({ message }) => message);
      return {
        exitCode,
        outputs,
        summary,
        log: log.join("\n"),
        warnings: messages("warning"),
        errors: messages("error"),
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
