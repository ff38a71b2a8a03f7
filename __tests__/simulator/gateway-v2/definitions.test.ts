import {
  CreateIntegrationCommand,
  ExportApiCommand,
  GetApiCommand,
  GetAuthorizersCommand,
  GetIntegrationsCommand,
  GetRoutesCommand,
  ImportApiCommand,
  ReimportApiCommand,
} from "@aws-sdk/client-apigatewayv2";
import { describe, expect, test } from "@jest/globals";
import { parse, stringify } from "yaml";
import { seedHttpApi } from "../../../simulator/gateway-v2/seed.ts";
import { refusalOf } from "../account-scene.ts";
import { newScene, type Scene } from "./scene.ts";

const proxy = (members = {}) => ({
  payloadFormatVersion: "1.0",
  type: "http_proxy",
  httpMethod: "GET",
  uri: "http://backend.localhost/",
  connectionType: "INTERNET",
  ...members,
});

const jwt = {
  type: "oauth2",
  flows: {},
  "x-amazon-apigateway-authorizer": {
    identitySource: "$request.header.Authorization",
    jwtConfiguration: { audience: ["orders"], issuer: "https://issuer.example.com" },
    type: "jwt",
  },
};

const orders = {
  openapi: "3.0.1",
  info: { title: "orders", version: "2" },
  servers: [{ url: "https://example.com/shop/v1" }],
  paths: {
    "/orders/{id}": {
      get: { security: [{ jwt: ["read"] }], "x-amazon-apigateway-integration": proxy({ timeoutInMillis: 5000 }) },
    },
    "/health": { "x-amazon-apigateway-any-method": { "x-amazon-apigateway-integration": proxy() } },
    "/$default": {
      "x-amazon-apigateway-any-method": {
        isDefaultRoute: true,
        "x-amazon-apigateway-integration": { $ref: "#/components/x-amazon-apigateway-integrations/rest" },
      },
    },
  },
  components: {
    securitySchemes: { jwt },
    "x-amazon-apigateway-integrations": { rest: proxy({ uri: "http://backend.localhost/rest" }) },
  },
  "x-amazon-apigateway-cors": { allowOrigins: ["https://example.com"], maxAge: 10 },
};

const importOne = async ({ client }: Scene, definition: unknown, members = {}): Promise<string> => {
  const { ApiId = "" } = await client.send(new ImportApiCommand({ Body: JSON.stringify(definition), ...members }));
  return ApiId;
};

const exported = async ({ client }: Scene, ApiId: string, members = {}) => {
  const { body = new Uint8Array() } = await client.send(
    new ExportApiCommand({ ApiId, Specification: "OAS30", OutputType: "JSON", ...members }),
  );
  return parse(Buffer.from(body).toString("utf8"));
};

describe("imports", () => {
  test("make routes, integrations, authorizers and CORS, and the API's name", async () => {
    const scene = await newScene();
    const ApiId = await importOne(scene, orders);
    const { client } = scene;
    expect(await client.send(new GetApiCommand({ ApiId }))).toMatchObject({
      Name: "orders",
      Version: "2",
      CorsConfiguration: { AllowOrigins: ["https://example.com"], MaxAge: 10 },
    });
    const { Items: [authorizer] = [] } = await client.send(new GetAuthorizersCommand({ ApiId }));
    expect(authorizer).toMatchObject({
      Name: "jwt",
      AuthorizerType: "JWT",
      IdentitySource: ["$request.header.Authorization"],
      JwtConfiguration: { Audience: ["orders"], Issuer: "https://issuer.example.com" },
    });
    const { Items: routes = [] } = await client.send(new GetRoutesCommand({ ApiId }));
    expect(routes).toMatchObject([
      {
        RouteKey: "GET /orders/{id}",
        AuthorizationType: "JWT",
        AuthorizerId: authorizer?.AuthorizerId,
        AuthorizationScopes: ["read"],
      },
      { RouteKey: "ANY /health", AuthorizationType: "NONE" },
      { RouteKey: "$default" },
    ]);
    const { Items: integrations = [] } = await client.send(new GetIntegrationsCommand({ ApiId }));
    expect(integrations.map(({ TimeoutInMillis, IntegrationUri }) => [TimeoutInMillis, IntegrationUri])).toEqual([
      [5000, "http://backend.localhost/"],
      [30_000, "http://backend.localhost/"],
      [30_000, "http://backend.localhost/rest"],
    ]);
  });

  test.each([
    ["ignore", "GET /orders/{id}"],
    ["prepend", "GET /shop/v1/orders/{id}"],
    ["split", "GET /v1/orders/{id}"],
  ])("with base path %s", async (Basepath, expected) => {
    const scene = await newScene();
    const ApiId = await importOne(scene, orders, { Basepath });
    const { Items = [] } = await scene.client.send(new GetRoutesCommand({ ApiId }));
    expect(Items[0]?.RouteKey).toBe(expected);
  });

  test("replace the draft on the second time, in YAML too, and nothing where something is refused", async () => {
    const scene = await newScene();
    const ApiId = await importOne(scene, orders);
    const only = {
      openapi: "3.0.3",
      info: { title: "smaller", version: 1 },
      paths: { "/health": orders.paths["/health"] },
    };
    const { Name } = await scene.client.send(new ReimportApiCommand({ ApiId, Body: stringify(only) }));
    expect(Name).toBe("smaller");
    const after = await exported(scene, ApiId);
    expect(Object.keys(after.paths)).toEqual(["/health"]);
    const twice = { ...only, paths: { "/a/{b}": { get: {} }, "/a/{c}": { get: {} } } };
    const refused = scene.client.send(new ReimportApiCommand({ ApiId, Body: JSON.stringify(twice) }));
    expect(await refusalOf(refused)).toEqual({
      name: "BadRequestException",
      message:
        'Errors found during import:\n\tUnable to create route \'GET /a/{c}\': The provided route key "GET /a/{c}" has a conflicting variable on the same hierarchical level as "GET /a/{b}"',
      status: 400,
    });
    expect(await exported(scene, ApiId)).toEqual(after);
  });

  test("leave out what they cannot make with a warning, or fail on it, and tell what HTTP APIs ignore", async () => {
    const scene = await newScene();
    const ApiId = await importOne(scene, orders);
    const get = (members: object) => ({
      get: { requestBody: {}, responses: {}, "x-amazon-apigateway-integration": proxy(members) },
    });
    const odd = {
      ...orders,
      paths: { "/a": get({ payloadFormatVersion: 1.0 }), "/b": get({ type: "mock" }) },
      components: { schemas: {}, securitySchemes: { jwt: { type: "oauth2", flows: {} } } },
      security: [{ jwt: [] }],
    };
    const reimport = (FailOnWarnings: boolean) =>
      scene.client.send(new ReimportApiCommand({ ApiId, Body: JSON.stringify(odd), FailOnWarnings }));
    const Warnings = [
      "Unsupported security definition 'jwt'. Ignoring.",
      "Unable to create integration for resource at path 'GET /a': Unsupported PayloadFormatVersion: 1. Ignoring.",
      "Unable to create integration for resource at path 'GET /b': Integration type MOCK is not supported on protocolType HTTP. Ignoring.",
    ];
    expect(await refusalOf(reimport(true))).toMatchObject({
      name: "BadRequestException",
      message: ["Warnings found during import:", ...Warnings].join("\n\t"),
    });
    const ImportInfo = [
      "components: key [schemas] will be ignored by API Gateway",
      "paths./a.get: key [requestBody] will be ignored by API Gateway",
      "paths./a.get: key [responses] will be ignored by API Gateway",
      "paths./b.get: key [requestBody] will be ignored by API Gateway",
      "paths./b.get: key [responses] will be ignored by API Gateway",
    ];
    expect(await reimport(false)).toMatchObject({ Warnings, ImportInfo });
    const { Items = [] } = await scene.client.send(new GetRoutesCommand({ ApiId }));
    expect(Items.map(({ RouteKey, Target }) => [RouteKey, Target])).toEqual([
      ["GET /a", undefined],
      ["GET /b", undefined],
    ]);
  });

  test.each([
    ["no definition", "nothing"],
    ["Swagger", { swagger: "2.0", info: { title: "a", version: "1" }, paths: {} }],
    ["OpenAPI 3.1", { ...orders, openapi: "3.1.0" }],
  ])("refuse %s", async (_, definition) => {
    const scene = await newScene();
    expect(await refusalOf(importOne(scene, definition))).toMatchObject({
      name: "BadRequestException",
      message: "Invalid OpenAPI input.",
    });
  });
});

test("a world can be given an API by its definition", async () => {
  const scene = await newScene();
  seedHttpApi(scene.world, JSON.stringify(orders), { id: "a1b2c3d4e5" });
  expect(Object.keys((await exported(scene, "a1b2c3d4e5")).paths)).toContain("/health");
});

describe("exports", () => {
  test("say what the service's own say", async () => {
    const scene = await newScene();
    const ApiId = await importOne(scene, orders);
    const { IntegrationId } = await scene.client.send(
      new CreateIntegrationCommand({
        ApiId,
        IntegrationType: "HTTP_PROXY",
        IntegrationMethod: "ANY",
        IntegrationUri: "http://backend.localhost/unused",
      }),
    );
    expect(await exported(scene, ApiId)).toEqual({
      openapi: "3.0.1",
      info: { title: "orders", version: "2" },
      servers: [
        {
          url: `https://${ApiId}.execute-api.eu-central-1.amazonaws.com/{basePath}`,
          variables: { basePath: { default: "" } },
        },
      ],
      paths: {
        "/orders/{id}": {
          get: {
            responses: { default: { description: "Default response for GET /orders/{id}" } },
            security: [{ jwt: ["read"] }],
            "x-amazon-apigateway-integration": proxy({ timeoutInMillis: 5000 }),
          },
          parameters: [
            {
              name: "id",
              in: "path",
              description: "Generated path parameter for id",
              required: true,
              schema: { type: "string" },
            },
          ],
        },
        "/health": {
          "x-amazon-apigateway-any-method": {
            responses: { default: { description: "Default response for ANY /health" } },
            "x-amazon-apigateway-integration": proxy(),
          },
        },
        "/$default": {
          "x-amazon-apigateway-any-method": {
            responses: { default: { description: "Default response for $default" } },
            "x-amazon-apigateway-integration": proxy({ uri: "http://backend.localhost/rest" }),
            isDefaultRoute: true,
          },
        },
      },
      components: {
        securitySchemes: { jwt },
        "x-amazon-apigateway-integrations": {
          [`unusedIntegration_${IntegrationId}`]: proxy({ httpMethod: "ANY", uri: "http://backend.localhost/unused" }),
        },
      },
      "x-amazon-apigateway-cors": { allowOrigins: ["https://example.com"], maxAge: 10 },
      "x-amazon-apigateway-importexport-version": "1.0",
    });
    const plain = await exported(scene, ApiId, { IncludeExtensions: false, OutputType: "YAML" });
    expect(JSON.stringify(plain)).not.toMatch(/x-amazon-apigateway-(?!any-method)/);
  });

  test("are of the draft, or of what a stage is pointed at, and can be imported again", async () => {
    const scene = await newScene();
    const ApiId = await importOne(scene, orders);
    await scene.newStage(ApiId);
    await scene.addRoute(ApiId, "GET /later");
    const [draft, stage] = [await exported(scene, ApiId), await exported(scene, ApiId, { StageName: "dev" })];
    expect(Object.keys(draft.paths)).toContain("/later");
    expect(Object.keys(stage.paths)).not.toContain("/later");
    expect(stage.servers[0].variables.basePath.default).toBe("dev");
    const again = await exported(scene, await importOne(scene, stage));
    expect(again.paths).toEqual(stage.paths);
  });

  test.each([
    ["a WebSocket API", "Export is not supported on protocolType WEBSOCKET", "WEBSOCKET" as const, {}],
    ["another specification", "Invalid specification specified", "HTTP" as const, { Specification: "OAS31" }],
    ["a stage that is not there", "Invalid stage identifier specified", "HTTP" as const, { StageName: "none" }],
  ])("refuse %s", async (_, expected, protocolType, members) => {
    const scene = await newScene();
    const { message } = await refusalOf(exported(scene, await scene.newApi(protocolType), members));
    expect(message).toContain(expected);
  });
});
