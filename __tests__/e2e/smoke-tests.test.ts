import { createServer } from "node:net";
import { describe, expect, test } from "@jest/globals";
import { refusal } from "../faults/effects.ts";
import { inThisProcessBy, leapingClock } from "../in-process.ts";
import {
  addStageOf,
  answerOf,
  changeDraft,
  dataPlane,
  deployTo,
  promote,
  rollBack,
  type Version,
  written,
} from "./release-scene.ts";
import { type Ended, inScene, type JobSettings, kinds, type Scene, statesOf, until } from "./scene.ts";

const HISTORY = "apigw-stage-action:history";
const broken: Version = { status: 500, body: "<b>@alice</b> `broken` ```\\n::error::no" };

const smoke = (scene: Scene, tests: string, more: Readonly<Record<string, string>> = {}) => ({
  "invoke-url": dataPlane(scene),
  "smoke-tests": tests,
  "smoke-test-timeout": "7",
  ...more,
});

const serves = (scene: Scene, stage: string): string => scene.stage(stage)?.deploymentId ?? "";

const isRed = (run: Ended): void => {
  expect(run.conclusion).toBe("failure");
  expect(run.steps[0]?.exitCode).toBe(1);
};

/** A port of this machine where nobody listens. */
const closedPort = async (): Promise<number> => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (address === null || typeof address === "string") throw new Error("there is no port");
  return address.port;
};

describe.each(kinds)("of $name:", (kind) => {
  /** `prod` is well, and `test` is like this. */
  const inRelease = (version: Version, play: (scene: Scene) => Promise<void>): Promise<void> =>
    inScene(kind.options, async (scene) => {
      addStageOf(scene, "prod");
      addStageOf(scene, "test", version);
      await play(scene);
    });

  test("a stage that answers as expected: green, with what was asked in log and summary", () =>
    inRelease({}, async (scene) => {
      const run = await promote(
        scene,
        smoke(scene, `GET /health 200 contains "fine" <5s\nGET /nothing ${kind.noRoute} # no such route`),
      );
      expect(run.conclusion).toBe("success");
      expect(run.outputs["result"]).toBe("promoted");
      expect(run.text).toContain("Both smoke tests passed.");
      expect(run.text).toMatch(/passed {2}GET \/health \(200 in \d+ ms, \d+ tries\)/);
      expect(run.summary).toContain("<summary>Both smoke tests passed.</summary>");
      expect(scene.records().map(statesOf)).toEqual([["in_progress", "success"]]);
    }));

  test("a new stage is asked once, and unchanged ones are asked too", () =>
    inRelease({}, async (scene) => {
      const first = await promote(scene, smoke(scene, "GET /health 200", { "stage-name": "fresh" }));
      expect(first.outputs["result"]).toBe("promoted");
      expect(first.text).toMatch(/passed {2}GET \/health \(200 in \d+ ms, 1 try\)/);
      const again = await promote(scene, smoke(scene, "GET /health 200", { "stage-name": "fresh" }));
      expect(again.outputs["result"]).toBe("unchanged");
      expect(again.text).toMatch(/passed {2}GET \/health \(200 in \d+ ms, 1 try\)/);
    }));

  describe("a stage that answers wrongly", () => {
    test("goes back to what it served, that is read back, and everything is red", () =>
      inRelease(broken, async (scene) => {
        const [before, failing] = [serves(scene, "prod"), serves(scene, "test")];
        const run = await promote(
          scene,
          smoke(scene, "GET /health 200", { "smoke-test-timeout": "2", "pr-number": String(scene.pull.number) }),
        );
        isRed(run);
        expect(run.outputs).toMatchObject({
          result: "rolled-back",
          changed: "true",
          "deployment-id": before,
          "previous-deployment-id": before,
        });
        expect(serves(scene, "prod")).toBe(before);
        expect(await answerOf(scene, "prod")).toBe('200 {"health": "fine"}');
        expect(written(scene)).toEqual(["UpdateStage", "UpdateStage"]);
        expect(run.text).toContain("FAILED  GET /health");
        expect(run.text).toContain("The status is 500; expected is 200.");
        expect(run.text).toContain("Stage prod did not pass its smoke tests: 1 of 1 smoke test failed.");
        expect(run.text).toContain(`State: Stage prod was pointed back and serves deployment ${before} again.`);
        expect(run.text).toContain("(SMOKE_TESTS_FAILED)");
        expect(statesOf(scene.records()[0])).toEqual(["in_progress", "failure"]);
        expect(scene.records()[0]?.statuses.at(-1)).toMatchObject({
          description: "Stage prod was rolled back: SMOKE_TESTS_FAILED",
          environmentUrl: "",
        });
        const comment = scene.comments()[0]?.body ?? "";
        for (const page of [run.summary, comment]) {
          expect(page).toContain("### ❌ Orders · stage `prod` failed and was rolled back");
          expect(page).toContain("❌ `GET /health` (500 in");
          expect(page).toContain("The status is 500; expected is 200");
          // In a fence that its own backticks cannot end.
          expect(page).toContain("````text\n<b>@alice</b> `broken` ```");
          expect(page).toContain(`\`${before}\``);
        }
        expect(run.text).not.toMatch(/^::error::no/m);
        expect(run.annotations.map(({ title }) => title)).toEqual(["SMOKE_TESTS_FAILED"]);
        expect(failing).not.toBe(before);
      }));

    test("on a stage of ours, both ways stand in the history", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "test");
        const good = (await promote(scene)).outputs["deployment-id"];
        const { deploymentId: bad } = addStageOf(scene, "test", broken);
        const run = await promote(scene, smoke(scene, "GET /health 200", { "smoke-test-timeout": "2" }));
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": good });
        expect(scene.stage("prod")?.tags?.[HISTORY]).toMatch(
          new RegExp(`^of=[0-9a-f]{16} ${good}@\\d+ -${bad}@\\d+ ${good}@\\d+$`),
        );
        expect(scene.records().map(statesOf)).toEqual([
          ["in_progress", "success", "success"],
          ["in_progress", "failure"],
        ]);
        expect(scene.records()[0]?.statuses.at(-1)?.description).toBe(`Stage prod serves deployment ${good} again`);
      }));

    test("stays with rollback-on-failure: false, and the run says so", () =>
      inRelease(broken, async (scene) => {
        const failing = serves(scene, "test");
        const run = await promote(
          scene,
          smoke(scene, "GET /health 200", { "smoke-test-timeout": "1", "rollback-on-failure": "false" }),
        );
        isRed(run);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "true", "deployment-id": failing });
        expect(serves(scene, "prod")).toBe(failing);
        expect(run.text).toContain(
          `State: Stage prod serves deployment ${failing} still: rollback-on-failure is false.`,
        );
        expect(run.summary).toContain("### ❌ Orders · stage `prod` has a problem");
        expect(scene.records()[0]?.statuses.at(-1)?.description).toBe("Stage prod has a problem: SMOKE_TESTS_FAILED");
      }));

    test("and is new has nothing to go back to: it stays for debugging, with its URL", () =>
      inScene(kind.options, async (scene) => {
        changeDraft(scene, broken);
        const run = await scene.deploy(smoke(scene, "GET /health 200", { "smoke-test-timeout": "1" }));
        isRed(run);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "true" });
        expect(scene.stage("pr-1")?.deploymentId).toBe(run.outputs["deployment-id"]);
        expect(run.text).toContain("still: it is new, there is nothing to go back to.");
        expect(scene.comments()[0]?.body).toContain("### ❌ Orders · preview `pr-1` has a problem");
        expect(scene.comments()[0]?.body).toContain(`\n\n**<${scene.gateway.server.url}/a1b2c3d4e5/pr-1>**`);
      }));

    test("on a deployment that it served before the run is not pointed anywhere", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "test", broken);
        scene.addStage("prod", { deploymentId });
        const run = await promote(scene, smoke(scene, "GET /health 200", { "smoke-test-timeout": "1" }));
        isRed(run);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "false", "deployment-id": deploymentId });
        expect(run.text).toContain("this run did not point it anywhere");
        expect(run.text).not.toContain("rollback-on-failure is false");
        expect(written(scene)).toEqual([]);
      }));

    test("after a rollback: it goes back again, and says where it stands", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId: bad } = addStageOf(scene, "prod", broken);
        const now = addStageOf(scene, "prod", { status: 503 }).deploymentId;
        const run = await rollBack(
          scene,
          smoke(scene, "GET /health 200", { "deployment-id": bad, "smoke-test-timeout": "2" }),
        );
        isRed(run);
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": now });
        expect(run.summary).toContain("failed and was rolled back");
      }));
  });

  describe("a stage serves its new deployment only after a while", () => {
    /** The service's time is the run's, which leaps. */
    const inTime = (play: (scene: Scene, job: JobSettings) => Promise<void>): Promise<void> => {
      const clock = leapingClock();
      return inScene({ ...kind.options, gateway: { clock } }, (scene) => {
        scene.gateway.world.propagationMs = 1500;
        return play(scene, { runner: { runScript: inThisProcessBy(() => clock) } });
      });
    };

    test("the old one's wrong answers are waited out", () =>
      inTime(async (scene, job) => {
        addStageOf(scene, "prod", { body: '{"version": 1}' });
        addStageOf(scene, "test", { body: '{"version": 2}' });
        const tests = smoke(scene, 'GET /health 200 contains "version\\": 2"', { "smoke-test-timeout": "15" });
        const run = await promote(scene, tests, job);
        expect(run.outputs["result"]).toBe("promoted");
        expect(run.text).toContain("The smoke test passed.");
      }));

    test("the old one's right answers do not hide a broken new one", () =>
      inTime(async (scene, job) => {
        addStageOf(scene, "prod");
        addStageOf(scene, "test", broken);
        const before = serves(scene, "prod");
        const run = await promote(scene, smoke(scene, "GET /health 200"), job);
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": before });
      }));
  });

  describe("no data is not health (I8):", () => {
    test("a stage that the runner cannot reach is red, and stays as it is", () =>
      inRelease({}, async (scene) => {
        const wanted = serves(scene, "test");
        const url = `http://127.0.0.1:${await closedPort()}`;
        const run = await promote(
          scene,
          smoke(scene, "GET /health 200\nGET /orders 200", { "invoke-url": url, "smoke-test-timeout": "2" }),
        );
        isRed(run);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "true", "deployment-id": wanted });
        expect(serves(scene, "prod")).toBe(wanted);
        expect(run.text).toContain("The runner cannot reach the stage. No request got an answer.");
        expect(run.text).toContain("The connection was refused");
        expect(run.text).toContain("State: Stage prod was left as it is: no answer says nothing about its health.");
        expect(run.text).toContain("(SMOKE_TESTS_UNREACHABLE)");
        expect(written(scene)).toEqual(["UpdateStage"]);
        expect(scene.records().map(statesOf)).toEqual([["in_progress", "failure"]]);
      }));

    test.each([
      ...kind.endpointTypes
        .filter((type) => type === "PRIVATE")
        .map((endpointType) => ["a private API", { endpointType }, "The API is private"] as const),
      ["a disabled default endpoint", {}, "The API's default endpoint is switched off. Give invoke-url"] as const,
    ])("%s without invoke-url is refused before anything is written", (_case, options, text) =>
      inScene({ ...kind.options, ...options }, async (scene) => {
        addStageOf(scene, "prod");
        addStageOf(scene, "test");
        scene.api.disableExecuteApiEndpoint = !("endpointType" in options);
        const before = serves(scene, "prod");
        const run = await promote(scene, smoke(scene, "GET /health 200", { "invoke-url": "" }));
        isRed(run);
        expect(run.text).toContain("The runner could not reach stage prod for its smoke tests.");
        expect(run.text).toContain(text);
        expect(written(scene)).toEqual([]);
        expect(serves(scene, "prod")).toBe(before);
      }),
    );
  });

  describe("the rollback itself fails:", () => {
    const failing = (scene: Scene, times: number): void =>
      scene.gateway.server.faults.add({
        operation: "UpdateStage",
        skip: 1,
        times,
        effect: refusal(403, "AccessDeniedException", "User is not authorized to perform: apigateway:PATCH"),
      });

    test("both errors, what is served now, and the command that mends it", () =>
      inRelease(broken, async (scene) => {
        const [before, bad] = [serves(scene, "prod"), serves(scene, "test")];
        failing(scene, 1);
        const run = await promote(scene, smoke(scene, "GET /health 200", { "smoke-test-timeout": "1" }));
        isRed(run);
        expect(run.outputs).toMatchObject({ result: "failed", changed: "true", "deployment-id": bad });
        expect(run.text).toContain("(ROLLBACK_FAILED)");
        expect(run.text).toContain("Stage prod did not pass its smoke tests: 1 of 1 smoke test failed.");
        expect(run.text).toContain("Pointing it back failed too:");
        expect(run.text).toContain("apigateway:PATCH");
        expect(run.text).toContain(`State: Stage prod serves deployment ${bad}.`);
        expect(run.text).toContain(`${kind.pointProd}${before}`);
        expect(scene.records().map(statesOf)).toEqual([["in_progress", "failure"]]);
      }));

    test("and when the stage cannot be read either, that is said", () =>
      inRelease(broken, async (scene) => {
        failing(scene, 1);
        scene.gateway.server.faults.add({
          operation: "GetStage",
          times: 50,
          effect: refusal(403, "AccessDeniedException", "User is not authorized to perform: apigateway:GET"),
        });
        const run = await promote(scene, smoke(scene, "GET /health 200", { "smoke-test-timeout": "1" }));
        expect(run.text).toContain("State: It is not known what stage prod serves now.");
      }));
  });

  test("cancelled while it tests: what was done is told, and nothing is rolled back", () =>
    inRelease(broken, async (scene) => {
      const cancel = new AbortController();
      const running = promote(scene, smoke(scene, "GET /health 200", { "smoke-test-timeout": "60" }), {
        runner: { cancel: cancel.signal },
      });
      await until(() => scene.asked().includes("Invoke"));
      cancel.abort();
      const run = await running;
      expect(run.steps[0]?.exitCode).toBe(130);
      expect(run.text).toContain(`Stage prod was pointed at deployment ${serves(scene, "test")}.`);
      expect(written(scene)).toEqual(["UpdateStage"]);
    }));

  test("tests that are not understood are all named before anything is done", () =>
    inRelease({}, async (scene) => {
      const run = await deployTo(scene, "prod", smoke(scene, "FETCH /health 200\nGET health 2000"));
      for (const text of [
        'Line 1: "FETCH" is no method',
        'Line 2: "health" is no path',
        'Line 2: "2000" is no status',
      ]) {
        expect(run.text).toContain(text);
      }
      expect(scene.asked()).toEqual([]);
    }));
});
