import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import type { RestApi, Stage } from "../../../simulator/gateway/model.ts";
import { gatewayService } from "../../../simulator/gateway/service.ts";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import { listen, type SimulatorServer } from "../../../simulator/http/server.ts";
import { connect } from "../../../src/aws/client.ts";
import type { Removal } from "../../../src/aws/gateway.ts";
import type { Pacer } from "../../../src/aws/pacer.ts";
import { removalOf } from "../../../src/aws/rest-api/removal.ts";
import { openSession } from "../../../src/aws/session.ts";
import { busy, refusal, reset, serverError, throttled } from "../../faults/effects.ts";
import { ordersApi } from "../../scene.ts";
import { serveAws } from "../serve-aws.ts";
import { surroundings } from "../surroundings.ts";

let server: SimulatorServer;
let api: RestApi;
let cancel: AbortController;
let removal: Removal;
let turns: number[];

const pacer: Pacer = {
  turn: async (requests = 1) => {
    turns.push(requests);
  },
};

beforeEach(async () => {
  const world = createWorld({ rateLimits: false });
  server = await serveAws(gatewayService(world), world.region);
  api = seedRestApi(world, ordersApi);
  cancel = new AbortController();
  turns = [];
  const pacing = { signal: cancel.signal, note: () => {}, sleep: async () => {}, now: () => 0, random: () => 1 };
  removal = removalOf({ ...openSession(await connect(surroundings()), api.id, pacing), pacer });
  addStage("pr-7", "d1");
});

afterEach(() => server.close());

const addStage = (stageName: string, deploymentId: string, changes: Partial<Stage> = {}): void => {
  api.deployments.set(deploymentId, { id: deploymentId, createdDate: 1, definition: api.draft });
  api.stages.set(stageName, {
    stageName,
    deploymentId,
    cacheClusterEnabled: false,
    methodSettings: {},
    tracingEnabled: false,
    tags: { owner: "us" },
    createdDate: 1_700_000_000_000,
    lastUpdatedDate: 1_700_000_000_000,
    ...changes,
  });
};

const count = (operation: string): number =>
  server.exchanges.filter((exchange) => exchange.operation === operation).length;

const interruptions = [
  ["429", throttled()],
  ["409 that passes", busy],
  ["500 before it acted", serverError("before")],
  ["a reset before it acted", reset("before")],
  ["500 after it acted", serverError("after")],
  ["a reset after it acted", reset("after")],
] as const;

describe("a stage", () => {
  test.each(interruptions)("is deleted whatever comes in between: %s", async (_, effect) => {
    server.faults.add({ operation: "DeleteStage", effect });
    expect(await removal.deleteStage("pr-7", () => true)).toBe("deleted");
    expect(api.stages.has("pr-7")).toBe(false);
  });

  test("that is not there is done already, without a DELETE", async () => {
    expect(await removal.deleteStage("pr-8", () => true)).toBe("absent");
    expect(count("DeleteStage")).toBe(0);
  });

  test("is read right before, and kept when it is not the one that is meant", async () => {
    const seen: unknown[] = [];
    const judge = (stage: unknown): boolean => {
      seen.push(stage);
      return false;
    };
    expect(await removal.deleteStage("pr-7", judge)).toBe("not-ours");
    expect(seen).toMatchObject([
      { name: "pr-7", tags: { owner: "us" }, deploymentId: "d1", createdAt: 1_700_000_000_000 },
    ]);
    expect(api.stages.has("pr-7")).toBe(true);
  });

  test("that was made anew after a lost answer is kept", async () => {
    server.faults.add({ operation: "DeleteStage", effect: reset("after") });
    server.gate = async ({ operation, number }) => {
      if (operation === "GetStage" && number > 1) addStage("pr-7", "d2", { createdDate: 1_700_000_009_000 });
    };
    const mine = ({ createdAt }: { createdAt: number | undefined }): boolean => createdAt === 1_700_000_000_000;
    expect(await removal.deleteStage("pr-7", mine)).toBe("not-ours");
    expect(api.stages.get("pr-7")?.deploymentId).toBe("d2");
  });

  test("that the service refuses to delete is an error in its words", async () => {
    server.faults.add({
      operation: "DeleteStage",
      effect: refusal(
        400,
        "BadRequestException",
        "Deleting stage pr-7 failed. Please remove all base path mappings related to the stage in your domains: x",
      ),
    });
    await expect(removal.deleteStage("pr-7", () => true)).rejects.toMatchObject({
      code: "REJECTED",
      acted: "no",
      happened: expect.stringContaining("remove all base path mappings"),
    });
  });

  test("of a REST API that is not there is an error", async () => {
    const world = createWorld({ rateLimits: false });
    const other = await listen(gatewayService(world));
    process.env["AWS_ENDPOINT_URL"] = other.url;
    const pacing = { signal: cancel.signal, note: () => {}, sleep: async () => {}, now: () => 0, random: () => 1 };
    const elsewhere = removalOf({
      ...openSession(await connect(surroundings()), "gone123456", pacing),
      pacer,
    });
    await expect(elsewhere.deleteStage("pr-7", () => true)).rejects.toMatchObject({ code: "UNKNOWN_API" });
    await expect(elsewhere.deleteDeployment("d1")).rejects.toMatchObject({ code: "UNKNOWN_API" });
    await other.close();
  });
});

describe("a deployment", () => {
  beforeEach(() => {
    api.stages.delete("pr-7");
  });

  test.each(interruptions)("is deleted whatever comes in between: %s", async (_, effect) => {
    server.faults.add({ operation: "DeleteDeployment", effect });
    expect(await removal.deleteDeployment("d1")).toBe("deleted");
    expect(api.deployments.has("d1")).toBe(false);
  });

  test("that is not there is done already", async () => {
    expect(await removal.deleteDeployment("nope")).toBe("absent");
  });

  test.each([
    ["a stage", { deploymentId: "d1" }],
    [
      "a canary",
      { deploymentId: "d2", canarySettings: { deploymentId: "d1", percentTraffic: 5, useStageCache: false } },
    ],
  ])("that %s references is kept, and that is no error", async (_, changes) => {
    addStage("prod", "d2");
    addStage("prod", "d1", changes);
    expect(await removal.deleteDeployment("d1")).toBe("in-use");
    expect(api.deployments.has("d1")).toBe(true);
  });

  test("without permission is an error that names the action and the resource", async () => {
    server.faults.add({
      operation: "DeleteDeployment",
      effect: refusal(403, "AccessDeniedException", "User is not authorized"),
    });
    await expect(removal.deleteDeployment("d1")).rejects.toMatchObject({
      code: "ACCESS_DENIED",
      happened: expect.stringContaining(
        `apigateway:DELETE on arn:aws:apigateway:eu-central-1::/restapis/${api.id}/deployments/d1`,
      ),
    });
  });
});

test("I11: nothing is deleted once the run is cancelled", async () => {
  cancel.abort();
  await expect(removal.deleteStage("pr-7", () => true)).rejects.toMatchObject({ code: "CANCELLED", acted: "no" });
  await expect(removal.deleteDeployment("d1")).rejects.toMatchObject({ code: "CANCELLED", acted: "no" });
  expect(server.exchanges).toHaveLength(0);
});

test("every request takes its turn", async () => {
  await removal.deleteStage("pr-7", () => true);
  await removal.deleteDeployment("d1");
  expect(turns).toEqual([2, 1]);
});
