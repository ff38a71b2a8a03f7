import {
  CreateRestApiCommand,
  GetAuthorizersCommand,
  GetMethodCommand,
  GetModelsCommand,
  GetResourcesCommand,
  GetRestApiCommand,
  ImportRestApiCommand,
  PutRestApiCommand,
  type PutRestApiCommandInput,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import { refusalOf, startControlPlane } from "./control-plane.ts";

const mock = {
  "x-amazon-apigateway-integration": {
    type: "mock",
    requestTemplates: { "application/json": '{"statusCode":200}' },
    passthroughBehavior: "when_no_match",
    responses: {
      default: { statusCode: "200", responseTemplates: { "application/json": "{}" } },
      "4\\d\\d": { statusCode: 404 },
    },
  },
};

const openApi = (paths: object, members: object = {}) => ({
  openapi: "3.0.1",
  info: { title: "Pets", version: "1.0.0" },
  paths,
  ...members,
});

const bodyOf = (document: unknown): Buffer => Buffer.from(JSON.stringify(document));

const withApi = async (world = createWorld({ rateLimits: false })) => {
  const { client } = await startControlPlane({ world });
  const { id: restApiId = "", rootResourceId } = await client.send(
    new CreateRestApiCommand({ name: "before", binaryMediaTypes: ["image/heif"] }),
  );
  const put = (document: unknown, input: Partial<PutRestApiCommandInput> = {}) =>
    client.send(
      new PutRestApiCommand({
        restApiId,
        body: Buffer.isBuffer(document) ? document : bodyOf(document),
        ...input,
      }),
    );
  const resources = async () =>
    (await client.send(new GetResourcesCommand({ restApiId, embed: ["methods"], limit: 500 }))).items ?? [];
  const routes = async (): Promise<string[]> =>
    (await resources()).flatMap(({ path, resourceMethods }) =>
      Object.keys(resourceMethods ?? {}).map((verb) => `${verb} ${path}`),
    );
  const method = async (httpMethod: string, path: string) => {
    const resourceId = (await resources()).find((resource) => resource.path === path)?.id ?? "";
    const { $metadata: _, ...read } = await client.send(new GetMethodCommand({ restApiId, resourceId, httpMethod }));
    return { ...read, resourceId };
  };
  return { client, restApiId, rootResourceId, put, routes, method, world };
};

describe("ImportRestApi", () => {
  test("makes a REST API with nothing but the definition, and answers 201", async () => {
    const { client } = await startControlPlane();
    const api = await client.send(
      new ImportRestApiCommand({
        body: bodyOf(openApi({ "/pets": { get: mock } })),
        parameters: { endpointConfigurationTypes: "REGIONAL" },
      }),
    );
    expect(api.$metadata.httpStatusCode).toBe(201);
    expect(api).toMatchObject({ name: "Pets", version: "1.0.0", endpointConfiguration: { types: ["REGIONAL"] } });
    expect(api.tags).toBeUndefined();
    expect(api.warnings).toBeUndefined();
    expect((await client.send(new GetModelsCommand({ restApiId: api.id }))).items).toEqual([]);
  });

  test("leaves no REST API behind when it is refused", async () => {
    const { client, world } = await startControlPlane();
    await refusalOf(client.send(new ImportRestApiCommand({ body: Buffer.from("no definition") })));
    expect(world.restApis.size).toBe(0);
  });
});

describe("PutRestApi", () => {
  test("merges by default: adds and replaces, removes nothing", async () => {
    const { put, routes } = await withApi();
    await put(openApi({ "/pets": { get: mock, post: mock }, "/cats": { get: mock } }));
    const api = await put(
      openApi(
        { "/pets": { get: {} }, "/dogs": { get: mock } },
        { "x-amazon-apigateway-binary-media-types": ["image/png"] },
      ),
    );
    expect(api).toMatchObject({
      name: "Pets",
      version: "1.0.0",
      tags: {},
      binaryMediaTypes: ["image/heif", "image/png"],
    });
    expect(await routes()).toEqual(["GET /cats", "GET /dogs", "GET /pets", "POST /pets"]);
  });

  test("overwrites when told to, and keeps the root resource", async () => {
    const { put, routes, method, rootResourceId } = await withApi();
    await put(openApi({ "/pets": { get: mock, post: mock }, "/cats": { get: mock } }));
    const api = await put(
      openApi(
        { "/": { get: mock }, "/dogs": { get: mock } },
        { "x-amazon-apigateway-binary-media-types": ["image/png"] },
      ),
      {
        mode: "overwrite",
      },
    );
    expect(api.binaryMediaTypes).toEqual(["image/png"]);
    expect(await routes()).toEqual(["GET /", "GET /dogs"]);
    expect((await method("GET", "/")).resourceId).toBe(rootResourceId);
  });

  test("overwriting drops a policy that the definition does not repeat, merging keeps it", async () => {
    const { client, restApiId, put } = await withApi();
    const policyNow = async () => (await client.send(new GetRestApiCommand({ restApiId }))).policy;
    await put(openApi({}, { "x-amazon-apigateway-policy": { Version: "2012-10-17", Statement: [] } }));
    await put(openApi({}));
    expect(await policyNow()).toBe('{\\"Version\\":\\"2012-10-17\\",\\"Statement\\":[]}');
    await put(openApi({}), { mode: "overwrite" });
    expect(await policyNow()).toBeUndefined();
  });

  test("touches neither the endpoint type nor the stages", async () => {
    const { client, restApiId, put, world } = await withApi();
    const stages = world.restApis.get(restApiId)?.stages;
    await put(openApi({ "/pets": { get: mock } }), {
      mode: "overwrite",
      parameters: { endpointConfigurationTypes: "PRIVATE" },
    });
    const { endpointConfiguration } = await client.send(new GetRestApiCommand({ restApiId }));
    expect(endpointConfiguration?.types).toEqual(["EDGE"]);
    expect(world.restApis.get(restApiId)?.stages).toBe(stages);
  });

  test.each([
    ["no text of a definition", "just words"],
    ["broken YAML", "openapi: '3.0.1\npaths: [}"],
    ["YAML without an end", "openapi: '3.0.1'\ninfo: {title: a, version: '1'}\npaths: {}\nx-a: &a {b: *a}"],
    ["no version", "{}"],
    ["OpenAPI 3.1", '{"openapi":"3.1.0","info":{"title":"a","version":"1"},"paths":{}}'],
    ["Swagger 1.2", '{"swagger":"1.2"}'],
  ])("refuses %s", async (_, text) => {
    const { put } = await withApi();
    const body = Buffer.from(text);
    expect(await refusalOf(put(body))).toEqual({
      name: "BadRequestException",
      message: "Invalid OpenAPI input.",
      status: 400,
    });
  });

  test("refuses a body above the quota", async () => {
    const { put } = await withApi(createWorld({ rateLimits: false, quotas: { definitionBytes: 100 } }));
    expect((await refusalOf(put(openApi({ "/pets": { get: mock } })))).status).toBe(413);
  });

  test("refuses a definition with more resources than the quota", async () => {
    const { put, routes } = await withApi(createWorld({ rateLimits: false, quotas: { resourcesPerApi: 3 } }));
    const refusal = await refusalOf(put(openApi({ "/a/b/c": { get: mock } })));
    expect(refusal).toMatchObject({ name: "LimitExceededException", status: 429 });
    expect(await routes()).toEqual([]);
  });

  test("reports all errors at once and changes nothing", async () => {
    const { client, restApiId, put, routes } = await withApi();
    const integration = (members: object) => ({ "x-amazon-apigateway-integration": members });
    const document = openApi(
      {
        "/": { get: integration({ type: "http", httpMethod: "GET", uri: "nowhere" }) },
        "/pets/{id}": { get: mock },
        "/pets/{name}": { get: mock },
      },
      { components: { schemas: { body_1: { type: "object" } } } },
    );
    expect(await refusalOf(put(document, { mode: "overwrite" }))).toEqual({
      name: "BadRequestException",
      message:
        "Errors found during import:\n\t" +
        "Unable to create model for 'body_1': Model name must be alphanumeric: body_1\n\t" +
        "Unable to put integration on 'GET' for resource at path '/': Invalid HTTP endpoint specified for URI\n\t" +
        "Unable to create resource at path '/pets/{name}': " +
        "A sibling ({id}) of this resource already has a variable path part -- only one is allowed",
      status: 400,
    });
    expect(await routes()).toEqual([]);
    expect((await client.send(new GetRestApiCommand({ restApiId }))).name).toBe("before");
  });

  describe("warnings", () => {
    const doubtful = openApi({
      "/update": {
        get: {
          responses: {
            "200": {
              description: "ok",
              content: { "application/json": { schema: { $ref: "#/components/schemas/ModelThatDoesNotExist" } } },
            },
          },
          ...mock,
        },
      },
    });
    const warning =
      "Parse issue: attribute paths.'/update'(get).responses.200.content.schema.#/components/schemas/ModelThatDoesNotExist is missing";

    test("come with the answer", async () => {
      const { put, routes } = await withApi();
      expect((await put(doubtful)).warnings).toEqual([warning]);
      expect(await routes()).toEqual(["GET /update"]);
    });

    test("undo the import when they are to fail it", async () => {
      const { client, restApiId, put, routes } = await withApi();
      expect(await refusalOf(put(doubtful, { failOnWarnings: true }))).toEqual({
        name: "BadRequestException",
        message: `Warnings found during import:\n\t${warning}`,
        status: 400,
      });
      expect(await routes()).toEqual([]);
      expect((await client.send(new GetRestApiCommand({ restApiId }))).name).toBe("before");
    });
  });
});

describe("a definition", () => {
  test("is read from YAML as from JSON", async () => {
    const { put, routes } = await withApi();
    await put(Buffer.from(stringify(openApi({ "/pets": { get: mock } }))), { mode: "overwrite" });
    expect(await routes()).toEqual(["GET /pets"]);
  });

  test("gives methods their integrations, responses and parameters", async () => {
    const { put, method } = await withApi();
    await put(
      openApi(
        {
          "/pets/{id}": {
            parameters: [{ name: "id", in: "path", required: true }, { $ref: "#/components/parameters/page" }],
            "x-amazon-apigateway-any-method": {
              operationId: "AnyPet",
              requestBody: { content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } } },
              responses: {
                200: {
                  description: "ok",
                  headers: { ETag: {} },
                  content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
                },
              },
              ...mock,
            },
          },
        },
        {
          components: {
            parameters: { page: { name: "page", in: "query" } },
            schemas: { Pet: { type: "object" } },
          },
        },
      ),
    );
    const { resourceId, ...any } = await method("ANY", "/pets/{id}");
    expect(any).toEqual({
      httpMethod: "ANY",
      authorizationType: "NONE",
      apiKeyRequired: false,
      operationName: "AnyPet",
      requestParameters: { "method.request.path.id": true, "method.request.querystring.page": false },
      requestModels: { "application/json": "Pet" },
      methodResponses: {
        "200": {
          statusCode: "200",
          responseParameters: { "method.response.header.ETag": false },
          responseModels: { "application/json": "Pet" },
        },
      },
      methodIntegration: {
        type: "MOCK",
        requestTemplates: { "application/json": '{"statusCode":200}' },
        passthroughBehavior: "WHEN_NO_MATCH",
        timeoutInMillis: 29000,
        cacheNamespace: resourceId,
        cacheKeyParameters: [],
        integrationResponses: {
          "200": { statusCode: "200", responseTemplates: { "application/json": "{}" } },
          "404": { statusCode: "404", selectionPattern: "4\\d\\d" },
        },
      },
    });
  });

  test("gives HTTP backends a connection over the internet", async () => {
    const { put, method } = await withApi();
    const integration = { type: "http_proxy", httpMethod: "GET", uri: "https://example.com" };
    await put(openApi({ "/": { get: { "x-amazon-apigateway-integration": integration } } }));
    expect((await method("GET", "/")).methodIntegration).toMatchObject({
      type: "HTTP_PROXY",
      connectionType: "INTERNET",
    });
  });

  test("turns security into authorization", async () => {
    const { client, restApiId, put, method } = await withApi();
    const lambda = {
      type: "apiKey",
      name: "X-Token",
      in: "header",
      "x-amazon-apigateway-authtype": "custom",
      "x-amazon-apigateway-authorizer": { type: "token", authorizerUri: "arn:aws:a", authorizerResultTtlInSeconds: 60 },
    };
    const cognito = {
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "cognito_user_pools",
      "x-amazon-apigateway-authorizer": { type: "cognito_user_pools", providerARNs: ["arn:aws:c"] },
    };
    await put(
      openApi(
        {
          "/default": { get: mock },
          "/open": { get: { security: [], ...mock } },
          "/cognito": { get: { security: [{ users: ["email", "openid"] }], ...mock } },
          "/iam": { get: { security: [{ sigv4: [] }, { key: [] }], ...mock } },
        },
        {
          security: [{ token: [] }],
          components: {
            securitySchemes: {
              token: lambda,
              users: cognito,
              sigv4: {
                type: "apiKey",
                name: "Authorization",
                in: "header",
                "x-amazon-apigateway-authtype": "awsSigv4",
              },
              key: { type: "apiKey", name: "x-api-key", in: "header" },
            },
          },
        },
      ),
    );
    const { items = [] } = await client.send(new GetAuthorizersCommand({ restApiId }));
    const token = items.find(({ name }) => name === "token");
    expect(token).toMatchObject({
      type: "TOKEN",
      authType: "custom",
      identitySource: "method.request.header.X-Token",
      authorizerResultTtlInSeconds: 60,
    });
    expect(await method("GET", "/default")).toMatchObject({ authorizationType: "CUSTOM", authorizerId: token?.id });
    expect(await method("GET", "/open")).toMatchObject({ authorizationType: "NONE", apiKeyRequired: false });
    expect(await method("GET", "/cognito")).toMatchObject({
      authorizationType: "COGNITO_USER_POOLS",
      authorizationScopes: ["email", "openid"],
    });
    expect(await method("GET", "/iam")).toMatchObject({ authorizationType: "AWS_IAM", apiKeyRequired: true });
  });

  test("in Swagger 2.0 takes models from definitions and media types from produces", async () => {
    const { client, restApiId, put, method } = await withApi();
    await put(
      {
        swagger: "2.0",
        info: { title: "Pets", version: "1" },
        basePath: "/v1",
        produces: ["text/plain"],
        paths: {
          "/pets": {
            post: {
              consumes: ["application/json", "application/xml"],
              parameters: [{ in: "body", name: "pet", schema: { $ref: "#/definitions/Pet" } }],
              responses: { 200: { description: "ok", schema: { $ref: "#/definitions/Pets" } } },
              ...mock,
            },
          },
        },
        definitions: { Pet: { type: "object" }, Pets: { type: "array", items: { $ref: "#/definitions/Pet" } } },
      },
      { mode: "overwrite" },
    );
    expect(await method("POST", "/pets")).toMatchObject({
      requestModels: { "application/json": "Pet", "application/xml": "Pet" },
      methodResponses: { "200": { responseModels: { "text/plain": "Pets" } } },
    });
    const { items = [] } = await client.send(new GetModelsCommand({ restApiId }));
    expect(items.map(({ name }) => name)).toEqual(["Pet", "Pets"]);
    expect(JSON.parse(items[1]?.schema ?? "")).toEqual({
      type: "array",
      items: { $ref: `https://apigateway.amazonaws.com/restapis/${restApiId}/models/Pet` },
    });
  });

  test.each([
    [undefined, "GET /pets"],
    ["ignore", "GET /pets"],
    ["prepend", "GET /base/v1/pets"],
    ["split", "GET /v1/pets"],
  ])("has its base path treated as %s", async (basepath, route) => {
    const { put, routes } = await withApi();
    const document = openApi(
      { "/pets": { get: mock } },
      { servers: [{ url: "https://x.example/{b}/v1", variables: { b: { default: "base" } } }] },
    );
    await put(document, basepath === undefined ? {} : { parameters: { basepath } });
    expect(await routes()).toEqual([route]);
  });
});

test("seedRestApi puts a definition straight into the world, under an id of choice", () => {
  const world = createWorld();
  const api = seedRestApi(world, stringify(openApi({ "/pets": { get: mock } })), { id: "abcdefghij" });
  expect(world.restApis.get("abcdefghij")).toBe(api);
  expect(api).toMatchObject({ name: "Pets", endpointConfiguration: { types: ["REGIONAL"] } });
  expect([...api.draft.resources.values()].map(({ path }) => path)).toEqual(["/", "/pets"]);
});
