import type { Event } from "../src/domain/event.ts";
import type { Run } from "../src/domain/run.ts";
import type { Observed, RestApi, Stage } from "../src/domain/stage.ts";
import { newStageSettings } from "../src/domain/stage-settings.ts";
import type { DeployRequest } from "../src/inputs/request.ts";

/** A run on a pull request's push, with what a test changes about it. */
export const aRun = (changes: Partial<Run> = {}): Run => ({
  repository: { owner: "acme", name: "orders", id: "42" },
  ownerId: "7",
  runId: "9001",
  attempt: 1,
  commit: "0123456789abcdef0123456789abcdef01234567",
  ref: "refs/pull/7/merge",
  job: "deploy",
  step: "apigw",
  actor: "alice",
  event: aPullRequestEvent(),
  serverUrl: "https://github.com",
  apiUrl: "https://api.github.com",
  actionUrl: "",
  nonce: "00c0ffee",
  ...changes,
});

export const aPullRequestEvent = (action = "opened"): Event => ({
  kind: "pull-request",
  name: "pull_request",
  action,
  number: 7,
  headSha: "0123456789abcdef0123456789abcdef01234567",
  fromFork: false,
  author: "alice",
  open: action !== "closed",
  merged: false,
  draft: false,
  labels: [],
  label: "",
});

/** A request for the preview of pull request 7. */
export const aRequest = (changes: Partial<DeployRequest> = {}): DeployRequest => ({
  run: aRun(),
  command: "deploy",
  restApiId: "a1b2c3d4e5",
  expectedAccountId: undefined,
  stageName: "pr-7",
  previewOf: 7,
  pullRequest: 7,
  deploymentId: undefined,
  definition: undefined,
  settings: {},
  routes: undefined,
  slots: { limit: undefined, onLimit: "fail" },
  smokeTests: { tests: [], timeout: 60_000, rollBack: true },
  environment: "preview",
  githubDeployment: "auto",
  comment: true,
  invokeUrl: undefined,
  dryRun: false,
  githubToken: "token",
  checkRunId: undefined,
  ...changes,
});

export const aRestApi = (changes: Partial<RestApi> = {}): RestApi => ({
  id: "a1b2c3d4e5",
  name: "Orders",
  visibility: "public",
  vpcEndpointIds: [],
  defaultEndpointDisabled: false,
  status: undefined,
  tags: {},
  hasPolicy: false,
  ...changes,
});

export const aStage = (changes: Partial<Stage> = {}): Stage => ({
  name: "pr-7",
  deploymentId: "old111",
  canary: undefined,
  tags: { "apigw-stage-action": "repository=42/pull-request=7/rest-api=a1b2c3d4e5/stage=pr-7" },
  settings: newStageSettings,
  createdAt: 1_700_000_000_000,
  ...changes,
});

export const observedWith = (changes: Partial<Observed> = {}): Observed => ({
  place: { region: "eu-central-1", dnsSuffix: "amazonaws.com" },
  api: aRestApi(),
  stages: [],
  requestedDeployment: undefined,
  earlier: undefined,
  served: undefined,
  compared: undefined,
  draft: undefined,
  cloudWatchRole: "unknown",
  ...changes,
});
