import { PutRestApiCommand } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
import { bodyOf, mock, openApi, withImports } from "./import-scene.ts";

const answering = (schema: object) => ({
  responses: { 200: { description: "ok", content: { "application/json": { schema } } } },
  ...mock,
});

const integration = (members: object) => ({ "x-amazon-apigateway-integration": { ...members } });

/** Each text is one that AWS was seen to answer with. */
const warned: [what: string, document: object, warnings: string[]][] = [
  [
    "several servers",
    openApi({}, { servers: [{ url: "https://a.example" }, { url: "https://b.example" }] }),
    ["More than one server provided. Ignoring all but the first for defining endpoint configuration"],
  ],
  [
    "a request parameter that is no text",
    openApi({
      "/a": {
        get: integration({
          ...mock["x-amazon-apigateway-integration"],
          requestParameters: { "integration.request.header.nothing": true, "integration.request.header.x": "'y'" },
        }),
      },
    }),
    [
      "Invalid format for 'requestParameters'. Expected type string for property " +
        "'integration.request.header.nothing' of resource '/a' and method 'GET' but got 'true'",
    ],
  ],
  [
    "an inline text as a response",
    openApi({ "/a": { get: answering({ type: "string" }) } }),
    ["Unsupported model type 'StringSchema' in 200 response to method 'GET /a'. Ignoring."],
  ],
  [
    "an inline composition as a response",
    openApi({ "/a": { get: answering({ allOf: [{ type: "object" }] }) } }),
    ["Unsupported model type 'ComposedSchema' in 200 response to method 'GET /a'. Ignoring."],
  ],
  [
    "an inline composition as a request body",
    openApi({
      "/a": {
        put: { requestBody: { content: { "application/json": { schema: { oneOf: [{ type: "object" }] } } } }, ...mock },
      },
    }),
    ["Unsupported model type 'Content' in request schema for 'PUT /a'. Ignoring."],
  ],
  [
    "a reference to a model that is not there",
    openApi({ "/a": { get: answering({ $ref: "#/components/schemas/Pet" }) } }),
    ["Parse issue: attribute paths.'/a'(get).responses.200.content.schema.#/components/schemas/Pet is missing"],
  ],
  [
    "a member that the specification does not know",
    openApi({
      "/a/{id}": { get: { parameters: [{ name: "id", in: "path", required: true, type: "string" }], ...mock } },
    }),
    ["Parse issue: attribute paths.'/a/{id}'(get).parameters.[id].type is unexpected"],
  ],
  [
    "a security scheme that means nothing to API Gateway",
    openApi({}, { components: { securitySchemes: { basic: { type: "http", scheme: "basic" } } } }),
    ["Unsupported security definition type 'http' for 'basic'. Ignoring."],
  ],
];

describe("an import warns of", () => {
  test.each(warned)("%s", async (_, document, warnings) => {
    const { put } = await withImports();
    expect((await put(document)).warnings).toEqual(warnings);
    expect(await refusalOf(put(document, { failOnWarnings: true }))).toEqual({
      name: "BadRequestException",
      message: ["Warnings found during import:", ...warnings].join("\n\t"),
      status: 400,
    });
  });

  test("unknown members wherever the specification sets them, extensions excepted", async () => {
    const { put } = await withImports();
    const { warnings } = await put(
      openApi(
        {
          "x-common": { anything: 1 },
          "/a": { GET: {}, "x-note": 1, get: { consumes: [], responses: { 200: { schema: {} } }, ...mock } },
        },
        { info: { title: "Pets", version: "1", licence: "MIT" }, definitions: {}, components: { models: {} } },
      ),
    );
    expect(warnings).toEqual([
      "Parse issue: attribute info.licence is unexpected",
      "Parse issue: attribute paths.'/a'.GET is unexpected",
      "Parse issue: attribute paths.'/a'(get).consumes is unexpected",
      "Parse issue: attribute paths.'/a'(get).responses.200.schema is unexpected",
      "Parse issue: attribute definitions is unexpected",
      "Parse issue: attribute components.models is unexpected",
    ]);
  });

  test("Swagger's members are judged by Swagger", async () => {
    const { put } = await withImports();
    const swagger = (operation: object, members: object = {}) => ({
      swagger: "2.0",
      info: { title: "Pets", version: "1" },
      paths: { "/a": { get: { ...operation, ...mock } } },
      ...members,
    });
    const known = swagger(
      { produces: ["text/plain"], parameters: [{ name: "q", in: "query", type: "string", format: "date" }] },
      { host: "a.example", schemes: ["https"], basePath: "/v1" },
    );
    expect((await put(known)).warnings).toBeUndefined();
    expect((await put(swagger({ requestBody: {} }, { servers: [] }))).warnings).toEqual([
      "Parse issue: attribute paths.'/a'(get).requestBody is unexpected",
      "Parse issue: attribute servers is unexpected",
    ]);
  });

  test("an authorizer that is named and not described, and makes none of its methods", async () => {
    const { put, method } = await withImports();
    const scheme = { type: "apiKey", name: "Auth", in: "header", "x-amazon-apigateway-authtype": "custom" };
    const { warnings } = await put(
      openApi(
        { "/a": { get: { security: [{ lambda: [] }], ...mock }, post: mock } },
        { components: { securitySchemes: { lambda: scheme } } },
      ),
    );
    expect(warnings).toEqual([
      expect.stringMatching(/^Unable to create authorizer from security definition: 'lambda'/),
    ]);
    expect(method("/a", "GET")).toBeUndefined();
    expect(method("/a", "POST")).toBeDefined();
  });

  test("drops what it warned of and takes the rest", async () => {
    const { put, method, draft } = await withImports();
    await put(warned[1]?.[1]);
    expect(method("/a")?.methodIntegration?.["requestParameters"]).toEqual({ "integration.request.header.x": "'y'" });
    await put(openApi({ "/a": { get: answering({ type: "string" }) }, "/b": { get: answering({ type: "array" }) } }));
    expect(method("/a")?.methodResponses.get("200")).toEqual({ statusCode: "200" });
    expect([...draft().models.keys()]).toEqual([expect.stringMatching(/^MODEL/)]);
  });
});

describe("an import refuses", () => {
  const reference = openApi(
    { "/a": { get: answering({ $ref: "#/components/schemas/Feed" }) } },
    { components: { schemas: { Feed: { $ref: "https://schemas.example/feed.json" } } } },
  );

  test("a model that refers out of the document, with the warnings beside the errors", async () => {
    const { put, method } = await withImports();
    expect(await refusalOf(put(reference))).toEqual({
      name: "BadRequestException",
      message:
        "Errors found during import:\n\t" +
        "Unable to create model for 'Feed': Invalid model specified: Validation Result: warnings : [], errors : " +
        "[Model reference must be in canonical form]\n" +
        "Additionally, these warnings were found:\n\t" +
        "Reference to model 'Feed' not found. Ignoring.\n\t" +
        "Invalid format for model application/json for method GET",
      status: 400,
    });
    expect(method("/a")).toBeUndefined();
  });

  test.each([
    ["a path of the file system", "./feed.yml#/Feed"],
    ["a part of the document that holds no models", "#/components/responses/Feed"],
  ])("%s as a model's reference, at any depth", async (_, $ref) => {
    const { put } = await withImports();
    const Feed = { type: "object", properties: { items: { type: "array", items: { $ref } } } };
    const refusal = await refusalOf(put(openApi({}, { components: { schemas: { Feed } } })));
    expect(refusal.message).toContain("[Model reference must be in canonical form]");
  });

  test("a parameter whose name it has no use for", async () => {
    const { put } = await withImports();
    const get = { parameters: [{ name: "page[size]", in: "query", schema: { type: "string" } }], ...mock };
    expect((await refusalOf(put(openApi({ "/a": { get } })))).message).toBe(
      "Errors found during import:\n\tUnable to put method 'GET' on resource at path '/a': Invalid mapping expression " +
        "specified: Validation Result: warnings : [], errors : " +
        "[Parameter name should match the following regular expression: ^[a-zA-Z0-9._$-]+$]",
    );
  });

  test.each([
    [{ uri: { "Fn::Sub": "arn" } }, "Unable to parse API definition because of a malformed integration at path /a."],
    [{ uri: "arn:aws:sqs:eu-central-1:1:q" }, "AWS ARN for integration must contain path or action"],
    [
      { uri: "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/${F.Arn}/invocations" },
      "Invalid function ARN or invalid uri",
    ],
    [
      { uri: "arn:aws:apigateway:eu-central-1:dynamodb:action/GetItem", timeoutInMillis: 87000 },
      "Timeout should be between 50 ms and 29000 ms",
    ],
  ])("an integration with %j", async (members, message) => {
    const { put } = await withImports();
    const get = integration({ type: "aws", httpMethod: "POST", ...members });
    expect((await refusalOf(put(openApi({ "/a": { get } })))).message).toContain(message);
  });

  test("a body that is no definition before an API that is not there", async () => {
    const { client } = await withImports();
    const put = (body: string) =>
      refusalOf(client.send(new PutRestApiCommand({ restApiId: "nowhere", body: bodyOf(body) })));
    expect(await put("{'key:value}")).toMatchObject({ message: "Invalid OpenAPI input.", status: 400 });
    expect(await put(JSON.stringify(openApi({})))).toMatchObject({ name: "NotFoundException", status: 404 });
  });
});
