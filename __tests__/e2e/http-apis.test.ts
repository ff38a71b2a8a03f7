import { expect, test } from "@jest/globals";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { closePullRequest, pushToPullRequest } from "../../simulator/github/people.ts";
import { inScene } from "./scene.ts";

const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";

test("an HTTP API by its id alone: a preview is made, moved on, and deleted", () =>
  inScene({ kind: "http" }, async (scene) => {
    const first = await scene.deploy();
    const made = scene.httpApi?.stages.get("pr-1")?.deploymentId ?? "";
    expect([first.conclusion, first.text]).toEqual(["success", expect.stringContaining("Created stage pr-1")]);
    expect(first.outputs).toMatchObject({
      "invoke-url": `${url}/pr-1`,
      "api-id": "a1b2c3d4e5",
      "deployment-id": made,
      result: "created",
    });
    expect(scene.asked()).toEqual(
      expect.arrayContaining([
        "GetRestApi",
        "GetApi",
        "GetStages",
        "ExportApi",
        "CreateDeployment",
        "CreateStage",
        "GetStage",
      ]),
    );
    expect(scene.asked()).toHaveLength(7);
    pushToPullRequest(scene.github.world, scene.repository, scene.pull);
    const second = await scene.deploy({}, { event: scene.opened("synchronize") });
    expect(second.outputs).toMatchObject({ result: "updated", "previous-deployment-id": made });
    closePullRequest(scene.github.world, scene.repository, scene.pull);
    const ended = await scene.deploy({}, { event: scene.opened("closed") });
    expect([ended.outputs["result"], ended.text]).toEqual(["deleted", expect.stringContaining("pr-1")]);
    expect([...(scene.httpApi?.stages ?? [])]).toEqual([]);
  }));

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
