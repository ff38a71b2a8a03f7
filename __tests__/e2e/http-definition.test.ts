import { expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { importApi } from "../../simulator/gateway-v2/openapi/import-api.ts";
import { dispatchEvent } from "../../simulator/github/events.ts";
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

test("a definition is imported into an HTTP API, deployed once it is the file's, and compared with what the stage served", () =>
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
    expect([first.outputs["result"], first.text]).toEqual(["created", expect.stringContaining("Imported openapi.yml")]);
    const written = changing(scene);
    expect(written).toEqual(["ReimportApi", "TagResource", "CreateDeployment", "CreateStage", "TagResource"]);
    expect(routes()).toEqual(["$default NONE", "GET /old NONE", "GET /orders JWT"]);

    const again = await deploy();
    expect([again.outputs["result"], changing(scene)]).toEqual(["unchanged", written]);

    await write("openapi.yml", after);
    const refused = await deploy({ "fail-on": "auth-weakened, route-removed" });
    expect([refused.text, changing(scene)]).toEqual([expect.stringContaining("FAIL_ON"), written]);
    const second = await deploy();
    expect(second.outputs).toMatchObject({
      result: "updated",
      "routes-added": "1",
      "routes-removed": "1",
      "auth-weakened": "1",
    });
    expect(second.text).toContain("these are the routes of the draft right after it was made");
    expect(routes()).toEqual(["$default NONE", "GET /orders NONE", "POST /orders JWT"]);

    const back = { "deployment-id": first.outputs["deployment-id"] ?? "", definition: "" };
    const unknown = await deploy({ ...back, "fail-on": "route-removed" });
    expect(unknown.text).toContain("COMPARISON_UNKNOWN");
    const served = await deploy({ ...back, "compare-with": "prod" });
    expect([served.outputs["result"], served.text]).toEqual([
      "updated",
      expect.stringContaining("Routes are not compared."),
    ]);
  }));

test("what only REST APIs take is refused with its lines, and what another run imported meanwhile is noticed", () =>
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
    const merged = await deploy({ "import-mode": "merge" });
    expect(merged.text).toContain("import-mode: A definition replaces what the API has as a whole");
    expect(changing(scene)).toEqual([]);

    await write("openapi.yml", after);
    const foreign = definition({ "/foreign": { get: integration() } });
    scene.gateway.server.gate = async ({ operation }) => {
      if (operation === "CreateDeployment" && scene.httpApi) importApi(scene.gateway.world, scene.httpApi, foreign, {});
    };
    const raced = await deploy();
    expect(raced.text).toContain("SPEC_RACED");
    expect([...(scene.httpApi?.stages.keys() ?? [])]).toEqual([]);
  }));
