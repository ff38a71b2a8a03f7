import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { accountService, createAccount } from "../../../simulator/account.ts";
import type { FaultEffect } from "../../../simulator/http/faults.ts";
import type { SimulatorServer } from "../../../simulator/http/server.ts";
import { createGroup } from "../../../simulator/logs/delivery.ts";
import { connect } from "../../../src/aws/client.ts";
import { type Logs, openLogs } from "../../../src/aws/logs/logs.ts";
import { refusal } from "../../faults/effects.ts";
import { errorOf } from "../error-of.ts";
import { serveAws } from "../serve-aws.ts";
import { surroundings, withoutWaiting } from "../surroundings.ts";

const start = Date.UTC(2026, 0, 1);
let now = start;
const account = createAccount({ gateway: { rateLimits: false, clock: { now: () => now } } });
let server: SimulatorServer;
let logs: Logs;

beforeAll(async () => {
  server = await serveAws(accountService(account), account.logs.region);
  const pacing = withoutWaiting();
  const sleep: typeof pacing.sleep = async (milliseconds) => {
    now += milliseconds;
  };
  logs = openLogs(await connect(surroundings()), "a1b2c3d4e5", { ...pacing, sleep });
});

beforeEach(() => {
  server.faults.clear();
  account.logs.groups.clear();
  now = start;
});

afterAll(() => server.close());

const query = (groups: readonly string[] = ["/orders"]) =>
  logs.query({ groups, query: "stats count(*) as requests by @log, status", from: start, until: start + 60_000 });

const answering = (body: object): FaultEffect => ({
  kind: "answer",
  when: "before",
  response: { status: 200, headers: { "content-type": "application/x-amz-json-1.1" }, body: JSON.stringify(body) },
});

test("a query is waited for until it is complete", async () => {
  const group = createGroup(account.logs, "/orders", start);
  group.events.push({ at: start + 1000, ingestedAt: start + 1000, message: '{"status": "200"}' });
  now = start + 120_000;
  expect(await query()).toEqual([{ "@log": `${account.logs.accountId}:/orders`, status: "200", requests: "1" }]);
  expect(server.exchanges.filter(({ operation }) => operation === "GetQueryResults").length).toBeGreaterThan(1);
});

test("a group that does not exist is told apart from one that is empty", async () => {
  createGroup(account.logs, "/orders", start);
  expect(await query()).toEqual([]);
  expect(await query(["/orders", "/orders/Canary"])).toBeUndefined();
});

test.each([
  ["that failed", answering({ status: "Failed", results: [] }), "UPSTREAM"],
  ["that never ends", answering({ status: "Running", results: [[{ field: "requests", value: "1" }]] }), "UPSTREAM"],
  ["whose answer is no answer", answering({ results: [] }), "UNREADABLE_ANSWER"],
  ["that may not be read", refusal(400, "AccessDeniedException", "not authorized to perform"), "ACCESS_DENIED"],
])("a query %s proves nothing", async (_, effect, code) => {
  createGroup(account.logs, "/orders", start);
  server.faults.add({ operation: "GetQueryResults", effect, times: 999 });
  expect(await errorOf(query())).toMatchObject({ code });
});

test("who may not query is told which action and which log group", async () => {
  server.faults.add({
    operation: "StartQuery",
    effect: refusal(400, "AccessDeniedException", "not authorized to perform: logs:StartQuery"),
  });
  const { remedy } = await errorOf(query());
  expect(remedy).toContain("logs:StartQuery");
  expect(remedy).toContain("log-group:/orders");
});
