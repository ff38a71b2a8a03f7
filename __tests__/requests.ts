import { restApi } from "../src/aws/rest-api/kind.ts";
import type { Event } from "../src/domain/event.ts";
import type { EarlierRecord, RecordPayload } from "../src/domain/github-record.ts";
import type { Run } from "../src/domain/run.ts";
import type { Deployment, RestApi, Stage } from "../src/domain/stage.ts";
import { newStageSettings } from "../src/domain/stage-settings.ts";
import { DEFAULT_POLICY } from "../src/inputs/canary/policy.ts";
import type {
  CanaryRequest,
  DeleteRequest,
  DeployRequest,
  PromoteRequest,
  RollbackRequest,
} from "../src/inputs/request.ts";
import type { StatusRequest } from "../src/inputs/status-request.ts";
import type { SweepRequest } from "../src/inputs/sweep-request.ts";
import type { Target } from "../src/inputs/target.ts";
import type {
  ApiSeen,
  CanaryObserved,
  DeleteObserved,
  DeployObserved,
  PromoteObserved,
  RollbackObserved,
  StageObserved,
  StatusObserved,
  SweepObserved,
} from "../src/observe/observed.ts";

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

type PullRequestEvent = Extract<Event, { kind: "pull-request" }>;

export const aPullRequestEvent = (action = "opened", changes: Partial<PullRequestEvent> = {}): PullRequestEvent => ({
  kind: "pull-request",
  name: "pull_request",
  action,
  number: 7,
  headSha: "0123456789abcdef0123456789abcdef01234567",
  baseSha: "ba5e".padEnd(40, "0"),
  fromFork: false,
  author: "alice",
  open: action !== "closed",
  merged: false,
  draft: false,
  labels: [],
  label: "",
  ...changes,
});

const target: Target = {
  run: aRun(),
  restApiId: "a1b2c3d4e5",
  apiGivenAs: "rest-api-id",
  label: undefined,
  expectedAccountId: undefined,
  stageName: "pr-7",
  previewOf: 7,
  pullRequest: 7,
  environment: "preview",
  environmentIsGiven: false,
  githubDeployment: "auto",
  comment: true,
  invokeUrl: undefined,
  dryRun: false,
  githubToken: "token",
  checkRunId: undefined,
};
/** What makes it a request for stage prod. */
export const forProd = { stageName: "prod", previewOf: undefined, environment: "prod" } as const;
const pointing = {
  settings: {},
  smokeTests: { tests: [], timeout: 60_000, apiKey: undefined, rollBack: true },
  watch: { alarms: [], bakeTime: undefined, limits: undefined, minRequests: undefined, onNotProven: "warn" },
  darkStage: false,
  exact: false,
  exports: false,
} as const;

/** A request for the preview of pull request 7. */
export const aRequest = (changes: Partial<DeployRequest> = {}): DeployRequest => ({
  ...target,
  ...pointing,
  command: "deploy",
  deploymentId: undefined,
  definition: undefined,
  routes: undefined,
  slots: { limit: undefined, onLimit: "fail" },
  ttl: undefined,
  allowForks: false,
  canary: undefined,
  ...changes,
});

/** From stage test to stage prod. */
export const aPromotion = (changes: Partial<PromoteRequest> = {}): PromoteRequest => ({
  ...target,
  ...forProd,
  ...pointing,
  command: "promote",
  source: { kind: "stage", stageName: "test", expected: undefined },
  gate: "off",
  failOn: [],
  canary: undefined,
  ...changes,
});

/** Of stage prod. */
export const aRollback = (changes: Partial<RollbackRequest> = {}): RollbackRequest => ({
  ...target,
  ...forProd,
  ...pointing,
  command: "rollback",
  deploymentId: undefined,
  ...changes,
});

/** The canary of stage prod is looked at. */
export const aCanaryRequest = (changes: Partial<CanaryRequest> = {}): CanaryRequest => ({
  ...target,
  ...forProd,
  command: "canary",
  percent: undefined,
  deploymentId: undefined,
  policy: DEFAULT_POLICY,
  smokeTests: pointing.smokeTests,
  ...changes,
});

/** Of the preview of pull request 7. */
export const aDeletion = (changes: Partial<DeleteRequest> = {}): DeleteRequest => ({
  ...target,
  command: "delete",
  because: "The command is delete.",
  ...changes,
});

export const aSweep = (changes: Partial<SweepRequest> = {}): SweepRequest => ({
  command: "sweep",
  run: aRun(),
  restApiId: "a1b2c3d4e5",
  apiGivenAs: "rest-api-id",
  label: undefined,
  expectedAccountId: undefined,
  githubToken: "token",
  dryRun: false,
  environment: "preview",
  ttl: undefined,
  keepDeployments: 20,
  ...changes,
});

export const aStatusRequest = (changes: Partial<StatusRequest> = {}): StatusRequest => ({
  command: "status",
  run: aRun(),
  restApiId: "a1b2c3d4e5",
  apiGivenAs: "rest-api-id",
  label: undefined,
  expectedAccountId: undefined,
  githubToken: "token",
  invokeUrl: undefined,
  settingsFile: undefined,
  details: true,
  failOn: [],
  dryRun: false,
  ...changes,
});

export const aRestApi = (changes: Partial<RestApi> = {}): RestApi => ({
  id: "a1b2c3d4e5",
  kind: restApi,
  name: "Orders",
  visibility: "public",
  vpcEndpointIds: [],
  defaultEndpointDisabled: false,
  status: undefined,
  tags: {},
  hasPolicy: false,
  binaryMediaTypes: [],
  minimumCompressionSize: undefined,
  apiKeySource: "HEADER",
  ...changes,
});

export const aStage = (changes: Partial<Stage> = {}): Stage => ({
  name: "pr-7",
  deploymentId: "old111",
  canary: undefined,
  tags: { "apigw-stage-action": "repository=42/pull-request=7/rest-api=a1b2c3d4e5/stage=pr-7" },
  settings: newStageSettings,
  webAclArn: undefined,
  createdAt: 1_700_000_000_000,
  ...changes,
});

export const aDeployment = (id: string, changes: Partial<Deployment> = {}): Deployment => ({
  id,
  description: "",
  createdAt: 1,
  ...changes,
});

/** A GitHub deployment of ours for the preview of pull request 7. */
export const aRecord = (
  changes: Partial<Omit<EarlierRecord, "payload">> & { readonly payload?: Partial<RecordPayload> } = {},
): EarlierRecord => ({
  id: 1,
  nodeId: "n1",
  state: "ACTIVE",
  creator: "github-actions[bot]",
  createdAt: 1_800_000_000_000,
  ...changes,
  payload: {
    restApiId: "a1b2c3d4e5",
    stageName: "pr-7",
    pullRequest: 7,
    runId: "8000",
    runAttempt: 1,
    nonce: "88888888",
    command: "deploy",
    deploymentId: "",
    previousDeploymentId: "",
    actor: "alice",
    ...changes.payload,
  },
});

export const inPreview = { environment: "preview", recordedIn: "preview", isShared: false } as const;
const inProd = { environment: "prod", recordedIn: "prod", isShared: false } as const;

const found: StageObserved = {
  ...inPreview,
  place: { region: "eu-central-1", dnsSuffix: "amazonaws.com" },
  api: aRestApi(),
  stages: [],
  records: [],
  served: [],
  now: 1_800_000_000_000,
  warnings: [],
};
const settingsFacts = {
  draft: undefined,
  cloudWatchRole: "unknown",
  documentation: "present",
  usagePlans: new Map(),
  alarms: [],
} as const;

/** What a deployment finds. */
export const observedWith = (changes: Partial<DeployObserved> = {}): DeployObserved => ({
  ...found,
  ...settingsFacts,
  requestedDeployment: undefined,
  integrations: undefined,
  earlier: undefined,
  servedDeployment: undefined,
  compared: undefined,
  users: new Map(),
  otherRecords: [],
  ...changes,
});

export const promotionFinds = (changes: Partial<PromoteObserved> = {}): PromoteObserved => ({
  ...found,
  ...inProd,
  ...settingsFacts,
  comes: undefined,
  servedDeployment: undefined,
  integrations: undefined,
  gate: undefined,
  ...changes,
});

export const rollbackFinds = (changes: Partial<RollbackObserved> = {}): RollbackObserved => ({
  ...found,
  ...inProd,
  ...settingsFacts,
  deployments: [],
  ...changes,
});

export const canaryFinds = (changes: Partial<CanaryObserved> = {}): CanaryObserved => ({
  ...found,
  judged: undefined,
  ...changes,
});

export const deletionFinds = (changes: Partial<DeleteObserved> = {}): DeleteObserved => ({
  ...found,
  deployments: [],
  users: { found: [], unknown: [] },
  pullRequest: "unknown",
  ...changes,
});

export const sweepFinds = (changes: Partial<SweepObserved> = {}): SweepObserved => ({
  ...inPreview,
  place: found.place,
  stages: [],
  records: [],
  served: [],
  now: found.now,
  warnings: [],
  deployments: [],
  pullRequests: new Map(),
  users: new Map(),
  ...changes,
});

/** One REST API without a stage. */
export const statusObserved = (seen: Partial<ApiSeen> = {}): StatusObserved => ({
  ...found,
  apis: [
    {
      api: aRestApi(),
      stages: [],
      deployments: [],
      draft: undefined,
      stageQuota: 10,
      served: new Map(),
      records: new Map(),
      ...seen,
    },
  ],
  changes: undefined,
  usagePlans: [],
  recordsUnknown: undefined,
  warnings: [],
});
