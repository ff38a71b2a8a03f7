import { CreateDeploymentCommand, DeleteDeploymentCommand } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { seedRestApi } from "../../../simulator/gateway/world.ts";
import { addRoute, type MockOptions, mockMethod, newScene, type Scene } from "./stage-scene.ts";

const json = "application/json";

const deploy = async ({ client, restApiId }: Scene, stageName?: string): Promise<string> =>
  (await client.send(new CreateDeploymentCommand({ restApiId, stageName }))).id ?? "";

/** A stage `dev` with variables, whose only other route answers with the rendered template. */
const newTemplateScene = async (template: string, options?: MockOptions, path = "/t") => {
  const scene = await newScene();
  addRoute(scene.api, path, mockMethod("ANY", template, options));
  await scene.client.send(
    new CreateDeploymentCommand({
      restApiId: scene.restApiId,
      stageName: "dev",
      variables: { color: "blue", shape: "round" },
    }),
  );
  return scene;
};

const rendered = async (template: string, init?: RequestInit, query = ""): Promise<string> => {
  const { invoke } = await newTemplateScene(template);
  return (await invoke(`/dev/t${query}`, init)).text();
};

const expectAnswer = async (response: Response, status: number, message: string, errorType?: string) => {
  expect([response.status, await response.json()]).toEqual([status, { message }]);
  if (errorType) expect(response.headers.get("x-amzn-errortype")).toBe(errorType);
};

describe("routing", () => {
  test("an exact segment is closer than a parameter, and that closer than a proxy", async () => {
    const scene = await newScene();
    addRoute(scene.api, "/pets/{id}", mockMethod("GET", "one $input.params('id')"));
    addRoute(scene.api, "/pets/mine", mockMethod("GET", "mine"));
    addRoute(scene.api, "/{proxy+}", mockMethod("ANY", "proxy $input.params('proxy')"));
    addRoute(scene.api, "/", mockMethod("GET", "root"));
    await deploy(scene, "dev");
    const text = async (path: string, init?: RequestInit) => (await scene.invoke(path, init)).text();
    expect(await text("/dev/pets/mine")).toBe("mine");
    expect(await text("/dev/pets/7")).toBe("one 7");
    expect(await text("/dev/pets/a%20b/")).toBe("one a b");
    expect(await text("/dev/pets/7/toys")).toBe("proxy pets/7/toys");
    expect(await text("/dev/other", { method: "PUT" })).toBe("proxy other");
    expect(await text("/dev")).toBe("root");
    expect(await text("/dev/")).toBe("root");
  });

  test("a verb of its own goes before ANY", async () => {
    const scene = await newTemplateScene("any");
    addRoute(scene.api, "/t", mockMethod("POST", "post"));
    await deploy(scene, "dev");
    expect(await (await scene.invoke("/dev/t", { method: "POST" })).text()).toBe("post");
    expect(await (await scene.invoke("/dev/t", { method: "DELETE" })).text()).toBe("any");
  });

  test.each([
    ["GET", "/dev/none"],
    ["POST", "/dev/pets"],
    ["OPTIONS", "/dev/pets"],
  ])("%s %s has no method", async (method, path) => {
    const scene = await newScene();
    await deploy(scene, "dev");
    const response = await scene.invoke(path, { method });
    await expectAnswer(response, 403, "Missing Authentication Token", "MissingAuthenticationTokenException");
  });

  test("HEAD is a verb like others and has no body", async () => {
    const { invoke } = await newTemplateScene("text");
    const known = await invoke("/dev/t", { method: "HEAD" });
    expect([known.status, await known.text()]).toEqual([200, ""]);
    const unknown = await invoke("/dev/pets", { method: "HEAD" });
    expect([unknown.status, await unknown.text()]).toEqual([403, ""]);
  });

  test("an unknown stage and a closed endpoint are forbidden", async () => {
    const scene = await newScene();
    await deploy(scene, "dev");
    await expectAnswer(await scene.invoke("/none/pets"), 403, "Forbidden", "ForbiddenException");
    scene.api.disableExecuteApiEndpoint = true;
    await expectAnswer(await scene.invoke("/dev/pets"), 403, "Forbidden", "ForbiddenException");
  });

  test("every answer carries its ids", async () => {
    const scene = await newTemplateScene("$context.requestId $context.extendedRequestId");
    const { headers, ...response } = await scene.invoke("/dev/t").then(async (answer) => ({
      headers: answer.headers,
      text: await answer.text(),
    }));
    expect(response.text).toBe(`${headers.get("x-amzn-requestid")} ${headers.get("x-amz-apigw-id")}`);
    expect((await scene.invoke("/none/t")).headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe("what a stage serves", () => {
  test("is the deployment it points at, there and back", async () => {
    const scene = await newScene();
    const first = await deploy(scene, "dev");
    addRoute(scene.api, "/pets", mockMethod("GET", '{"from":"draft 2"}'));
    const second = await deploy(scene);
    const from = async () => (await scene.invoke("/dev/pets")).json();
    expect(await from()).toEqual({ from: "draft 1" });
    await scene.patchStage("dev", { op: "replace", path: "/deploymentId", value: second });
    expect(await from()).toEqual({ from: "draft 2" });
    await scene.patchStage("dev", { op: "replace", path: "/deploymentId", value: first });
    expect(await from()).toEqual({ from: "draft 1" });
  });

  test("changes only when the change has propagated", async () => {
    const scene = await newScene();
    scene.world.propagationMs = 10_000;
    const first = await deploy(scene, "dev");
    await expectAnswer(await scene.invoke("/dev/pets"), 403, "Forbidden");
    scene.clock.advance(10_000);
    const from = async () => (await scene.invoke("/dev/pets")).json();
    expect(await from()).toEqual({ from: "draft 1" });
    addRoute(scene.api, "/pets", mockMethod("GET", '{"from":"draft 2"}'));
    await deploy(scene, "dev");
    await scene.client.send(new DeleteDeploymentCommand({ restApiId: scene.restApiId, deploymentId: first }));
    await scene.patchStage("dev", { op: "replace", path: "/description", value: "does not hurry it" });
    scene.clock.advance(9_999);
    expect(await from()).toEqual({ from: "draft 1" });
    scene.clock.advance(1);
    expect(await from()).toEqual({ from: "draft 2" });
  });

  test("is split between stage and canary by chance, variables overlaid", async () => {
    const scene = await newScene();
    const template =
      '{"canary":"$context.isCanaryRequest","color":"$stageVariables.color","size":"$stageVariables.size"}';
    addRoute(scene.api, "/t", mockMethod("GET", template));
    await deploy(scene, "dev");
    await scene.patchStage("dev", { op: "replace", path: "/variables/color", value: "blue" });
    const answers = async () => (await scene.invoke("/dev/t")).json();
    expect(await answers()).toEqual({ canary: "", color: "blue", size: "" });
    await scene.patchStage(
      "dev",
      { op: "replace", path: "/canarySettings/deploymentId", value: await deploy(scene) },
      { op: "replace", path: "/canarySettings/percentTraffic", value: "25" },
      { op: "replace", path: "/canarySettings/stageVariableOverrides/size", value: "9" },
    );
    scene.world.random = () => 0.2499;
    expect(await answers()).toEqual({ canary: "true", color: "blue", size: "9" });
    scene.world.random = () => 0.25;
    expect(await answers()).toEqual({ canary: "false", color: "blue", size: "" });
  });

  test("a canary and its promotion propagate like other changes, deployment and variables together", async () => {
    const scene = await newTemplateScene('{"color":"$stageVariables.color","canary":"$context.isCanaryRequest"}');
    const first = scene.api.stages.get("dev")?.deploymentId;
    const second = await deploy(scene);
    const answers = async () => {
      const answer = (await (await scene.invoke("/dev/t")).json()) as object;
      return { ...answer, deploymentId: scene.world.served.at(-1)?.deploymentId };
    };
    scene.world.propagationMs = 10_000;
    await scene.patchStage(
      "dev",
      { op: "replace", path: "/canarySettings/deploymentId", value: second },
      { op: "replace", path: "/canarySettings/percentTraffic", value: "100" },
      { op: "replace", path: "/canarySettings/stageVariableOverrides/color", value: "red" },
    );
    expect(await answers()).toEqual({ color: "blue", canary: "", deploymentId: first });
    scene.clock.advance(10_000);
    expect(await answers()).toEqual({ color: "red", canary: "true", deploymentId: second });
    await scene.patchStage(
      "dev",
      { op: "replace", path: "/canarySettings/percentTraffic", value: "0.0" },
      { op: "copy", from: "/canarySettings/stageVariableOverrides", path: "/variables" },
      { op: "copy", from: "/canarySettings/deploymentId", path: "/deploymentId" },
    );
    await scene.patchStage("dev", { op: "remove", path: "/canarySettings" });
    scene.clock.advance(10_000);
    expect(await answers()).toEqual({ color: "red", canary: "", deploymentId: second });
  });

  test("at the ends of the scale chance has no say", async () => {
    const scene = await newTemplateScene("$context.isCanaryRequest");
    const percent = (value: string) =>
      scene.patchStage("dev", { op: "replace", path: "/canarySettings/percentTraffic", value });
    const answers = async () =>
      new Set(await Promise.all(Array.from({ length: 20 }, async () => (await scene.invoke("/dev/t")).text())));
    await percent("0");
    expect(await answers()).toEqual(new Set(["false"]));
    await percent("100");
    expect(await answers()).toEqual(new Set(["true"]));
  });
});

describe("callers", () => {
  test("without a key and with an unknown one, a method that requires a key lets nobody in", async () => {
    const scene = await newTemplateScene("in", { apiKeyRequired: true });
    await expectAnswer(await scene.invoke("/dev/t"), 403, "Forbidden", "ForbiddenException");
    const headers = { "x-api-key": "k-1" };
    await expectAnswer(await scene.invoke("/dev/t", { headers }), 403, "Forbidden", "ForbiddenException");
  });

  test("IAM wants a signature", async () => {
    const { invoke } = await newTemplateScene("in", { authorizationType: "AWS_IAM" });
    const error = "MissingAuthenticationTokenException";
    await expectAnswer(await invoke("/dev/t"), 403, "Missing Authentication Token", error);
    const headers = { authorization: "AWS4-HMAC-SHA256 Credential=x" };
    expect((await invoke("/dev/t", { headers })).status).toBe(200);
  });

  test.each(["CUSTOM", "COGNITO_USER_POOLS"])("%s wants a token", async (authorizationType) => {
    const { invoke } = await newTemplateScene("in", { authorizationType });
    await expectAnswer(await invoke("/dev/t"), 401, "Unauthorized", "UnauthorizedException");
    expect((await invoke("/dev/t", { headers: { authorization: "Bearer x" } })).status).toBe(200);
  });

  test("an authorizer's own identity source counts", async () => {
    const scene = await newScene();
    scene.api.draft.authorizers.set("a1", { id: "a1", identitySource: "method.request.header.X-Token" });
    addRoute(scene.api, "/t", {
      ...mockMethod("GET", "in", { authorizationType: "CUSTOM" }),
      authorizerId: "a1",
    });
    await deploy(scene, "dev");
    await expectAnswer(await scene.invoke("/dev/t", { headers: { authorization: "x" } }), 401, "Unauthorized");
    expect((await scene.invoke("/dev/t", { headers: { "x-token": "x" } })).status).toBe(200);
  });
});

describe("mock integrations", () => {
  const byStatus: MockOptions = {
    requestTemplate: `{
      #if( $input.params('scope') == "internal" )
        "statusCode": 200
      #elseif( $input.params('scope') == "broken" )
        statusCode: 503
      #else
        "statusCode": 404
      #end
    }`,
    responses: [
      { statusCode: "200", selectionPattern: "200", responseTemplates: { [json]: "fine" } },
      { statusCode: "500", selectionPattern: "5\\d{2}", responseTemplates: { [json]: "broken" } },
      { statusCode: "400", responseTemplates: { [json]: "all else" } },
    ],
  };

  test.each([
    ["internal", 200, "fine"],
    ["broken", 500, "broken"],
    ["other", 400, "all else"],
  ])("the request template's status selects the response: %s", async (scope, status, body) => {
    const { invoke } = await newTemplateScene("", byStatus);
    const response = await invoke(`/dev/t?scope=${scope}`);
    expect([response.status, await response.text()]).toEqual([status, body]);
  });

  test("a response's parameters become headers", async () => {
    const { invoke } = await newTemplateScene("", {
      responses: [
        {
          statusCode: "204",
          responseParameters: {
            "method.response.header.Access-Control-Allow-Origin": "'*'",
            "method.response.header.X-Color": "stageVariables.color",
            "method.response.header.X-Stage": "context.stage",
            "method.response.header.X-Backend": "integration.response.header.x",
          },
        },
      ],
    });
    const { status, headers } = await invoke("/dev/t", { method: "OPTIONS" });
    expect(status).toBe(204);
    expect(headers.get("access-control-allow-origin")).toBe("*");
    expect(headers.get("x-color")).toBe("blue");
    expect(headers.get("x-stage")).toBe("dev");
    expect(headers.has("x-backend")).toBe(false);
  });

  test("the client's Accept header chooses among templates", async () => {
    const { invoke } = await newTemplateScene("", {
      responses: [{ statusCode: "200", responseTemplates: { "text/html": "<p>", [json]: "{}" } }],
    });
    const html = await invoke("/dev/t", { headers: { accept: "text/html" } });
    expect([html.headers.get("content-type"), await html.text()]).toEqual(["text/html", "<p>"]);
    const other = await invoke("/dev/t", { headers: { accept: "image/png" } });
    expect([other.headers.get("content-type"), await other.text()]).toEqual([json, "{}"]);
  });

  test.each([
    ["no status code", { requestTemplate: "{}" }],
    ["no JSON", { requestTemplate: "200" }],
    ["no response for the status", { responses: [{ statusCode: "200", selectionPattern: "404" }] }],
    ["a template beyond the simulator", { requestTemplate: "#foreach($x in $y) #end" }],
  ])("are misconfigured with %s", async (_, options) => {
    const { invoke } = await newTemplateScene("", options);
    await expectAnswer(await invoke("/dev/t"), 500, "Internal server error", "InternalServerErrorException");
  });

  test("are misconfigured when the method does not declare the response", async () => {
    const scene = await newScene();
    const method = mockMethod("GET", "{}");
    method.methodResponses.clear();
    addRoute(scene.api, "/t", method);
    await deploy(scene, "dev");
    await expectAnswer(await scene.invoke("/dev/t"), 500, "Internal server error");
  });

  test("a body of another type passes through, or is refused", async () => {
    const scene = await newTemplateScene("passed");
    const strict = mockMethod("POST", "");
    strict.methodIntegration = { type: "MOCK", integrationResponses: new Map(), passthroughBehavior: "NEVER" };
    addRoute(scene.api, "/strict", strict);
    await deploy(scene, "dev");
    const text = { method: "POST", headers: { "content-type": "text/plain" }, body: '{"statusCode": 200}' };
    expect(await (await scene.invoke("/dev/t", text)).text()).toBe("passed");
    await expectAnswer(await scene.invoke("/dev/strict", text), 415, "Unsupported Media Type");
  });

  test("other integrations are not made up", async () => {
    const scene = await newScene();
    const method = mockMethod("GET", "");
    method.methodIntegration = { type: "AWS_PROXY", integrationResponses: new Map() };
    addRoute(scene.api, "/t", method);
    await deploy(scene, "dev");
    const response = await scene.invoke("/dev/t");
    expect(response.headers.get("x-simulator-note")).toMatch(/mock integrations only.*AWS_PROXY/);
    await expectAnswer(response, 502, "Internal server error");
  });
});

describe("mapping templates", () => {
  test.each([
    ["plain text, # and $ 5", "plain text, # and $ 5"],
    ["$stageVariables.color/${stageVariables.shape}/$stageVariables['color']", "blue/round/blue"],
    ["[$stageVariables.none] [$!nobody] $nobody", "[] [] $nobody"],
    ["$context.stage $context.httpMethod $context.resourcePath $context.path", "dev POST /t /dev/t"],
    ["$context.identity.sourceIp", "127.0.0.1"],
    ["$input.params('q') $input.params('X-Own') [$input.params('none')]", "1 mine []"],
    ["$input.params().querystring.get('q')", "1"],
    ["$input.json('$.pets[0]')", '""'],
    ['#set($x = "a$context.stage")$x.toUpperCase()', "ADEV"],
    ["#set($a.b = 5)#if($a.b > 4 && !($a.b >= 6))yes#{else}no#end", "yes"],
    ["#if($stageVariables.none)full#{else}empty#end", "empty"],
    ['#if("" == $input.params("none") || false)1#end', "1"],
    ["## a comment\n#* another *#text", "text"],
    ["$util.base64Encode('pets') $util.escapeJavaScript(\"it's\")", "cGV0cw== it\\'s"],
  ])("%s", async (template, expected) => {
    const init = {
      method: "POST",
      headers: { "x-own": "mine", "content-type": json },
      body: '{"pets":[{"name":"Rex"}]}',
    };
    expect(await rendered(template, init, "?q=1")).toBe(expected);
  });

  test("a request template reads the body", async () => {
    const { invoke } = await newTemplateScene("", {
      requestTemplate: `#set($pet = $input.path('$.pets[0]'))
        {"statusCode": #if($pet.name == 'Rex' && $input.json('$.pets[0].name') == '"Rex"')200#{else}404#end}`,
      responses: [
        { statusCode: "200", selectionPattern: "200" },
        { statusCode: "404", selectionPattern: "404" },
      ],
    });
    const post = (body: string) =>
      invoke("/dev/t", { method: "POST", headers: { "content-type": json }, body }).then(({ status }) => status);
    expect(await post('{"pets":[{"name":"Rex"}]}')).toBe(200);
    expect(await post('{"pets":[]}')).toBe(404);
    expect(await post("")).toBe(404);
  });

  test("a response template can override status and headers", async () => {
    const { invoke } = await newTemplateScene(
      "#set($context.responseOverride.status = 418)#set($context.responseOverride.header.X-Tea = 'green')tea",
    );
    const { status, headers } = await invoke("/dev/t");
    expect([status, headers.get("x-tea")]).toEqual([418, "green"]);
  });
});

test("a header that cannot be sent is left out", async () => {
  const { invoke } = await newTemplateScene("#set($context.responseOverride.header.X-Echo = $input.params('q'))ok");
  const echo = async (query: string) => (await invoke(`/dev/t?q=${query}`)).headers.get("x-echo");
  expect(await echo("fine")).toBe("fine");
  expect(await echo("a%0d%0aset-cookie:%20b")).toBeNull();
});

describe("gateway responses", () => {
  test("shape the refusals of the deployment that has them", async () => {
    const scene = await newScene();
    scene.api.draft.gatewayResponses.set("MISSING_AUTHENTICATION_TOKEN", {
      responseType: "MISSING_AUTHENTICATION_TOKEN",
      statusCode: "404",
      responseParameters: { "gatewayresponse.header.Access-Control-Allow-Origin": "'*'" },
      responseTemplates: { [json]: '{"error":$context.error.messageString,"stage":"$context.stage"}' },
    });
    scene.api.draft.gatewayResponses.set("DEFAULT_4XX", {
      responseParameters: { "gatewayresponse.header.X-Default": "'yes'" },
    });
    addRoute(scene.api, "/locked", mockMethod("GET", "", { apiKeyRequired: true }));
    await deploy(scene, "dev");
    const missing = await scene.invoke("/dev/none");
    expect([missing.status, await missing.json()]).toEqual([
      404,
      { error: "Missing Authentication Token", stage: "dev" },
    ]);
    expect(missing.headers.get("access-control-allow-origin")).toBe("*");
    const locked = await scene.invoke("/dev/locked");
    expect(locked.headers.get("x-default")).toBe("yes");
    await expectAnswer(locked, 403, "Forbidden");
  });
});

test("an imported definition is served as it was written", async () => {
  const scene = await newScene();
  const definition = `
openapi: 3.0.1
info: { title: pets, version: "1" }
paths:
  /pets/{id}:
    get:
      responses: { "200": { description: ok } }
      x-amazon-apigateway-integration:
        type: mock
        requestTemplates: { application/json: '{"statusCode": 200}' }
        responses:
          default:
            statusCode: "200"
            responseTemplates: { application/json: '{"id":"$input.params("id")","color":"$stageVariables.color"}' }
`;
  const { id: restApiId } = seedRestApi(scene.world, definition);
  await scene.client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev", variables: { color: "blue" } }));
  const url = (await scene.invoke("")).url.replace(scene.restApiId, restApiId);
  expect(await (await fetch(`${url}/dev/pets/7`)).json()).toEqual({ id: "7", color: "blue" });
});
