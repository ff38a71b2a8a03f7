import { CreateRestApiCommand, GetRestApiCommand, GetRestApisCommand } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { isVersionTwo, operationSchemas } from "../../../simulator/gateway/schema.ts";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import { refusalOf, startControlPlane } from "./control-plane.ts";

const pets = JSON.stringify({
  openapi: "3.0.1",
  info: { title: "Pets", version: "1" },
  paths: { "/pets": { get: { "x-amazon-apigateway-integration": { type: "mock" } } } },
});

describe("routing", () => {
  test("knows every operation of the SDK, with method, path and status, and those of the second version about domains", () => {
    const byName = new Map(operationSchemas.map((operation) => [operation.name, operation]));
    expect(operationSchemas.filter((operation) => !isVersionTwo(operation))).toHaveLength(124);
    expect(operationSchemas.filter(isVersionTwo).every(({ path }) => path.startsWith("/v2/domainnames"))).toBe(true);
    expect(byName.get("ListRoutingRules")).toMatchObject({ path: "/v2/domainnames/{DomainName}/routingrules" });
    expect(byName.get("ImportRestApi")).toMatchObject({
      method: "POST",
      path: "/restapis",
      query: [["mode", "import"]],
      status: 201,
    });
    expect(byName.get("TagResource")).toMatchObject({ method: "PUT", path: "/tags/{resourceArn}", status: 204 });
  });

  test("tells an operation from another at the same path by its constant query", async () => {
    const { send, server } = await startControlPlane();
    await send("POST", "/restapis?mode=import", { body: pets });
    await send("POST", "/restapis", { body: '{"name":"a"}' });
    expect(server.exchanges.map(({ operation }) => operation)).toEqual(["ImportRestApi", "CreateRestApi"]);
  });

  test("answers 501 to an address that is none", async () => {
    const { send } = await startControlPlane();
    const { status, body } = await send("POST", "/nowhere/at/all");
    expect(status).toBe(501);
    expect(body.message).toContain("POST /nowhere/at/all");
  });

  test("answers 501 with the name of an operation that nobody implements", async () => {
    const { send } = await startControlPlane();
    const { status, body, headers } = await send("GET", "/sdktypes");
    expect(status).toBe(501);
    expect(body.message).toContain("GetSdkTypes");
    expect(headers.get("x-amzn-errortype")).toBe("NotImplementedException");
  });
});

describe("the wire", () => {
  test("carries dates as whole epoch seconds, lists under item, and a request id", async () => {
    const world = createWorld({ rateLimits: false, clock: { now: () => 1_700_000_000_999 } });
    seedRestApi(world, pets, { id: "abcdefghij" });
    const { send, client } = await startControlPlane({ world });
    const { status, body, headers } = await send("GET", "/restapis");
    expect(status).toBe(200);
    expect(headers.get("content-type")).toBe("application/json");
    expect(headers.get("x-amzn-requestid")).toMatch(/^[0-9a-f-]{36}$/);
    expect(body.item).toHaveLength(1);
    expect(body.item[0].createdDate).toBe(1_700_000_000);
    expect(body).not.toHaveProperty("position");
    const { items } = await client.send(new GetRestApisCommand({}));
    expect(items?.[0]?.createdDate).toEqual(new Date(1_700_000_000_000));
  });

  test("leaves members out that are not set", async () => {
    const world = createWorld({ rateLimits: false });
    const { send } = await startControlPlane({ world });
    const { body } = await send("POST", "/restapis", { body: '{"name":"bare"}' });
    expect(Object.keys(body).sort()).toEqual([
      "apiKeySource",
      "createdDate",
      "disableExecuteApiEndpoint",
      "endpointConfiguration",
      "id",
      "name",
      "rootResourceId",
    ]);
  });

  test("decodes labels after routing", async () => {
    const { client, server } = await startControlPlane();
    const refusal = await refusalOf(client.send(new GetRestApiCommand({ restApiId: "a/b:c" })));
    expect(server.exchanges[0]?.request.path).toBe("/restapis/a%2Fb%3Ac");
    expect(refusal.message).toBe("Invalid API identifier specified 123456789012:a/b:c");
  });

  test("names an error in the header and its text in the body", async () => {
    const { send } = await startControlPlane();
    const { status, headers, body } = await send("GET", "/restapis/nosuchapi1");
    expect(status).toBe(404);
    expect(headers.get("x-amzn-errortype")).toBe("NotFoundException");
    expect(headers.get("x-amzn-requestid")).toBeTruthy();
    expect(body).toEqual({ message: "Invalid API identifier specified 123456789012:nosuchapi1" });
  });

  test("keeps a world's ids to its seed", async () => {
    const idsOf = async (seed: number): Promise<(string | undefined)[]> => {
      const { client } = await startControlPlane({ world: createWorld({ rateLimits: false, seed }) });
      const first = await client.send(new CreateRestApiCommand({ name: "one" }));
      const second = await client.send(new CreateRestApiCommand({ name: "two" }));
      return [first.id, second.id, second.rootResourceId];
    };
    const ids = await idsOf(7);
    expect(await idsOf(7)).toEqual(ids);
    expect(await idsOf(8)).not.toEqual(ids);
    expect(new Set(ids).size).toBe(3);
    expect(ids[0]).toMatch(/^[a-z0-9]{10}$/);
  });
});

describe("HAL", () => {
  test("answers a client that does not ask for JSON with links and embedded items", async () => {
    const world = createWorld({ rateLimits: false });
    seedRestApi(world, pets, { id: "abcdefghij" });
    const { send } = await startControlPlane({ world });
    const list = await send("GET", "/restapis", { headers: { accept: "*/*" } });
    expect(list.headers.get("content-type")).toBe("application/hal+json");
    expect(list.body._links.self.href).toBe("/restapis");
    expect(list.body).not.toHaveProperty("item");
    expect(list.body._embedded.item[0]).toMatchObject({
      id: "abcdefghij",
      _links: { self: { href: "/restapis/abcdefghij" } },
    });
    const one = await send("GET", "/restapis/abcdefghij", { headers: { accept: "application/hal+json" } });
    expect(one.body).toMatchObject({ name: "Pets", _links: { self: { href: "/restapis/abcdefghij" } } });
  });
});

describe("validation", () => {
  test("refuses a value of the wrong JSON type", async () => {
    const { send } = await startControlPlane();
    const patch = (value: unknown) =>
      send("PATCH", "/restapis/abcdefghij", {
        body: JSON.stringify({ patchOperations: [{ op: "replace", path: "/name", value }] }),
      });
    const boolean = await patch(true);
    expect(boolean.status).toBe(400);
    expect(boolean.headers.get("x-amzn-errortype")).toBe("SerializationException");
    expect(boolean.body.message).toBe("class java.lang.Boolean can not be converted to an String");
    expect((await patch(3)).body.message).toBe(
      "class com.amazon.coral.value.json.numbers.TruncatingBigNumber can not be converted to an String",
    );
    const list = await send("POST", "/restapis", { body: '{"name":"a","tags":["x"]}' });
    expect(list.headers.get("x-amzn-errortype")).toBe("SerializationException");
    const broken = await send("POST", "/restapis", { body: "{" });
    expect(broken.headers.get("x-amzn-errortype")).toBe("SerializationException");
  });

  test("refuses a missing member by its place", async () => {
    const { send } = await startControlPlane();
    const { status, headers, body } = await send("POST", "/restapis", { body: "{}" });
    expect(status).toBe(400);
    expect(headers.get("x-amzn-errortype")).toBe("ValidationException");
    expect(body.message).toBe(
      "1 validation error detected: Value null at 'createRestApiInput.name' failed to satisfy constraint: Member must not be null",
    );
  });

  test("lists every violation, the body's before the path's", async () => {
    const { send } = await startControlPlane();
    const path = "/restapis/a/resources/b/methods/GET/responses/wrong";
    const { body } = await send("PATCH", path, { body: '{"patchOperations":[{"op":"wrong_op","path":"/x"}]}' });
    expect(body.message).toBe(
      "2 validation errors detected: Value 'wrong_op' at 'updateMethodResponseInput.patchOperations.1.member.op' failed to " +
        "satisfy constraint: Member must satisfy enum value set: [add, remove, move, test, replace, copy]; " +
        "Value 'wrong' at 'statusCode' failed to satisfy constraint: Member must satisfy regular expression pattern: [1-5]\\d\\d",
    );
  });

  test("shows a list that breaks an enumeration whole", async () => {
    const { send } = await startControlPlane();
    const { body } = await send("POST", "/restapis", {
      body: '{"name":"a","endpointConfiguration":{"types":["wrong"],"ipAddressType":"wrong"}}',
    });
    expect(body.message).toBe(
      "2 validation errors detected: Value '[wrong]' at 'createRestApiInput.endpointConfiguration.types' failed to satisfy " +
        "constraint: Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]; " +
        "Value 'wrong' at 'createRestApiInput.endpointConfiguration.ipAddressType' failed to satisfy constraint: " +
        "Member must satisfy enum value set: [ipv4, dualstack]",
    );
  });
});
