import {
  CreateAuthorizerCommand,
  CreateResourceCommand,
  CreateRestApiCommand,
  DeleteMethodCommand,
  DeleteResourceCommand,
  GetIntegrationCommand,
  GetMethodCommand,
  GetResourceCommand,
  GetResourcesCommand,
  type PatchOperation,
  PutIntegrationCommand,
  PutIntegrationResponseCommand,
  PutMethodCommand,
  PutMethodResponseCommand,
  paginateGetResources,
  UpdateIntegrationCommand,
  UpdateIntegrationResponseCommand,
  UpdateMethodCommand,
  UpdateResourceCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { refusalOf, startControlPlane } from "./control-plane.ts";

const withApi = async (world = createWorld({ rateLimits: false })) => {
  const { client } = await startControlPlane({ world });
  const { id: restApiId = "", rootResourceId: root = "" } = await client.send(
    new CreateRestApiCommand({ name: "pets" }),
  );
  const add = async (parentId: string, pathPart: string): Promise<string> =>
    (await client.send(new CreateResourceCommand({ restApiId, parentId, pathPart }))).id ?? "";
  const paths = async (): Promise<(string | undefined)[]> =>
    ((await client.send(new GetResourcesCommand({ restApiId }))).items ?? []).map(({ path }) => path);
  return { client, restApiId, root, add, paths };
};

describe("the tree of resources", () => {
  test("is listed by path, deleted with all below, and moved with all below", async () => {
    const { client, restApiId, root, add, paths } = await withApi();
    const pets = await add(root, "pets");
    const pet = await add(pets, "{id}");
    await add(pet, "toys");
    await add(root, "cats");
    expect(await paths()).toEqual(["/", "/cats", "/pets", "/pets/{id}", "/pets/{id}/toys"]);
    await client.send(
      new UpdateResourceCommand({
        restApiId,
        resourceId: pets,
        patchOperations: [{ op: "replace", path: "/pathPart", value: "dogs" }],
      }),
    );
    expect(await paths()).toEqual(["/", "/cats", "/dogs", "/dogs/{id}", "/dogs/{id}/toys"]);
    await client.send(new DeleteResourceCommand({ restApiId, resourceId: pets }));
    expect(await paths()).toEqual(["/", "/cats"]);
    const gone = await refusalOf(client.send(new DeleteResourceCommand({ restApiId, resourceId: pet })));
    expect(gone).toEqual({ name: "NotFoundException", message: "Invalid Resource identifier specified", status: 404 });
  });

  test("refuses what cannot stand side by side", async () => {
    const { root, add } = await withApi();
    const pets = await add(root, "pets");
    expect(await refusalOf(add(root, "pets"))).toEqual({
      name: "ConflictException",
      message: "Another resource with the same parent already has this name: pets",
      status: 409,
    });
    await add(root, "{proxy+}");
    expect((await refusalOf(add(root, "{id}"))).message).toBe(
      "A sibling ({proxy+}) of this resource already has a variable path part -- only one is allowed",
    );
    const greedy = await add(pets, "{rest+}");
    expect((await refusalOf(add(greedy, "x"))).message).toBe(
      "Cannot create a child of a resource with a greedy path variable: {rest+}",
    );
    expect((await refusalOf(add(pets, "a b"))).status).toBe(400);
  });

  test("is never a circle, and its root stays", async () => {
    const { client, restApiId, root, add } = await withApi();
    const pets = await add(root, "pets");
    const pet = await add(pets, "{id}");
    const update = (resourceId: string, operation: PatchOperation) =>
      client.send(new UpdateResourceCommand({ restApiId, resourceId, patchOperations: [operation] }));
    const messageOf = async (resourceId: string, operation: PatchOperation) =>
      (await refusalOf(update(resourceId, operation))).message;
    expect(await messageOf(pets, { op: "replace", path: "/parentId", value: pet })).toBe(
      "Resources cannot be cyclical.",
    );
    expect(await messageOf(root, { op: "replace", path: "/pathPart", value: "x" })).toBe(
      "Root resource cannot update its pathPart.",
    );
    expect(await messageOf(pets, { op: "replace", path: "/invalid", value: "x" })).toBe(
      "Invalid patch path  '/invalid' specified for op 'replace'. Must be one of: [/parentId, /pathPart]",
    );
    expect(await messageOf(pets, { op: "add", path: "/pathPart", value: "x" })).toBe(
      "Invalid patch path  '/pathPart' specified for op 'add'. Please choose supported operations",
    );
  });

  test("pages, and holds no more resources than the quota", async () => {
    const { client, restApiId, root, add } = await withApi(
      createWorld({ rateLimits: false, quotas: { resourcesPerApi: 4 } }),
    );
    for (const part of ["a", "b", "c"]) await add(root, part);
    expect(await refusalOf(add(root, "d"))).toEqual({
      name: "LimitExceededException",
      message:
        "Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional Resources.",
      status: 429,
    });
    const pages: number[] = [];
    for await (const page of paginateGetResources({ client, pageSize: 3 }, { restApiId }))
      pages.push(page.items?.length ?? 0);
    expect(pages).toEqual([3, 1]);
  });
});

describe("methods", () => {
  const withMethod = async () => {
    const setup = await withApi();
    const address = { restApiId: setup.restApiId, resourceId: setup.root, httpMethod: "GET" };
    await setup.client.send(new PutMethodCommand({ ...address, authorizationType: "NONE" }));
    return { ...setup, address };
  };

  test("are put piece by piece and read back whole", async () => {
    const { client, address } = await withMethod();
    await client.send(new PutMethodResponseCommand({ ...address, statusCode: "200" }));
    const integration = await client.send(
      new PutIntegrationCommand({
        ...address,
        type: "MOCK",
        requestTemplates: { "application/json": '{"statusCode":200}' },
      }),
    );
    expect(integration).toMatchObject({
      type: "MOCK",
      passthroughBehavior: "WHEN_NO_MATCH",
      timeoutInMillis: 29000,
      cacheNamespace: address.resourceId,
      cacheKeyParameters: [],
    });
    expect(integration.integrationResponses).toBeUndefined();
    await client.send(
      new PutIntegrationResponseCommand({
        ...address,
        statusCode: "200",
        responseTemplates: { "application/json": "{}" },
      }),
    );
    const { $metadata: _, ...method } = await client.send(new GetMethodCommand(address));
    expect(method).toMatchObject({
      httpMethod: "GET",
      authorizationType: "NONE",
      apiKeyRequired: false,
      methodResponses: { "200": { statusCode: "200" } },
      methodIntegration: { integrationResponses: { "200": { responseTemplates: { "application/json": "{}" } } } },
    });
    expect(method.requestModels).toBeUndefined();
  });

  test("the backend's verb is another than the method's", async () => {
    const { client, address } = await withMethod();
    const uri = "arn:aws:apigateway:eu-central-1:lambda:path/2015-03-31/functions/f/invocations";
    await client.send(new PutIntegrationCommand({ ...address, type: "AWS_PROXY", integrationHttpMethod: "POST", uri }));
    const read = await client.send(new GetIntegrationCommand(address));
    expect(read).toMatchObject({ type: "AWS_PROXY", httpMethod: "POST", uri });
    expect(read.connectionType).toBeUndefined();
    const put = (type: "HTTP" | "AWS", members: { integrationHttpMethod?: string; uri?: string }) =>
      client.send(new PutIntegrationCommand({ ...address, type, ...members }));
    expect((await refusalOf(put("HTTP", { uri: "http://x" }))).message).toBe(
      "Enumeration value for HttpMethod must be non-empty",
    );
    expect((await refusalOf(put("HTTP", { integrationHttpMethod: "GET", uri: "x" }))).message).toBe(
      "Invalid HTTP endpoint specified for URI",
    );
    expect((await refusalOf(put("AWS", { integrationHttpMethod: "GET", uri: "x" }))).message).toBe(
      "Invalid ARN specified in the request",
    );
  });

  test("resources list them by verb, whole when asked", async () => {
    const { client, restApiId, address } = await withMethod();
    const listed = await client.send(new GetResourcesCommand({ restApiId }));
    expect(listed.items?.[0]?.resourceMethods).toEqual({ GET: {} });
    const whole = await client.send(new GetResourcesCommand({ restApiId, embed: ["methods"] }));
    expect(whole.items?.[0]?.resourceMethods?.["GET"]?.authorizationType).toBe("NONE");
    const one = await client.send(
      new GetResourceCommand({ restApiId, resourceId: address.resourceId, embed: ["methods"] }),
    );
    expect(one.resourceMethods?.["GET"]?.apiKeyRequired).toBe(false);
    await client.send(new DeleteMethodCommand(address));
    const bare = await client.send(new GetResourceCommand({ restApiId, resourceId: address.resourceId }));
    expect(bare.resourceMethods).toBeUndefined();
  });

  test("are changed member by member", async () => {
    const { client, address, restApiId } = await withMethod();
    const update = (...patchOperations: PatchOperation[]) =>
      client.send(new UpdateMethodCommand({ ...address, patchOperations }));
    const refusal = await refusalOf(update({ op: "replace", path: "/authorizationType", value: "CUSTOM" }));
    expect(refusal.message).toBe(
      "Invalid authorizer ID specified. Setting the authorization type to CUSTOM or COGNITO_USER_POOLS requires a valid authorizer.",
    );
    const { id = "" } = await client.send(new CreateAuthorizerCommand({ restApiId, name: "token", type: "TOKEN" }));
    const changed = await update(
      { op: "replace", path: "/authorizationType", value: "CUSTOM" },
      { op: "replace", path: "/authorizerId", value: id },
      { op: "replace", path: "/apiKeyRequired", value: "true" },
      { op: "add", path: "/requestModels/application~1json", value: "Empty" },
      { op: "add", path: "/requestParameters/method.request.querystring.page", value: "true" },
    );
    expect(changed).toMatchObject({
      authorizationType: "CUSTOM",
      authorizerId: id,
      apiKeyRequired: true,
      requestModels: { "application/json": "Empty" },
      requestParameters: { "method.request.querystring.page": true },
    });
    const emptied = await update({ op: "remove", path: "/requestModels/application~1json" });
    expect(emptied.requestModels).toBeUndefined();
    expect((await refusalOf(update({ op: "replace", path: "/httpMethod", value: "PUT" }))).message).toBe(
      "Invalid patch path /httpMethod",
    );
    expect((await refusalOf(update({ op: "add", path: "/apiKeyRequired", value: "true" }))).message).toBe(
      "Invalid patch operation specified. Must be one of: [replace]",
    );
  });

  test("integrations and their responses are changed member by member", async () => {
    const { client, address } = await withMethod();
    await client.send(new PutIntegrationCommand({ ...address, type: "MOCK" }));
    const updated = await client.send(
      new UpdateIntegrationCommand({
        ...address,
        patchOperations: [
          { op: "add", path: "/requestTemplates/application~1json", value: "{}" },
          { op: "replace", path: "/timeoutInMillis", value: "5000" },
        ],
      }),
    );
    expect(updated).toMatchObject({ requestTemplates: { "application/json": "{}" }, timeoutInMillis: 5000 });
    const response = (patchOperations: PatchOperation[]) =>
      client.send(new UpdateIntegrationResponseCommand({ ...address, statusCode: "200", patchOperations }));
    expect(await refusalOf(response([]))).toEqual({
      name: "NotFoundException",
      message: "Invalid Response status code specified",
      status: 404,
    });
    await client.send(new PutIntegrationResponseCommand({ ...address, statusCode: "200", selectionPattern: "" }));
    const patched = await response([{ op: "replace", path: "/selectionPattern", value: "ok" }]);
    expect(patched.selectionPattern).toBe("ok");
  });

  test("an unknown API is refused as an unknown resource, an unknown verb as an unknown method", async () => {
    const { client, address } = await withMethod();
    const messageOf = async (changes: object) =>
      (await refusalOf(client.send(new GetMethodCommand({ ...address, ...changes })))).message;
    expect(await messageOf({ restApiId: "nosuchapi1" })).toBe("Invalid Resource identifier specified");
    expect(await messageOf({ httpMethod: "PUT" })).toBe("Invalid Method identifier specified");
    const put = await refusalOf(
      client.send(new PutMethodCommand({ ...address, httpMethod: "wrong", authorizationType: "NONE" })),
    );
    expect(put.message).toBe(
      "Invalid HttpMethod specified. Valid options are GET,PUT,POST,DELETE,PATCH,OPTIONS,HEAD,ANY",
    );
    const integration = await refusalOf(client.send(new GetIntegrationCommand(address)));
    expect(integration.message).toBe("Invalid Integration identifier specified");
  });
});
