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
        `Cannot delete Usage Plan ${usagePlanId} because there are API Stages associated with it`,
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

  test("say what is not simulated", async () => {
    const { client, patch } = await newPlanScene();
    await expect(patch("replace", "/throttle/rateLimit", "5")).rejects.toMatchObject({
      $metadata: { httpStatusCode: 501 },
    });
    await expect(
      client.send(new CreateUsagePlanCommand({ name: "x", quota: { limit: 1, period: "DAY" } })),
    ).rejects.toMatchObject({ $metadata: { httpStatusCode: 501 } });
  });
});
