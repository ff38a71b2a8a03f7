import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { addMapping, addRoutingRule, newDomainName } from "../../../simulator/gateway/domain-name.ts";
import type { RoutingMode, World } from "../../../simulator/gateway/model.ts";
import { gatewayService } from "../../../simulator/gateway/service.ts";
import { createWorld } from "../../../simulator/gateway/world.ts";
import type { SimulatorServer } from "../../../simulator/http/server.ts";
import { connect } from "../../../src/aws/client.ts";
import { findStageUsers } from "../../../src/aws/rest-api/stage-users.ts";
import { openSession } from "../../../src/aws/session.ts";
import type { StageUsers } from "../../../src/domain/stage-users.ts";
import { refusal, throttled } from "../../faults/effects.ts";
import { serveAws } from "../serve-aws.ts";
import { surroundings, withoutWaiting } from "../surroundings.ts";

const restApiId = "a1b2c3d4e5";
let world: World;
let server: SimulatorServer;

beforeEach(async () => {
  world = createWorld({ rateLimits: false });
  server = await serveAws(gatewayService(world), world.region);
  addPlan("gold", [restApiId, "pr-7"], [restApiId, "prod"]);
  addDomain("api.example.com", ["v1", restApiId, "pr-7"], ["v2", restApiId, undefined], ["v3", "another123", "pr-7"]);
});

afterEach(() => server.close());

const addPlan = (id: string, ...stages: readonly (readonly [string, string])[]): void => {
  world.usagePlans.set(id, { id, name: `Plan ${id}`, apiStages: stages.map(([apiId, stage]) => ({ apiId, stage })) });
};

const addDomain = (
  domainName: string,
  ...mappings: readonly (readonly [basePath: string, restApiId: string, stage: string | undefined])[]
): void => {
  const domain = newDomainName(world, domainName);
  for (const [basePath, api, stage] of mappings) {
    addMapping(world, domain, { basePath, restApiId: api, ...(stage === undefined ? {} : { stage }) });
  }
};

let turns = 0;
const find = async (stageNames = ["pr-7", "pr-8"]): Promise<ReadonlyMap<string, StageUsers>> => {
  turns = 0;
  const pacer = {
    turn: async () => {
      turns += 1;
    },
  };
  const session = openSession(await connect(surroundings()), restApiId, withoutWaiting());
  return findStageUsers({ ...session, pacer }, stageNames);
};

test("usage plans and mappings that name the stage are found, others are not", async () => {
  const users = await find();
  expect(users.get("pr-7")).toEqual({
    found: [
      { kind: "usage-plan", id: "gold", name: "Plan gold" },
      { kind: "base-path-mapping", domainName: "api.example.com", basePath: "v1" },
    ],
    unknown: [],
  });
  expect(users.get("pr-8")).toEqual({ found: [], unknown: [] });
});

test("all pages are read, and every request takes its turn", async () => {
  for (let number = 0; number < 600; number += 1) addPlan(`p${number}`);
  addPlan("zz", [restApiId, "pr-7"]);
  expect((await find()).get("pr-7")?.found).toContainEqual({ kind: "usage-plan", id: "zz", name: "Plan zz" });
  expect(server.exchanges.map(({ operation }) => operation).sort()).toEqual([
    "GetBasePathMappings",
    "GetDomainNames",
    "GetUsagePlans",
    "GetUsagePlans",
  ]);
  expect(turns).toBe(4);
});

const denied = refusal(403, "AccessDeniedException", "User is not authorized");

describe("routing rules", () => {
  const addRuledDomain = (routingMode: RoutingMode): void => {
    const domain = newDomainName(world, "rules.example.com", { routingMode });
    addRoutingRule(world, domain, { id: "r1", priority: 1, restApiId, stage: "pr-7" });
    addRoutingRule(world, domain, { id: "r2", priority: 2, restApiId: "another123", stage: "pr-8" });
  };

  test.each(["ROUTING_RULE_ONLY", "ROUTING_RULE_THEN_BASE_PATH_MAPPING"] as const)(
    "that name the stage are found where the domain sends requests by them (%s)",
    async (routingMode) => {
      addRuledDomain(routingMode);
      const users = await find();
      expect(users.get("pr-7")?.found).toContainEqual({
        kind: "routing-rule",
        domainName: "rules.example.com",
        id: "r1",
      });
      expect(users.get("pr-8")).toEqual({ found: [], unknown: [] });
    },
  );

  test("I8: that the role may not list are unknown, with the statement that IAM needs: an action of their own, with an account", async () => {
    addRuledDomain("ROUTING_RULE_ONLY");
    server.faults.add({ operation: "ListRoutingRules", effect: denied });
    expect((await find()).get("pr-7")?.unknown).toEqual([
      expect.stringContaining(
        '"Action":"apigateway:ListRoutingRules","Resource":"arn:aws:apigateway:eu-central-1:*:/domainnames/rules.example.com/routingrules/*"',
      ),
    ]);
  });

  test("of a domain that does not use them are not asked for", async () => {
    addRuledDomain("BASE_PATH_MAPPING_ONLY");
    expect((await find()).get("pr-7")?.found.map(({ kind }) => kind)).not.toContain("routing-rule");
    expect(server.exchanges.map(({ operation }) => operation)).not.toContain("ListRoutingRules");
  });
});

test("nobody is asked about no stage", async () => {
  expect((await find([])).size).toBe(0);
  expect(server.exchanges).toHaveLength(0);
});

test.each([
  ["GetUsagePlans", "/usageplans", ["base-path-mapping"]],
  ["GetDomainNames", "/domainnames", ["usage-plan"]],
  ["GetBasePathMappings", "/domainnames/api.example.com/basepathmappings", ["usage-plan"]],
])("I8: what %s does not show is unknown, and the rest is told", async (operation, resource, kinds) => {
  server.faults.add({ operation, effect: denied });
  const users = (await find()).get("pr-7");
  expect(users?.found.map(({ kind }) => kind)).toEqual(kinds);
  expect(users?.unknown).toEqual([
    expect.stringContaining(`"Action":"apigateway:GET","Resource":"arn:aws:apigateway:eu-central-1::${resource}"`),
  ]);
});

test("a domain that is deleted meanwhile has no mappings", async () => {
  server.gate = async ({ operation }) => {
    if (operation === "GetBasePathMappings") world.domainNames.delete("api.example.com");
  };
  expect((await find()).get("pr-7")?.found.map(({ kind }) => kind)).toEqual(["usage-plan"]);
});

test("throttled requests are repeated, other trouble is an error", async () => {
  server.faults.add({ operation: "GetDomainNames", effect: throttled(), times: 2 });
  expect((await find()).get("pr-7")?.found).toHaveLength(2);
  server.faults.add({ operation: "GetUsagePlans", effect: refusal(400, "BadRequestException", "No.") });
  await expect(find()).rejects.toMatchObject({ code: "REJECTED" });
});
