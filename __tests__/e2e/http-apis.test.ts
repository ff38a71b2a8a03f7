import { expect, test } from "@jest/globals";
import { seedRestApi } from "../../simulator/gateway/world.ts";
import { dispatchEvent, scheduleEvent } from "../../simulator/github/events.ts";
import { refusal, reset } from "../faults/effects.ts";
import { inScene, ordersApi } from "./scene.ts";

const url = "https://a1b2c3d4e5.execute-api.eu-central-1.amazonaws.com";

test("what an HTTP API cannot do, and a stage that deploys by itself, are refused before anything is written", () =>
  inScene({ kind: "http" }, async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    const settings = "tracing: true\ncaching: { ttl: 60 }\nweb-acl: { same-as: test }\nlogging: { level: ERROR }";
    const vain = await scene.deploy({ "stage-name": "prod", "canary-percent": "10", settings }, { event });
    expect(vain.text).toContain("NOT_OF_THIS_KIND");
    const inSettings = ["tracing", "caching.ttl", "web-acl", "logging.level"].map((name) => `${name} (settings)`);
    for (const name of ["canary-percent", ...inSettings]) expect(vain.text).toContain(`  ${name}: `);
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
    expect(auto.text).toContain(
      "aws apigatewayv2 update-stage --api-id a1b2c3d4e5 --stage-name '$default' --no-auto-deploy",
    );
    expect(scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation))).toEqual([]);
    const { outputs, summary } = await scene.deploy(
      { command: "status" },
      { event: scheduleEvent(scene.repository, "1") },
    );
    expect(summary).toContain("Stage $default deploys by itself (AutoDeploy)");
    const [api] = JSON.parse(outputs["status"] ?? "").restApis;
    expect(api.stages[0].pointedBy).toContain("API Gateway lets nobody else set its deployment");
    // Somebody switches it on while the run is at work, and then what the stage serves is anybody's guess.
    scene.addStage("prod");
    for (const when of ["CreateDeployment", "UpdateStage"]) {
      Object.assign(scene.httpApi?.stages.get("prod") ?? {}, { autoDeploy: false });
      scene.gateway.server.gate = async ({ operation }) => {
        if (operation === when) Object.assign(scene.httpApi?.stages.get("prod") ?? {}, { autoDeploy: true });
      };
      const late = await scene.deploy({ "stage-name": "prod" }, { event });
      expect(late.text).toContain("STAGE_DEPLOYS_ITSELF");
      expect(late.text).toContain("it is not known what the stage serves now");
    }
  }));

test("$default is served at the root, with variables, limits and tags from its first moment; what goes is merged away", () =>
  inScene({ kind: "http" }, async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    const deploy = (settings: string) => scene.deploy({ "stage-name": "$default", settings }, { event });
    const invoke = `${scene.gateway.server.url}/{api-id}/{stage}`;
    const smoke = {
      "stage-name": "$default",
      "invoke-url": invoke,
      "smoke-tests": 'GET /orders 200 contains "orders"',
    };
    scene.gateway.world.delays.deploymentMs = 20;
    const first = await deploy(
      'variables: { a: "1", b: "2" }\ntags: { team: a }\nthrottling: { rate: 5, burst: 50 }\nroutes: { "GET /orders": { metrics: true, throttling: { rate: 5 } } }',
    );
    expect([first.outputs["invoke-url"], first.annotations]).toEqual([url, []]);
    expect(scene.httpApi?.stages.get("$default")).toMatchObject({
      stageVariables: { a: "1", b: "2" },
      defaultRouteSettings: { throttlingRateLimit: 5, throttlingBurstLimit: 50 },
      // As for a REST API: a route's own settings begin as a copy of what all routes have.
      routeSettings: {
        "GET /orders": { detailedMetricsEnabled: true, throttlingRateLimit: 5, throttlingBurstLimit: 50 },
      },
      tags: { team: "a", "apigw-stage-action": expect.stringMatching(/\/stage=@default$/) },
    });
    expect(scene.asked().filter((operation) => operation === "UpdateStage")).toEqual([]);
    scene.gateway.world.delays.deploymentMs = 0;
    // What others have set for a route that is gone keeps API Gateway from taking any other route's settings.
    Object.assign(scene.httpApi?.stages.get("$default")?.routeSettings ?? {}, { "GET /old": {} });
    const stale = await deploy('routes: { "GET /orders": { metrics: false } }');
    expect(stale.text).toContain('declare under routes that there are none, "GET /old": null, and run again.');
    await deploy('variables: { a: null, b: "3" }\nroutes: { "GET /orders": null, "GET /old": null }');
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

test("an id that neither version knows, or that one of them must not show, is told with both answers", () =>
  inScene({ kind: "http" }, async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    const told = async (id: string, denied: readonly string[]) => {
      scene.gateway.server.faults.clear();
      for (const operation of denied) {
        const effect = refusal(403, "AccessDeniedException", `not authorized, asked for ${operation}`);
        scene.gateway.server.faults.add({ operation, effect });
      }
      const { text } = await scene.deploy({ "api-id": id, "stage-name": "prod" }, { event });
      expect(text).toContain(`Could not tell of which kind API ${id} is.`);
      return text;
    };
    const noRest = "There is no REST API zzzzzzzzzz in Region eu-central-1";
    const noHttp = "There is no HTTP or WebSocket API zzzzzzzzzz in Region eu-central-1";
    const right = (path: string) => `"Resource":"arn:aws:apigateway:eu-central-1::/${path}"`;
    const neither = await told("zzzzzzzzzz", []);
    for (const part of [noRest, noHttp, "(UNKNOWN_API)", "AWS_REGION names the right Region"]) {
      expect(neither.split(part)).toHaveLength(2);
    }
    const noRight = await told("zzzzzzzzzz", ["GetRestApi"]);
    for (const part of [right("restapis/zzzzzzzzzz"), noHttp, "(ACCESS_DENIED)"]) expect(noRight).toContain(part);
    const none = await told(scene.api.id, ["GetRestApi", "GetApi"]);
    for (const part of [right("restapis/a1b2c3d4e5"), right("apis/a1b2c3d4e5")]) expect(none).toContain(part);
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

test("a stage that serves nothing yet is said to, has nothing to go back to, and gives nothing away", () =>
  inScene({ kind: "http" }, async (scene) => {
    const event = dispatchEvent(scene.repository, "alice");
    const stage = { defaultRouteSettings: {}, routeSettings: {}, stageVariables: {}, tags: {} };
    for (const stageName of ["prod", "dev"]) {
      scene.httpApi?.stages.set(stageName, { ...stage, stageName, createdDate: 1, lastUpdatedDate: 1 });
    }
    const told: string[] = [];
    const run = async (inputs: Readonly<Record<string, string>>) => {
      const ended = await scene.deploy({ "stage-name": "prod", "pr-number": "1", ...inputs }, { event });
      told.push(ended.text, scene.comments().at(-1)?.body ?? "", ended.summary);
      return ended;
    };
    const status = await run({ command: "status", "stage-name": "", "pr-number": "" });
    expect(status.text).toContain(
      "Not known of dev, prod: when the deployment was made, since when it is served, commit, run, by whom, draft. Reason: the stage serves no deployment yet.",
    );
    const back = await run({ command: "rollback" });
    expect(back.text).toContain("Stage prod serves no deployment yet, so there is nothing to go back to.");
    const promotion = { command: "promote", "from-stage-name": "prod", "stage-name": "dev", gate: "off" };
    const nothing = await run(promotion);
    expect(nothing.text).toContain("Stage prod serves no deployment yet, so there is none to take from it.");
    const guarded = await run({ "fail-on": "route-removed", "dry-run": "true" });
    expect(guarded.text).toContain("Stage prod serves nothing yet.");
    expect(guarded.text).toContain("the stage serves no deployment yet; it will serve the new deployment");
    const wrong = await run({
      "invoke-url": `${scene.gateway.server.url}/{api-id}/{stage}`,
      "smoke-tests": "GET /orders 201",
      "smoke-test-timeout": "1",
    });
    expect(wrong.text).toContain("still: it served nothing before, there is nothing to go back to.");
    expect(scene.asked().filter((operation) => operation === "UpdateStage")).toHaveLength(1);
    expect((await run({ ...promotion, "fail-on": "route-removed" })).outputs["result"]).toBe("promoted");
    expect(told.filter((text) => /deployment (?:[;:,.]|$)|before: ?[).]|(?<!`)``(?!`)/m.test(text))).toEqual([]);
  }));
