import {
  CreateDocumentationPartCommand,
  CreateDocumentationVersionCommand,
  CreateModelCommand,
  CreateRestApiCommand,
  DeleteRestApiCommand,
  GetAccountCommand,
  GetDocumentationPartsCommand,
  GetDocumentationVersionCommand,
  GetModelsCommand,
  GetRestApiCommand,
  type PatchOperation,
  paginateGetRestApis,
  UpdateAccountCommand,
  UpdateRestApiCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { addMapping, newDomainName, ROOT } from "../../../simulator/gateway/domain-name.ts";
import { type ControlPlane, refusalOf, startControlPlane } from "./control-plane.ts";

const withApi = async (): Promise<
  ControlPlane & { restApiId: string; patch: (...o: PatchOperation[]) => Promise<unknown> }
> => {
  const plane = await startControlPlane();
  const { id = "" } = await plane.client.send(new CreateRestApiCommand({ name: "pets", description: "all pets" }));
  return {
    ...plane,
    restApiId: id,
    patch: (...patchOperations) => plane.client.send(new UpdateRestApiCommand({ restApiId: id, patchOperations })),
  };
};

describe("CreateRestApi", () => {
  test("fills in the service's defaults", async () => {
    const { client } = await startControlPlane();
    const api = await client.send(new CreateRestApiCommand({ name: "pets", binaryMediaTypes: ["image/png"] }));
    expect(api).toMatchObject({
      name: "pets",
      apiKeySource: "HEADER",
      disableExecuteApiEndpoint: false,
      endpointConfiguration: { types: ["EDGE"], ipAddressType: "ipv4" },
      binaryMediaTypes: ["image/png"],
    });
    expect(api.tags).toBeUndefined();
    const models = await client.send(new GetModelsCommand({ restApiId: api.id }));
    expect(models.items?.map(({ name }) => name)).toEqual(["Empty", "Error"]);
  });

  test("shows an empty set of tags once it is read back", async () => {
    const { client, restApiId } = await withApi();
    expect((await client.send(new GetRestApiCommand({ restApiId }))).tags).toEqual({});
  });

  test.each([
    [{ description: "" }, "Description cannot be an empty string"],
    [{ minimumCompressionSize: -1 }, "Invalid minimum compression size, must be between 0 and 10485760"],
    [
      { endpointConfiguration: { types: [] } },
      "REGIONAL Configuration and EDGE Configuration cannot be both DISABLED.",
    ],
    [
      { endpointConfiguration: { types: ["EDGE" as const, "REGIONAL" as const] } },
      "Cannot create an api with multiple Endpoint Types.",
    ],
    [
      { endpointConfiguration: { types: ["PRIVATE" as const], ipAddressType: "ipv4" as const } },
      "Only dualstack ipAddressType is supported for Private APIs.",
    ],
  ])("refuses %j", async (members, message) => {
    const { client, world } = await startControlPlane();
    const refusal = await refusalOf(client.send(new CreateRestApiCommand({ name: "pets", ...members })));
    expect(refusal).toEqual({ name: "BadRequestException", message, status: 400 });
    expect(world.restApis.size).toBe(0);
  });
});

test("GetRestApis pages", async () => {
  const { client } = await startControlPlane();
  for (const name of ["a", "b", "c"]) await client.send(new CreateRestApiCommand({ name }));
  const pages: (string | undefined)[][] = [];
  for await (const { items } of paginateGetRestApis({ client, pageSize: 2 }, {})) {
    pages.push((items ?? []).map(({ name }) => name));
  }
  expect(pages.map((page) => page.length)).toEqual([2, 1]);
  expect(pages.flat().sort()).toEqual(["a", "b", "c"]);
});

describe("UpdateRestApi", () => {
  test("replaces and removes members", async () => {
    const { client, restApiId, patch } = await withApi();
    await patch(
      { op: "replace", path: "/name", value: "cats" },
      { op: "remove", path: "/description" },
      { op: "add", path: "/binaryMediaTypes/image~1png" },
      { op: "add", path: "/binaryMediaTypes/image~1jpeg" },
      { op: "replace", path: "/binaryMediaTypes/image~1png", value: "image/gif" },
      { op: "replace", path: "/minimumCompressionSize", value: "0" },
      { op: "replace", path: "/disableExecuteApiEndpoint", value: "true" },
    );
    const api = await client.send(new GetRestApiCommand({ restApiId }));
    expect(api).toMatchObject({
      name: "cats",
      binaryMediaTypes: ["image/jpeg", "image/gif"],
      minimumCompressionSize: 0,
      disableExecuteApiEndpoint: true,
    });
    expect(api.description).toBeUndefined();
  });

  test("makes a private API dualstack", async () => {
    const { client, restApiId, patch } = await withApi();
    await patch({ op: "replace", path: "/endpointConfiguration/types/EDGE", value: "PRIVATE" });
    const { endpointConfiguration } = await client.send(new GetRestApiCommand({ restApiId }));
    expect(endpointConfiguration).toEqual({ types: ["PRIVATE"], ipAddressType: "dualstack" });
    const refusal = await refusalOf(
      patch({ op: "replace", path: "/endpointConfiguration/ipAddressType", value: "ipv4" }),
    );
    expect(refusal.message).toBe("Only dualstack ipAddressType is supported for Private APIs.");
  });

  test("shows a policy with its quotes escaped once more", async () => {
    const { client, restApiId, patch } = await withApi();
    await patch({ op: "replace", path: "/policy", value: '{"Version":"2012-10-17"}' });
    const { policy } = await client.send(new GetRestApiCommand({ restApiId }));
    expect(policy).toBe('{\\"Version\\":\\"2012-10-17\\"}');
    await patch({ op: "replace", path: "/policy", value: "" });
    expect((await client.send(new GetRestApiCommand({ restApiId }))).policy).toBeUndefined();
  });

  test.each<[PatchOperation, string]>([
    [{ op: "add", path: "/binaryMediaTypes", value: "x" }, "Invalid patch path /binaryMediaTypes"],
    [
      { op: "add", path: "/minimumCompressionSize", value: "1" },
      "Invalid patch operation specified. Must be one of: [replace]",
    ],
    [
      { op: "replace", path: "/minimumCompressionSize", value: "many" },
      "Invalid minimum compression size, must be between 0 and 10485760",
    ],
    [
      { op: "replace", path: "/endpointConfiguration/types/EDGE", value: "wrong" },
      "Invalid EndpointTypes specified. Valid options are REGIONAL,EDGE,PRIVATE",
    ],
    [
      { op: "copy", path: "/endpointConfiguration/types/EDGE", value: "EDGE" },
      "Invalid patch operation specified. Must be 'add'|'remove'|'replace'",
    ],
  ])("refuses %j and changes nothing", async (operation, message) => {
    const { client, restApiId, patch } = await withApi();
    const refusal = await refusalOf(patch({ op: "replace", path: "/name", value: "cats" }, operation));
    expect(refusal).toEqual({ name: "BadRequestException", message, status: 400 });
    expect((await client.send(new GetRestApiCommand({ restApiId }))).name).toBe("pets");
  });
});

describe("DeleteRestApi", () => {
  test("answers 202 and nothing else", async () => {
    const { client, restApiId, send } = await withApi();
    const { status, body } = await send("DELETE", `/restapis/${restApiId}`);
    expect(status).toBe(202);
    expect(body).toBeUndefined();
    expect((await refusalOf(client.send(new DeleteRestApiCommand({ restApiId })))).status).toBe(404);
  });

  test("is refused while a custom domain maps to the API", async () => {
    const { client, restApiId, world } = await withApi();
    addMapping(world, newDomainName(world, "api.example.com"), { basePath: ROOT, restApiId });
    const refusal = await refusalOf(client.send(new DeleteRestApiCommand({ restApiId })));
    expect(refusal.status).toBe(400);
    expect(refusal.message).toContain("api.example.com");
  });
});

test("models are named by letters and digits, once", async () => {
  const { client, restApiId } = await withApi();
  const create = (name: string) =>
    client.send(
      new CreateModelCommand({ restApiId, name, contentType: "application/json", schema: '{"type":"object"}' }),
    );
  expect((await create("Pet")).id).toMatch(/^[a-z0-9]{6}$/);
  expect((await refusalOf(create("Pet"))).message).toBe("Model name already exists for this REST API");
  expect((await refusalOf(create("a_b"))).message).toBe("Model name must be alphanumeric: a_b");
});

test("documentation has parts and versions", async () => {
  const { client, restApiId } = await withApi();
  const location = { type: "API" as const };
  await client.send(new CreateDocumentationPartCommand({ restApiId, location, properties: "{}" }));
  const parts = await client.send(new GetDocumentationPartsCommand({ restApiId, type: "API" }));
  expect(parts.items).toMatchObject([{ location, properties: "{}" }]);
  expect((await client.send(new GetDocumentationPartsCommand({ restApiId, type: "METHOD" }))).items).toEqual([]);
  await client.send(new CreateDocumentationVersionCommand({ restApiId, documentationVersion: "v1" }));
  const version = await client.send(new GetDocumentationVersionCommand({ restApiId, documentationVersion: "v1" }));
  expect(version.createdDate).toBeInstanceOf(Date);
});

test("the account has a role for logs once it is given one", async () => {
  const { client } = await startControlPlane();
  const account = await client.send(new GetAccountCommand({}));
  expect(account.cloudwatchRoleArn).toBeUndefined();
  expect(account.throttleSettings).toEqual({ burstLimit: 5000, rateLimit: 10000 });
  const arn = "arn:aws:iam::123456789012:role/logs";
  const role = (path: string) =>
    client.send(new UpdateAccountCommand({ patchOperations: [{ op: "replace", path, value: arn }] }));
  await role("/cloudwatchRoleArn");
  expect((await client.send(new GetAccountCommand({}))).cloudwatchRoleArn).toBe(arn);
  expect((await refusalOf(role("/role"))).message).toBe(
    "Invalid patch path  '/role' specified for op 'replace'. Must be one of: [/cloudwatchRoleArn]",
  );
});
