import { ApiGatewayV2Client, CreateIntegrationCommand } from "@aws-sdk/client-apigatewayv2";
import { expect, test } from "@jest/globals";
import { addMapping, newDomainName } from "../../simulator/gateway/domain-name.ts";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { dispatchEvent, pullRequestEvent } from "../../simulator/github/events.ts";
import { closePullRequest, openPullRequest, pushToPullRequest } from "../../simulator/github/people.ts";
import { refusal, reset } from "../faults/effects.ts";
import { promote } from "./release-scene.ts";
import { inScene, ordersApi } from "./scene.ts";
import { inWatch } from "./watch-scene.ts";

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

test("a watched release counts 4xx and 5xx by the API's id, and is led back", () =>
  inWatch({ kind: "http", comes: { status: 500 } }, async (watching) => {
    const { scene, job, call } = watching;
    const before = scene.stage("prod")?.deploymentId;
    const limits = { "bake-time": "10m", "max-error-rate": "10%", "min-requests": "4" };
    watching.meanwhile = () => call(2);
    const run = await promote(scene, limits, job);
    expect([run.outputs["watch"], run.conclusion]).toEqual(["unhealthy", "failure"]);
    expect(run.text).toMatch(/requests ended in a server error \(100%\); allowed is 10%/);
    expect(scene.stage("prod")?.deploymentId).toBe(before);
  }));

test("the quota of stages, which has no class of its own, evicts the oldest preview; a mapping keeps one", () =>
  inScene({ kind: "http", gateway: { quotas: { stagesPerApi: 2 } } }, async (scene) => {
    const { github, repository, gateway } = scene;
    const others = ["bob", "carol"].map((user) => openPullRequest(github.world, repository, { user, headRef: user }));
    for (const pull of others) await scene.deploy({}, { event: pullRequestEvent(repository, pull, "opened") });
    const [first, second] = others.map(({ number }) => `pr-${number}`);
    const full = await scene.deploy();
    expect(full.text).toContain("(STAGE_QUOTA)");
    const mapping = { basePath: "orders", restApiId: scene.api.id, stage: first ?? "" };
    addMapping(gateway.world, newDomainName(gateway.world, "api.example.com"), mapping);
    const run = await scene.deploy({ "on-limit": "evict-oldest" });
    expect([run.conclusion, run.outputs["evicted-stages"]]).toEqual(["success", JSON.stringify([second])]);
    expect([...scene.api.stages.keys()]).toEqual([first, "pr-1"]);
  }));

test("a status tells of an HTTP API, alone or among all, and a dry run of a sweep by its id writes nothing", () =>
  inScene({ kind: "http" }, async (scene) => {
    await scene.deploy();
    const event = dispatchEvent(scene.repository, "alice");
    const writes = scene.asked().length;
    scene.gateway.world.delays.auditMs = 0;
    const made = scene.httpApi?.deployments.get(scene.httpApi.stages.get("pr-1")?.deploymentId ?? "");
    // Events are told by the second.
    if (made !== undefined)
      scene.httpApi?.deployments.set(made.deploymentId, { ...made, createdDate: made.createdDate - 60_000 });
    const one = await scene.deploy({ command: "status" }, { event });
    const told = JSON.parse(one.outputs["status"] ?? "{}");
    expect([one.conclusion, one.annotations]).toEqual(["success", []]);
    expect(told.restApis).toMatchObject([
      { id: scene.api.id, name: "Orders", stages: [{ name: "pr-1", url: `${url}/pr-1` }] },
    ]);
    expect(told.restApis[0]).toMatchObject({ undeployed: false, stageQuota: 10, changes: { events: [] } });
    // What no route uses yet is in no export, and a change all the same.
    const client = new ApiGatewayV2Client({
      region: "eu-central-1",
      endpoint: scene.gateway.server.url,
      credentials: { accessKeyId: "AKIASIMULATED0000000", secretAccessKey: "simulated" },
    });
    await client.send(
      new CreateIntegrationCommand({
        ApiId: scene.api.id,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "GET",
        IntegrationUri: "http://backend.localhost/",
        PayloadFormatVersion: "1.0",
      }),
    );
    const changed = await scene.deploy({ command: "status" }, { event });
    expect(JSON.parse(changed.outputs["status"] ?? "{}").restApis[0]).toMatchObject({
      undeployed: true,
      undeployedRoutes: false,
      changes: { events: [{ operation: "CreateIntegration", who: expect.stringMatching(/^user\//) }] },
      unknown: {},
    });
    seedRestApi(scene.gateway.world, ordersApi, { id: "z9y8x7w6v5" });
    const all = await scene.deploy({ command: "status", "api-id": "all" }, { event });
    const { restApis } = JSON.parse(all.outputs["status"] ?? "{}");
    expect(restApis.map(({ id }: { readonly id: string }) => id).sort()).toEqual([scene.api.id, "z9y8x7w6v5"]);
    const plan = await scene.deploy({ command: "sweep", "dry-run": "true" }, { event });
    expect(plan.outputs["result"]).toBe("unchanged");
    expect(
      scene
        .asked()
        .slice(writes)
        .filter((operation) => !/^(?:Get|Export|Lookup)/.test(operation)),
    ).toEqual(["CreateIntegration"]);
  }));

test("an id that neither version knows, and the errors that both share", () =>
  inScene({ kind: "http" }, async (scene) => {
    const unknown = await scene.deploy({ "api-id": "zzzzzzzzzz" });
    expect(unknown.text).toContain("There is no HTTP or WebSocket API zzzzzzzzzz in Region eu-central-1");
    const asRest = await scene.deploy({ "api-id": "", "rest-api-id": scene.api.id });
    expect(asRest.text).toContain("(UNKNOWN_API)");
    const conflict = refusal(409, "ConflictException", "Unable to complete operation due to concurrent modification.");
    scene.gateway.server.faults.add({ operation: "CreateStage", effect: conflict });
    scene.gateway.server.faults.add({ operation: "CreateDeployment", effect: reset("after") });
    const run = await scene.deploy();
    expect([run.conclusion, run.outputs["result"]]).toEqual(["success", "created"]);
    expect(scene.api.deployments.size).toBe(1);
  }));
