import {
  CreateDocumentationPartCommand,
  GetAuthorizersCommand,
  GetDocumentationPartsCommand,
  UpdateRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
import { mock, openApi, withImports } from "./import-scene.ts";

describe("what an import makes of a definition", () => {
  test("parameters of a path are required ones, declared or not", async () => {
    const { put, method } = await withImports();
    const declared = { parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }], ...mock };
    await put(openApi({ "/pets/{id}": { get: mock, post: declared }, "/files/{path+}": { get: mock } }));
    expect(method("/pets/{id}", "GET")?.requestParameters).toEqual({ "method.request.path.id": true });
    expect(method("/pets/{id}", "POST")?.requestParameters).toEqual({ "method.request.path.id": true });
    expect(method("/files/{path+}", "GET")?.requestParameters).toEqual({ "method.request.path.path": true });
  });

  test("a mock integration has no verb of a backend", async () => {
    const { put, method } = await withImports();
    const get = { "x-amazon-apigateway-integration": { type: "mock", httpMethod: "POST" } };
    await put(openApi({ "/a": { get } }));
    expect(method("/a")?.methodIntegration).not.toHaveProperty("httpMethod");
  });

  test("AWS variables are resolved, all others are not", async () => {
    const { put, method, read } = await withImports();
    const uri =
      "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/2015-03-31/functions/" +
      "arn:${AWS::Partition}:lambda:${AWS::Region}:${AWS::AccountId}:function:${stageVariables.name}/invocations";
    const get = { "x-amazon-apigateway-integration": { type: "aws_proxy", httpMethod: "POST", uri } };
    await put(openApi({ "/a": { get } }, { info: { title: "${AWS::StackName} ${title}", version: "1" } }));
    expect(method("/a")?.methodIntegration?.uri).toBe(
      "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/" +
        "arn:aws:lambda:eu-central-1:123456789012:function:${stageVariables.name}/invocations",
    );
    expect((await read()).name).toBe("${AWS::StackName} ${title}");
  });

  test.each([
    ["ignore", "https://a.example", "/test"],
    ["prepend", "https://a.example", "/base/v1/test"],
    ["split", "https://a.example", "/v1/test"],
    ["prepend", "https://a.example/{basePath}", "/base/v1/test"],
  ])("the server variable basePath is the base path: %s with %s", async (basepath, url, path) => {
    const { put, method } = await withImports();
    const servers = [{ url, variables: { basePath: { default: "/base/v1" } } }];
    await put(openApi({ "/test": { get: mock } }, { servers }), { parameters: { basepath } });
    expect(method(path)).toBeDefined();
  });

  test("a JWT authorizer authorizes its methods", async () => {
    const { client, restApiId, put, method, send } = await withImports();
    const jwtConfiguration = {
      issuers: [{ issuer: "https://id.example", audiences: ["pets"] }],
      defaultAlgorithms: ["RS256"],
    };
    const scheme = (configuration: object) => ({
      type: "apiKey",
      name: "Authorization",
      in: "header",
      "x-amazon-apigateway-authtype": "custom",
      "x-amazon-apigateway-authorizer": { type: "jwt", jwtConfiguration: configuration },
    });
    const definition = (configuration: object) =>
      openApi(
        { "/a": { get: { security: [{ tokens: ["pets:read"] }], ...mock } } },
        { components: { securitySchemes: { tokens: scheme(configuration) } } },
      );
    await put(definition(jwtConfiguration), { failOnWarnings: true });
    const [authorizer] = (await client.send(new GetAuthorizersCommand({ restApiId }))).items ?? [];
    expect(authorizer).toMatchObject({ type: "JWT", identitySource: "method.request.header.Authorization" });
    expect((await send("GET", `/restapis/${restApiId}/authorizers/${authorizer?.id}`)).body).toMatchObject({
      jwtConfiguration,
    });
    expect(method("/a")).toMatchObject({
      authorizationType: "JWT",
      authorizerId: authorizer?.id,
      authorizationScopes: ["pets:read"],
    });
    const weak = { ...jwtConfiguration, defaultAlgorithms: ["HS256"] };
    expect((await refusalOf(put(definition(weak)))).message).toContain("must be one or more of [RS256");
  });
});

describe("what an overwrite keeps and takes away", () => {
  test("a resource keeps its id while its path stays", async () => {
    const { put, resource } = await withImports();
    await put(openApi({ "/pets/{id}": { get: mock }, "/cats": { get: mock } }));
    const before = ["/", "/pets", "/pets/{id}"].map((path) => resource(path)?.id);
    await put(openApi({ "/dogs": { get: mock }, "/pets/{id}": { post: mock } }));
    expect(["/", "/pets", "/pets/{id}"].map((path) => resource(path)?.id)).toEqual(before);
    expect(resource("/cats")).toBeUndefined();
  });

  const rich = openApi(
    { "/a": { get: mock } },
    {
      info: { title: "Rich", version: "2", description: "all of it" },
      servers: [{ url: "/", "x-amazon-apigateway-endpoint-configuration": { disableExecuteApiEndpoint: true } }],
      "x-amazon-apigateway-binary-media-types": ["image/png"],
      "x-amazon-apigateway-minimum-compression-size": 1024,
      "x-amazon-apigateway-api-key-source": "AUTHORIZER",
      "x-amazon-apigateway-policy": { Version: "2012-10-17", Statement: [] },
    },
  );
  const settings = {
    description: "all of it",
    version: "2",
    disableExecuteApiEndpoint: true,
    binaryMediaTypes: ["image/png"],
    minimumCompressionSize: 1024,
    apiKeySource: "AUTHORIZER",
    policy: expect.any(String),
  };

  test("settings that the definition does not name are gone, and its title is the API's name", async () => {
    const { put, read } = await withImports();
    expect(await put(rich)).toMatchObject({ name: "Rich", ...settings });
    await put({ openapi: "3.0.1", info: { title: "Bare" }, paths: {} });
    const bare = await read();
    expect(bare).toMatchObject({ name: "Bare", disableExecuteApiEndpoint: false, apiKeySource: "HEADER" });
    for (const gone of ["description", "version", "binaryMediaTypes", "minimumCompressionSize", "policy"]) {
      expect(bare).not.toHaveProperty(gone);
    }
  });

  test("a merge takes nothing away", async () => {
    const { put, read } = await withImports();
    await put(rich);
    await put({ openapi: "3.0.1", info: { title: "Bare" }, paths: {} }, { mode: "merge" });
    expect(await read()).toMatchObject({ name: "Bare", ...settings });
  });

  test("VPC endpoints go, the type of the endpoint stays", async () => {
    const { client, restApiId, put } = await withImports();
    const patchOperations = [
      { op: "replace", path: "/endpointConfiguration/types/EDGE", value: "PRIVATE" },
      { op: "add", path: "/endpointConfiguration/vpcEndpointIds", value: "vpce-1" },
    ] as const;
    await client.send(new UpdateRestApiCommand({ restApiId, patchOperations: [...patchOperations] }));
    const merged = await put(openApi({}), { mode: "merge" });
    expect(merged.endpointConfiguration).toMatchObject({ types: ["PRIVATE"], vpcEndpointIds: ["vpce-1"] });
    const overwritten = await put(openApi({}));
    expect(overwritten.endpointConfiguration).toEqual({ types: ["PRIVATE"], ipAddressType: "dualstack" });
  });

  test("a compression size out of range is refused and changes nothing", async () => {
    const { put, read } = await withImports();
    await put(rich);
    const refused = put({ ...openApi({}), "x-amazon-apigateway-minimum-compression-size": -1 });
    expect((await refusalOf(refused)).message).toBe("Invalid minimum compression size, must be between 0 and 10485760");
    expect(await read()).toMatchObject({ name: "Rich", ...settings });
  });
});

describe("documentation parts", () => {
  const documented = (...documentationParts: object[]) =>
    openApi({ "/": { get: mock } }, { "x-amazon-apigateway-documentation": { version: "1", documentationParts } });
  const api = { location: { type: "API" }, properties: { description: "All pets" } };
  const method = { location: { type: "METHOD", method: "GET" }, properties: { description: "Reads" } };

  const scene = async () => {
    const { client, restApiId, put } = await withImports();
    const parts = async () =>
      ((await client.send(new GetDocumentationPartsCommand({ restApiId }))).items ?? []).map(
        ({ location, properties }) => ({ location, properties: JSON.parse(properties ?? "") }),
      );
    const add = () =>
      client.send(
        new CreateDocumentationPartCommand({
          restApiId,
          location: { type: "MODEL", name: "Pet" },
          properties: '{"title":"Pet"}',
        }),
      );
    return { put, parts, add };
  };

  test("come with a definition, their locations filled up", async () => {
    const { put, parts } = await scene();
    await put(documented(api, method));
    expect(await parts()).toEqual([api, { ...method, location: { ...method.location, path: "/" } }]);
  });

  test("are overwritten or merged with it, and left alone when told to ignore them", async () => {
    const { put, parts, add } = await scene();
    await add();
    await put(documented(api), { parameters: { ignore: "documentation" } });
    expect((await parts()).map(({ location }) => location?.type)).toEqual(["MODEL"]);
    await put(documented(api), { mode: "merge" });
    expect((await parts()).map(({ location }) => location?.type)).toEqual(["API", "MODEL"]);
    await put(documented(method));
    expect((await parts()).map(({ location }) => location?.type)).toEqual(["METHOD"]);
  });
});
