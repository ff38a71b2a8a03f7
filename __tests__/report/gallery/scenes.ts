import { ActionError } from "../../../src/domain/errors.ts";
import { markerOf, describe as markerText } from "../../../src/domain/marker.ts";
import { ownerTags } from "../../../src/domain/owner.ts";
import type { RouteAuthorization, Routes } from "../../../src/domain/route.ts";
import type { Stage } from "../../../src/domain/stage.ts";
import type { CanaryObserved } from "../../../src/observe/observed.ts";
import { intentTag } from "../../../src/plan/canary/intent.ts";
import { historyTag } from "../../../src/plan/history.ts";
import {
  aDeployment,
  aPullRequestEvent,
  aRecord,
  aRestApi,
  aRun,
  aStage,
  canaryFinds,
  deletionFinds,
  observedWith,
  promotionFinds,
  rollbackFinds,
  statusObserved,
  sweepFinds,
} from "../../requests.ts";
import { type Document, definitionText, digestOf } from "./definition.ts";
import type { Scene } from "./play.ts";

/** One run for every result, as people meet them. */

const NOW = Date.UTC(2026, 4, 12, 9, 41);
const DAY = 86_400_000;
const restApiId = "k3x9z7q2vt";
const api = aRestApi({ id: restApiId, name: "Orders" });

const OPEN: RouteAuthorization = { authorizationType: "NONE", apiKeyRequired: false };
const IAM: RouteAuthorization = { authorizationType: "AWS_IAM", apiKeyRequired: false };

const routes = (document: Document): Routes =>
  new Map(Object.entries(document).map(([route, needs]) => [route, needs === "iam" ? IAM : OPEN]));

const live: Document = {
  "GET /health": "nothing",
  "GET /orders": "iam",
  "POST /orders": "iam",
  "GET /orders/{id}": "iam",
  "DELETE /orders/{id}": "iam",
  "GET /teas": "nothing",
};
const { "GET /teas": _teas, ...kept } = live;
const better: Document = { ...live, "GET /orders/{id}/items": "iam", "GET /coffees": "nothing" };
const worse: Document = { ...kept, "GET /orders": "nothing", "POST /orders": "nothing" };
const many: Document = {
  ...live,
  ...Object.fromEntries(Array.from({ length: 40 }, (_, index) => [`GET /reports/${2000 + index}`, "iam" as const])),
};

const stage = (name: string, deploymentId: string, changes: Partial<Stage> = {}): Stage =>
  aStage({
    name,
    deploymentId,
    createdAt: NOW - 9 * DAY,
    ...changes,
    tags: {
      ...ownerTags(
        { repositoryId: "42", pullRequest: name.startsWith("pr-") ? Number(name.slice(3)) : undefined },
        { restApiId, stageName: name },
      ),
      ...changes.tags,
    },
  });

const deployment = (
  id: string,
  document: Document,
  changes: { readonly stage?: string; readonly commit?: string } = {},
) =>
  aDeployment(id, {
    createdAt: NOW - 3 * DAY,
    routes: routes(document),
    description: markerText(
      markerOf(aRun({ commit: changes.commit ?? "c0ffee".padEnd(40, "7"), runId: "8800" }), changes.stage ?? "test", {
        definition: { definition: { digest: digestOf(document) }, mode: "overwrite" },
      }),
    ),
  });

const preview = stage("pr-7", "9xq01b");
const test = stage("test", "m2c8wd");
const prod = stage("prod", "t7h3ke");
const atBase = { kind: "routes", name: "openapi.yml at base commit 5e1f0a9", routes: routes(live) } as const;
const pushed = { event: aPullRequestEvent("synchronize") };
const onMain = { event: { kind: "commit", sha: "main", fromFork: false }, ref: "refs/heads/main" } as const;
const inProd = { environment: "production", recordedIn: "production" } as const;
const file = (document: Document) => ({
  inputs: { definition: "openapi.yml" },
  files: { "openapi.yml": definitionText(document) },
});
const previewFinds = (changes: Parameters<typeof observedWith>[0] = {}) =>
  observedWith({ api, now: NOW, stages: [prod, preview], compared: atBase, ...changes });
const releaseFinds = (document: Document, changes: Parameters<typeof promotionFinds>[0] = {}) =>
  promotionFinds({
    api,
    now: NOW,
    ...inProd,
    stages: [test, prod],
    comes: deployment("m2c8wd", document),
    servedDeployment: deployment("t7h3ke", live, { stage: "prod", commit: "0dd5".padEnd(40, "1") }),
    ...changes,
  });
const release = { command: "promote", "stage-name": "prod", "from-stage-name": "test", "pr-number": "7" };

const intent = (percent: number) => ({
  repositoryId: "42",
  runId: "8900",
  canary: "m2c8wd",
  base: "t7h3ke",
  step: 1,
  percent,
  since: NOW - 3_600_000,
  until: NOW + 3_600_000 * 5,
  atEnd: "abort" as const,
  failed: 0,
});
const withCanary = stage("prod", "t7h3ke", {
  canary: { deploymentId: "m2c8wd", percentTraffic: 10, overrides: {}, useStageCache: false },
  tags: intentTag(intent(10), { restApiId, stageName: "prod" }),
});
/** Too few callers have met the canary so far. */
const quietStep: CanaryObserved["judged"] = {
  health: "not-proven",
  findings: [
    { health: "healthy", says: "Alarm orders-errors stayed OK." },
    { health: "not-proven", says: "Only 38 requests were counted; to tell, it takes 200." },
  ],
  measured: {
    from: NOW - 58 * 60_000,
    until: NOW - 2 * 60_000,
    source: "access logs /orders, /orders/Canary",
    canary: { requests: 38, serverErrors: 0, clientErrors: 1, latency: { milliseconds: 84, statistic: "p95" } },
    base: { requests: 351, serverErrors: 0, clientErrors: 6, latency: { milliseconds: 79, statistic: "p95" } },
    gaps: [],
  },
};
const canaryScene = (
  name: string,
  about: string,
  percent: string,
  judged: CanaryObserved["judged"] = undefined,
): Scene => ({
  name,
  about,
  inputs: { command: "canary", "stage-name": "prod", "canary-percent": percent, "pr-number": "7" },
  run: onMain,
  finds: canaryFinds({ api, now: NOW, ...inProd, stages: [test, withCanary], judged }),
});

const broken = { "/health": { status: 500, body: '{"message": "no database"}' } };
const tested = { "smoke-tests": "GET /health 200\nGET /teas 200", "smoke-test-timeout": "20" };

const lostAnswer = (stageName: string) => async (): Promise<never> => {
  throw new ActionError({
    code: "UPSTREAM",
    doing: `point stage ${stageName} of API ${restApiId}`,
    happened: "The connection broke off after the request had been sent, and the stage could not be read either.",
    acted: "unknown",
  });
};

const history = historyTag(
  [
    { deploymentId: "t7h3ke", at: NOW - DAY, rolledBack: false },
    { deploymentId: "p5r2ab", at: NOW - 4 * DAY, rolledBack: false },
    { deploymentId: "h8d0zz", at: NOW - 9 * DAY, rolledBack: true },
  ],
  { restApiId, stageName: "prod" },
);

export const scenes: readonly Scene[] = [
  {
    name: "created",
    about: "A pull request was opened, and its preview was made.",
    ...file(better),
    finds: previewFinds({ stages: [prod] }),
  },
  {
    name: "updated",
    about: "A push weakens what callers need and takes a route away; the preview lives for a week.",
    ...file(worse),
    inputs: { definition: "openapi.yml", "preview-ttl": "7d" },
    run: pushed,
    finds: previewFinds(),
  },
  {
    name: "unchanged",
    about: "A push did not touch the definition.",
    ...file(better),
    run: pushed,
    finds: previewFinds({ servedDeployment: deployment("9xq01b", better, { stage: "pr-7" }) }),
  },
  {
    name: "forty-routes",
    about: "A push adds forty routes.",
    ...file(many),
    run: pushed,
    finds: previewFinds(),
  },
  {
    name: "settings",
    about: "A deployment to a named stage changes settings, too.",
    ...file(live),
    inputs: {
      definition: "openapi.yml",
      "stage-name": "test",
      "pr-number": "7",
      settings:
        "logging: { level: ERROR }\nthrottling: { rate: 50, burst: 20 }\nvariables: { alias: live, api_token: s3cr3t-text }",
    },
    run: onMain,
    finds: observedWith({
      api,
      now: NOW,
      environment: "test",
      recordedIn: "test",
      stages: [test, prod],
      cloudWatchRole: "present",
    }),
  },
  {
    name: "planned",
    about: "Reviewers read what a promotion will do before they approve it.",
    inputs: { ...release, "dry-run": "true" },
    run: onMain,
    finds: releaseFinds(worse, { recordedIn: undefined }),
  },
  {
    name: "promoted",
    about: "The promotion was approved, and production serves what was tested.",
    inputs: { ...release, gate: "require", ...tested },
    run: onMain,
    finds: releaseFinds(better, {
      gate: {
        job: { kind: "named", name: "production", evidence: "github-deployment" },
        protection: { kind: "known", rules: ["required-reviewers"] },
        approvedBy: ["grace"],
      },
    }),
  },
  {
    name: "promoted-not-proven",
    about: "Production was watched after a promotion, and too few requests came to tell how it does.",
    inputs: { ...release, gate: "off" },
    run: onMain,
    finds: releaseFinds(better),
    watch: {
      health: "not-proven",
      findings: [
        { health: "healthy", says: "Alarm orders-5xx is OK." },
        { health: "not-proven", says: "12 requests were seen, and 100 are needed to tell." },
      ],
      traffic: {
        kind: "seen",
        from: NOW,
        until: NOW + 600_000,
        after: { requests: 12, serverErrors: 0, clientErrors: 1, latency: undefined },
        before: { requests: 340, serverErrors: 2, clientErrors: 11, latency: undefined },
      },
      watched: 600_000,
      bakeTime: 600_000,
    },
  },
  {
    name: "failed-before-pointing",
    about: "fail-on stops a push that weakens authorization; the preview stays as it was.",
    ...file(worse),
    inputs: { definition: "openapi.yml", "fail-on": "auth-weakened, route-removed" },
    run: pushed,
    finds: previewFinds({
      servedDeployment: deployment("9xq01b", live, { stage: "pr-7", commit: "f00d".padEnd(40, "2") }),
    }),
  },
  {
    name: "failed-after-pointing",
    about: "A new preview does not pass its smoke tests, and there is nothing to go back to.",
    ...file(better),
    inputs: { definition: "openapi.yml", ...tested },
    finds: previewFinds({ stages: [prod] }),
    answers: broken,
  },
  {
    name: "failed-unknown",
    about: "The answer to the request that points the stage was lost.",
    inputs: { ...release, gate: "off" },
    run: onMain,
    finds: releaseFinds(better),
    gateway: { updateStage: lostAnswer("prod") },
  },
  {
    name: "rolled-back",
    about: "Production did not pass its smoke tests after a promotion, and was pointed back.",
    inputs: { ...release, gate: "off", ...tested },
    run: onMain,
    finds: releaseFinds(better),
    answers: broken,
  },
  {
    name: "dark-stage",
    about: "What was to go to production did not pass its smoke tests on a dark stage, and no caller met it.",
    inputs: { ...release, gate: "off", "dark-stage": "true", ...tested },
    run: onMain,
    finds: releaseFinds(better, { stageQuota: 10 }),
    answers: broken,
  },
  {
    name: "rolled-back-by-hand",
    about: "Somebody took production back to what it served before.",
    inputs: { command: "rollback", "stage-name": "prod" },
    run: { ...onMain, event: { kind: "other", name: "workflow_dispatch" } as never },
    finds: rollbackFinds({
      api,
      now: NOW,
      ...inProd,
      stages: [test, stage("prod", "t7h3ke", { tags: history })],
      deployments: [
        deployment("t7h3ke", live, { stage: "prod", commit: "0dd5".padEnd(40, "1") }),
        deployment("p5r2ab", kept, { stage: "prod", commit: "ca11ab1e".padEnd(40, "3") }),
        deployment("h8d0zz", worse, { stage: "prod", commit: "dead10cc".padEnd(40, "4") }),
      ],
    }),
  },
  {
    name: "waiting",
    about: "There is no room for one more preview, and the workflow wants it to wait.",
    ...file(better),
    inputs: { definition: "openapi.yml", "preview-limit": "1", "on-limit": "skip" },
    finds: previewFinds({ stages: [prod, stage("pr-3", "z1y2x3")] }),
  },
  {
    name: "removed",
    about: "The pull request was merged, and its preview was removed.",
    inputs: {},
    run: { event: aPullRequestEvent("closed", { merged: true }) },
    finds: deletionFinds({
      api,
      now: NOW,
      recordedIn: undefined,
      stages: [prod, preview],
      pullRequest: "closed",
      deployments: [deployment("9xq01b", better, { stage: "pr-7" })],
    }),
  },
  {
    name: "skipped",
    about: "The pull request was closed and opened again before the deletion began.",
    inputs: {},
    run: { event: aPullRequestEvent("closed") },
    finds: deletionFinds({ api, now: NOW, recordedIn: undefined, stages: [prod, preview], pullRequest: "open" }),
  },
  {
    name: "swept",
    about: "The nightly sweep removed what nobody needs any more.",
    inputs: { command: "sweep", "preview-ttl": "7d", label: "Orders" },
    run: { event: { kind: "schedule" } },
    finds: sweepFinds({
      now: NOW,
      stages: [prod, stage("pr-3", "z1y2x3"), stage("pr-5", "b6n7m8")],
      pullRequests: new Map([
        [3, "closed"],
        [5, "open"],
      ]),
      records: [aRecord({ payload: { restApiId, stageName: "pr-3", pullRequest: 3 } })],
      deployments: [
        deployment("z1y2x3", live, { stage: "pr-3" }),
        deployment("b6n7m8", live, { stage: "pr-5" }),
        deployment("t7h3ke", live, { stage: "prod" }),
      ],
    }),
    retired: ({ records }) => records,
  },
  {
    name: "reported",
    about: "A look at all stages in the morning.",
    inputs: { command: "status" },
    run: { event: { kind: "schedule" } },
    files: { ".github/apigw-stages.yml": "stages: { prod: { variables: { alias: live } } }" },
    finds: {
      ...statusObserved({
        api,
        stages: [prod, preview],
        deployments: [deployment(prod.deploymentId, live, { stage: "prod" })],
        draft: {
          routes: new Map([["GET /toys", { authorizationType: "NONE", apiKeyRequired: false }]]),
          integrations: [],
        },
      }),
      now: NOW,
    },
  },
  {
    name: "canary-started",
    about: "A tenth of production's requests goes to what was tested.",
    inputs: { ...release, gate: "off", "canary-percent": "10" },
    run: onMain,
    finds: releaseFinds(better),
  },
  canaryScene("canary-shifted", "The canary gets half of the requests.", "50"),
  canaryScene("canary-held", "Too few requests were counted to let the canary go on.", "", quietStep),
  canaryScene("canary-completed", "The canary became what production serves.", "100"),
  canaryScene("canary-aborted", "The canary was taken away.", "0"),
];

/** One pull request of a repository with three APIs. */
export const threeApis: readonly Scene[] = ["Orders", "Orders (internal)", "Invoices"].map((label, index) => ({
  name: "three-apis",
  about: "",
  ...file(index === 2 ? worse : better),
  inputs: { definition: "openapi.yml", "rest-api-id": ["k3x9z7q2vt", "n8w4r1s6yp", "u2g7h5j0lq"][index] ?? "", label },
  run: pushed,
  finds: observedWith({
    api: aRestApi({ id: ["k3x9z7q2vt", "n8w4r1s6yp", "u2g7h5j0lq"][index] ?? "", name: "Orders" }),
    now: NOW,
    compared: atBase,
  }),
}));
