import { describe, expect, test } from "@jest/globals";
import { functionsIn, type InvokedFunction } from "../../src/domain/function-policy.ts";
import type { Stage } from "../../src/domain/stage.ts";
import { ALL_ROUTES, newStageSettings } from "../../src/domain/stage-settings.ts";
import type { SettingWrite } from "../../src/domain/stage-write.ts";
import type { StageWish } from "../../src/inputs/settings/resolve.ts";
import { completeSteps } from "../../src/plan/canary/completion.ts";
import { canBeginWith } from "../../src/plan/invocable.ts";
import { type ReadinessFacts, readinessWarnings } from "../../src/plan/readiness.ts";
import { appliedTag, changedByOthers, digestOf, OF_OTHERS } from "../../src/plan/settings/applied.ts";
import type { SettingChange } from "../../src/plan/settings/change.ts";
import { aCanaryRequest, aRequest, aStage } from "../requests.ts";

const acl = "arn:aws:wafv2:eu-central-1:123456789012:regional/webacl/front/0f1e2d3c";
const day = 86_400_000;
const prod = aStage({ name: "prod", webAclArn: acl });
const preview = aStage({ webAclArn: undefined });
const now = 1_800_000_000_000;

const warned = (
  facts: Partial<ReadinessFacts>,
  stage: Parameters<typeof readinessWarnings>[1] = preview,
  settings: StageWish = {},
) =>
  readinessWarnings(aRequest({ settings }), stage, {
    stages: [],
    now,
    cloudWatchRole: "unknown",
    routes: undefined,
    settings: { writes: [], variablesAfter: [] },
    unread: undefined,
    place: { region: "eu-central-1", dnsSuffix: "amazonaws.com" },
    ...facts,
  });

describe("a web ACL before another stage of the REST API", () => {
  const declared = (value: string | null): StageWish => ({ "web-acl": { value, source: "defaults" } });

  test.each<[string, boolean, Parameters<typeof warned>]>([
    ["the stage has none", true, [{ stages: [prod, preview] }]],
    ["the stage is new", true, [{ stages: [prod] }, undefined]],
    ["the stage has one", false, [{ stages: [prod, preview] }, aStage({ webAclArn: acl })]],
    ["no other stage has one", false, [{ stages: [aStage({ name: "prod", webAclArn: undefined })] }]],
    ["one is declared", false, [{ stages: [prod] }, preview, declared(acl)]],
    ["none is declared", false, [{ stages: [prod] }, preview, declared(null)]],
  ])("%s: warned %s", (_, expected, args) => {
    const fix = expect.stringMatching(/^Stage prod .* and stage pr-7 has none.*`web-acl: \{ same-as: prod \}`/);
    expect(warned(...args)).toEqual(expected ? [fix] : []);
  });
});

test.each<[string, number, RegExp | undefined]>([
  ["in 31 days", 31 * day, undefined],
  ["in 30 days", 30 * day, /^The client certificate cert01 of stage pr-7 expires at 2027-/],
  ["a day ago", -day, /^The client certificate cert01 of stage pr-7 expired at 2027-.*generate-client-certificate/],
])("a client certificate whose time is over %s", (_, left, expected) => {
  const warnings = warned({ certificate: { id: "cert01", expiresAt: now + left } });
  expect(warnings).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
});

describe("routes that require an API key", () => {
  const open = { authorizationType: "NONE", apiKeyRequired: false };
  const locked = new Map([
    ["POST /b", { ...open, apiKeyRequired: true }],
    ["GET /a", { ...open, apiKeyRequired: true }],
    ["GET /c", open],
  ]);
  const planOf = (stageName: string, restApiId = "a1b2c3d4e5") => ({
    id: "abc123",
    name: "Previews",
    stages: [{ restApiId, stageName }],
  });
  const ours = { ...preview, tags: { "apigw-stage-action": "repository=42/rest-api=a1b2c3d4e5/stage=pr-7" } };
  const foreign = { ...preview, tags: {} };
  const begin = "^GET /a, POST /b require an API key, and stage pr-7 is in no usage plan: .*";

  test.each<[string, string | undefined, Parameters<typeof warned>]>([
    ["a new stage is in none", "Declare `usage-plans`", [{ routes: locked, usagePlansOfAll: [] }, undefined]],
    ["ours is in none", "Declare `usage-plans`", [{ routes: locked, usagePlansOfAll: [planOf("prod")] }, ours]],
    [
      "others' is in none",
      "aws apigateway update-usage-plan .*value=a1b2c3d4e5:pr-7$",
      [{ routes: locked, usagePlansOfAll: [planOf("pr-7", "other")] }, foreign],
    ],
    ["it is in one", undefined, [{ routes: locked, usagePlansOfAll: [planOf("prod"), planOf("pr-7")] }]],
    ["I8: plans are not known", undefined, [{ routes: locked }]],
    ["I8: routes are not known", undefined, [{ usagePlansOfAll: [] }]],
    ["none of them does", undefined, [{ routes: new Map([["GET /c", open]]), usagePlansOfAll: [] }]],
    [
      "it is to join one",
      undefined,
      [
        { routes: locked, usagePlansOfAll: [] },
        undefined,
        { "usage-plans": { value: ["abc123"], source: "defaults" } },
      ],
    ],
  ])("on a stage: %s", (_, expected, args) => {
    expect(warned(...args)).toEqual(
      expected === undefined ? [] : [expect.stringMatching(new RegExp(begin + expected))],
    );
  });
});

describe("logs that are on without the account's role", () => {
  const group = { destinationArn: "arn:aws:logs:eu-central-1:123456789012:log-group:a", format: "x" };
  const stream = { ...group, destinationArn: "arn:aws:firehose:eu-central-1:123456789012:deliverystream/a" };
  const stageWith = (changes: Partial<Stage["settings"]>) => aStage({ settings: { ...newStageSettings, ...changes } });
  const execution = stageWith({ methodSettings: { "GET /pets": { loggingLevel: "ERROR" } } });
  const written = (...writes: readonly SettingWrite[]) => ({ settings: { writes, variablesAfter: [] } });
  const off = (route: string): SettingWrite => ({
    kind: "route-setting",
    route,
    member: "loggingLevel",
    value: "OFF",
  });

  test.each<[string, boolean, Stage, Partial<ReadinessFacts>]>([
    ["execution logs of a route", true, execution, {}],
    ["access logs in a log group", true, stageWith({ accessLog: group }), {}],
    ["access logs in a stream", false, stageWith({ accessLog: stream }), {}],
    ["none", false, stageWith({ methodSettings: { [ALL_ROUTES]: { loggingLevel: "OFF" } } }), {}],
    ["those that the settings switch off", false, execution, written(off("GET /pets"))],
    ["those whose route loses its settings", false, execution, written({ kind: "route-reset", route: "GET /pets" })],
    ["while the settings change those of another route", true, execution, written(off("GET /a"))],
    ["I8: the role is not known", false, execution, { cloudWatchRole: "unknown" }],
    ["there is a role", false, execution, { cloudWatchRole: "present" }],
  ])("%s: warned %s", (_, expected, stage, facts) => {
    const fix = expect.stringMatching(/^Logs in CloudWatch are switched on for stage pr-7.*update-account/);
    expect(warned({ cloudWatchRole: "absent", ...facts }, stage)).toEqual(expected ? [fix] : []);
  });
});

describe("a deployment by its id, which no stage serves", () => {
  const others = ["prod", "test"].map((name) =>
    aStage({ name, settings: { ...newStageSettings, variables: { alias: "live", host: "h" } } }),
  );

  test.each<[string, string | undefined, readonly string[], string | undefined]>([
    ["names what other stages have", "dep222", ["host"], "will not have alias, which stages prod, test have"],
    ["is silent where the stage has all of it", "dep222", ["alias", "host"], undefined],
    ["is silent where it could be read", undefined, [], undefined],
  ])("%s", (_, unread, variablesAfter, expected) => {
    const facts = { stages: [...others, preview], unread, settings: { writes: [], variablesAfter } };
    expect(warned(facts)).toEqual(expected === undefined ? [] : [expect.stringContaining(expected)]);
  });
});

describe("settings that others have changed", () => {
  const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
  const wanted = (alias: string): StageWish => ({ variables: { alias: { value: alias, source: "stages.prod" } } });
  const digest = digestOf(wanted("live")) ?? "";
  const change = { setting: "variables.alias", from: "old", to: "live", source: "stages.prod" };
  const written = appliedTag(digest, now, address);

  test.each<[string, boolean, Record<string, string>, SettingChange, StageWish]>([
    ["what is declared has been applied", true, written, change, wanted("live")],
    ["another declaration has been applied", false, written, change, wanted("next")],
    ["nothing was written down", false, {}, change, wanted("live")],
    ["by no declaration that is known", false, appliedTag(OF_OTHERS, now, address), change, wanted("live")],
    [
      "the tag is another stage's",
      false,
      appliedTag(digest, now, { ...address, stageName: "test" }),
      change,
      wanted("live"),
    ],
    ["it is secret", false, written, { ...change, masked: true }, wanted("live")],
    ["it is a tag", false, written, { ...change, setting: "tags.team" }, wanted("live")],
  ])("%s: warned %s", (_, expected, tags, found, declared) => {
    const told = changedByOthers({ name: "prod", tags }, address.restApiId, declared, [found]);
    expect(told).toEqual(expected ? [expect.stringContaining("since 2027-01-15 08:00 UTC")] : []);
  });

  test("a canary that brought variables of its own leaves none that is known", () => {
    const canary = { deploymentId: "dep222", percentTraffic: 10, overrides: { alias: "next" }, useStageCache: false };
    const owner = { "apigw-stage-action": "repository=42/rest-api=a1b2c3d4e5/stage=prod" };
    const intent = {
      repositoryId: "42",
      runId: "9001",
      canary: "dep222",
      base: "dep111",
      step: 1,
      percent: 10,
      since: now,
      until: now,
      atEnd: "abort",
      failed: 0,
    } as const;
    const kept = (tags: Record<string, string>) => {
      const there = { kind: "ours", canary, intent, now, stage: aStage({ name: "prod", canary, tags }) } as const;
      return completeSteps(aCanaryRequest({ stageName: "prod" }), there).flatMap((step) =>
        step.kind === "keep-history" ? [step.settings] : [],
      );
    };
    expect([kept({ ...owner, ...written }), kept(owner)]).toEqual([[OF_OTHERS], [undefined]]);
  });
});

describe("functions", () => {
  const arn = "arn:aws:lambda:eu-central-1:123456789012:function:orders";
  const uri = (name: string): string =>
    JSON.stringify({ uri: `arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${name}/invocations` });

  test.each<[string, string, readonly string[]]>([
    ["as it is", uri(arn), [arn]],
    ["with an alias", uri(`${arn}:live`), [`${arn}:live`]],
    ["by a variable", uri(`${arn}:\${stageVariables.alias}`), [`${arn}:next`]],
    ["whose name is a variable", uri(arn.replace("orders", "${stageVariables.name}")), [arn]],
    ["all of it by a variable", uri("${stageVariables.arn}"), [arn]],
    ["all of it by a variable that is missing", uri("${stageVariables.none}"), []],
    ["whose variable is missing", uri(`${arn}:\${stageVariables.none}`), []],
    ["whose variable is the end of its name", uri(`${arn}-\${stageVariables.none}`), []],
    ["in an HTTP API", JSON.stringify({ IntegrationUri: arn }), [arn]],
    ["as a role", JSON.stringify({ uri: arn, credentials: "arn:aws:iam::123456789012:role/caller" }), []],
    ["none", JSON.stringify({ uri: "https://example.com" }), []],
    ["in a template alone", JSON.stringify({ requestTemplates: { a: arn }, uri: "arn:aws:apigateway:r:states:x" }), []],
    ["as an authorizer", JSON.stringify({ type: "token", authorizerUri: JSON.parse(uri(arn)).uri }), []],
  ])("are found where an integration names one, %s", (_, text, expected) => {
    const found = functionsIn([{ route: "GET /a", text }], { alias: "next", name: "orders", arn });
    expect(found).toEqual(expected.map((one) => ({ arn: one, routes: ["GET /a"] })));
  });

  test.each<[string, boolean]>([
    ["a:b/prod/GET/pets", true],
    ["a:b/prod/*", true],
    ["a:b/*", true],
    ["a:b/*/GET/pets", true],
    ["a:b/p?od/*/*", true],
    ["*", true],
    ["a:b/prod", false],
    ["a:b/prod/", false],
    ["a:b/production/*", false],
    ["a:b/test/*", false],
    ["a:c/*", false],
    ["", false],
  ])("may be invoked for stage prod by the pattern %s: %s", (pattern, expected) => {
    expect(canBeginWith(pattern, "a:b/prod/")).toBe(expected);
  });

  test.each<[string, InvokedFunction["policy"], RegExp | undefined]>([
    ["by nobody", [], /^API Gateway may not invoke orders for stage pr-7: GET \/a will answer 500\. .*add-permission/],
    ["for any caller", [{ sourceArns: undefined }], undefined],
    [
      "for other stages and APIs",
      [
        {
          sourceArns: [
            "arn:aws:execute-api:eu-central-1:123456789012:a1b2c3d4e5/prod/*",
            "arn:aws:execute-api:eu-central-1:123456789012:other/pr-7/*",
          ],
        },
      ],
      /; their policies name stage prod: /,
    ],
    ["in another Region", [{ sourceArns: ["arn:aws:execute-api:us-east-1:123456789012:a1b2c3d4e5/*"] }], /may not/],
  ])("may be invoked %s", (_, policy, expected) => {
    const functions = [{ arn, routes: ["GET /a"], policy }];
    expect(warned({ functions })).toEqual(expected === undefined ? [] : [expect.stringMatching(expected)]);
  });
});
