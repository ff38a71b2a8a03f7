import {
  CreateDeploymentCommand,
  CreateStageCommand,
  GetExportCommand,
  PutRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { parse } from "yaml";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import { refusalOf, startControlPlane } from "./control-plane.ts";

const integration = {
  type: "mock",
  passthroughBehavior: "when_no_match",
  requestTemplates: { "application/json": '{"statusCode":200}' },
  responses: { default: { statusCode: "200" }, "5..": { statusCode: "500" } },
};

const validators = { all: { validateRequestBody: true, validateRequestParameters: true } };

const definition = {
  openapi: "3.0.1",
  info: { title: "Pets", description: "all pets" },
  paths: {
    "/pets/{id}": {
      get: {
        operationId: "GetPet",
        parameters: [{ name: "id", in: "path", required: true, schema: { type: "string" } }],
        responses: {
          "200": {
            description: "200 response",
            headers: { ETag: { schema: { type: "string" } } },
            content: { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } },
          },
        },
        security: [{ token: [] }, { api_key: [] }],
        "x-amazon-apigateway-integration": integration,
      },
    },
  },
  components: {
    schemas: { Pet: { type: "object", properties: { mother: { $ref: "#/components/schemas/Pet" } } } },
    securitySchemes: {
      token: {
        type: "apiKey",
        name: "Authorization",
        in: "header",
        "x-amazon-apigateway-authtype": "custom",
        "x-amazon-apigateway-authorizer": {
          type: "token",
          authorizerUri: "arn:aws:a",
          identitySource: "method.request.header.Authorization",
        },
      },
      api_key: { type: "apiKey", name: "x-api-key", in: "header" },
    },
  },
  "x-amazon-apigateway-request-validators": validators,
};

const withStage = async () => {
  const world = createWorld({ rateLimits: false, clock: { now: () => Date.UTC(2026, 10, 22, 7, 5, 9, 123) } });
  const restApiId = seedRestApi(world, JSON.stringify(definition), { id: "abcdefghij" }).id;
  const plane = await startControlPlane({ world });
  const { client } = plane;
  const { id: deploymentId } = await client.send(new CreateDeploymentCommand({ restApiId }));
  await client.send(new CreateStageCommand({ restApiId, stageName: "prod", deploymentId }));
  const read = (exportType: string, extensions?: string, accepts?: string) =>
    client.send(
      new GetExportCommand({
        restApiId,
        stageName: "prod",
        exportType,
        ...(extensions ? { parameters: { extensions } } : {}),
        ...(accepts ? { accepts } : {}),
      }),
    );
  const document = async (exportType: string, extensions?: string) =>
    JSON.parse(new TextDecoder().decode((await read(exportType, extensions)).body));
  return { ...plane, restApiId, read, document };
};

describe("GetExport", () => {
  test("answers an attachment named by dialect and version", async () => {
    const { read } = await withStage();
    expect(await read("oas30")).toMatchObject({
      contentType: "application/octet-stream",
      contentDisposition: 'attachment; filename="oas30_2026-11-22T07:05:09Z.json"',
    });
  });

  test("oas30 gives back what was imported, under the stage's address", async () => {
    const { document } = await withStage();
    const exported = await document("oas30", "apigateway");
    expect(exported.openapi).toBe("3.0.1");
    expect(exported.info).toEqual({ title: "Pets", description: "all pets", version: "2026-11-22T07:05:09Z" });
    expect(exported.servers).toEqual([
      {
        url: "https://abcdefghij.execute-api.eu-central-1.amazonaws.com/{basePath}",
        variables: { basePath: { default: "prod" } },
      },
    ]);
    expect(exported.paths).toEqual(definition.paths);
    expect(exported.components).toEqual(definition.components);
    expect(exported["x-amazon-apigateway-request-validators"]).toEqual(validators);
  });

  test("without extensions says nothing of API Gateway", async () => {
    const { document } = await withStage();
    expect(JSON.stringify(await document("oas30"))).not.toContain("x-amazon-apigateway");
    expect(JSON.stringify(await document("swagger"))).not.toContain("x-amazon-apigateway");
  });

  test("shows integrations and authorizers each on their own", async () => {
    const { document } = await withStage();
    const integrations = await document("oas30", "integrations");
    expect(integrations.paths["/pets/{id}"].get["x-amazon-apigateway-integration"]).toEqual(integration);
    expect(JSON.stringify(integrations.components)).not.toContain("x-amazon-apigateway");
    const authorizers = await document("oas30", "authorizers");
    expect(authorizers.components.securitySchemes).toEqual(definition.components.securitySchemes);
    expect(JSON.stringify(authorizers.paths)).not.toContain("x-amazon-apigateway");
  });

  test("swagger has host, base path and definitions", async () => {
    const { document } = await withStage();
    const exported = await document("swagger");
    expect(exported).toMatchObject({
      swagger: "2.0",
      host: "abcdefghij.execute-api.eu-central-1.amazonaws.com",
      basePath: "/prod",
      schemes: ["https"],
      definitions: { Pet: { properties: { mother: { $ref: "#/definitions/Pet" } } } },
    });
    expect(exported.paths["/pets/{id}"].get).toEqual({
      operationId: "GetPet",
      consumes: ["application/json"],
      produces: ["application/json"],
      parameters: [{ name: "id", in: "path", required: true, type: "string" }],
      responses: {
        "200": {
          description: "200 response",
          schema: { $ref: "#/definitions/Pet" },
          headers: { ETag: { type: "string" } },
        },
      },
      security: [{ token: [] }, { api_key: [] }],
    });
  });

  test("can be YAML", async () => {
    const { read, document } = await withStage();
    const { body, contentDisposition } = await read("oas30", undefined, "application/yaml");
    expect(contentDisposition).toMatch(/\.yaml"$/);
    expect(parse(new TextDecoder().decode(body))).toEqual(await document("oas30"));
  });

  test("is of the deployment behind the stage, not of the draft", async () => {
    const { client, restApiId, document } = await withStage();
    const body = Buffer.from(JSON.stringify({ ...definition, paths: {} }));
    await client.send(new PutRestApiCommand({ restApiId, body, mode: "overwrite" }));
    expect(Object.keys((await document("oas30")).paths)).toEqual(["/pets/{id}"]);
  });

  test("refuses a dialect or a stage that is none", async () => {
    const { client, restApiId, read } = await withStage();
    expect((await refusalOf(read("raml"))).message).toBe("No API exporter for type 'raml'");
    const elsewhere = new GetExportCommand({ restApiId, stageName: "nowhere", exportType: "oas30" });
    expect(await refusalOf(client.send(elsewhere))).toMatchObject({ name: "NotFoundException", status: 404 });
  });
});
