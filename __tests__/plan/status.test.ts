import { describe, expect, test } from "@jest/globals";
import { webSocketApi } from "../../src/aws/http-api/kind.ts";
import { darkTag } from "../../src/domain/dark-stage.ts";
import type { StageRecord } from "../../src/domain/github-record.ts";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import type { Routes } from "../../src/domain/route.ts";
import type { Stage } from "../../src/domain/stage.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import type { StageLayer } from "../../src/inputs/settings/schema.ts";
import type { StatusRequest } from "../../src/inputs/status-request.ts";
import type { ApiSeen, StatusObserved } from "../../src/observe/observed.ts";
import { intentTag } from "../../src/plan/canary/intent.ts";
import { historyTag } from "../../src/plan/history.ts";
import { isRefusal } from "../../src/plan/plan.ts";
import { planStatus } from "../../src/plan/status/plan-status.ts";
import type { ApiStatus, StageStatus } from "../../src/plan/status/status.ts";
import { aDeployment, aRestApi, aRun, aStage, aStatusRequest, statusObserved } from "../requests.ts";

const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
const made = aDeployment("dep111", { description: description(markerOf(aRun(), "prod")), createdAt: 5000 });
const prod = (changes: Partial<Stage> = {}): Stage =>
  aStage({ name: "prod", deploymentId: "dep111", tags: {}, ...changes });

const statusOf = (
  seen: Partial<ApiSeen>,
  request: Partial<StatusRequest> = {},
  changes?: StatusObserved["changes"],
): ApiStatus => {
  const { status } = planStatus(aStatusRequest(request), { ...statusObserved(seen), changes });
  const [api] = status?.restApis ?? [];
  if (api === undefined) throw new Error("nothing was told");
  return api;
};

const stageOf = (seen: Partial<ApiSeen>, request: Partial<StatusRequest> = {}): StageStatus => {
  const [stage] = statusOf({ deployments: [made], stages: [prod()], ...seen }, request).stages ?? [];
  if (stage === undefined) throw new Error("no stage was told");
  return stage;
};

const history = (...ids: readonly string[]): Record<string, string> =>
  historyTag(
    ids.map((deploymentId, index) => ({ deploymentId, at: 9000 - index * 1000, rolledBack: false })),
    address,
  );

const aServedRecord = (changes: Partial<StageRecord> = {}): StageRecord => ({
  state: "ACTIVE",
  creator: "github-actions[bot]",
  ours: true,
  createdAt: 7000,
  commit: "c0ffee",
  description: "Stage prod serves deployment dep111",
  payload: {
    command: "deploy",
    deploymentId: "dep111",
    previousDeploymentId: "",
    nonce: "1",
    runId: "77",
    actor: "bob",
  },
  ...changes,
});

describe("since when, and by whom", () => {
  test.each<[string, Partial<ApiSeen>, Partial<StageStatus>]>([
    ["by the tag", { stages: [prod({ tags: history("dep111", "dep000") })] }, { servedSince: 9000, who: null }],
    ["by a record", { records: new Map([["prod", [aServedRecord()]]]) }, { servedSince: 7000, who: "bob" }],
    [
      "when by the tag, by whom by the record",
      { stages: [prod({ tags: history("dep111") })], records: new Map([["prod", [aServedRecord()]]]) },
      { servedSince: 9000, who: "bob" },
    ],
    ["a marker tells neither", {}, { servedSince: null, who: null, madeAt: 5000, runId: "9001" }],
  ])("%s", (_, seen, expected) => {
    expect(stageOf(seen)).toMatchObject(expected);
  });

  test.each<[string, Partial<ApiSeen>, keyof StageStatus, string]>([
    [
      "somebody else pointed the stage since",
      { stages: [prod({ tags: history("dep222") })] },
      "servedSince",
      "the history tag ends with deployment dep222: somebody else pointed the stage since",
    ],
    [
      "a record that another account made",
      { records: new Map([["prod", [aServedRecord({ ours: false })]]]) },
      "who",
      "no GitHub deployment of this repository tells it",
    ],
    [
      "a tag that was copied from another stage",
      {
        stages: [
          prod({
            tags: historyTag([{ deploymentId: "dep111", at: 1, rolledBack: false }], { ...address, stageName: "test" }),
          }),
        ],
      },
      "servedSince",
      "neither a tag nor a GitHub deployment tells it",
    ],
    [
      "a deployment of others",
      { deployments: [aDeployment("dep111")] },
      "commit",
      "the deployment was not made by this action",
    ],
    ["a deployment that is gone", { deployments: [] }, "madeAt", "the deployment is not in the list of deployments"],
  ])("is not known: %s", (_, seen, member, because) => {
    const stage = stageOf(seen);
    expect([stage[member], stage.unknown[member]]).toEqual([null, because]);
  });
});

describe("a canary", () => {
  const canary = { deploymentId: "dep222", percentTraffic: 10, overrides: {}, useStageCache: false };
  const intent = {
    repositoryId: "42",
    runId: "9001",
    canary: "dep222",
    base: "dep111",
    step: 1,
    percent: 10,
    since: 6000,
    until: 8000,
    atEnd: "abort",
    failed: 0,
  } as const;
  test.each<[string, Partial<typeof intent> | undefined, StageStatus["canary"]]>([
    ["ours", {}, { deploymentId: "dep222", percent: 10, state: "ours", since: 6000, until: 8000 }],
    ["of others", undefined, { deploymentId: "dep222", percent: 10, state: "foreign", since: null, until: null }],
  ])("%s", (_, changes, expected) => {
    const tags = changes === undefined ? {} : intentTag({ ...intent, ...changes }, address);
    expect(stageOf({ stages: [prod({ canary, tags })] }).canary).toEqual(expected);
  });
});

describe("fail-on", () => {
  const undeployedDraft = {
    routes: new Map([["GET /b", { authorizationType: "NONE", apiKeyRequired: false }]]),
    integrations: [],
  };
  const servedDraft = {
    stages: [prod()],
    deployments: [made],
    draft: undeployedDraft,
    served: new Map([["dep111", { ...made, routes: undeployedDraft.routes }]]),
  };
  const emptyDraft = { routes: new Map(), integrations: [] };
  const differing = { stages: { prod: { variables: { alias: "live" } } } };

  test.each<[string, Partial<ApiSeen>, Partial<StatusRequest>, readonly string[]]>([
    [
      "nothing that is named is so",
      { stages: [prod()], draft: emptyDraft },
      { settingsFile: {}, failOn: ["drift", "undeployed"] },
      [],
    ],
    ["what is not named may be so", { stages: [], draft: undeployedDraft }, { failOn: ["drift"] }, []],
    [
      "settings differ",
      { stages: [prod()] },
      { settingsFile: differing, failOn: ["drift"] },
      ["drift: stage prod of API Orders (a1b2c3d4e5) has settings other than declared: variables.alias."],
    ],
    [
      "the draft is not deployed",
      { draft: undeployedDraft },
      { failOn: ["undeployed"] },
      ["undeployed: The draft of API Orders (a1b2c3d4e5) holds what no stage serves."],
    ],
    [
      "the draft is not deployed, by its routes",
      { draft: undeployedDraft },
      { failOn: ["undeployed-routes"] },
      ["undeployed-routes: The draft of API Orders (a1b2c3d4e5) holds what no stage serves."],
    ],
    ["routes that are served, where nothing else is named", servedDraft, { failOn: ["undeployed-routes"] }, []],
    [
      "I8: audit events are not known, and the routes are served",
      servedDraft,
      { failOn: ["undeployed"] },
      [
        "undeployed: It is not known whether the draft of API Orders (a1b2c3d4e5) is deployed: nothing is known of integrations, models and all else but routes, because the audit trail was not looked at. To be told of routes alone, name undeployed-routes instead.",
      ],
    ],
    [
      "I8: it is not known",
      { stages: [prod()] },
      { failOn: ["drift", "undeployed", "undeployed-routes"] },
      [
        "drift: It is not known whether stage prod of API Orders (a1b2c3d4e5) is as declared: there is no settings file.",
        "undeployed: It is not known whether the draft of API Orders (a1b2c3d4e5) is deployed: the role may not read the draft (apigateway:GET on /restapis/a1b2c3d4e5/resources).",
        "undeployed-routes: It is not known whether the routes of the draft of API Orders (a1b2c3d4e5) are deployed: the role may not read the draft (apigateway:GET on /restapis/a1b2c3d4e5/resources).",
      ],
    ],
  ])("%s", (_, seen, request, expected) => {
    const decision = planStatus(aStatusRequest(request), statusObserved(seen));
    const [, ...lines] = isRefusal(decision) ? decision.happened.split("\n  ") : [""];
    expect(lines).toEqual(expected);
    expect(decision.status?.restApis).toHaveLength(1);
  });
});

test.each<[string, Parameters<typeof aRestApi>[0], string | undefined, string | null]>([
  ["API Gateway's own", {}, undefined, "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com/prod"],
  ["as declared", {}, "https://{stage}.example.com", "https://prod.example.com"],
  ["none where it is switched off", { defaultEndpointDisabled: true }, undefined, null],
])("the URL: %s", (_, api, invokeUrl, expected) => {
  const stage = stageOf({ api: aRestApi(api) }, { invokeUrl });
  expect([stage.url, stage.unknown["url"]]).toEqual([expected, undefined]);
});

describe("settings", () => {
  const settings = { ...newStageSettings, variables: { alias: "old" } };
  const differing = (settingsFile: StatusRequest["settingsFile"]) =>
    stageOf({ stages: [prod({ settings })] }, { settingsFile });

  test("that differ from the file's", () => {
    expect(differing({ stages: { prod: { variables: { alias: "live" } } } }).settings).toMatchObject({
      declared: 1,
      differ: [{ setting: "variables.alias", from: "old", to: "live", source: "stages.prod" }],
    });
  });

  test("that nobody declared differ from nothing", () => {
    expect(differing({ stages: { test: { variables: { alias: "live" } } } }).settings).toEqual({
      declared: 0,
      differ: [],
      unknown: {},
    });
  });

  const acl = (name: string): string => `arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/${name}/0a1b`;
  const sameAs = { "web-acl": { "same-as": "live" } };
  const plans = (stages: readonly string[]): StatusObserved["usagePlans"] => [
    { id: "abc123", name: "Partners", stages: stages.map((stageName) => ({ ...address, stageName })) },
  ];
  const lacksPlan = { setting: "usage-plans", from: undefined, to: "Partners (abc123)" };

  test.each<[string, StageLayer, Partial<Stage>, Partial<StatusObserved>, readonly object[]]>([
    ["has no web ACL", { "web-acl": acl("a") }, {}, {}, [{ setting: "web-acl", from: undefined, to: acl("a") }]],
    ["has it", { "web-acl": acl("a") }, { webAclArn: acl("a") }, {}, []],
    ["has one though none is declared", { "web-acl": null }, { webAclArn: acl("a") }, {}, []],
    [
      "has another",
      { "web-acl": acl("a") },
      { webAclArn: acl("b") },
      {},
      [{ setting: "web-acl", from: acl("b"), to: acl("a") }],
    ],
    ["has none as its model has", sameAs, {}, {}, [{ setting: "web-acl", from: undefined, to: acl("live") }]],
    ["has that of its model", sameAs, { webAclArn: acl("live") }, {}, []],
    [
      "is to be like a stage that is not there",
      { "web-acl": { "same-as": "gone" } },
      {},
      {},
      [{ setting: "web-acl", from: undefined, to: "that of stage gone, which is not there" }],
    ],
    ["is in the plan", { "usage-plans": ["abc123"] }, {}, { usagePlans: plans(["test", "prod"]) }, []],
    ["is in no plan", { "usage-plans": ["abc123"] }, {}, { usagePlans: plans(["test"]) }, [lacksPlan]],
    ["is in a plan that nobody declared", {}, {}, { usagePlans: plans(["prod"]) }, []],
    [
      "is to be in a plan that is not there",
      { "usage-plans": ["gone"] },
      {},
      { usagePlans: plans(["prod"]) },
      [{ setting: "usage-plans", from: undefined, to: "gone, which is not there" }],
    ],
  ])("that reach beyond the stage: it %s", (_, declared, stage, found, expected) => {
    const request = aStatusRequest({ settingsFile: { stages: { prod: declared } } });
    const seen = statusObserved({ stages: [prod(stage), aStage({ name: "live", webAclArn: acl("live") })] });
    const { status } = planStatus(request, { ...seen, ...found });
    const told = status?.restApis[0]?.stages?.find(({ name }) => name === "prod");
    expect(told?.settings).toMatchObject({ declared: Object.keys(declared).length, unknown: {} });
    expect(told?.settings?.differ).toEqual(expected.map((one) => ({ ...one, source: "stages.prod" })));
  });

  test("I8: that the role may not read are not as declared", () => {
    const request = aStatusRequest({
      settingsFile: { stages: { prod: { "usage-plans": ["abc123"] } } },
      failOn: ["drift"],
    });
    const decision = planStatus(request, { ...statusObserved({ stages: [prod()] }), usagePlans: undefined });
    expect(isRefusal(decision) ? decision.happened : "").toContain(
      "drift: It is not known whether usage-plans of stage prod of API Orders (a1b2c3d4e5) is as declared: the role may not read them (apigateway:GET on /usageplans).",
    );
    expect(decision.status?.restApis[0]?.stages?.[0]?.settings).toMatchObject({ declared: 1, differ: [] });
  });

  test("are not known without a file", () => {
    const stage = differing(undefined);
    expect([stage.settings, stage.unknown["settings"]]).toEqual([null, "there is no settings file"]);
  });
});

describe("the draft", () => {
  const open = { authorizationType: "NONE", apiKeyRequired: false };
  const routes = (changes: Readonly<Record<string, Partial<typeof open>>>): Routes =>
    new Map(Object.entries(changes).map(([route, needs]) => [route, { ...open, ...needs }]));
  const served = (ofServed: Routes) => new Map([["dep111", { ...made, routes: ofServed }]]);
  const draftOf = (ofDraft: Routes) => ({ routes: ofDraft, integrations: [] });
  const one = routes({ "GET /a": {} });

  test.each<[string, Routes, Partial<NonNullable<StageStatus["draft"]>>, boolean]>([
    ["holds what the stage serves", one, {}, false],
    ["has another route", routes({ "GET /a": {}, "GET /b": {} }), { added: ["GET /b"] }, true],
    ["lacks a route", routes({}), { removed: ["GET /a"] }, false],
    ["asks for a signature", routes({ "GET /a": { authorizationType: "AWS_IAM" } }), { changed: ["GET /a"] }, true],
    ["asks for a key", routes({ "GET /a": { apiKeyRequired: true } }), { changed: ["GET /a"] }, true],
  ])("%s", (_, ofDraft, difference, expected) => {
    const seen = { stages: [prod()], deployments: [made], draft: draftOf(ofDraft), served: served(one) };
    const status = statusOf(seen, {}, events());
    expect([status.undeployed, status.undeployedRoutes]).toEqual([expected, expected]);
    expect(status.stages?.[0]?.draft).toEqual({ added: [], removed: [], changed: [], ...difference });
  });

  test("is deployed where only a canary serves it", () => {
    const canary = { deploymentId: "dep222", percentTraffic: 10, overrides: {}, useStageCache: false };
    const both = new Map([...served(routes({ "GET /b": {} })), ["dep222", aDeployment("dep222", { routes: one })]]);
    const seen = { stages: [prod({ canary })], deployments: [made], draft: draftOf(one), served: both };
    expect(statusOf(seen, {}, events()).undeployed).toBe(false);
  });

  const anEvent = { restApiId: "a1b2c3d4e5", operation: "PutModel", at: 6000, who: "user/alice" };
  const events = (...changes: readonly Partial<typeof anEvent>[]) => ({
    changes: changes.map((change) => ({ ...anEvent, ...change })),
    since: 1000,
  });
  const told = ({ restApiId: _, ...event }: typeof anEvent) => event;

  test.each<[string, StatusObserved["changes"], boolean | null, ApiStatus["changes"], string | undefined]>([
    ["nothing happened", events(), false, { since: 5000, events: [] }, undefined],
    ["it was changed", events({}), true, { since: 5000, events: [told(anEvent)] }, undefined],
    ["another API's was changed", events({ restApiId: "b" }), false, { since: 5000, events: [] }, undefined],
    ["it was changed before", events({ at: 5000 }), false, { since: 5000, events: [] }, undefined],
    ["I8: the trail is short", { changes: [], since: 7000 }, null, { since: 7000, events: [] }, undefined],
    ["I8: it may not be read", { because: "no right" }, null, null, "no right"],
    ["I8: nobody looked", undefined, null, null, "the audit trail was not looked at"],
  ])("by audit events: %s", (_, changes, expected, shown, because) => {
    const seen = { stages: [prod()], deployments: [made], draft: draftOf(one), served: served(one) };
    const { status } = planStatus(aStatusRequest(), { ...statusObserved(seen), changes });
    const [api] = status?.restApis ?? [];
    expect([api?.undeployed, api?.changes, api?.unknown["changes"]]).toEqual([expected, shown, because]);
    expect([api?.undeployedRoutes, typeof api?.unknown["undeployed"]]).toEqual([
      false,
      expected === null ? "string" : "undefined",
    ]);
  });

  test.each<[string, StatusObserved["changes"], boolean | null, string | undefined]>([
    ["no event", events(), false, undefined],
    ["an event", events({ at: 6000 }), true, undefined],
    [
      "I8: a trail that does not reach back",
      { changes: [], since: 7000 },
      null,
      "nothing is known of what the draft was made of before 1970-01-01 00:00 UTC, because audit events reach back no further, and what the stages serve was made at 1970-01-01 00:00 UTC",
    ],
    [
      "I8: no trail",
      { because: "the role may not" },
      null,
      "nothing is known of what the draft was made of, because the role may not",
    ],
  ])("by audit events alone, where nobody tells what a deployment holds: %s", (_, changes, expected, because) => {
    const draft = { routes: routes({ ping: {} }), integrations: [] };
    const seen = { api: aRestApi({ kind: webSocketApi }), stages: [prod()], deployments: [made], draft };
    const told = statusOf({ ...seen, served: new Map([["dep111", made]]) }, {}, changes);
    expect([told.undeployed, told.undeployedRoutes, told.unknown["undeployed"]]).toEqual([expected, null, because]);
  });

  test("is undeployed where only a dark stage serves it, and that stage is told as what it is", () => {
    const of = { ...address, stageName: "prod-next" };
    const tags = { ...darkTag(aRun(), of), ...ownerTags({ repositoryId: "42", pullRequest: undefined }, of) };
    const dark = prod({ name: "prod-next", deploymentId: "dep222", tags });
    const next = aDeployment("dep222", { routes: one, createdAt: 8000 });
    const both = new Map([...served(routes({ "GET /b": {} })), ["dep222", next]]);
    const seen = { stages: [prod(), dark], deployments: [made, next], draft: draftOf(one), served: both };
    const settingsFile = { defaults: { throttling: { rate: 1, burst: 1 } } };
    const { changes, undeployed, stages } = statusOf(seen, { settingsFile }, events());
    expect([undeployed, changes?.since]).toEqual([true, 5000]);
    expect(stages?.map(({ name, darkStageOf, settings }) => [name, darkStageOf, settings?.differ.length])).toEqual([
      ["prod", null, 2],
      ["prod-next", "prod", 0],
    ]);
  });

  test("is undeployed where there is no stage", () => {
    expect(statusOf({ stages: [], draft: draftOf(one) }).undeployed).toBe(true);
  });

  test.each<[string, Partial<ApiSeen>, boolean, string]>([
    ["it was not asked for", { draft: undefined }, false, "details is false"],
    [
      "the role may not read it",
      { draft: undefined },
      true,
      "the role may not read the draft (apigateway:GET on /restapis/a1b2c3d4e5/resources)",
    ],
    [
      "a deployment's routes are not told",
      { draft: draftOf(one), served: new Map([["dep111", made]]) },
      true,
      "API Gateway does not tell the routes of deployment dep111",
    ],
  ])("I8: is not known where %s", (_, seen, details, because) => {
    const status = statusOf({ stages: [prod()], deployments: [made], ...seen }, { details });
    expect([status.undeployed, status.unknown["undeployed"]]).toEqual([null, because]);
    expect([status.stages?.[0]?.draft, status.stages?.[0]?.unknown["draft"]]).toEqual([null, because]);
  });
});

describe("usage plans", () => {
  const plan = (id: string, ...names: readonly string[]) => ({
    id,
    name: `Plan ${id}`,
    stages: names.map((stageName) => ({ restApiId: "a1b2c3d4e5", stageName })),
  });
  const elsewhere = { id: "c", name: "C", stages: [{ restApiId: "other", stageName: "prod" }] };
  const told = (usagePlans: StatusObserved["usagePlans"], details = true) => {
    const { status } = planStatus(aStatusRequest({ details }), { ...statusObserved(), usagePlans });
    const [api] = status?.restApis ?? [];
    return [api?.usagePlans, api?.unknown["usagePlans"]];
  };

  test("are those that stages of the API are in, sorted", () => {
    const none = { quota: null, throttle: null };
    expect(told([plan("b", "test", "prod"), plan("a", "prod"), elsewhere])).toEqual([
      [
        { id: "a", name: "Plan a", stages: ["prod"], ...none },
        { id: "b", name: "Plan b", stages: ["prod", "test"], ...none },
      ],
      undefined,
    ]);
  });

  test("I8: are not known where nobody looked, or the role may not", () => {
    expect(told([], false)).toEqual([null, "details is false"]);
    expect(told(undefined)).toEqual([null, "the role may not read them (apigateway:GET on /usageplans)"]);
  });
});
