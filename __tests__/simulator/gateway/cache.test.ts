import {
  CreateDeploymentCommand,
  CreateStageCommand,
  type CreateStageCommandInput,
  FlushStageAuthorizersCacheCommand,
  FlushStageCacheCommand,
  GetStageCommand,
} from "@aws-sdk/client-api-gateway";
import { expect, test } from "@jest/globals";
import { newScene, refusal } from "./stage-scene.ts";

const minute = 60_000;

const newCachedScene = async (input: Partial<CreateStageCommandInput> = {}) => {
  const scene = await newScene();
  const { client, restApiId } = scene;
  const { id: deploymentId } = await client.send(new CreateDeploymentCommand({ restApiId }));
  await client.send(new CreateStageCommand({ restApiId, stageName: "dev", deploymentId, ...input }));
  const cache = async () => {
    const stage = await client.send(new GetStageCommand({ restApiId, stageName: "dev" }));
    return [stage.cacheClusterEnabled, stage.cacheClusterSize, stage.cacheClusterStatus];
  };
  return { ...scene, cache };
};

test("a cache cluster takes minutes to come and to go", async () => {
  const { cache, clock, patchStage } = await newCachedScene({ cacheClusterEnabled: true });
  expect(await cache()).toEqual([true, "0.5", "CREATE_IN_PROGRESS"]);
  clock.advance(3 * minute);
  expect(await cache()).toEqual([true, "0.5", "CREATE_IN_PROGRESS"]);
  clock.advance(2 * minute);
  expect(await cache()).toEqual([true, "0.5", "AVAILABLE"]);
  await patchStage("dev", { op: "replace", path: "/cacheClusterEnabled", value: "false" });
  expect(await cache()).toEqual([false, "0.5", "DELETE_IN_PROGRESS"]);
  clock.advance(5 * minute);
  expect(await cache()).toEqual([false, "0.5", "NOT_AVAILABLE"]);
});

test("a size alone makes no cluster", async () => {
  const { cache, clock, patchStage } = await newCachedScene({ cacheClusterSize: "6.1" });
  expect(await cache()).toEqual([false, "6.1", "NOT_AVAILABLE"]);
  await patchStage("dev", { op: "replace", path: "/cacheClusterSize", value: "13.5" });
  clock.advance(10 * minute);
  expect(await cache()).toEqual([false, "13.5", "NOT_AVAILABLE"]);
});

test("a running cluster is rebuilt at a new size, and not at the same", async () => {
  const { cache, clock, patchStage } = await newCachedScene({ cacheClusterEnabled: true, cacheClusterSize: "1.6" });
  clock.advance(5 * minute);
  await patchStage("dev", { op: "replace", path: "/cacheClusterSize", value: "1.6" });
  expect(await cache()).toEqual([true, "1.6", "AVAILABLE"]);
  await patchStage("dev", { op: "replace", path: "/cacheClusterSize", value: "28.4" });
  expect(await cache()).toEqual([true, "28.4", "CREATE_IN_PROGRESS"]);
});

test("a flush is accepted and takes a while", async () => {
  const { client, restApiId, cache, clock } = await newCachedScene({ cacheClusterEnabled: true });
  clock.advance(5 * minute);
  const flush = new FlushStageCacheCommand({ restApiId, stageName: "dev" });
  expect((await client.send(flush)).$metadata.httpStatusCode).toBe(202);
  expect(await cache()).toEqual([true, "0.5", "FLUSH_IN_PROGRESS"]);
  clock.advance(minute);
  expect(await cache()).toEqual([true, "0.5", "AVAILABLE"]);
});

test("flushes without a cluster change nothing; without a stage they are refused", async () => {
  const { client, restApiId, cache } = await newCachedScene();
  await client.send(new FlushStageCacheCommand({ restApiId, stageName: "dev" }));
  const authorizers = await client.send(new FlushStageAuthorizersCacheCommand({ restApiId, stageName: "dev" }));
  expect(authorizers.$metadata.httpStatusCode).toBe(202);
  expect(await cache()).toEqual([false, undefined, "NOT_AVAILABLE"]);
  for (const Command of [FlushStageCacheCommand, FlushStageAuthorizersCacheCommand]) {
    await expect(client.send(new Command({ restApiId, stageName: "none" }))).rejects.toMatchObject(
      refusal(404, "NotFoundException", "Invalid stage identifier specified"),
    );
  }
});
