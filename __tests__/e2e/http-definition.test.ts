import { expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { refusal } from "../faults/effects.ts";
import { inWorkspace, type Workspace } from "./files.ts";
import type { Scene } from "./scene.ts";

const integration = (type = "http_proxy") => ({
  "x-amazon-apigateway-integration": {
    type,
    httpMethod: "GET",
    uri: "http://backend.localhost/?body=orders",
    payloadFormatVersion: "1.0",
  },
});

const authorizer = {
  type: "jwt",
  jwtConfiguration: { issuer: "https://issuer.example", audience: ["orders"] },
  identitySource: "$request.header.Authorization",
};
const secured = { ...integration(), security: [{ people: ["read"] }] };

const definition = (paths: object): string =>
  stringify({
    openapi: "3.0.3",
    info: { title: "Orders", version: "1" },
    paths,
    components: {
      securitySchemes: { people: { type: "oauth2", flows: {}, "x-amazon-apigateway-authorizer": authorizer } },
    },
  });

const withDefault = { "/$default": { "x-amazon-apigateway-any-method": { isDefaultRoute: true, ...integration() } } };
const before = definition({ "/orders": { get: secured }, "/old": { get: integration() }, ...withDefault });
const after = definition({ "/orders": { get: integration(), post: secured }, ...withDefault });

const inHttpScene = (file: string, play: (scene: Scene, workspace: Workspace) => Promise<void>) =>
  inWorkspace({ "openapi.yml": file }, play, { kind: "http" });

const changing = (scene: Scene): readonly string[] =>
  scene.asked().filter((operation) => !/^(?:Get|Export)/.test(operation));

test("authorizers are compared with what the stage served, and a deployment that no stage serves only where asked", () =>
  inHttpScene(before, async (scene, { job, write }) => {
    const event = dispatchEvent(scene.repository, "alice");
    const deploy = (more = {}) =>
      scene.deploy({ "stage-name": "prod", definition: "openapi.yml", ...more }, { ...job, event });
    const routes = () => {
      const stage = scene.httpApi?.stages.get("prod");
      const served = scene.httpApi?.deployments.get(stage?.deploymentId ?? "")?.definition.routes.values();
      return [...(served ?? [])].map(({ routeKey, authorizationType }) => `${routeKey} ${authorizationType}`).sort();
    };
    const first = await deploy();
    expect(routes()).toEqual(["$default NONE", "GET /old NONE", "GET /orders JWT"]);

    await write("openapi.yml", after);
    const second = await deploy();
    expect(second.outputs).toMatchObject({
      result: "updated",
      "routes-added": "1",
      "routes-removed": "1",
      "auth-weakened": "1",
    });
    expect(second.text).toContain("these are the routes of the draft right after it was made");
    expect(second.text).not.toContain("other than planned");
    expect(routes()).toEqual(["$default NONE", "GET /orders NONE", "POST /orders JWT"]);

    const back = { "deployment-id": first.outputs["deployment-id"] ?? "", definition: "" };
    const unknown = await deploy({ ...back, "fail-on": "route-removed" });
    expect(unknown.text).toContain("COMPARISON_UNKNOWN");
    const served = await deploy({ ...back, "compare-with": "prod" });
    expect([served.outputs["result"], served.text]).toEqual([
      "updated",
      expect.stringContaining("Routes are not compared."),
    ]);
    expect(served.text).toContain("With compare: exact one serves it for a moment.");
  }));

test("compare: exact reads the routes of a deployment from a stage of its own, which is gone before callers meet it", () =>
  inHttpScene(before, async (scene, { job, write }) => {
    const event = dispatchEvent(scene.repository, "alice");
    const deploy = (more = {}) =>
      scene.deploy({ "stage-name": "prod", definition: "openapi.yml", ...more }, { ...job, event });
    const left = async (more: object): Promise<readonly [string, readonly string[]]> => {
      const earlier = changing(scene).length;
      const { text } = await deploy(more);
      expect([...(scene.httpApi?.stages.keys() ?? [])]).toEqual(["prod"]);
      return [text, changing(scene).slice(earlier)];
    };
    const first = await deploy();
    await write("openapi.yml", after);
    const [made, makes] = await left({ compare: "exact" });
    expect(makes).toEqual([
      "ReimportApi",
      "TagResource",
      "CreateDeployment",
      "CreateStage",
      "DeleteStage",
      "UpdateStage",
      "TagResource",
    ]);
    expect(made).toContain("Serve the deployment by stage prod-next first: API Gateway tells which routes");
    expect(made).toContain("These are the routes of openapi.yml.");
    expect(made).toContain("Stage prod-next served the deployment, and its export tells these routes.");

    // GET /old is back, and POST /orders gone.
    const back = { "deployment-id": first.outputs["deployment-id"] ?? "", definition: "", compare: "exact" };
    const dry = await left({ ...back, "dry-run": "true", "fail-on": "route-removed" });
    expect(dry).toEqual([expect.stringContaining("a dry run makes no such stage"), []]);
    const stopped = await left({ ...back, "fail-on": "route-removed" });
    expect(stopped).toEqual([
      expect.stringContaining("route-removed: routes that callers lose: POST /orders."),
      ["CreateStage", "DeleteStage"],
    ]);
    expect(stopped[0]).toContain("Stage prod-next, which served it first, is removed.");

    // Without room nothing is compared: beforehand where Service Quotas tells, and else when the stage is refused.
    scene.gateway.world.quotas.stagesPerApi = 1;
    const full = await left({ ...back, "fail-on": "route-removed" });
    expect(full).toEqual([expect.stringContaining("1 of 1 stages are there, says Service Quotas"), []]);
    expect(full[0]).toContain("COMPARISON_UNKNOWN");
    await write("openapi.yml", before);
    scene.gateway.server.faults.add({
      operation: "GetServiceQuota",
      times: 10,
      effect: refusal(403, "AccessDeniedException", "not authorized to perform: servicequotas:GetServiceQuota"),
    });
    const [refused, asked] = await left({ compare: "exact", "fail-on": "auth-weakened" });
    expect(asked.slice(2)).toEqual(["CreateDeployment", "CreateStage", "UpdateStage", "TagResource"]);
    expect(refused).toContain("There was no room for stage prod-next");
    expect(refused).toContain("these are the routes of the draft right after it was made");
  }));

test("a dark stage of an HTTP API is tested with its target's settings, and what fails there no caller meets", () =>
  inHttpScene(before, async (scene, { job, write }) => {
    const event = dispatchEvent(scene.repository, "alice");
    const deploy = (more = {}) =>
      scene.deploy({ "stage-name": "$default", definition: "openapi.yml", ...more }, { ...job, event });
    await deploy({ settings: "variables: { backend: v1 }\nthrottling: { rate: 5 }" });
    const served = scene.httpApi?.stages.get("$default")?.deploymentId;
    await write("openapi.yml", after);
    let seen: unknown;
    scene.gateway.server.gate = async ({ operation }) => {
      if (operation === "DeleteStage") seen = structuredClone(scene.httpApi?.stages.get("_default-next"));
    };
    const dark = {
      "dark-stage": "true",
      "smoke-test-timeout": "1",
      "invoke-url": `${scene.gateway.server.url}/{api-id}/{stage}`,
    };
    const failed = await deploy({ ...dark, "smoke-tests": "GET /old 404" });
    expect(failed.text).toContain("SMOKE_TESTS_FAILED");
    expect(seen).toMatchObject({ stageVariables: { backend: "v1" }, defaultRouteSettings: { throttlingRateLimit: 5 } });
    expect(scene.httpApi?.stages.get("$default")?.deploymentId).toBe(served);
    const passed = await deploy({
      ...dark,
      "smoke-tests": "GET /orders 200",
      "invoke-url": "",
      "dry-run": "true",
      compare: "exact",
    });
    expect(passed.text).toContain("It has the settings that stage $default will have, without a cache.");
    expect(passed.text).toContain("Its routes are compared with stage $default.");
    expect([...(scene.httpApi?.stages.keys() ?? [])]).toEqual(["$default"]);
  }));

test("what only REST APIs take is refused with its lines", () =>
  inHttpScene(before, async (scene, { job, write }) => {
    const event = dispatchEvent(scene.repository, "alice");
    const deploy = (more = {}) =>
      scene.deploy({ "stage-name": "prod", definition: "openapi.yml", ...more }, { ...job, event });
    await write("openapi.yml", definition({ "/a": { get: integration("mock") }, "/b": { get: integration("aws") } }));
    const mock = await deploy();
    expect(mock.text).toContain("INVALID_DEFINITION");
    expect(mock.annotations.map(({ message }) => message)).toEqual(
      expect.arrayContaining([
        expect.stringContaining("GET /a is of type `mock`"),
        expect.stringContaining("GET /b is"),
      ]),
    );
    expect(changing(scene)).toEqual([]);
  }));
