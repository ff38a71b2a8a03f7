import { afterEach } from "@jest/globals";
import type {
  Comment,
  Deployment,
  DeploymentState,
  Profile,
  PullRequest,
  Repository,
  World,
} from "../../simulator/github/model.ts";
import { addComment, createRepository, issueToken, openPullRequest } from "../../simulator/github/people.ts";
import { githubService } from "../../simulator/github/service.ts";
import { githubActionsApp, githubActionsBot, profiles } from "../../simulator/github/tokens.ts";
import { createGitHubWorld, type GitHubWorldOptions } from "../../simulator/github/world.ts";
import { listen, type SimulatorServer } from "../../simulator/http/server.ts";
import { openSecrets } from "../../src/domain/secrets.ts";
import { connectGitHub, type GitHubClient, type GitHubConnection } from "../../src/github/client.ts";
import { sealed } from "../../src/github/comments.ts";
import { observeGitHub } from "../../src/github/observe.ts";
import type { NewRecord } from "../../src/github/records.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import { environmentsOf } from "../../src/observe/environment.ts";
import { type GitHubSide, questionOf } from "../../src/observe/github-side.ts";
import { addPreviewRecord, payloadOf } from "../preview-record.ts";
import { aRequest, aRun } from "../requests.ts";

export const marker = "<!-- apigw-stage-action 0123456789abcdef -->";
export const logUrl = "https://github.com/acme/orders/actions/runs/9001/job/1";

export type GitHubScene = {
  readonly world: World;
  readonly server: SimulatorServer;
  readonly repository: Repository;
  readonly pull: PullRequest;
  readonly client: GitHubClient;
  /** The run's own request, about the pull request of the scene. */
  readonly request: (changes?: Partial<DeployRequest>) => DeployRequest;
  /** What such a request finds; `commentMarker` is the scene's own unless a test gives another. */
  readonly observing: (changes?: Partial<DeployRequest>, commentMarker?: string) => GitHubSide;
  readonly comments: () => Comment[];
  readonly records: () => Deployment[];
  /** Operations as they arrived, without the repository's part. */
  readonly operations: () => string[];
  /** Adds a record of ours for this preview, as an earlier run left it. */
  readonly earlierRecord: (state: "success" | "in_progress" | "failure", stageName?: string) => Deployment;
  /** A comment of the account that all workflows of the repository write as. */
  readonly botComment: (body: string) => Comment;
  /** A comment of ours, as an earlier run left it. */
  readonly ourComment: (text: string) => Comment;
};

/** The client of `acme/orders`, which does not wait between two tries. */
export const connect = (apiUrl: string, changes: Partial<GitHubConnection> = {}): GitHubClient =>
  connectGitHub({
    token: "token",
    apiUrl,
    repository: { owner: "acme", name: "orders" },
    fetch,
    secrets: openSecrets(),
    wait: async () => {},
    ...changes,
  });

const opened: SimulatorServer[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((server) => server.close()));
});

/** The simulated GitHub over HTTP, with one pull request; it is gone after the test. */
export const openGitHub = async (
  options: { readonly token?: Profile; readonly world?: GitHubWorldOptions } = {},
): Promise<GitHubScene> => {
  const world = createGitHubWorld(options.world);
  const repository = createRepository(world, "acme/orders");
  const pull = openPullRequest(world, repository, { user: "alice", headRef: "feature" });
  issueToken(world, "token", options.token ?? profiles.full);
  const server = await listen(githubService(world));
  opened.push(server);
  const client = connect(server.url);
  const request = (changes: Partial<DeployRequest> = {}): DeployRequest =>
    aRequest({
      run: aRun({ commit: pull.head.sha }),
      pullRequest: pull.number,
      previewOf: pull.number,
      ...changes,
    });
  const botComment = (body: string): Comment =>
    addComment(world, repository, pull, { user: githubActionsBot.login, body, app: githubActionsApp });
  return {
    world,
    server,
    repository,
    pull,
    client,
    request,
    observing: (changes, commentMarker = marker) => {
      const asked = request(changes);
      const observed = observeGitHub(client, { ...questionOf(asked), commentMarker });
      return { client, observed, environments: observed.then((told) => environmentsOf(asked, told)) };
    },
    comments: () => [...repository.comments.values()],
    records: () => [...repository.deployments.values()],
    operations: () => server.exchanges.map(({ operation }) => operation.replace("/repos/{owner}/{repo}", "")),
    earlierRecord: (state, stageName = "pr-7") =>
      addPreviewRecord(world, repository, { sha: pull.head.sha, state, payload: payloadOf(stageName, { nonce: "0" }) }),
    botComment,
    ourComment: (text) => botComment(sealed(`${marker}\n${text}`, { pullRequest: pull.number, marker })),
  };
};

export const lastState = (record: Deployment | undefined): string | undefined => record?.statuses.at(-1)?.state;

/** Adds a record of ours for the preview of that pull request, unless the payload says otherwise. */
export const addRecord = (
  { world, repository, pull }: GitHubScene,
  number: number,
  state: DeploymentState,
  payload = payloadOf(`pr-${number}`, {
    "pull-request": number,
    "run-id": "9001",
    "run-attempt": 1,
    nonce: String(number),
  }),
): Deployment => addPreviewRecord(world, repository, { sha: pull.head.sha, state, payload });

/** A record to make for the scene's own preview. */
export const aNewRecord = ({ pull, request }: GitHubScene): NewRecord => {
  const { restApiId, stageName, environment, run } = request();
  return {
    sha: pull.head.sha,
    environment,
    transient: true,
    production: false,
    payload: {
      restApiId,
      stageName,
      pullRequest: pull.number,
      runId: run.runId,
      runAttempt: run.attempt,
      nonce: run.nonce,
      command: "deploy",
      deploymentId: "",
      previousDeploymentId: "",
      actor: run.actor,
    },
  };
};
