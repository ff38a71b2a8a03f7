import {
  CreateDeploymentCommand,
  CreateUsagePlanCommand,
  DeleteStageCommand,
  DeleteUsagePlanCommand,
  GetUsagePlanCommand,
  GetUsagePlansCommand,
  type Op,
  paginateGetUsagePlans,
  UpdateUsagePlanCommand,
} from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { startControlPlane } from "./control-plane.ts";
import { newScene, refusal } from "./stage-scene.ts";

const newPlanScene = async () => {
  const scene = await newScene();
  const { client, restApiId } = scene;
  await client.send(new CreateDeploymentCommand({ restApiId, stageName: "dev" }));
  const { id: usagePlanId } = await client.send(
    new CreateUsagePlanCommand({ name: "basic", apiStages: [{ apiId: restApiId, stage: "dev" }] }),
  );
  const patch = (op: Op, path: string, value: string) =>
    client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations: [{ op, path, value }] }));
  return { ...scene, usagePlanId, patch };
};

describe("usage plans", () => {
  test("list their stages", async () => {
    const { client, restApiId, usagePlanId } = await newPlanScene();
    const plan = { id: usagePlanId, name: "basic", apiStages: [{ apiId: restApiId, stage: "dev" }] };
    expect(await client.send(new GetUsagePlanCommand({ usagePlanId }))).toMatchObject(plan);
    expect((await client.send(new GetUsagePlansCommand({}))).items).toEqual([plan]);
    await expect(client.send(new GetUsagePlanCommand({ usagePlanId: "nope12" }))).rejects.toMatchObject({
      name: "NotFoundException",
    });
  });

  test("come in pages", async () => {
    const { client } = await newPlanScene();
    for (let count = 0; count < 26; count += 1) await client.send(new CreateUsagePlanCommand({ name: `p${count}` }));
    const sizes: (number | undefined)[] = [];
    for await (const page of paginateGetUsagePlans({ client }, {})) sizes.push(page.items?.length);
    expect(sizes).toEqual([25, 2]);
  });

  test("stages are added and removed; a plan with stages cannot be deleted", async () => {
    const { client, restApiId, usagePlanId, patch } = await newPlanScene();
    await client.send(new CreateDeploymentCommand({ restApiId, stageName: "next" }));
    expect((await patch("add", "/apiStages", `${restApiId}:next`)).apiStages).toHaveLength(2);
    await patch("remove", "/apiStages", `${restApiId}:next`);
    await expect(client.send(new DeleteUsagePlanCommand({ usagePlanId }))).rejects.toMatchObject(
      refusal(
        400,
        "BadRequestException",
        `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it, including ${restApiId}:dev`,
      ),
    );
    await patch("remove", "/apiStages", `${restApiId}:dev`);
    expect((await client.send(new DeleteUsagePlanCommand({ usagePlanId }))).$metadata.httpStatusCode).toBe(202);
  });

  test("an entry outlives its stage and can still be removed", async () => {
    const { client, restApiId, usagePlanId, patch } = await newPlanScene();
    await client.send(new DeleteStageCommand({ restApiId, stageName: "dev" }));
    expect((await client.send(new GetUsagePlanCommand({ usagePlanId }))).apiStages).toHaveLength(1);
    expect((await patch("remove", "/apiStages", `${restApiId}:dev`)).apiStages).toEqual([]);
  });

  test("an entry can be made to go with its stage, because it is not known what the service does", async () => {
    const { client, restApiId, usagePlanId, world, patch } = await newPlanScene();
    world.planEntriesGoWithStages = true;
    await client.send(new DeleteStageCommand({ restApiId, stageName: "dev" }));
    expect((await client.send(new GetUsagePlanCommand({ usagePlanId }))).apiStages).toEqual([]);
    await expect(patch("remove", "/apiStages", `${restApiId}:dev`)).rejects.toThrow("Invalid API Stage {api: ");
  });

  test("many stages join and leave in one call, all or none", async () => {
    const { client, restApiId, usagePlanId } = await newPlanScene();
    for (const stageName of ["a", "b"]) await client.send(new CreateDeploymentCommand({ restApiId, stageName }));
    const patchStages = (...entries: readonly [Op, string][]) =>
      client.send(
        new UpdateUsagePlanCommand({
          usagePlanId,
          patchOperations: entries.map(([op, stage]) => ({ op, path: "/apiStages", value: `${restApiId}:${stage}` })),
        }),
      );
    const stagesOf = async () =>
      (await client.send(new GetUsagePlanCommand({ usagePlanId }))).apiStages?.map(({ stage }) => stage);
    await patchStages(["remove", "dev"], ["add", "a"], ["add", "b"]);
    expect(await stagesOf()).toEqual(["a", "b"]);
    await expect(patchStages(["remove", "a"], ["add", "none"])).rejects.toThrow("stage: none");
    expect(await stagesOf()).toEqual(["a", "b"]);
  });

  test("are updated once in 20 seconds, in the whole account", async () => {
    const clock = { time: 0, now: () => clock.time };
    const { client, world } = await startControlPlane({ world: createWorld({ clock }) });
    const plans: { readonly id?: string | undefined }[] = [];
    for (const name of ["one", "two"]) plans.push(await client.send(new CreateUsagePlanCommand({ name })));
    const rename = (index: number) =>
      client.send(
        new UpdateUsagePlanCommand({
          usagePlanId: plans[index]?.id,
          patchOperations: [{ op: "replace", path: "/name", value: "new" }],
        }),
      );
    await rename(0);
    clock.time = 19_000;
    await expect(rename(1)).rejects.toMatchObject(refusal(429, "TooManyRequestsException", "Too Many Requests"));
    clock.time = 20_000;
    await rename(1);
    expect([...world.usagePlans.values()].map(({ name }) => name)).toEqual(["new", "new"]);
  });

  test("a stage is named by the value, never by the path", async () => {
    const { client, restApiId, usagePlanId, patch } = await newPlanScene();
    await expect(patch("remove", `/apiStages/${restApiId}:dev`, "")).rejects.toMatchObject({
      name: "BadRequestException",
      message: expect.stringContaining(`Invalid patch path /apiStages/${restApiId}:dev. Must be one of: [/apiStages, `),
    });
    const patchOperations = [{ op: "remove" as const, path: "/apiStages" }];
    await expect(client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }))).rejects.toMatchObject(
      refusal(400, "BadRequestException", "Invalid API Stage specified"),
    );
  });

  test("are no more than the account's quota", async () => {
    const { client, world } = await newPlanScene();
    world.quotas.usagePlans = 1;
    await expect(client.send(new CreateUsagePlanCommand({ name: "second" }))).rejects.toMatchObject({
      name: "LimitExceededException",
    });
  });

  test("lists leave the tags out", async () => {
    const { client } = await newPlanScene();
    const { id: usagePlanId } = await client.send(new CreateUsagePlanCommand({ name: "t", tags: { team: "a" } }));
    expect((await client.send(new GetUsagePlanCommand({ usagePlanId }))).tags).toEqual({ team: "a" });
    const { items = [] } = await client.send(new GetUsagePlansCommand({}));
    expect(items.filter(({ tags }) => tags !== undefined)).toEqual([]);
  });

  test("refuse stages that do not exist", async () => {
    const { client, restApiId, usagePlanId, patch } = await newPlanScene();
    await expect(patch("add", "/apiStages", `${restApiId}:none`)).rejects.toMatchObject(
      refusal(
        404,
        "NotFoundException",
        `Invalid API Stage {api: ${restApiId}, stage: none} specified for usageplan ${usagePlanId}`,
      ),
    );
    await expect(
      client.send(new CreateUsagePlanCommand({ name: "bad", apiStages: [{ apiId: "nowhere123", stage: "dev" }] })),
    ).rejects.toThrow("Invalid API Stage {api: nowhere123, stage: dev} specified for usageplan");
  });

  test("have a throttle, a quota and a product code, and lose them again", async () => {
    const { client, usagePlanId, patch } = await newPlanScene();
    const throttle = { rateLimit: 2.5, burstLimit: 5 };
    const quota = { limit: 100, period: "DAY" as const };
    expect(await client.send(new CreateUsagePlanCommand({ name: "x", throttle, quota }))).toMatchObject({
      throttle,
      quota,
    });
    await patch("add", "/throttle/rateLimit", "2.5");
    await patch("replace", "/throttle/burstLimit", "5");
    await patch("replace", "/productCode", "abc");
    const patchOperations = [
      { op: "add" as const, path: "/quota/limit", value: "100" },
      { op: "add" as const, path: "/quota/period", value: "DAY" },
    ];
    await client.send(new UpdateUsagePlanCommand({ usagePlanId, patchOperations }));
    const found = await client.send(new GetUsagePlanCommand({ usagePlanId }));
    expect(found).toMatchObject({ throttle, quota, productCode: "abc" });
    await patch("remove", "/throttle", "");
    expect(await patch("remove", "/quota", "")).not.toHaveProperty("throttle");
    expect(await client.send(new GetUsagePlanCommand({ usagePlanId }))).not.toHaveProperty("quota");
  });

  test.each<[Op, string, string]>([
    ["add", "/quota/limit", "100"],
    ["add", "/quota/period", "YEAR"],
    ["add", "/throttle/rateLimit", "fast"],
    ["remove", "/throttle/rateLimit", ""],
    ["add", "/throttle", ""],
  ])("take no half or wrong limit: %s %s %s", async (op, path, value) => {
    const { patch } = await newPlanScene();
    await expect(patch(op, path, value)).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
  });

  test("have a quota's offset and limits for single routes, and lose those again", async () => {
    const { client, restApiId, usagePlanId, patch } = await newPlanScene();
    const limits = { rateLimit: 5, burstLimit: 10 };
    const made = await client.send(
      new CreateUsagePlanCommand({
        name: "x",
        quota: { limit: 10, period: "WEEK", offset: 3 },
        apiStages: [{ apiId: restApiId, stage: "dev", throttle: { "/pets/GET": limits } }],
      }),
    );
    expect(made).toMatchObject({
      quota: { limit: 10, period: "WEEK", offset: 3 },
      apiStages: [{ throttle: { "/pets/GET": limits } }],
    });
    const of = `/apiStages/${restApiId}:dev/throttle`;
    await patch("replace", `${of}/~1pets~1{id}/GET/rateLimit`, "5");
    await patch("add", `${of}/~1pets~1{id}/GET/burstLimit`, "10");
    await patch("add", `${of}/~1/POST/rateLimit`, "1");
    const throttles = async () =>
      (await client.send(new GetUsagePlanCommand({ usagePlanId }))).apiStages?.map(({ throttle }) => throttle);
    expect(await throttles()).toEqual([{ "/pets/{id}/GET": limits, "//POST": { rateLimit: 1 } }]);
    await patch("remove", `${of}/~1/POST`, "");
    expect(await throttles()).toEqual([{ "/pets/{id}/GET": limits }]);
    await patch("remove", of, "");
    expect(await throttles()).toEqual([{}]);
    await expect(patch("add", `/apiStages/${restApiId}:none/throttle/~1/GET/rateLimit`, "5")).rejects.toThrow(
      `Invalid API Stage {api: ${restApiId}, stage: none} specified for usageplan ${usagePlanId}`,
    );
    for (const path of [`${of}/~1/GET`, of, `${of}/rateLimit`]) {
      await expect(patch("add", path, "5")).rejects.toMatchObject({ $metadata: { httpStatusCode: 400 } });
    }
    const tooMuch = { limit: 1, period: "DAY" as const, offset: 2 };
    await expect(client.send(new CreateUsagePlanCommand({ name: "y", quota: tooMuch }))).rejects.toMatchObject({
      $metadata: { httpStatusCode: 400 },
    });
  });
});
