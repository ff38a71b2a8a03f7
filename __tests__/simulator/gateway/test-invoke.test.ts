import { TestInvokeMethodCommand, type TestInvokeMethodCommandInput } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
import { openApi, withImports } from "./import-scene.ts";

const answering = (template: string) => ({
  responses: { 200: { description: "ok" } },
  "x-amazon-apigateway-integration": {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode":200}' },
    responses: { default: { statusCode: "200", responseTemplates: { "application/json": template } } },
  },
});

const proxy = { type: "http_proxy", httpMethod: "GET", uri: "https://example.com" };

const scene = async () => {
  const { client, restApiId, put, resource } = await withImports();
  await put(
    openApi(
      {
        "/pets/{id}": {
          get: {
            ...answering(`{"id":"$input.params('id')","q":"$input.params('q')","v":"$stageVariables.v"}`),
            security: [{ key: [] }],
          },
          post: { "x-amazon-apigateway-integration": { type: "mock" } },
        },
        "/proxy": { get: { "x-amazon-apigateway-integration": proxy } },
      },
      { components: { securitySchemes: { key: { type: "apiKey", name: "x-api-key", in: "header" } } } },
    ),
  );
  return (path: string, httpMethod: string, input: Partial<TestInvokeMethodCommandInput> = {}) =>
    client.send(
      new TestInvokeMethodCommand({ restApiId, resourceId: resource(path)?.id ?? "no", httpMethod, ...input }),
    );
};

describe("TestInvokeMethod", () => {
  test("answers from the draft, without a stage and whatever the method asks of its callers", async () => {
    const invoke = await scene();
    const answer = await invoke("/pets/{id}", "GET", {
      pathWithQueryString: "/pets/7?q=x",
      headers: { Accept: "*/*" },
      stageVariables: { v: "beta" },
    });
    expect(answer).toMatchObject({
      status: 200,
      body: '{"id":"7","q":"x","v":"beta"}',
      headers: { "Content-Type": "application/json" },
      multiValueHeaders: { "Content-Type": ["application/json"] },
      latency: expect.any(Number),
    });
    const lines = (answer.log ?? "").split("\n").map((line) => line.replace(/^.* UTC \d{4} : /, ""));
    const [, requestId] = /^Execution log for request (\S+)$/.exec(lines[0] ?? "") ?? [];
    expect(lines).toEqual([
      `Execution log for request ${requestId}`,
      `Starting execution for request: ${requestId}`,
      "HTTP Method: GET, Resource Path: /pets/7",
      "Method request path: {id=7}",
      "Method request query string: {q=x}",
      "Method request headers: {Accept=*/*}",
      "Method request body before transformations: ",
      'Method response body after transformations: {"id":"7","q":"x","v":"beta"}',
      "Method response headers: {Content-Type=application/json}",
      "Successfully completed execution",
      "Method completed with status: 200",
      "",
    ]);
  });

  test.each([
    ["no path", undefined, "{id}"],
    ["a path of another resource", "/random/test", ""],
  ])("with %s makes of the parameter %p", async (_, pathWithQueryString, id) => {
    const invoke = await scene();
    const { body } = await invoke("/pets/{id}", "GET", { pathWithQueryString });
    expect(JSON.parse(body ?? "").id).toBe(id);
  });

  test("shows a failure as the answer that a caller would get", async () => {
    const invoke = await scene();
    expect(await invoke("/pets/{id}", "POST")).toMatchObject({
      status: 500,
      body: '{"message":"Internal server error"}',
      headers: { "x-amzn-ErrorType": "InternalServerErrorException" },
      log: expect.stringContaining("Execution failed due to configuration error"),
    });
  });

  test("refuses what is not there, and what the simulator has no backend for", async () => {
    const invoke = await scene();
    const text = async (path: string, verb: string) => (await refusalOf(invoke(path, verb))).message;
    expect(await text("/pets/{id}", "HEAD")).toBe("Invalid Method identifier specified");
    expect(await text("/nowhere", "GET")).toBe("Invalid Resource identifier specified");
    expect(await refusalOf(invoke("/proxy", "GET"))).toMatchObject({ name: "NotImplementedException", status: 501 });
  });
});
