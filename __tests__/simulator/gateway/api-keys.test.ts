import {
  CreateApiKeyCommand,
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
  type Op,
  UpdateApiKeyCommand,
  UpdateUsagePlanCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { addRoute, mockMethod, newScene, refusal } from "./stage-scene.ts";

const value = "a-key-of-twenty-letters";
const minute = 60_000;

/** A stage whose one route wants a key, an enabled key and a plan that has neither. */
const newKeyScene = async () => {
  const scene = await newScene();
  const { client, restApiId, api } = scene;
  addRoute(api, "/k", mockMethod("GET", "in", { apiKeyRequired: true }));
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  const { id: keyId } = await client.send(new CreateApiKeyCommand({ name: "previews", value, enabled: true }));
  const { id: usagePlanId } = await client.send(new CreateUsagePlanCommand({ name: "plan" }));
  return {
    ...scene,
    keyId,
    usagePlanId,
    call: async (key = value) => {
      const response = await scene.invoke("/dev/k", { headers: { "x-api-key": key } });
      return [response.status, await response.text()] as const;
    },
    patchStage: (op: Op, stage = "dev") =>
      client.send(
        new UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: [{ op, path: "/apiStages", value: `${restApiId}:${stage}` }],
        }),
      ),
    join: (plan = usagePlanId) =>
      client.send(new CreateUsagePlanKeyCommand({ usagePlanId: plan, keyId, keyType: "API_KEY" })),
    setEnabled: (enabled: boolean) =>
      client.send(
        new UpdateApiKeyCommand({
          apiKey: keyId,
          patchOperations: [{ op: "replace", path: "/enabled", value: String(enabled) }],
        }),
      ),
  };
};

const forbidden = [403, '{"message":"Forbidden"}'] as const;
const letIn = [200, "in"] as const;

describe("a route that wants a key", () => {
  test("takes one whose plan has the stage, a minute after the stage joined", async () => {
    const scene = await newKeyScene();
    await scene.join();
    scene.clock.advance(10 * minute);
    expect(await scene.call()).toEqual(forbidden);
    await scene.patchStage("add");
    expect(await scene.call()).toEqual(forbidden);
    scene.clock.advance(minute - 1);
    expect(await scene.call()).toEqual(forbidden);
    scene.clock.advance(1);
    expect(await scene.call()).toEqual(letIn);
    expect(await scene.call("another-key-altogether")).toEqual(forbidden);
  });

  test("goes on to take it for a minute after the stage left", async () => {
    const scene = await newKeyScene();
    await scene.join();
    await scene.patchStage("add");
    scene.clock.advance(minute);
    await scene.patchStage("remove");
    expect(await scene.call()).toEqual(letIn);
    scene.clock.advance(minute);
    expect(await scene.call()).toEqual(forbidden);
  });

  test("learns of changes in their order", async () => {
    const scene = await newKeyScene();
    await scene.join();
    await scene.patchStage("add");
    scene.clock.advance(minute / 2);
    await scene.setEnabled(false);
    scene.clock.advance(minute / 2);
    expect(await scene.call()).toEqual(letIn);
    scene.clock.advance(minute / 2);
    expect(await scene.call()).toEqual(forbidden);
  });

  test.each([
    ["disabled", (scene: Awaited<ReturnType<typeof newKeyScene>>) => scene.setEnabled(false)],
    [
      "taken out of the plan",
      ({ client, usagePlanId, keyId }: Awaited<ReturnType<typeof newKeyScene>>) =>
        client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId })),
    ],
    [
      "deleted",
      ({ client, keyId }: Awaited<ReturnType<typeof newKeyScene>>) =>
        client.send(new DeleteApiKeyCommand({ apiKey: keyId })),
    ],
  ])("does not take a key that was %s", async (_, change) => {
    const scene = await newKeyScene();
    scene.world.delays.keysMs = 0;
    await scene.join();
    await scene.patchStage("add");
    expect(await scene.call()).toEqual(letIn);
    await change(scene);
    expect(await scene.call()).toEqual(forbidden);
  });

  test("the other stages of a plan's API stay shut", async () => {
    const scene = await newKeyScene();
    scene.world.delays.keysMs = 0;
    await scene.client.send(new CreateDeploymentCommand({ restApiId: scene.restApiId, stageName: "next" }));
    await scene.join();
    await scene.patchStage("add", "next");
    expect(await scene.call()).toEqual(forbidden);
  });
});

describe("keys", () => {
  test("are off unless they are said to be on, and keep their value to themselves", async () => {
    const { client } = await newScene();
    const made = await client.send(new CreateApiKeyCommand({ name: "k" }));
    expect(made).toMatchObject({ name: "k", enabled: false, stageKeys: [] });
    expect(made.value?.length).toBeGreaterThanOrEqual(20);
    expect(await client.send(new GetApiKeyCommand({ apiKey: made.id }))).not.toHaveProperty("value");
    const shown = await client.send(new GetApiKeyCommand({ apiKey: made.id, includeValue: true }));
    expect(shown.value).toBe(made.value);
  });

  test("are found by the beginning of their name", async () => {
    const { client } = await newScene();
    for (const name of ["Preview", "preview-1", "live"]) await client.send(new CreateApiKeyCommand({ name }));
    const { items = [] } = await client.send(new GetApiKeysCommand({ nameQuery: "prev" }));
    expect(items.map(({ name }) => name)).toEqual(["preview-1"]);
    expect(items[0]).not.toHaveProperty("value");
  });

  test.each([
    ["too short", "x".repeat(19), 400, "BadRequestException"],
    ["too long", "x".repeat(129), 400, "BadRequestException"],
    ["there already", value, 409, "ConflictException"],
  ])("are refused with a value that is %s", async (_, wanted, httpStatusCode, name) => {
    const { client } = await newKeyScene();
    await expect(client.send(new CreateApiKeyCommand({ value: wanted }))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode },
    });
  });

  test("that are not there are not found", async () => {
    const { client, usagePlanId } = await newKeyScene();
    const unknown = refusal(404, "NotFoundException", "Invalid API Key identifier specified");
    await expect(client.send(new GetApiKeyCommand({ apiKey: "none" }))).rejects.toMatchObject(unknown);
    const join = new CreateUsagePlanKeyCommand({ usagePlanId, keyId: "none", keyType: "API_KEY" });
    await expect(client.send(join)).rejects.toMatchObject(unknown);
  });
});

describe("a plan's keys", () => {
  test("are listed with the plan, and tell the plans of a key", async () => {
    const { client, usagePlanId, keyId, join } = await newKeyScene();
    await client.send(new CreateUsagePlanCommand({ name: "other" }));
    await join();
    const { items } = await client.send(new GetUsagePlanKeysCommand({ usagePlanId }));
    expect(items).toEqual([{ id: keyId, type: "API_KEY", value, name: "previews" }]);
    const plans = await client.send(new GetUsagePlansCommand({ keyId }));
    expect(plans.items?.map(({ id }) => id)).toEqual([usagePlanId]);
    expect(plans.items?.[0]).not.toHaveProperty("keyIds");
    await client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
    await expect(client.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  test("have one plan for each stage, whichever comes last", async () => {
    const { client, restApiId, usagePlanId, join, patchStage } = await newKeyScene();
    await patchStage("add");
    await join();
    const apiStages = [{ apiId: restApiId, stage: "dev" }];
    const { id: second } = await client.send(new CreateUsagePlanCommand({ name: "second", apiStages }));
    await expect(join(second)).rejects.toMatchObject({ name: "ConflictException" });
    await patchStage("remove");
    await join(second);
    await expect(patchStage("add")).rejects.toMatchObject({ name: "ConflictException" });
    expect((await client.send(new GetUsagePlansCommand({}))).items).toContainEqual({
      id: usagePlanId,
      name: "plan",
      apiStages: [],
    });
  });
});
