import { describe, expect, test } from "@jest/globals";
import { httpApi } from "../../src/aws/http-api/kind.ts";
import { DARK_TAG, darkTag, markIn, ownMark } from "../../src/domain/dark-stage.ts";
import { newStageSettings, type StageSettings } from "../../src/domain/stage-settings.ts";
import type { SettingWrite } from "../../src/domain/stage-write.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import { parseSmokeTests } from "../../src/inputs/smoke-tests.ts";
import type { DeployObserved } from "../../src/observe/observed.ts";
import { darkSettings } from "../../src/plan/dark-stage/settings.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { aDeployment, aRequest, aRestApi, aRun, aStage, forProd, observedWith } from "../requests.ts";

const target: StageSettings = {
  ...newStageSettings,
  description: "Production",
  variables: { backend: "v1", old: "yes" },
  methodSettings: {
    "GET /pets": { throttlingRateLimit: 1, cachingEnabled: true, loggingLevel: undefined },
    "*/*": { metricsEnabled: true, cacheTtlInSeconds: 60, dataTraceEnabled: false, loggingLevel: "OFF" },
  },
  accessLog: { destinationArn: "arn:logs", format: "$context.requestId" },
  cacheCluster: { enabled: true, size: "0.5", status: "AVAILABLE" },
  clientCertificateId: "abc123",
  documentationVersion: "7",
  tracingEnabled: true,
};

const variable = (name: string, value: string | null): SettingWrite => ({ kind: "variable", name, value });
const metrics: SettingWrite = { kind: "route-setting", route: "*/*", member: "metricsEnabled", value: true };
const rate: SettingWrite = { kind: "route-setting", route: "GET /pets", member: "throttlingRateLimit", value: 1 };

describe("a dark stage has what its target has", () => {
  test("but for caches and texts; what all routes have comes before what single ones have", () => {
    expect(darkSettings(target, [])).toEqual([
      variable("backend", "v1"),
      variable("old", "yes"),
      { kind: "access-log", member: "destinationArn", value: "arn:logs" },
      { kind: "access-log", member: "format", value: "$context.requestId" },
      { kind: "attribute", member: "clientCertificateId", value: "abc123" },
      { kind: "attribute", member: "tracingEnabled", value: "true" },
      metrics,
      rate,
    ]);
    expect(darkSettings(newStageSettings, [])).toEqual([]);
  });

  test.each<readonly [string, readonly SettingWrite[], readonly SettingWrite[], readonly SettingWrite[]]>([
    ["a variable", [variable("backend", "v2")], [variable("backend", "v2")], [variable("backend", "v1")]],
    ["a variable that goes", [variable("old", null)], [], [variable("old", "yes"), variable("old", null)]],
    ["a route that follows all others", [{ kind: "route-reset", route: "GET /pets" }], [metrics], [rate]],
    [
      "access logs that go",
      [{ kind: "no-access-log" }],
      [metrics],
      [{ kind: "access-log", member: "format", value: "$context.requestId" }],
    ],
    [
      "a cache",
      [{ kind: "attribute", member: "cacheClusterSize", value: "6.1" }],
      [metrics],
      [{ kind: "attribute", member: "cacheClusterSize", value: "6.1" }],
    ],
    ["a setting of a route", [{ ...rate, value: 9 } as SettingWrite], [{ ...rate, value: 9 } as SettingWrite], [rate]],
  ])("with what it is about to get: %s", (_, writes, has, hasNot) => {
    const settings = darkSettings(target, writes);
    for (const one of has) expect(settings).toContainEqual(one);
    for (const one of hasNot) expect(settings).not.toContainEqual(one);
  });
});

test.each([
  ["GET /pets", true],
  ["ANY /pets", true],
  ["POST /pets", false],
])("a dark stage has settings of a route where the deployment has %s: %s", (route, expected) => {
  const routes = new Map([[route, { authorizationType: "NONE", apiKeyRequired: false }]]);
  const of = darkSettings(target, [], routes).flatMap((one) => ("route" in one ? [one.route] : []));
  expect(of).toEqual(["*/*", ...(expected ? ["GET /pets"] : [])]);
});

test("a target behind a web ACL of AWS WAF Classic has no dark stage, which would be more open", () => {
  const classic = "arn:aws:waf-regional:eu-central-1:123456789012:webacl/0a1b2c3d";
  const stages = [aStage({ name: "prod", webAclArn: classic })];
  const refused = planDeploy(aRequest({ ...forProd, darkStage: true }), observedWith({ stages }));
  expect(refused).toMatchObject({ refused: "NO_DARK_STAGE", happened: expect.stringContaining(classic) });
});

test.each([
  [
    "prod",
    [expect.stringMatching(/may not invoke orders for stage prod-next; their policies name stage prod: GET \/a /)],
  ],
  ["*", []],
])("functions that may be invoked for stage %s alone are told before its smoke tests fail", (allowed, expected) => {
  const functions = [
    {
      arn: "arn:aws:lambda:eu-central-1:123456789012:function:orders",
      routes: ["GET /a"],
      policy: [{ sourceArns: [`arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/${allowed}/*`] }],
    },
  ];
  const { smokeTests } = aRequest();
  const tests = parseSmokeTests("GET /a 200").tests;
  const request = aRequest({ ...forProd, darkStage: true, smokeTests: { ...smokeTests, tests } });
  const plan = planDeploy(request, observedWith({ functions, stages: [aStage({ name: "prod" })] }));
  expect("steps" in plan && plan.warnings.filter((text) => text.includes("may not invoke"))).toEqual(expected);
});

describe("the mark of a dark stage", () => {
  const address = { restApiId: "a1b2c3d4e5", stageName: "prod-next" };
  const run = aRun();
  const tags = darkTag(run, address);
  const owner = `repository=${run.repository.id}/rest-api=a1b2c3d4e5/stage=prod-next`;

  test("is read back, and proves nothing on another stage (I3)", () => {
    const { repository, runId, attempt, nonce } = run;
    expect(markIn(tags, address)).toEqual({ repositoryId: repository.id, runId, attempt, nonce });
    expect(markIn(tags, { ...address, stageName: "other-next" })).toBeUndefined();
    expect(markIn({ [DARK_TAG]: "of=0 run=1/1.1" }, address)).toBeUndefined();
    expect(tags[DARK_TAG]?.length).toBeLessThanOrEqual(256);
  });

  test.each([
    ["with the owner's tag", { "apigw-stage-action": owner }, true],
    ["without", {}, false],
    ["of another repository", { "apigw-stage-action": owner.replace(run.repository.id, "7") }, false],
    ["on a preview", { "apigw-stage-action": owner.replace("/rest", "/pull-request=7/rest") }, false],
  ])("makes it ours only %s", (_, more, isOurs) => {
    const mark = ownMark({ name: "prod-next", tags: { ...tags, ...more } }, "a1b2c3d4e5", run.repository.id);
    expect(mark !== undefined).toBe(isOurs);
  });
});

describe("compare: exact has a dark stage tell the routes of a deployment", () => {
  const routes = new Map([["GET /pets", { authorizationType: "NONE", apiKeyRequired: false }]]);
  const compared = { kind: "routes", name: "stage prod", routes } as const;
  const api = aRestApi({ kind: httpApi });
  const found = { api, compared, stages: [aStage({ name: "prod" })], requestedDeployment: aDeployment("d1") };
  const asked = { ...forProd, deploymentId: "d1", exact: true } as const;
  const failOn = { routes: { compareWith: { kind: "own" }, failOn: ["route-removed"] } } as const;

  test("as a step that has nothing else in it, whether or not its stage is there already", () => {
    for (const [stages, steps] of [
      [found.stages, 1],
      [[], 2],
    ] as const) {
      const plan = planDeploy(aRequest({ ...asked, ...failOn }), observedWith({ ...found, stages }));
      expect(plan).toMatchObject({
        notes: [expect.stringContaining("while stage prod-next serves the deployment")],
        steps: [
          {
            kind: "prove-on-dark-stage",
            isTested: false,
            judgement: { compared: { name: "stage prod" }, failOn: ["route-removed"] },
            creation: [],
            settings: [],
          },
          ...Array.from({ length: steps }, () => ({ stageName: "prod" })),
        ],
      });
    }
  });

  test.each<readonly [string, Partial<DeployRequest>, Partial<DeployObserved>]>([
    ["nobody asks for it", { exact: false }, {}],
    ["the kind of API tells them", {}, { api: aRestApi() }],
    ["a stage serves it", {}, { requestedDeployment: aDeployment("d1", { routes }) }],
    ["the stage serves it already", {}, { stages: [aStage({ name: "prod", deploymentId: "d1" })] }],
    ["there is nothing to compare with", {}, { compared: { kind: "nothing", because: "It is new." } }],
    ["there is no room", {}, { stageQuota: 1 }],
  ])("but not where %s", (_, request, observed) => {
    const plan = planDeploy(aRequest({ ...asked, ...request }), observedWith({ ...found, ...observed }));
    expect("steps" in plan && plan.steps.map(({ kind }) => kind)).not.toContain("prove-on-dark-stage");
  });

  test("and never takes the place of somebody else's stage: what is not known does not pass (I3, I8)", () => {
    const stages = [...found.stages, aStage({ name: "prod-next", tags: {} })];
    const refused = planDeploy(aRequest({ ...asked, ...failOn }), observedWith({ ...found, stages }));
    expect(refused).toMatchObject({
      refused: "COMPARISON_UNKNOWN",
      happened: expect.stringContaining("There is a stage prod-next, and it is no dark stage of ours"),
    });
    const drafted = planDeploy(aRequest({ ...asked, deploymentId: undefined }), observedWith({ ...found, stages }));
    expect(drafted).toMatchObject({
      notes: expect.arrayContaining([expect.stringContaining("No stage tells the routes of the new deployment")]),
    });
  });
});
