import { CreateDeploymentCommand } from "@aws-sdk/client-api-gateway";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { domainRequestOf } from "../../../simulator/gateway/data-plane/domains.ts";
import { addMapping, addRoutingRule, newDomainName, ROOT } from "../../../simulator/gateway/domain-name.ts";
import type { DomainName, RestApi, World } from "../../../simulator/gateway/model.ts";
import { newRestApi } from "../../../simulator/gateway/rest-api.ts";
import { type ControlPlane, type RawAnswer, startControlPlane } from "./control-plane.ts";
import { addRoute, mockMethod } from "./stage-scene.ts";

const name = "api.example.com";
const RULES = `/v2/domainnames/${name}/routingrules`;

let plane: ControlPlane;
let world: World;
let api: RestApi;
let domain: DomainName;

/** `/pets` and `/orders/pets` answer with what the draft had at that time: the stage's name. */
beforeEach(async () => {
  plane = await startControlPlane();
  world = plane.world;
  api = newRestApi(world, "pets");
  world.restApis.set(api.id, api);
  for (const stageName of ["prod", "pr-7"]) {
    for (const path of ["/pets", "/orders/pets"]) addRoute(api, path, mockMethod("GET", `"${stageName} ${path}"`));
    await plane.client.send(new CreateDeploymentCommand({ restApiId: api.id, stageName }));
  }
  domain = newDomainName(world, name, { routingMode: "ROUTING_RULE_THEN_BASE_PATH_MAPPING" });
});

afterEach(() => world.domainNames.clear());

const header = (Header: string, ValueGlob: string) => ({
  matchHeaders: { anyOf: [{ header: Header, valueGlob: ValueGlob }] },
});
const basePath = (path: string) => ({ matchBasePaths: { anyOf: [path] } });

const body = (changes: Record<string, unknown> = {}): { readonly body: string } => ({
  body: JSON.stringify({
    actions: [{ invokeApi: { apiId: api.id, stage: "pr-7", stripBasePath: true } }],
    conditions: [header("X-Preview", "pr-7")],
    priority: 1007,
    ...changes,
  }),
});

describe("a rule", () => {
  test("is made, read, replaced and deleted, and listed by its priority", async () => {
    const { status, body: made } = await plane.send("POST", RULES, body());
    expect(status).toBe(201);
    const at = `${RULES}/${made.routingRuleId}`;
    expect(made).toEqual({
      actions: [{ invokeApi: { apiId: api.id, stage: "pr-7", stripBasePath: true } }],
      conditions: [header("X-Preview", "pr-7")],
      priority: 1007,
      routingRuleId: made.routingRuleId,
      routingRuleArn: `arn:aws:apigateway:eu-central-1:123456789012:/domainnames/${name}/routingrules/${made.routingRuleId}`,
    });
    await plane.send("POST", RULES, body({ priority: 999, conditions: [] }));
    expect((await plane.send("GET", at)).body).toEqual(made);
    const put = await plane.send("PUT", at, body({ priority: 5, conditions: [basePath("orders")] }));
    expect(put.body).toMatchObject({
      priority: 5,
      routingRuleId: made.routingRuleId,
      conditions: [basePath("orders")],
    });
    const first = await plane.send("GET", `${RULES}?maxResults=1`);
    const next = await plane.send("GET", `${RULES}?maxResults=1&nextToken=${first.body.nextToken}`);
    const priorities = [first, next].flatMap(({ body: page }) =>
      page.routingRules.map((rule: { priority: number }) => rule.priority),
    );
    expect(priorities).toEqual([5, 999]);
    expect((await plane.send("DELETE", at)).status).toBe(204);
    expect((await plane.send("GET", at)).status).toBe(404);
  });

  const refusals: readonly [what: string, changes: () => Record<string, unknown>, status: number][] = [
    ["a priority that another has", () => ({ priority: 1000 }), 409],
    ["priority 0", () => ({ priority: 0 }), 400],
    ["priority 1000001", () => ({ priority: 1_000_001 }), 400],
    ["no action", () => ({ actions: [] }), 400],
    ["an API that is not there", () => ({ actions: [{ invokeApi: { apiId: "nowhere123", stage: "prod" } }] }), 404],
    ["a stage that is not there", () => ({ actions: [{ invokeApi: { apiId: api.id, stage: "pr-9" } }] }), 400],
    ["three headers", () => ({ conditions: ["a", "b", "c"].map((one) => header(one, "x")) }), 400],
    ["two base paths", () => ({ conditions: [basePath("a"), basePath("b")] }), 400],
    ["a condition that matches two things", () => ({ conditions: [{ ...header("a", "b"), ...basePath("c") }] }), 400],
    ["two values in a condition", () => ({ conditions: [{ matchBasePaths: { anyOf: ["a", "b"] } }] }), 400],
    ["header Authorization", () => ({ conditions: [header("authorization", "x")] }), 400],
    ["header x-amz-anything", () => ({ conditions: [header("X-Amz-Anything", "x")] }), 400],
    ["a wildcard in a header's name", () => ({ conditions: [header("x-*", "x")] }), 400],
    ["a header's name of 40 characters", () => ({ conditions: [header("x".repeat(40), "x")] }), 400],
    ["a wildcard within a value", () => ({ conditions: [header("a", "b*c")] }), 400],
    ["a value of 128 characters", () => ({ conditions: [header("a", "x".repeat(128))] }), 400],
    ["an infix of 40 characters", () => ({ conditions: [header("a", `*${"x".repeat(38)}*`)] }), 400],
    ["a base path of 128 characters", () => ({ conditions: [basePath("x".repeat(128))] }), 400],
    ["a base path with a slash before it", () => ({ conditions: [basePath("/orders")] }), 400],
    ["a base path with {", () => ({ conditions: [basePath("{stage}")] }), 400],
  ];

  test("is refused with whatever the service does not take", async () => {
    addRoutingRule(world, domain, { priority: 1000, restApiId: api.id, stage: "prod" });
    const statuses = await Promise.all(
      refusals.map(async ([what, changes]) => [what, (await plane.send("POST", RULES, body(changes()))).status]),
    );
    expect(statuses).toEqual(refusals.map(([what, , status]) => [what, status]));
    expect(domain.routingRules.size).toBe(1);
  });

  const createdOn = (on: DomainName): Promise<RawAnswer> => {
    world.domainNames.set(name, on);
    return plane.send("POST", RULES, body());
  };

  test("is refused on a domain of another mode, of other visibility, with mappings of both kinds, and beyond the quota", async () => {
    expect((await createdOn(newDomainName(world, name))).status).toBe(400);
    expect((await createdOn({ ...domain, endpointType: "PRIVATE" })).status).toBe(400);
    addMapping(world, domain, { basePath: "rest", restApiId: api.id, stage: "prod" });
    addMapping(world, domain, { basePath: "http", restApiId: "http123456", stage: "$default" });
    expect((await createdOn(domain)).status).toBe(400);
    domain.basePathMappings.delete("http");
    world.quotas.routingRulesPerDomain = 1;
    expect((await createdOn(domain)).status).toBe(201);
    expect(await plane.send("POST", RULES, body({ priority: 3 }))).toMatchObject({
      status: 429,
      body: { message: expect.stringContaining("Maximum number of routing rules") },
    });
  });

  test("leaves no room for mappings on a domain of rules alone", async () => {
    domain.routingMode = "ROUTING_RULE_ONLY";
    const mapping = JSON.stringify({ apiId: api.id, stage: "prod", apiMappingKey: "v1" });
    expect((await plane.send("POST", `/v2/domainnames/${name}/apimappings`, { body: mapping })).status).toBe(400);
  });
});

describe("a request to a domain", () => {
  const preview = { "x-preview": "pr-7" };

  /** The answer's text, or its status where it has none of a stage. By the path, and by the Host header. */
  const ask = async (path: string, headers: Record<string, string> = {}): Promise<string | number> => {
    const answer = await fetch(`${plane.server.url}/${name}${path}`, { headers });
    return answer.ok ? JSON.parse(await answer.text()) : answer.status;
  };

  test("goes by the rule of the lowest priority whose conditions hold, else by the longest mapping", async () => {
    addMapping(world, domain, { basePath: "orders", restApiId: api.id, stage: "prod" });
    addMapping(world, domain, { basePath: "orders/all", restApiId: api.id });
    const rule = { restApiId: api.id, stage: "pr-7" };
    addRoutingRule(world, domain, { ...rule, priority: 9, headers: [{ name: "X-Preview", glob: "pr-7" }] });
    expect(await ask("/orders/pets")).toBe("prod /pets");
    expect(await ask("/orders/pets", preview)).toBe("pr-7 /orders/pets");
    expect(await ask("/orders/pets", { "X-PREVIEW": "PR-7" })).toBe("prod /pets");
    expect(await ask("/orders/all/pr-7/pets")).toBe("pr-7 /pets");
    expect(await ask("/pets")).toBe(403);
    const [first] = domain.routingRules.values();
    Object.assign(first ?? {}, { basePath: "orders", stripBasePath: true });
    expect(await ask("/orders/pets", preview)).toBe("pr-7 /pets");
    expect(await ask("/orders/pets?a=b", preview)).toBe("pr-7 /pets");
    expect(await ask("/ordersome/pets", preview)).toBe(403);
    addRoutingRule(world, domain, { restApiId: api.id, stage: "prod", priority: 5 });
    expect(await ask("/orders/pets", preview)).toBe("prod /orders/pets");
  });

  test.each([
    ["pr-*", "pr-8", true],
    ["*-7", "pr-7", true],
    ["*r-*", "pr-7", true],
    ["pr-*", "PR-8", false],
    ["pr-7", "pr-77", false],
    ["*-7", "pr-77", false],
  ])("a header's value %s fits %s: %s", async (glob, value, fits) => {
    addRoutingRule(world, domain, {
      priority: 9,
      restApiId: api.id,
      stage: "pr-7",
      headers: [{ name: "x-preview", glob }],
    });
    expect(await ask("/pets", { "x-preview": value })).toBe(fits ? "pr-7 /pets" : 403);
  });

  test("goes by rules or mappings alone where its mode says so, and by its Host header; a private one is not reached", async () => {
    addMapping(world, domain, { basePath: ROOT, restApiId: api.id, stage: "prod" });
    addRoutingRule(world, domain, {
      priority: 9,
      restApiId: api.id,
      stage: "pr-7",
      headers: [{ name: "x-preview", glob: "*" }],
    });
    domain.routingMode = "BASE_PATH_MAPPING_ONLY";
    expect(await ask("/pets", preview)).toBe("prod /pets");
    domain.routingMode = "ROUTING_RULE_ONLY";
    expect(await ask("/pets")).toBe(404);
    expect(await ask("/pets", preview)).toBe("pr-7 /pets");
    const byHost = { path: "/pets", headers: { host: `${name}:443` } };
    expect(domainRequestOf(world, byHost)).toEqual({ domain, path: "/pets" });
    api.disableExecuteApiEndpoint = true;
    expect(await ask("/pets", preview)).toBe("pr-7 /pets");
    world.domainNames.clear();
    newDomainName(world, name, { endpointType: "PRIVATE" });
    expect((await fetch(`${plane.server.url}/${name}/pets`)).status).not.toBe(200);
  });
});
