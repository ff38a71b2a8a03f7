import { PutRestApiCommand } from "@aws-sdk/client-api-gateway";
import { expect, test } from "@jest/globals";
import { createWorld, seedRestApi } from "../../../simulator/gateway/world.ts";
import { refusalOf, startControlPlane } from "./control-plane.ts";

const definition = '{"openapi":"3.0.1","info":{"title":"Pets","version":"1"},"paths":{}}';

const handClock = () => {
  let now = 1_700_000_000_000;
  return {
    clock: { now: () => now },
    advance: (seconds: number) => {
      now += seconds * 1000;
    },
  };
};

test("PutRestApi passes once a second", async () => {
  const { clock, advance } = handClock();
  const world = createWorld({ clock });
  seedRestApi(world, definition, { id: "abcdefghij" });
  const { client } = await startControlPlane({ world });
  const put = () => client.send(new PutRestApiCommand({ restApiId: "abcdefghij", body: Buffer.from(definition) }));
  await put();
  expect(await refusalOf(put())).toEqual({
    name: "TooManyRequestsException",
    message: "Too Many Requests",
    status: 429,
  });
  advance(1);
  expect((await put()).name).toBe("Pets");
});

test("one bucket of 40, refilled at 10 a second, is shared by reads and writes", async () => {
  const { clock, advance } = handClock();
  const { send } = await startControlPlane({ world: createWorld({ clock }) });
  const statuses: number[] = [];
  for (let request = 0; request < 41; request += 1) statuses.push((await send("GET", "/account")).status);
  expect(statuses.slice(0, 40).every((status) => status === 200)).toBe(true);
  expect(statuses[40]).toBe(429);
  expect((await send("GET", "/restapis")).status).toBe(429);
  advance(0.1);
  expect((await send("GET", "/restapis")).status).toBe(200);
  expect((await send("GET", "/restapis")).status).toBe(429);
});

test("Retry-After is sent only when the world says so", async () => {
  const { clock } = handClock();
  const exhausted = async (retryAfterSeconds?: number) => {
    const world = createWorld({ clock, ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }) });
    const { send } = await startControlPlane({ world });
    await send("POST", "/restapis", { body: '{"name":"a"}' });
    return send("POST", "/restapis", { body: '{"name":"b"}' });
  };
  const without = await exhausted();
  expect(without.status).toBe(429);
  expect(without.headers.get("retry-after")).toBeNull();
  expect((await exhausted(3)).headers.get("retry-after")).toBe("3");
});

test("a world without limits has none", async () => {
  const { send } = await startControlPlane({ world: createWorld({ rateLimits: false }) });
  for (let request = 0; request < 50; request += 1) expect((await send("GET", "/account")).status).toBe(200);
});
