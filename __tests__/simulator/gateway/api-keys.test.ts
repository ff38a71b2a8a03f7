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
  type Op,
  UpdateApiKeyCommand,
  UpdateUsagePlanCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { refusalOf } from "./control-plane.ts";
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

  test("is held to its plan's throttle and quota, of which time brings more", async () => {
    const scene = await newKeyScene();
    scene.world.delays.keysMs = 0;
    await scene.join();
    await scene.patchStage("add");
    const { client, usagePlanId, clock } = scene;
    const limit = (path: string, value: string) => ({ op: "add" as const, path, value });
    const patchOperations = [
      limit("/throttle/rateLimit", "1"),
      limit("/throttle/burstLimit", "2"),
      limit("/quota/limit", "3"),
      limit("/quota/period", "DAY"),
    ];
    await client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
    const calls = async (count: number): Promise<unknown[]> => {
      const answers: unknown[] = [];
      for (let call = 0; call < count; call += 1) answers.push(await scene.call());
      return answers;
    };
    const throttled = [429, '{"message":"Too Many Requests"}'];
    expect(await calls(3)).toEqual([letIn, letIn, throttled]);
    clock.advance(minute);
    expect(await calls(2)).toEqual([letIn, [429, '{"message":"Limit Exceeded"}']]);
    clock.advance(24 * 60 * minute);
    expect(await calls(1)).toEqual([letIn]);

    // One is used of three, of which the offset leaves two for today; the route's own throttle is the narrower one.
    const route = `/apiStages/${scene.restApiId}:dev/throttle/~1k/GET`;
    const narrower = [
      limit("/quota/offset", "1"),
      limit(`${route}/rateLimit`, "1"),
      limit(`${route}/burstLimit`, "1"),
      limit(`/apiStages/${scene.restApiId}:dev/throttle/~1other/GET/rateLimit`, "1"),
    ];
    await client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations: narrower }));
    expect(await calls(2)).toEqual([letIn, throttled]);
    clock.advance(minute);
    expect(await calls(1)).toEqual([[429, '{"message":"Limit Exceeded"}']]);
    clock.advance(24 * 60 * minute);
    const wider = [{ op: "remove" as const, path: route, value: "" }];
    await client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations: wider }));
    expect(await calls(2)).toEqual([letIn, letIn]);
    clock.advance(minute);
    expect(await calls(2)).toEqual([letIn, [429, '{"message":"Limit Exceeded"}']]);
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

const newKeys = async () => {
  const { client, clock } = await newScene();
  const create = (input: CreateApiKeyCommandInput = {}) => client.send(new CreateApiKeyCommand(input));
  const patch = (apiKey: string | undefined, path: string, value: string) =>
    client.send(new UpdateApiKeyCommand({ apiKey, patchOperations: [{ op: "replace", path, value }] }));
  const namesLike = async (nameQuery?: string) =>
    ((await client.send(new GetApiKeysCommand({ nameQuery }))).items ?? []).map(({ name }) => name).sort();
  return { client, clock, create, patch, namesLike };
};

describe("keys", () => {
  test("are off until they are switched on, and show their value once only unless asked", async () => {
    const { client, create, patch } = await newKeys();
    const key = await create({ name: "partner" });
    expect(key).toMatchObject({
      name: "partner",
      enabled: false,
      value: expect.stringMatching(/^\w{40}$/),
      stageKeys: [],
    });
    expect(await patch(key.id, "/enabled", "true")).toMatchObject({ enabled: true, tags: {} });
    expect(await patch(key.id, "/enabled", "not-a-boolean")).toMatchObject({ enabled: false });
    expect(await client.send(new GetApiKeyCommand({ apiKey: key.id }))).not.toHaveProperty("value");
    const shown = await client.send(new GetApiKeyCommand({ apiKey: key.id, includeValue: true }));
    expect(shown.value).toBe(key.value);
    const { items = [] } = await client.send(new GetApiKeysCommand({}));
    expect(items.map(({ value }) => value)).toEqual([undefined]);
  });

  test("are found by the beginning of their name, in its case", async () => {
    const { create, namesLike } = await newKeys();
    for (const name of ["alpha", "alphabet", "live"]) await create({ name });
    expect(await namesLike("alpha")).toEqual(["alpha", "alphabet"]);
    expect(await namesLike("alphab")).toEqual(["alphabet"]);
    expect(await namesLike("Alpha")).toEqual([]);
    expect(await namesLike("bet")).toEqual([]);
  });

  test("are listed newest first, those of one customer where one is named", async () => {
    const { client, clock, create } = await newKeys();
    for (const [name, customerId] of [
      ["first", "one"],
      ["second", "other"],
      ["third", "one"],
    ]) {
      await create({ name, customerId });
      clock.advance(1000);
    }
    const names = async (customerId?: string) =>
      (await client.send(new GetApiKeysCommand({ customerId }))).items?.map(({ name }) => name);
    expect(await names()).toEqual(["third", "second", "first"]);
    expect(await names("one")).toEqual(["third", "first"]);
  });

  test.each<[CreateApiKeyCommandInput, string]>([
    [{ name: "a".repeat(1025) }, "Invalid API Key name, can be at most 1024 characters."],
    [{ value: "x".repeat(19) }, "API Key value should be at least 20 characters"],
    [{ value: "x".repeat(129) }, "API Key value exceeds maximum size of 128 characters"],
    [{ description: "a".repeat(125001) }, "Invalid API Key description specified."],
  ])("are refused with what is too long or too short", async (input, message) => {
    const { create } = await newKeys();
    expect(await refusalOf(create(input))).toEqual({ name: "BadRequestException", message, status: 400 });
  });

  test("are refused with a value that is there already", async () => {
    const { create } = await newKeys();
    await create({ value });
    expect(await refusalOf(create({ value }))).toMatchObject({ name: "ConflictException", status: 409 });
  });

  test("keep their id", async () => {
    const { create, patch } = await newKeys();
    expect((await refusalOf(patch((await create()).id, "/id", "x"))).message).toBe(
      "Invalid patch path  '/id' specified for op 'replace'. Must be one of: [/description, /enabled, /name, /customerId]",
    );
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
  test("are listed with the plan, and tell the plans of a key, until one of the two is gone", async () => {
    const { client, usagePlanId, keyId, join } = await newKeyScene();
    await client.send(new CreateUsagePlanCommand({ name: "other" }));
    const keys = async (plan = usagePlanId) =>
      (await client.send(new GetUsagePlanKeysCommand({ usagePlanId: plan }))).items;
    const member = { id: keyId, type: "API_KEY", value, name: "previews" };
    expect(await join()).toMatchObject(member);
    expect(await keys()).toEqual([member]);
    const plans = await client.send(new GetUsagePlansCommand({ keyId }));
    expect(plans.items?.map(({ id }) => id)).toEqual([usagePlanId]);
    expect(plans.items?.[0]).not.toHaveProperty("keyIds");
    await client.send(new DeleteUsagePlanKeyCommand({ usagePlanId, keyId }));
    expect(await keys()).toEqual([]);
    expect(await refusalOf(client.send(new GetUsagePlanKeyCommand({ usagePlanId, keyId })))).toMatchObject({
      name: "NotFoundException",
      status: 404,
    });
    await join();
    await client.send(new DeleteApiKeyCommand({ apiKey: keyId }));
    expect(await keys()).toEqual([]);
    expect(await keys("nowhere")).toEqual([]);
  });

  test("are each in a plan once", async () => {
    const { join } = await newKeyScene();
    await join();
    expect(await refusalOf(join())).toMatchObject({ name: "ConflictException", status: 409 });
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
