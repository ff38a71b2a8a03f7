import { expect, test } from "@jest/globals";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { refusal, reset } from "../faults/effects.ts";
import { inScene, ordersApi } from "./scene.ts";

const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";

test("what an HTTP API cannot do, and a stage that deploys by itself, are refused before anything is written", () =>
  inScene({ kind: "http" }, async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    const settings = "tracing: true\ncaching: { ttl: 60 }\nweb-acl: { same-as: test }\nlogging: { level: ERROR }";
    const vain = await scene.deploy({ "stage-name": "prod", "canary-percent": "10", settings }, { event });
    expect(vain.text).toContain("NOT_OF_THIS_KIND");
    for (const name of ["canary-percent", "tracing", "caching.ttl", "web-acl", "logging.level"]) {
      expect(vain.text).toContain(`  ${name}: `);
    }
    scene.httpApi?.stages.set("$default", {
      stageName: "$default",
      autoDeploy: true,
      deploymentId: "auto12",
      defaultRouteSettings: {},
      routeSettings: {},
      stageVariables: {},
      tags: {},
      createdDate: 1,
      lastUpdatedDate: 1,
    });
    const auto = await scene.deploy({ "stage-name": "$default" }, { event });
    expect(auto.text).toContain("STAGE_DEPLOYS_ITSELF");
    expect(auto.text).toContain("--no-auto-deploy");
    expect(scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation))).toEqual([]);
  }));

test("$default is served at the root, with variables, limits and tags from its first moment; what goes is merged away", () =>
  inScene({ kind: "http" }, async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    const deploy = (settings: string) => scene.deploy({ "stage-name": "$default", settings }, { event });
    const invoke = `${scene.gateway.server.url}/{api-id}`;
    const smoke = {
      "stage-name": "$default",
      "invoke-url": invoke,
      "smoke-tests": 'GET /orders 200 contains "orders"',
    };
    scene.gateway.world.delays.deploymentMs = 20;
    const first = await deploy(
      'variables: { a: "1", b: "2" }\ntags: { team: a }\nthrottling: { rate: 5 }\nroutes: { "GET /orders": { metrics: true } }',
    );
    expect([first.outputs["invoke-url"], first.conclusion]).toEqual([url, "success"]);
    expect(scene.httpApi?.stages.get("$default")).toMatchObject({
      stageVariables: { a: "1", b: "2" },
      defaultRouteSettings: { throttlingRateLimit: 5 },
      routeSettings: { "GET /orders": { detailedMetricsEnabled: true } },
      tags: { team: "a", "apigw-stage-action": expect.stringMatching(/\/stage=@default$/) },
    });
    expect(scene.asked().filter((operation) => operation === "UpdateStage")).toEqual([]);
    scene.gateway.world.delays.deploymentMs = 0;
    await deploy('variables: { a: null, b: "3" }\nroutes: { "GET /orders": null }');
    const changed = scene.httpApi?.stages.get("$default");
    expect(changed).toMatchObject({ stageVariables: { b: "3" }, routeSettings: {} });
    expect(changed?.stageVariables).not.toHaveProperty("a");
    expect((await scene.deploy(smoke, { event })).conclusion).toBe("success");
    scene.gateway.world.deploymentFailure = "The integration cannot be resolved";
    const before = scene.httpApi?.stages.get("$default")?.deploymentId;
    const failed = await deploy("{}");
    expect(failed.text).toContain("has failed: The integration cannot be resolved");
    expect(failed.text).toContain("DEPLOYMENT_FAILED");
    expect(scene.httpApi?.stages.get("$default")?.deploymentId).toBe(before);
  }));

test("beside a REST API: a status of all tells of both, and the input for REST APIs finds no other", () =>
  inScene({ kind: "http" }, async (scene) => {
    seedRestApi(scene.gateway.world, ordersApi, { id: "z9y8x7w6v5" });
    const event = dispatchEvent(scene.repository, "alice");
    const all = await scene.deploy({ command: "status", "api-id": "all" }, { event });
    const { restApis } = JSON.parse(all.outputs["status"] ?? "{}");
    expect(restApis.map(({ id }: { readonly id: string }) => id).sort()).toEqual([scene.api.id, "z9y8x7w6v5"]);
    const asRest = await scene.deploy({ "api-id": "", "rest-api-id": scene.api.id });
    expect(asRest.text).toContain("(UNKNOWN_API)");
    const rest = await scene.deploy({ "api-id": "z9y8x7w6v5" });
    expect([rest.conclusion, scene.asked()]).toEqual(["success", expect.arrayContaining(["GetResources"])]);
  }));

test("a stage that somebody else changes at that moment is made all the same, with one deployment", () =>
  inScene({ kind: "http" }, async (scene) => {
    const conflict = refusal(409, "ConflictException", "Unable to complete operation due to concurrent modification.");
    scene.gateway.server.faults.add({ operation: "CreateStage", effect: conflict });
    scene.gateway.server.faults.add({ operation: "CreateDeployment", effect: reset("after") });
    const run = await scene.deploy();
    expect([run.conclusion, run.outputs["result"]]).toEqual(["success", "created"]);
    expect(scene.api.deployments.size).toBe(1);
  }));
