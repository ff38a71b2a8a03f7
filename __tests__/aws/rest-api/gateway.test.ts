import { setTimeout } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import { gatewayService } from "../../../simulator/gateway/service.ts";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import type { Exchange } from "../../../simulator/http/exchange.ts";
import type { SimulatorServer } from "../../../simulator/http/server.ts";
import { connect } from "../../../src/aws/client.ts";
import type { Gateway } from "../../../src/aws/gateway.ts";
import { openGateway } from "../../../src/aws/rest-api/gateway.ts";
import type { Stage } from "../../../src/domain/stage.ts";
import { busy, refusal, reset, serverError, throttled } from "../../faults/effects.ts";
import { ordersApi } from "../../scene.ts";
import { errorOf } from "../error-of.ts";
import { serveAws } from "../serve-aws.ts";
import { quickly, surroundings } from "../surroundings.ts";

const world = createWorld({ rateLimits: false });
let server: SimulatorServer;
let waited: number[];
let gateway: Gateway;
let api: ReturnType<typeof seedRestApi>;

const open = async (timeouts = quickly): Promise<Gateway> =>
  openGateway(await connect(surroundings(timeouts)), api.id, {
    signal: new AbortController().signal,
    note: () => {},
    sleep: async (milliseconds) => {
      waited.push(milliseconds);
    },
    now: () => 0,
    random: () => 1,
  });

beforeEach(async () => {
  server = await serveAws(gatewayService(world), world.region);
  waited = [];
  api = seedRestApi(world, ordersApi);
  gateway = await open();
});

afterEach(() => server.close());

const sent = (operation: string): readonly Exchange[] =>
  server.exchanges.filter((exchange) => exchange.operation === operation);

const harmless = [
  ["429", throttled()],
  ["409 that passes", busy],
  ["500 before it acted", serverError("before")],
  ["a reset before it acted", reset("before")],
] as const;
const acted = [
  ["500 after it acted", serverError("after")],
  ["a reset after it acted", reset("after")],
  ["half an answer", { kind: "truncate" }],
] as const;

describe("I5: a deployment is made once", () => {
  test.each([...harmless, ...acted])("whatever comes in between: %s", async (_, effect) => {
    server.faults.add({ operation: "CreateDeployment", effect });
    const made = await gateway.createDeployment("marker");
    expect([...api.deployments.keys()]).toEqual([made.id]);
  });

  test("when it did not act it is sent again, when it did it is not", async () => {
    server.faults.add({ operation: "CreateDeployment", effect: reset("before") });
    await gateway.createDeployment("one");
    expect(sent("CreateDeployment")).toHaveLength(2);
    server.faults.add({ operation: "CreateDeployment", effect: reset("after") });
    await gateway.createDeployment("two");
    expect(sent("CreateDeployment")).toHaveLength(3);
  });

  test("it is found among more than a page of others", async () => {
    const made = await gateway.createDeployment("marker");
    const { definition } = api.deployments.get(made.id) ?? { definition: api.draft };
    for (let number = 0; number < 600; number += 1) {
      const id = `o${String(number).padStart(5, "0")}`;
      api.deployments.set(id, { id, description: "another", createdDate: 1, definition });
    }
    expect((await gateway.getDeployments()).map(({ id }) => id)).toContain(made.id);
    expect(await gateway.getDeployments()).toHaveLength(601);
  });
});

const pointer = (id: string) => ({ kind: "deployment", id }) as const;
const serves =
  (id: string) =>
  ({ deploymentId }: Stage): boolean =>
    deploymentId === id;

describe("a stage is made and pointed once", () => {
  test.each([...harmless, ...acted])("whatever comes in between: %s", async (_, effect) => {
    const one = await gateway.createDeployment("one");
    const two = await gateway.createDeployment("two");
    server.faults.add({ operation: "CreateStage", effect });
    server.faults.add({ operation: "UpdateStage", effect });
    const created = await gateway.createStage({
      stageName: "prod",
      deploymentId: one.id,
      tags: { a: "b" },
      writes: [],
    });
    expect(created).toMatchObject({ name: "prod", deploymentId: one.id, tags: { a: "b" } });
    const pointed = await gateway.updateStage("prod", [pointer(two.id)], serves(two.id));
    expect(pointed.deploymentId).toBe(two.id);
    expect(api.stages.get("prod")?.deploymentId).toBe(two.id);
  });

  test("and the pointer is the only thing that is written", async () => {
    const { id } = await gateway.createDeployment("one");
    await gateway.createStage({ stageName: "prod", deploymentId: id, tags: {}, writes: [] });
    await gateway.updateStage("prod", [pointer(id)], serves(id));
    expect(JSON.parse(sent("UpdateStage")[0]?.request.body.toString() ?? "")).toEqual({
      patchOperations: [{ op: "replace", path: "/deploymentId", value: id }],
    });
  });
});

describe("reads", () => {
  test.each([...harmless, ...acted])("are repeated: %s", async (_, effect) => {
    server.faults.add({ effect, times: 2 });
    expect((await gateway.getApi()).name).toBe("Orders");
  });

  test("a stage or a deployment that is not there is undefined", async () => {
    expect(await gateway.getStage("prod")).toBeUndefined();
    expect(await gateway.getDeployment("abc123", false)).toBeUndefined();
  });

  test("an API that is not there is an error", async () => {
    world.restApis.delete(api.id);
    const error = await errorOf(gateway.getStage("prod"));
    expect(error.code).toBe("UNKNOWN_API");
    expect(error.happened).toContain("eu-central-1 of account 123456789012");
  });

  test("a service that never answers is given up", async () => {
    gateway = await open({ ...quickly, request: 100, slow: 100 });
    server.faults.add({ effect: { kind: "hang", when: "before" }, times: 8 });
    expect(await errorOf(gateway.getStages())).toMatchObject({ code: "UPSTREAM" });
    expect(waited).toHaveLength(7);
  });
});

describe("reads that must be over in time", () => {
  const never = (): Promise<void> => new Promise(() => {});

  test.each<[string, () => void]>([
    ["an answer that does not come", () => (server.gate = never)],
    [
      "answers that say to try again",
      () => server.faults.add({ operation: "GetStage", effect: serverError("before"), times: 99 }),
    ],
  ])("end in spite of %s", async (_, makeSlow) => {
    makeSlow();
    const reader = openGateway(await connect(surroundings()), api.id, {
      signal: new AbortController().signal,
      note: () => {},
      sleep: async (milliseconds, signal) => {
        await setTimeout(milliseconds, undefined, { signal });
      },
      now: () => 0,
      random: () => 1,
    });
    const begun = performance.now();
    const error = await errorOf(reader.within(60).getStage("prod"));
    // One answer alone is waited for 30 seconds.
    expect(performance.now() - begun).toBeLessThan(20_000);
    expect(error).toMatchObject({ code: "UPSTREAM", happened: expect.stringContaining("no answer came in the time") });
  });

  test("are cancelled like all others", async () => {
    const cancel = new AbortController();
    const { signal } = cancel;
    const reader = openGateway(await connect(surroundings()), api.id, {
      signal,
      note: () => {},
      sleep: async () => signal.throwIfAborted(),
      now: () => 0,
      random: () => 1,
    });
    server.gate = async () => {
      cancel.abort("SIGINT");
      await never();
    };
    expect(await errorOf(reader.within(60_000).getStage("prod"))).toMatchObject({ code: "CANCELLED" });
  });
});

describe("errors", () => {
  test.each([
    ["a quota of stages", refusal(429, "LimitExceededException", "Maximum number of stages (10)"), "STAGE_QUOTA"],
    ["a quota of stages as 400", refusal(400, "BadRequestException", "Maximum number of stages (10)"), "STAGE_QUOTA"],
    ["a conflict", refusal(409, "ConflictException", "Stage already exists"), "STAGE_CHANGED"],
    ["expired credentials", refusal(403, "ExpiredTokenException", "The token is expired"), "CREDENTIALS_EXPIRED"],
    ["unknown credentials", refusal(403, "UnrecognizedClientException", "The token is invalid"), "CREDENTIALS_INVALID"],
    ["anything else", refusal(400, "BadRequestException", "Stage name only allows a-zA-Z0-9_-"), "REJECTED"],
  ])("%s", async (_, effect, code) => {
    const { id } = await gateway.createDeployment("one");
    server.faults.add({ operation: "CreateStage", effect });
    const error = await errorOf(gateway.createStage({ stageName: "prod", deploymentId: id, tags: {}, writes: [] }));
    expect(error).toMatchObject({ code, acted: "no" });
    expect(sent("CreateStage")).toHaveLength(1);
  });

  test("answers that cannot be read are never a bug of ours", async () => {
    server.faults.add({ operation: "CreateDeployment", effect: { kind: "truncate" }, times: 9 });
    server.faults.add({ operation: "GetDeployments", effect: { kind: "truncate" }, times: 99 });
    const error = await errorOf(gateway.createDeployment("one"));
    expect(error.kind).not.toBe("bug");
    expect(error.acted).toBe("unknown");
    expect(error.message).not.toContain("SyntaxError");
  });

  test("a web page in place of an answer is an error of the service", async () => {
    const response = { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad gateway</html>" };
    server.faults.add({ effect: { kind: "answer", when: "before", response }, times: 8 });
    expect(await errorOf(gateway.getStages())).toMatchObject({ code: "UPSTREAM" });
  });

  test("throttled out says what the account may do", async () => {
    server.faults.add({ operation: "CreateDeployment", effect: throttled({ "retry-after": "60" }), times: 99 });
    const error = await errorOf(gateway.createDeployment("one"));
    expect(error).toMatchObject({ code: "THROTTLED", acted: "no" });
    expect(api.deployments.size).toBe(0);
    // A minute at a time, as was asked, of which somebody hears every ten seconds.
    expect(waited.every((delay) => delay === 10_000)).toBe(true);
    expect(waited.length % 6).toBe(0);
  });
});

test("requests name the action", async () => {
  await gateway.getStages();
  expect(sent("GetStages")[0]?.request.headers["user-agent"]).toContain("apigw-stage-action/");
});

test("without a Region nothing is asked", async () => {
  process.env["AWS_REGION"] = "";
  expect(await errorOf(connect(surroundings()))).toMatchObject({ code: "REGION_MISSING" });
});

test.each([
  ["eu-central-1", "amazonaws.com"],
  ["cn-north-1", "amazonaws.com.cn"],
  ["us-gov-west-1", "amazonaws.com"],
  ["eusc-de-east-1", "amazonaws.eu"],
])("the domain of %s is %s", async (region, suffix) => {
  process.env["AWS_REGION"] = region;
  expect((await connect(surroundings())).dnsSuffix).toBe(suffix);
});
