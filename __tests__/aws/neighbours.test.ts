import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { accountService, createAccount } from "../../simulator/account.ts";
import { seedAlarm } from "../../simulator/cloudwatch/world.ts";
import { addMapping, addRoutingRule, newDomainName } from "../../simulator/gateway/domain-name.ts";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { seedHttpApi } from "../../simulator/gateway-v2/seed.ts";
import type { SimulatedResponse } from "../../simulator/http/exchange.ts";
import type { SimulatorServer } from "../../simulator/http/server.ts";
import { createGroup } from "../../simulator/logs/delivery.ts";
import { requireAccount } from "../../src/aws/account.ts";
import { connect } from "../../src/aws/client.ts";
import { openCloudTrail } from "../../src/aws/cloudtrail/cloudtrail.ts";
import { type CloudWatch, openCloudWatch } from "../../src/aws/cloudwatch/cloudwatch.ts";
import type { Gateway, NewRule, RoutingRules } from "../../src/aws/gateway.ts";
import { getHttpApis, openHttpGateway } from "../../src/aws/http-api/gateway.ts";
import { httpApi, webSocketApi } from "../../src/aws/http-api/kind.ts";
import { openFunctionPolicies } from "../../src/aws/lambda/function-policies.ts";
import { openLogs } from "../../src/aws/logs/logs.ts";
import { openGateway } from "../../src/aws/rest-api/gateway.ts";
import type { RuledDomain } from "../../src/domain/routing-rule.ts";
import { ordersApi, ordersHttpApi } from "../scene.ts";
import { errorOf } from "./error-of.ts";
import { serveAws } from "./serve-aws.ts";
import { surroundings, withoutWaiting } from "./surroundings.ts";

const tokenFile = join(mkdtempSync(join(tmpdir(), "neighbours-")), "token.jwt");
writeFileSync(tokenFile, "token");

/** What is asked of other services than API Gateway, and of parts of it beside the stages. */
const account = createAccount({ gateway: { rateLimits: false } });
let server: SimulatorServer;
let gateway: Gateway;
let http: Gateway;
let webSocket: Gateway;
let rules: RoutingRules;
let cloudWatch: CloudWatch;
let ruled: RuledDomain;
let reads: readonly (readonly [operation: string, read: () => Promise<unknown>])[];

beforeAll(async () => {
  server = await serveAws(accountService(account), account.gateway.region);
  const connection = await connect(surroundings());
  const pacing = withoutWaiting();
  const api = seedRestApi(account.gateway, ordersApi);
  gateway = openGateway(connection, api.id, pacing);
  const { id: deploymentId } = await gateway.createDeployment("before");
  await gateway.createStage({ stageName: "prod", deploymentId, tags: {}, writes: [] });
  const domain = newDomainName(account.gateway, "api.example.com", { routingMode: "ROUTING_RULE_ONLY" });
  addMapping(account.gateway, domain, { basePath: "orders", restApiId: api.id, stage: "prod" });
  addRoutingRule(account.gateway, domain, { priority: 1, restApiId: api.id, stage: "prod" });
  account.gateway.usagePlans.set("plan01", {
    id: "plan01",
    name: "Free",
    apiStages: [{ apiId: api.id, stage: "prod" }],
    keyIds: [],
  });
  const { apiId, draft } = seedHttpApi(account.gateway, ordersHttpApi);
  const login = { name: "login", authorizerUri: "${stageVariables.login}" };
  const authorizer = { ...login, authorizerId: "auth01", authorizerType: "REQUEST" as const, identitySource: [] };
  draft.authorizers.set("auth01", authorizer);
  for (const route of draft.routes.values())
    Object.assign(route, { authorizationType: "CUSTOM", authorizerId: "auth01" });
  api.draft.authorizers.set("auth01", { ...login, id: "auth01", type: "TOKEN" });
  http = openHttpGateway(connection, { id: apiId, kind: httpApi }, pacing);
  webSocket = openHttpGateway(connection, { id: apiId, kind: webSocketApi }, pacing);
  api.documentationVersions.set("1.2", { version: "1.2", createdDate: 1 });
  createGroup(account.logs, "/orders", Date.now());
  Object.assign(account.logs, { queryMs: 0 });
  seedAlarm(account.cloudWatch, "errors");
  cloudWatch = openCloudWatch(connection, api.id, pacing);
  const cloudTrail = openCloudTrail(connection, api.id, pacing);
  const logs = openLogs(connection, api.id, pacing);
  const now = Date.now();
  const query = () =>
    logs.query({ groups: ["/orders"], query: "stats count(*) by @log", from: now - 1000, until: now });
  const functions = openFunctionPolicies(connection, api.id, pacing, process.env);
  const policy = () => functions.policyOf("arn:aws:lambda:eu-central-1:123456789012:function:orders");
  ruled = { name: domain.domainName, id: undefined, band: { from: 1, to: 1000 } };
  const domainReader = await gateway.domainReader(ruled);
  rules = await gateway.routingRules(ruled);
  const requests = { metric: "Count", statistic: "Sum", dimensions: { ApiName: "Orders" } } as const;
  reads = [
    ["DescribeAlarms", () => cloudWatch.describeAlarms(["errors"])],
    ["DescribeAlarmHistory", () => cloudWatch.alarmChanges("errors", 0)],
    ["GetMetricData", () => cloudWatch.getMetrics([requests], { from: now - 600_000, until: now })],
    ["ListMetrics", () => cloudWatch.listMetrics({ ApiName: "Orders" })],
    ["LookupEvents", () => cloudTrail.draftChanges(["UpdateApi"], now - 1000, now)],
    ["StartQuery", () => query()],
    ["GetQueryResults", () => query()],
    ["GetCallerIdentity", () => requireAccount(connection, account.gateway.accountId, api.id, pacing)],
    ["ListRoutingRules", () => gateway.getStageUsers(["prod"])],
    ["GetBasePathMappings", () => gateway.getStageUsers(["prod"])],
    ["GetUsagePlan", () => gateway.getUsagePlan("plan01")],
    ["GetDocumentationVersion", () => gateway.findDocumentation("1.2")],
    ["GetExport", () => gateway.getExport("prod")],
    ["GetAuthorizers", () => gateway.getAuthorizers()],
    ["GetRestApis", () => gateway.getApis()],
    ["GetApi", () => http.getApi()],
    ["ExportApi", () => http.getDraft()],
    ["GetApiMappings", () => http.getStageUsers(["prod"])],
    ["GetApis", () => getHttpApis(connection, pacing)],
    ["GetAuthorizers", () => webSocket.getAuthorizers()],
    ["GetClientCertificate", () => gateway.getClientCertificate("abc123")],
    ["GetPolicy", policy],
    ["GetPolicy", policy],
    ["GetDomainName", () => domainReader.facts()],
  ];
});

beforeEach(() => server.faults.clear());
afterAll(() => server.close());

const html = "<html><head><title>Blocked</title></head><body>Ask your administrator.</body></html>";
const page = (status: number): SimulatedResponse => ({ status, headers: { "content-type": "text/html" }, body: html });
const json = (status: number, body: string, headers: Record<string, string> = {}): SimulatedResponse => ({
  status,
  headers: { "content-type": "application/json", ...headers },
  body,
});
const nulls = Object.fromEntries(
  ["item", "paths", "version", "Events", "MetricAlarms", "Metrics", "AlarmHistoryItems", "MetricDataResults"].map(
    (name) => [name, null],
  ),
);
const ofNulls = Object.fromEntries(Object.keys(nulls).map((name) => [name, [null]]));
const complete = { status: "Complete" };

const strange: readonly (readonly [name: string, response: SimulatedResponse])[] = [
  ["{}", json(200, "{}")],
  ["[null]", json(200, "[null]")],
  ["an empty body", json(200, "")],
  ["half an answer", json(200, "<GetCallerIdentityResponse><GetCallerIdentityResult><Acc")],
  ["lists that are null", json(200, JSON.stringify({ ...nulls, ...complete, results: null, routingRules: null }))],
  ["lists of null", json(200, JSON.stringify({ ...ofNulls, ...complete, results: [null], routingRules: [null] }))],
  ["a page with 200", page(200)],
  ["a page with 403", page(403)],
  ["a page with 404", page(404)],
  ["{} with 400", json(400, "{}")],
  ["a message that is an object, with 404", json(404, '{"message":{"text":"no"}}')],
  ["an error with 200", json(200, '{"message":"Forbidden"}')],
  ["a redirect", { status: 302, headers: { location: "https://login.example.com/" }, body: "" }],
];

describe("what is no answer of the service that was asked tells nothing, neither that something is there nor that it is not", () => {
  // Every operation meets a third of the answers.
  const cases = strange.map(([name, response], index) => [name, response, index] as const);

  test.each(cases)("%s", async (_, response, index) => {
    for (const [operation, read] of reads.filter((__, place) => (index + place) % 3 === 0)) {
      server.faults.clear();
      server.faults.add({ operation, effect: { kind: "answer", when: "before", response }, times: 10_000 });
      const error = await errorOf(read());
      expect([operation, error.code]).toEqual([operation, "UNREADABLE_ANSWER"]);
      expect(error.message).not.toMatch(/hidden field|Unknown\.|undefined|Cannot read|<html/);
    }
  });

  test.each(cases)(
    "%s: the quota and the account's settings, which a run can do without, are unknown",
    async (_, response) => {
      const answer = { effect: { kind: "answer", when: "before", response }, times: 10_000 } as const;
      server.faults.add({ operation: "GetServiceQuota", ...answer });
      server.faults.add({ operation: "GetAccount", ...answer });
      expect(await gateway.getStageQuota()).toBeUndefined();
      expect(await gateway.getCloudWatchRole().catch(({ code }) => code)).toMatch(/^(?:unknown|UNREADABLE_ANSWER)$/);
    },
  );
});

describe("an answer about another thing than was asked for", () => {
  /** The true answer with another value of a member, or with a list in which its first item comes again. */
  const changing = (operation: string, change: (body: Record<string, unknown>) => unknown) =>
    server.faults.add({
      operation,
      effect: {
        kind: "change",
        change: (response) =>
          response.status < 300
            ? { ...response, body: JSON.stringify(change(JSON.parse(String(response.body)))) }
            : response,
      },
      times: 10_000,
    });
  const another = (operation: string, member: string) =>
    changing(operation, (body) => ({ ...body, [member]: "another" }));

  const read: readonly (readonly [operation: string, member: string, read: () => Promise<unknown>])[] = [
    ["GetStage", "stageName", () => gateway.getStage("prod")],
    ["GetDeployment", "id", async () => gateway.getDeployment((await deploymentsOf(gateway))[0] ?? "", true)],
    ["GetRestApi", "id", () => gateway.getApi()],
    ["GetUsagePlan", "id", () => gateway.getUsagePlan("plan01")],
    ["GetDocumentationVersion", "version", () => gateway.findDocumentation("1.2")],
    ["GetDomainName", "domainName", async () => (await gateway.domainReader(ruled)).facts()],
    ["GetApi", "apiId", () => http.getApi()],
  ];
  const deploymentsOf = async (one: Gateway) => (await one.getDeployments()).map(({ id }) => id);

  test.each(read)("%s: %s", async (operation, member, look) => {
    another(operation, member);
    const error = await errorOf(look());
    expect(error.code).toBe("UNREADABLE_ANSWER");
    expect(error.happened).toContain("is about another");
  });

  test("a lost one is looked for by what it was made with: I1, a deployment of another run is not taken for ours", async () => {
    const before = await deploymentsOf(gateway);
    changing("CreateDeployment", (body) => ({ ...body, id: before[0], description: "of another run" }));
    const made = await gateway.createDeployment("of this run");
    expect(before).not.toContain(made.id);
    expect(await deploymentsOf(gateway)).toHaveLength(before.length + 1);
  });

  test("I3: nothing is deleted by it", async () => {
    another("GetStage", "stageName");
    expect(await errorOf(gateway.deleteStage("prod", () => true))).toMatchObject({ kind: "upstream" });
    server.faults.clear();
    expect(await gateway.getStage("prod")).toBeDefined();
  });

  test("what a list tells twice is there once, and told in two ways it is not known", async () => {
    const twice = (change: object) => (body: Record<string, unknown>) => {
      const items = body["item"] as object[];
      return { ...body, item: [...items, { ...items[0], ...change }] };
    };
    const [stages, deployments] = [await gateway.getStages(), await gateway.getDeployments()];
    changing("GetDeployments", twice({}));
    changing("GetStages", twice({}));
    expect(await gateway.getDeployments()).toEqual(deployments);
    expect(await gateway.getStages()).toEqual(stages);
    server.faults.clear();
    changing("GetStages", twice({ deploymentId: "other1" }));
    expect((await errorOf(gateway.getStages())).code).toBe("UNREADABLE_ANSWER");
  });

  test.each([
    ["nothing", ""],
    ["an error", '{"message":"Forbidden"}'],
    ["another plan", '{"id":"plan02","name":"Paid"}'],
  ])("I9: a change of a usage plan that is answered with %s is made", async (_, body) => {
    const effect = { kind: "answer", when: "before", response: json(200, body) } as const;
    server.faults.add({ operation: "UpdateUsagePlan", effect });
    account.gateway.usagePlans.get("plan01")?.apiStages.splice(0);
    await gateway.joinUsagePlan("plan01", "prod");
    expect((await gateway.getUsagePlan("plan01"))?.stages).toEqual([
      { restApiId: gateway.restApiId, stageName: "prod" },
    ]);
  });

  test.each([0, -1, 0.5])("a quota of %d stages is not known", async (Value) => {
    changing("GetServiceQuota", () => ({ Quota: { Value } }));
    expect(await gateway.getStageQuota()).toBeUndefined();
  });

  test.each([-8_640_000_000_000, 8_640_000_000_000, 1e300])("a time of %d is none", async (createdDate) => {
    changing("GetStage", (body) => ({ ...body, createdDate }));
    expect((await errorOf(gateway.getStage("prod"))).code).toBe("UNREADABLE_ANSWER");
  });

  test("a deployment of unknown age is none of 1970", async () => {
    changing("GetDeployments", ({ item }) => ({
      item: (item as object[]).map((one) => ({ ...one, createdDate: null })),
    }));
    expect((await errorOf(gateway.getDeployments())).code).toBe("UNREADABLE_ANSWER");
  });

  const perMinute = (at: number, value = 1) => ({ Timestamps: [at, at + 60], Values: [value, value] });
  test.each([
    ["a query that was not asked", { Id: "q7" }],
    ["a minute twice", { Id: "q0", Timestamps: [60, 60], Values: [1, 1] }],
    ["fewer than no requests", { Id: "q0", ...perMinute(60, -1) }],
  ])("metrics with %s are none", async (_, series) => {
    const result = { Label: "Count", StatusCode: "Complete", ...perMinute(60), ...series };
    changing("GetMetricData", () => ({ MetricDataResults: [result] }));
    const { getMetrics } = cloudWatch;
    const query = { metric: "Count", statistic: "Sum", dimensions: { ApiName: "Orders" } };
    expect((await errorOf(getMetrics([query], { from: 0, until: 600_000 }))).code).toBe("UNREADABLE_ANSWER");
  });

  test("metrics of another time are left out", async () => {
    const result = { Id: "q0", Label: "Count", StatusCode: "Complete", ...perMinute(60) };
    changing("GetMetricData", () => ({ MetricDataResults: [result] }));
    const query = { metric: "Count", statistic: "Sum", dimensions: { ApiName: "Orders" } };
    expect(await cloudWatch.getMetrics([query], { from: 120_000, until: 600_000 })).toEqual([
      [{ at: 120_000, value: 1 }],
    ]);
  });

  test("an alarm that has two states is not known", async () => {
    changing("DescribeAlarms", (body) => {
      const [alarm] = body["MetricAlarms"] as object[];
      return { ...body, MetricAlarms: [alarm, { ...alarm, StateValue: "ALARM" }] };
    });
    expect((await errorOf(cloudWatch.describeAlarms(["errors"]))).code).toBe("UNREADABLE_ANSWER");
  });
});

describe("a conflict at a new routing rule", () => {
  const rule = (): NewRule => ({
    priority: 2,
    conditions: [{ kind: "base-path", path: "a" }],
    restApiId: gateway.restApiId,
    stageName: "prod",
    stripsBasePath: false,
  });
  const meet = (response: SimulatedResponse, times: number) =>
    server.faults.add({
      operation: "CreateRoutingRule",
      effect: { kind: "answer", when: "before", response },
      times,
    });
  const conflict = (message: string): SimulatedResponse =>
    json(409, JSON.stringify({ message }), { "x-amzn-errortype": "ConflictException" });

  test("takes the priority", async () => {
    meet(conflict("Priority 2 is in use."), 1);
    expect(await rules.create(rule(), () => false)).toBe("taken");
  });

  test.each([
    ["a page of something on the way", page(409)],
    ["two writes at once", conflict("Unable to complete operation due to concurrent modification.")],
  ])("that is %s does not", async (_, response) => {
    meet(response, 1);
    const made = await rules.create(rule(), () => false);
    expect(made).toMatchObject({ priority: 2 });
    if (made !== "taken") await rules.remove(made.id, async () => true);
  });
});

test("an answer that is nested deeper than anybody reads is no fault of the action", async () => {
  const deep = `${'{"a":'.repeat(20_000)}1${"}".repeat(20_000)}`;
  const document = `{"paths":{"/a":{"get":{"x-amazon-apigateway-integration":${deep}}}}}`;
  const answer = { effect: { kind: "answer", when: "before", response: json(200, document) } } as const;
  server.faults.add({ operation: "GetExport", ...answer });
  expect((await errorOf(gateway.getExport("prod"))).code).toBe("UNREADABLE_ANSWER");
});

test("a list of events that comes back to a page ends", async () => {
  const response = json(200, '{"Events":[],"NextToken":"again"}');
  server.faults.add({ operation: "LookupEvents", effect: { kind: "answer", when: "before", response }, times: 10_000 });
  const lookUp = reads.find(([operation]) => operation === "LookupEvents")?.[1];
  expect((await errorOf(lookUp?.() ?? Promise.resolve())).message).toContain("comes back to a page");
});

test("an answer's date that no calendar has spoils no request after it", async () => {
  const response = json(200, '{"item":[]}', { date: "+275760-09-13T00:00:00Z" });
  server.faults.add({ operation: "GetStages", effect: { kind: "answer", when: "before", response } });
  expect(await gateway.getStages()).toEqual([]);
  expect(await gateway.getStages()).toHaveLength(1);
});

test("a deployment whose status nobody knows yet is not complete, and costs the list nothing", async () => {
  const items = ["DEPLOYED", "FROM_TOMORROW"].map((deploymentStatus, index) => ({
    deploymentId: `dep00${index}`,
    deploymentStatus,
    createdDate: "2026-01-01T00:00:00Z",
  }));
  const response = json(200, JSON.stringify({ items }));
  server.faults.add({ operation: "GetDeployments", effect: { kind: "answer", when: "before", response } });
  expect(await http.getDeployments()).toMatchObject([{ id: "dep000" }, { id: "dep001", incomplete: "pending" }]);
});

test("authorizers of the draft are told with what they say, those of an HTTP API by its export alone", async () => {
  const told = [{ route: "authorizer login", text: expect.stringContaining("stageVariables.login") }];
  expect(await Promise.all([gateway, webSocket, http].map((one) => one.getAuthorizers()))).toEqual([told, told, []]);
  const { integrations = [] } = (await http.getDraft()) ?? {};
  expect(integrations.map(({ route }) => route)).toContain("authorizer login");
});

test("I8: an API that is not as described is told as one that could not be looked at, and costs the list nothing", async () => {
  const listOf = (operation: string, ...items: readonly object[]) => {
    const response = json(200, JSON.stringify({ items, item: items }));
    server.faults.add({ operation, effect: { kind: "answer", when: "before", response } });
  };
  const http = { apiId: "aaa", name: "Orders", protocolType: "HTTP" };
  listOf("GetApis", { ...http, apiId: "bbb", protocolType: "GRPC" }, http, { ...http, apiId: "ccc", tags: ["?"] });
  expect(await getHttpApis(await connect(surroundings()), withoutWaiting())).toMatchObject([
    { api: { id: "bbb", name: "Orders" }, because: "this version of the action does not know its kind, GRPC" },
    { id: "aaa" },
    { api: { id: "ccc" }, because: expect.stringContaining("Tags") },
  ]);
  listOf("GetRestApis", { id: "ddd", name: "Orders", binaryMediaTypes: { is: "new" } }, { id: "eee", name: "Shop" });
  expect(await gateway.getApis()).toMatchObject([
    { api: { id: "ddd" }, because: expect.stringContaining("binaryMediaTypes") },
    { id: "eee" },
  ]);
});

describe("a source of credentials that fails", () => {
  const open = async (response: SimulatedResponse) => {
    server.faults.add({ effect: { kind: "answer", when: "before", response }, times: 10_000 });
    const { AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, ...others } = process.env;
    process.env = {
      ...others,
      AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
      AWS_ROLE_ARN: "arn:aws:iam::123456789012:role/x",
    };
    try {
      const connection = await connect(surroundings());
      return await errorOf(openGateway(connection, "a1b2c3d4e5", withoutWaiting()).getStages());
    } finally {
      process.env = { ...others, AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY };
    }
  };
  const refused = (status: number, code: string): SimulatedResponse => ({
    status,
    headers: { "content-type": "text/xml" },
    body: `<ErrorResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><Error><Type>Sender</Type><Code>${code}</Code><Message>No such token.</Message></Error><RequestId>1</RequestId></ErrorResponse>`,
  });

  test.each([
    ["a page with 200", page(200), "UPSTREAM", "what came cannot be read"],
    ["a page with 403", page(403), "UPSTREAM", "answered 403: what came cannot be read"],
    ["a page with 404", page(404), "UPSTREAM", "answered 404: what came cannot be read"],
    ["a page with 502", page(502), "UPSTREAM", "answered 502: what came cannot be read"],
    ["{}", json(200, "{}"), "UPSTREAM", "answered 200: what came cannot be read"],
    ["{} with 403", json(403, "{}"), "UPSTREAM", "answered 403: what came cannot be read"],
    ["a refusal", refused(403, "AccessDenied"), "CREDENTIALS_MISSING", "answered 403 (AccessDenied): No such token."],
    ["a token that is over", refused(400, "InvalidIdentityToken"), "CREDENTIALS_MISSING", "No such token."],
  ])("with %s is told as such, and not as API Gateway's answer", async (_, response, code, happened) => {
    const error = await open(response);
    expect(error).toMatchObject({ code, doing: "get AWS credentials", acted: "no" });
    expect(error.happened).toContain(happened);
    expect(error.message).not.toMatch(/hidden field|Unknown|API Gateway|apigateway:/);
  });
});
