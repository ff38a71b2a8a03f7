import {
  CreateApiKeyCommand,
  type CreateApiKeyCommandInput,
  CreateDeploymentCommand,
  CreateUsagePlanCommand,
  CreateUsagePlanKeyCommand,
  DeleteApiKeyCommand,
  DeleteUsagePlanKeyCommand,
  GetApiKeyCommand,
  GetApiKeysCommand,
  GetUsagePlanKeyCommand,
  GetUsagePlanKeysCommand,
  GetUsagePlansCommand,
  UpdateApiKeyCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
import { mock, openApi, withImports } from "./import-scene.ts";

const scene = async () => {
  const { client, ...rest } = await withImports();
  const create = (input: CreateApiKeyCommandInput = {}) => client.send(new CreateApiKeyCommand(input));
  const patch = (apiKey: string | undefined, path: string, value: string) =>
    client.send(new UpdateApiKeyCommand({ apiKey, patchOperations: [{ op: "replace", path, value }] }));
  const namesLike = async (nameQuery?: string) =>
    ((await client.send(new GetApiKeysCommand({ nameQuery }))).items ?? []).map(({ name }) => name).sort();
  return { client, ...rest, create, patch, namesLike };
};

describe("API keys", () => {
  test("are off until they are switched on, and show their value once only unless asked", async () => {
    const { client, create, patch } = await scene();
    const key = await create({ name: "partner" });
    expect(key).toMatchObject({ name: "partner", enabled: false, value: expect.stringMatching(/^\w{40}$/) });
    expect(await patch(key.id, "/enabled", "true")).toMatchObject({ enabled: true, tags: {} });
    expect(await patch(key.id, "/enabled", "not-a-boolean")).toMatchObject({ enabled: false });
    expect(await client.send(new GetApiKeyCommand({ apiKey: key.id }))).not.toHaveProperty("value");
    const shown = await client.send(new GetApiKeyCommand({ apiKey: key.id, includeValue: true }));
    expect(shown.value).toBe(key.value);
    const { items = [] } = await client.send(new GetApiKeysCommand({}));
    expect(items.map(({ value }) => value)).toEqual([undefined]);
  });

  test("are found by the beginning of their name, in its case", async () => {
    const { create, namesLike } = await scene();
    await create({ name: "alpha" });
    await create({ name: "alphabet" });
    expect(await namesLike("alpha")).toEqual(["alpha", "alphabet"]);
    expect(await namesLike("alphab")).toEqual(["alphabet"]);
    expect(await namesLike("Alpha")).toEqual([]);
    expect(await namesLike("bet")).toEqual([]);
  });

  test.each<[CreateApiKeyCommandInput, string]>([
    [{ name: "a".repeat(1025) }, "Invalid API Key name, can be at most 1024 characters."],
    [{ value: "short" }, "API Key value should be at least 20 characters"],
    [{ value: "a".repeat(129) }, "API Key value exceeds maximum size of 128 characters"],
    [{ description: "a".repeat(125001) }, "Invalid API Key description specified."],
  ])("refuse what is too long or too short", async (input, message) => {
    const { create } = await scene();
    expect((await refusalOf(create(input))).message).toBe(message);
  });

  test("keep their id", async () => {
    const { create, patch } = await scene();
    expect((await refusalOf(patch((await create()).id, "/id", "x"))).message).toBe(
      "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description, /enabled, /name, /customerId]",
    );
  });

  test("open the methods of the stages in their usage plans while they are enabled", async () => {
    const { client, create, patch, put, restApiId, server } = await scene();
    const scheme = { type: "apiKey", name: "x-api-key", in: "header" };
    await put(
      openApi(
        { "/a": { get: { security: [{ key: [] }], ...mock, responses: { 200: { description: "ok" } } } } },
        {
          components: { securitySchemes: { key: scheme } },
        },
      ),
    );
    await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
    await client.send(new CreateDeploymentCommand({ restApiId, stageName: "prod" }));
    const { id: keyId, value = "" } = await create({ name: "partner", enabled: true });
    const status = async (stage: string) =>
      (await fetch(`${server.url}/${restApiId}/${stage}/a`, { headers: { "x-api-key": value } })).status;
    expect(await status("dev")).toBe(403);
    const apiStages = [{ apiId: restApiId, stage: "dev" }];
    const { id: usagePlanId } = await client.send(new CreateUsagePlanCommand({ name: "basic", apiStages }));
    await client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: "API_KEY" }));
    expect(await status("dev")).toBe(200);
    expect(await status("prod")).toBe(403);
    await patch(keyId, "/enabled", "false");
    expect(await status("dev")).toBe(403);
  });

  test("belong to usage plans until one of the two is gone", async () => {
    const { client, create } = await scene();
    const { id: keyId, value } = await create({ name: "partner" });
    const { id: usagePlanId } = await client.send(new CreateUsagePlanCommand({ name: "basic" }));
    const join = () => client.send(new CreateUsagePlanKeyCommand({ usagePlanId, keyId, keyType: "API_KEY" }));
    const keys = async () => (await client.send(new GetUsagePlanKeysCommand({ usagePlanId }))).items;
    const member = { id: keyId, name: "partner", type: "API_KEY", value };
    expect(await join()).toMatchObject(member);
    expect(await keys()).toEqual([member]);
    expect((await client.send(new GetUsagePlansCommand({ keyId }))).items?.map(({ id }) => id)).toEqual([usagePlanId]);
    await client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
    expect(await keys()).toEqual([]);
    expect(await refusalOf(client.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId })))).toMatchObject({
      status: 404,
    });
    await join();
    await client.send(new DeleteApiKeyCommand({ apiKey: keyId }));
    expect(await keys()).toEqual([]);
    expect((await client.send(new GetUsagePlanKeysCommand({ usagePlanId: "nowhere" }))).items).toEqual([]);
  });
});
