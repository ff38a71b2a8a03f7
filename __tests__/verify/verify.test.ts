import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/gateway.ts";
import { ActionError } from "../../src/domain/errors.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { lookLast } from "../../src/verify/overtaken.ts";
import type { SmokeVerdict } from "../../src/verify/verdict.ts";
import { settingsLeftOver, verify } from "../../src/verify/verify.ts";
import { failure, openApplying, planFor } from "../apply/scene.ts";
import { aRequest, aStage, observedWith } from "../requests.ts";
import { aWorld } from "../world.ts";

const tests = [{ line: 1, method: "GET", path: "/health", status: 200, contains: [], headers: [], within: undefined }];
const tested = (rollBack = true): DeployRequest =>
  aRequest({ smokeTests: { tests, timeout: 5000, apiKey: undefined, rollBack } });
const updating = (request = tested()): Plan => planFor(request, observedWith({ stages: [aStage()] }));

type Run = {
  readonly request?: DeployRequest;
  readonly plan?: Plan;
  readonly pointedAt?: string | undefined;
  readonly answers?: number | "none";
  readonly otherwise?: Partial<Gateway>;
};

const verifying = async (run: Run = {}) => {
  const { request = tested(), answers = 200, otherwise = {} } = run;
  const plan = run.plan ?? updating(request);
  let asked = 0;
  const fetch = async (): Promise<Response> => {
    asked += 1;
    if (answers === "none") throw Object.assign(new TypeError("fetch failed"), { cause: { code: "ECONNREFUSED" } });
    return new Response("{}", { status: answers });
  };
  const getStage = async () => aStage({ deploymentId: "new222" });
  const opened = openApplying({ getStage, ...otherwise }, { world: aWorld({ fetch }) });
  opened.progress.made = "new222";
  opened.progress.pointedAt = "pointedAt" in run ? run.pointedAt : "new222";
  const told: SmokeVerdict["kind"][] = [];
  const url = { kind: "given", url: "https://api.example.com" } as const;
  const error = await verify(request, plan, opened.applying, url, ({ kind }) => told.push(kind)).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof ActionError ? thrown : Promise.reject(thrown)),
  );
  return { ...opened, error, told, asked };
};

describe("a stage that was pointed", () => {
  test("and is healthy stays", async () => {
    const { error, told, writes } = await verifying();
    expect([error, told, writes]).toEqual([undefined, ["healthy"], []]);
  });

  test("and is unhealthy goes back, and the run fails with where things are", async () => {
    const { error, told, writes, progress } = await verifying({ answers: 500 });
    expect(told).toEqual(["unhealthy"]);
    expect(writes).toEqual(["updateStage pr-7"]);
    expect(progress).toMatchObject({ rolledBack: true, pointedAt: "old111" });
    expect(error).toMatchObject({
      code: "SMOKE_TESTS_FAILED",
      acted: "yes",
      state: expect.stringContaining("Stage pr-7 was pointed back and serves deployment old111 again."),
    });
  });

  test("I8: of which nothing is known stays: no answer is no reason to go back", async () => {
    const { error, told, writes } = await verifying({ answers: "none" });
    expect([told, writes]).toEqual([["unreachable"], []]);
    expect(error).toMatchObject({ code: "SMOKE_TESTS_UNREACHABLE", acted: "yes" });
  });

  test("and cannot be led back is told with both errors", async () => {
    const updateStage = () => Promise.reject(failure("THROTTLED"));
    const { error } = await verifying({ answers: 500, otherwise: { updateStage } });
    expect(error).toMatchObject({ code: "ROLLBACK_FAILED", happened: expect.stringContaining("smoke test") });
  });
});

test.each<[string, Run]>([
  ["is to be led back", {}],
  ["is new", { plan: planFor(tested(), observedWith()) }],
  ["may not be led back", { request: tested(false) }],
  ["gives no answer", { answers: "none" }],
])("I6: what another run pointed is told and not taken back, where the stage %s", async (_, run) => {
  const others = aStage({ deploymentId: "others" });
  const ended = await verifying({ answers: 500, ...run, otherwise: { getStage: async () => others } });
  expect(ended.writes).toEqual([]);
  expect(ended.error).toMatchObject({ code: "STAGE_CHANGED", state: expect.stringContaining("deployment others") });
  expect(ended.progress.found).toEqual({ stage: others });
});

describe("the last look", () => {
  const looking = (getStage: Gateway["getStage"]) => {
    const limits: number[] = [];
    const within: Gateway["within"] = (milliseconds) => {
      limits.push(milliseconds);
      return { getStage, getDeployment: () => Promise.reject(failure("UPSTREAM")) };
    };
    const opened = openApplying({ within });
    opened.progress.pointedAt = "new222";
    return { ...opened, limits, look: () => lookLast(aRequest(), opened.applying) };
  };

  test("takes ten seconds at most", async () => {
    const { limits, look } = looking(async () => aStage({ deploymentId: "new222" }));
    expect(await look()).toEqual({ kind: "confirmed" });
    expect(limits).toEqual([10_000]);
  });

  test("I8: proves nothing when the run is cancelled in the middle", async () => {
    const { look, world } = looking(async () => {
      world.cancel();
      throw failure("CANCELLED");
    });
    expect(await look()).toMatchObject({ kind: "unknown", warning: expect.stringContaining("could not be seen") });
  });

  test("that found another's deployment says so, though nobody tells who made it", async () => {
    const { look } = looking(async () => aStage({ deploymentId: "others" }));
    expect(await look()).toMatchObject({ kind: "overtaken", stage: { deploymentId: "others" } });
  });
});

test.each<[string, Run, RegExp]>([
  [
    "the workflow wants it so",
    { request: tested(false) },
    /^Stage pr-7 serves deployment new222 still: rollback-on-failure is false\.$/,
  ],
  ["it is new", { plan: planFor(tested(), observedWith()) }, /new222 still: it is new, there is nothing to go back to/],
  ["this run did not point it", { pointedAt: undefined }, /old111 still: this run did not point it anywhere/],
])("an unhealthy stage stays where %s", async (_, run, state) => {
  const { error, writes } = await verifying({ ...run, answers: 500 });
  expect(writes).toEqual([]);
  expect(error).toMatchObject({ code: "SMOKE_TESTS_FAILED", state: expect.stringMatching(state) });
});

describe("nothing is asked", () => {
  test("without tests", async () => {
    expect(await verifying({ request: aRequest() })).toMatchObject({ asked: 0, told: [], error: undefined });
  });

  test("where the run waits for a place: there is no stage", async () => {
    const { applying, progress } = openApplying();
    progress.skipped = true;
    const url = { kind: "given", url: "https://api.example.com" } as const;
    // The world refuses every request.
    expect(await verify(tested(), updating(), applying, url, () => {})).toBeUndefined();
  });
});

test("settings that the service accepted and does not show are named, tags apart", () => {
  const declared = <T>(value: T) => ({ value, source: "settings" });
  const request = aRequest({ settings: { tracing: declared(true), tags: { team: declared("a") } } });
  expect(settingsLeftOver(request, aStage())).toEqual([
    "API Gateway accepted the settings, but tracing is false instead of true.",
  ]);
  expect(settingsLeftOver(request, aStage({ settings: { ...newStageSettings, tracingEnabled: true } }))).toEqual([]);
});
