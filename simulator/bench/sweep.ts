import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { RestApi } from "../gateway/model.ts";
import { seedRestApi } from "../gateway/world.ts";
import { addDeployment, addDeploymentStatus } from "../github/deployments.ts";
import { scheduleEvent } from "../github/events.ts";
import { addComment, closePullRequest, openPullRequest } from "../github/people.ts";
import { githubActionsApp, githubActionsBot } from "../github/tokens.ts";
import { type SimulatedRun, type Simulator, type SimulatorOptions, startSimulator } from "../simulator.ts";

export type SweepSize = {
  /** Each with its preview, every other one closed. */
  readonly pullRequests: number;
  /** Deployments to delete, those of the closed pull requests' previews among them. */
  readonly staleDeployments: number;
};

export type SweepFigures = {
  readonly run: SimulatedRun;
  readonly awsRequests: number;
  readonly githubRequests: number;
  readonly requests: number;
  /** Milliseconds of the main step's process. */
  readonly duration: number;
};

const endedPreviews = ({ pullRequests }: SweepSize): number => Math.floor(pullRequests / 2);

/**
 * Lists of stages, deployments, usage plans and domains; the records and the states of a hundred pull requests, and the
 * comments of the previews that go. Then a look and a deletion for each such stage, its comment and its record, and a
 * deletion for each deployment.
 */
export const sweepRequestBudget = (size: SweepSize): number => 4 + 3 + 4 * endedPreviews(size) + size.staleDeployments;

const apiId = "a1b2c3d4e5";
const keepDeployments = 20;
const day = 86_400_000;

/** Sweeps once, at the action's own pace. Throws when the sweep does not end as it should. */
export const measureSweep = async (
  actionPath: string,
  size: SweepSize,
  runner: Pick<SimulatorOptions, "runScript"> = {},
): Promise<SweepFigures> => {
  const clock = { now: Date.now };
  const simulator = await startSimulator({ ...runner, gateway: { clock }, github: { clock } });
  try {
    const definition = await readFile("simulator/demo/orders.yaml", "utf8");
    const api = seedRestApi(simulator.gateway.world, definition, { id: apiId });
    leaveBehind(simulator, api, size);
    const run = await simulator.runJob({
      event: scheduleEvent(simulator.repository, "17 3 * * *"),
      actionPath,
      steps: [{ uses: "./", with: { "rest-api-id": apiId, "keep-deployments": String(keepDeployments) } }],
    });
    const left = { stages: size.pullRequests - endedPreviews(size), deployments: keepDeployments };
    const asItShould = api.stages.size === left.stages && api.deployments.size === left.stages + left.deployments;
    if (run.conclusion !== "success" || run.annotations.length > 0 || !asItShould) {
      throw new Error(`A sweep that is measured ended with ${run.conclusion}:\n${run.log.join("\n")}`);
    }
    const awsRequests = simulator.gateway.server.exchanges.length;
    const githubRequests = simulator.github.server.exchanges.length;
    return {
      run,
      awsRequests,
      githubRequests,
      requests: awsRequests + githubRequests,
      duration: run.steps[0]?.durationMs ?? Number.NaN,
    };
  } finally {
    await simulator.close();
  }
};

const leaveBehind = (simulator: Simulator, api: RestApi, size: SweepSize): void => {
  for (let count = 1; count <= size.pullRequests; count += 1) leavePreview(simulator, api, count % 2 === 0);
  const ofProduction = size.staleDeployments - endedPreviews(size) + keepDeployments;
  for (let count = 0; count < ofProduction; count += 1) leaveDeployment(simulator, api, "prod");
};

/** As a run of the action has made it, by its description. */
const leaveDeployment = ({ gateway, repository }: Simulator, api: RestApi, stage: string): string => {
  const id = gateway.world.newId(6);
  const description = `apigw-stage-action run=${repository.id}/1.1 commit=0123456789abcdef0123456789abcdef01234567 step=00000000 nonce=00000000 stage=${stage}`;
  api.deployments.set(id, { id, description, createdDate: Date.now() - 3 * day, definition: api.draft });
  return id;
};

const digestOf = (text: string, length: number): string =>
  createHash("sha256").update(text).digest("hex").slice(0, length);

/** The action's comment about the stage, with what it begins and ends with. */
const commentOf = (stageName: string, pullRequest: number): string => {
  const marker = `<!-- apigw-stage-action ${digestOf(`${apiId}/${stageName}`, 16)} -->`;
  const seal = digestOf(`apigw-stage-action comment\n${pullRequest}\n${marker}`, 32);
  return `${marker}\nThe preview is live.\n\n<!-- apigw-stage-action seal ${seal} -->`;
};

/** Stage, comment and record of a pull request that is open or closed. */
const leavePreview = (simulator: Simulator, api: RestApi, closed: boolean): void => {
  const { github, repository } = simulator;
  const pull = openPullRequest(github.world, repository, { user: "alice", headRef: `topic-${api.stages.size}` });
  const stageName = `pr-${pull.number}`;
  const createdDate = Date.now() - 3 * day;
  api.stages.set(stageName, {
    stageName,
    deploymentId: leaveDeployment(simulator, api, stageName),
    cacheClusterEnabled: false,
    methodSettings: {},
    tracingEnabled: false,
    tags: {
      "apigw-stage-action": `repository=${repository.id}/pull-request=${pull.number}/rest-api=${apiId}/stage=${stageName}`,
    },
    createdDate,
    lastUpdatedDate: createdDate,
  });
  const bot = { creator: githubActionsBot, app: githubActionsApp };
  addComment(github.world, repository, pull, {
    user: githubActionsBot.login,
    app: githubActionsApp,
    body: commentOf(stageName, pull.number),
  });
  const record = addDeployment(github.world, repository, {
    ...bot,
    sha: pull.head.sha,
    ref: pull.head.sha,
    environment: "preview",
    transient: true,
    payload: {
      kind: "apigw-stage-action",
      "rest-api-id": apiId,
      "stage-name": stageName,
      "pull-request": pull.number,
      "run-id": "1",
      "run-attempt": 1,
      nonce: "00000000",
    },
  });
  addDeploymentStatus(github.world, repository, record, { ...bot, state: "success", autoInactive: false });
  if (closed) closePullRequest(github.world, repository, pull);
};
