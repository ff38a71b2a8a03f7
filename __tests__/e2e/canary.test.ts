import { describe, expect, test } from "@jest/globals";
import type { Access } from "../../simulator/aws/access.ts";
import { dispatchEvent, scheduleEvent } from "../../simulator/github/events.ts";
import { refusal } from "../faults/effects.ts";
import { addStageOf, addVersion, answerOf, dataPlane, deployTo, promote, written } from "./release-scene.ts";
import { type Ended, inScene, type JobSettings, kindsThat, type Scene, statesOf } from "./scene.ts";
import { inWatch } from "./watch-scene.ts";

/** `prod` is ours and serves an old version; `test` is ahead of it. */
const inRelease = (play: (scene: Scene) => Promise<void>, random: () => number = () => 0.5): Promise<void> =>
  inScene({}, async (scene) => {
    scene.gateway.world.random = random;
    addStageOf(scene, "prod", { body: "old", routes: ["GET /old"] }, ours(scene));
    addStageOf(scene, "test", { body: "new", routes: ["GET /pets"] });
    await play(scene);
  });

const ours = ({ repository }: Scene) => ({
  tags: { "apigw-stage-action": `repository=${repository.id}/rest-api=a1b2c3d4e5/stage=prod` },
});

type Inputs = Readonly<Record<string, string>>;

const canary = (scene: Scene, inputs: Inputs = {}, job: JobSettings = {}): Promise<Ended> =>
  scene.deploy(
    { "stage-name": "prod", command: "canary", ...inputs },
    { event: dispatchEvent(scene.repository, "alice"), ...job },
  );

const serves = (scene: Scene, stage: string): string => scene.stage(stage)?.deploymentId ?? "";
const tagOf = (scene: Scene): string => scene.stage("prod")?.tags?.["apigw-stage-action:canary"] ?? "";

const withoutTags: Access = {
  keys: new Map([
    [
      "AKIASIMULATED0000000",
      {
        arn: "arn:aws:sts::123456789012:assumed-role/deploy/run",
        status: "active",
        denied: (_action, resource) => resource.includes("/tags/"),
      },
    ],
  ]),
};

const nightly = ({ repository }: Scene) => scheduleEvent(repository, "17 3 * * *");

/** One after the other, and then from the start. */
const chances = (...numbers: readonly number[]) => {
  let next = 0;
  return (): number => numbers[next++ % numbers.length] ?? 0;
};

describe.each(kindsThat("canary"))("of $name:", (kind) => {
  describe("a canary", () => {
    test("starts with what another stage serves, gets more, and is completed", () =>
      inRelease(async (scene) => {
        const [old, next] = [serves(scene, "prod"), serves(scene, "test")];
        const started = await promote(scene, { "canary-percent": "10" });
        expect(started.text).not.toContain("##[error]");
        expect(started.outputs).toMatchObject({
          result: "canary-started",
          changed: "true",
          "deployment-id": old,
          "canary-deployment-id": next,
          "canary-percent": "10",
          "routes-added": "1",
          "routes-removed": "1",
        });
        expect(written(scene)).toEqual(["TagResource", "UpdateStage"]);
        expect(scene.stage("prod")).toMatchObject({
          deploymentId: old,
          canarySettings: { deploymentId: next, percentTraffic: 10, useStageCache: false },
        });
        expect(tagOf(scene)).toMatch(
          new RegExp(
            `^v1 of=[0-9a-f]{16} canary=${next} base=${old} step=1 share=10 since=[0-9]+ until=[0-9]+ end=abort`,
          ),
        );
        expect(started.text).toContain("To abort it: command: canary with canary-percent: 0.");
        expect(started.text).toMatch(
          /If it has not ended by .* UTC, the next run on the stage or the next sweep aborts it\./,
        );
        expect(started.summary).toContain("### ⚠️ Orders · stage `prod` has a canary of 10 %, with 1 route removed");
        expect(scene.records().map(statesOf)).toEqual([["in_progress", "inactive"]]);
        expect(scene.records()[0]?.statuses.at(-1)?.description).toContain(
          `Canary: 10 % of stage prod on deployment ${next}; step 1 of 2; next from `,
        );

        const shifted = await canary(scene, { "canary-percent": "50" });
        expect(shifted.outputs).toMatchObject({ result: "canary-shifted", "canary-percent": "50", changed: "true" });
        expect(tagOf(scene)).toContain(" step=2 share=50 ");

        const completed = await canary(scene, { "canary-percent": "100" });
        expect(completed.text).not.toContain("##[error]");
        expect(completed.outputs).toMatchObject({
          result: "canary-completed",
          changed: "true",
          "deployment-id": next,
          "previous-deployment-id": old,
          "canary-deployment-id": "",
          "canary-percent": "",
        });
        expect(scene.stage("prod")?.deploymentId).toBe(next);
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
        expect(tagOf(scene)).toBe("");
        expect(scene.stage("prod")?.tags?.["apigw-stage-action:history"]).toMatch(
          new RegExp(` ${next}@[0-9]+ ${old}@`),
        );
        expect(scene.records().map((record) => record.statuses.at(-1)?.state)).toEqual([
          "inactive",
          "inactive",
          "success",
        ]);
        expect(completed.summary).toContain("### ✅ Orders · the canary of stage `prod` is completed");

        const again = await canary(scene, { "canary-percent": "100" }, { rerunOf: completed.run });
        expect(again.outputs).toMatchObject({ result: "unchanged", changed: "false", "deployment-id": next });
        const back = await scene.deploy(
          { "stage-name": "prod", command: "rollback" },
          { event: dispatchEvent(scene.repository, "alice") },
        );
        expect(back.outputs).toMatchObject({ result: "rolled-back", "deployment-id": old });
      }));

    test("of a new deployment gets the declared variables alone, and is aborted without the right to tag", () =>
      inScene({ access: withoutTags }, async (scene) => {
        scene.gateway.world.random = () => 0.05;
        const variables = { alias: "old", kept: "yes" };
        addStageOf(scene, "prod", { body: "was ", variables: ["alias"] }, { variables });
        const old = serves(scene, "prod");
        addVersion(scene, { body: "is ", variables: ["alias"] });
        const settings = "variables: { alias: next, gone: null }\ntracing: true";
        const tested = { "smoke-tests": "GET /health 200", "invoke-url": dataPlane(scene) };
        const inputs = { settings, "canary-percent": "10", ...tested };
        const started = await deployTo(scene, "prod", inputs);
        expect(started.text).not.toContain("##[error]");
        expect(started.outputs).toMatchObject({ result: "canary-started", "deployment-id": old });
        const next = started.outputs["canary-deployment-id"] ?? "";
        expect(scene.stage("prod")).toMatchObject({
          variables,
          tracingEnabled: false,
          canarySettings: { deploymentId: next, percentTraffic: 10, stageVariableOverrides: { alias: "next" } },
        });
        expect(started.text).toContain("variables.alias: old -> next");
        expect(started.text).toMatch(/stay so while it has a canary.*: tracing\./);
        expect(started.text).toContain("The tag that explains the canary could not be written");
        expect(await answerOf(scene, "prod")).toBe("200 is next");

        const again = await deployTo(scene, "prod", inputs, { rerunOf: started.run });
        expect(again.outputs).toMatchObject({ result: "unchanged", "canary-deployment-id": next });
        const refused = await deployTo(scene, "prod", { settings });
        expect(refused.text).toContain("STAGE_HAS_CANARY");
        expect(refused.text).toContain("command: canary with canary-percent: 100");

        const unproven = await canary(scene, { "canary-percent": "0" });
        expect(unproven.text).toContain("CANARY_NOT_OURS");
        expect(unproven.text).toContain(`give deployment-id: ${next} beside canary-percent`);
        const aborted = await canary(scene, { "canary-percent": "0", "deployment-id": next });
        expect(aborted.outputs).toMatchObject({ result: "canary-aborted", changed: "true", "deployment-id": old });
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
        expect(scene.api.deployments.has(next)).toBe(true);
        expect(await answerOf(scene, "prod")).toBe("200 was old");
        const nothing = await canary(scene, { "canary-percent": "0" });
        expect(nothing.outputs).toMatchObject({ result: "unchanged", changed: "false", "has-changes": "false" });
      }));

    test.each([
      ["by the run that started it", false],
      ["by its next attempt, where that was killed before it asked", true],
    ])("that fails its smoke tests twice is taken away again, %s", (_, isKilled) =>
      inScene(kind.options, async (scene) => {
        scene.gateway.world.random = chances(0.5, 0.05, 0.5, 0.05);
        addStageOf(scene, "prod", { body: "old" }, ours(scene));
        const old = serves(scene, "prod");
        addVersion(scene, { status: 500, body: "broken" });
        const kill = new AbortController();
        const inputs = { "canary-percent": "10", "smoke-tests": "GET /health 200", "invoke-url": dataPlane(scene) };
        scene.gateway.server.gate = async ({ operation }) => {
          if (!isKilled || operation !== "Invoke") return;
          scene.gateway.server.gate = undefined;
          kill.abort();
          await new Promise(() => {});
        };
        const first = await deployTo(scene, "prod", inputs, { kill: kill.signal });
        const run = isKilled ? await deployTo(scene, "prod", inputs, { rerunOf: first.run }) : first;
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "canary-aborted", "deployment-id": old, "canary-percent": "" });
        expect(run.text).toContain(`The canary was taken off stage prod, which serves deployment ${old} alone.`);
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
        expect(tagOf(scene)).toBe("");
      }),
    );

    test("whose deadline has passed is aborted by the next run on the stage, and by a sweep", () =>
      inWatch({ comes: { body: "new" }, served: { body: "old" } }, async ({ scene, job, later }) => {
        const start = async (): Promise<void> => {
          const started = await promote(scene, { "canary-percent": "10" }, job);
          expect(started.outputs["result"]).toBe("canary-started");
          await later(25 * 3_600_000);
        };
        const old = serves(scene, "prod");
        await start();
        const looked = await canary(scene, {}, job);
        expect(looked.conclusion).toBe("failure");
        expect(looked.outputs).toMatchObject({ result: "canary-aborted", "deployment-id": old, "canary-percent": "" });
        expect(looked.text).toMatch(/\(CANARY_OVERDUE\).*|its deadline, .* UTC, has passed/);
        expect(looked.text).toContain(`The canary was taken off stage prod, which serves deployment ${old} alone.`);
        expect(looked.summary).toContain("### ❌ Orders · the canary of stage `prod` failed and was aborted");

        await start();
        const swept = await scene.deploy({ "stage-name": "", command: "sweep" }, { ...job, event: nightly(scene) });
        expect(swept.outputs).toMatchObject({ result: "swept", changed: "true" });
        expect(swept.text).toMatch(/Canary of stage prod aborted \(its deadline, .* UTC, has passed;/);
        expect(swept.summary).toMatch(/\| Canary of stage `prod` \| aborted \|/);
        expect(tagOf(scene)).toBe("");

        await start();
        const deployed = await deployTo(scene, "prod", {}, job);
        expect(deployed.conclusion).toBe("success");
        expect(deployed.outputs).toMatchObject({ result: "updated", "canary-percent": "" });
        expect(deployed.summary).toContain("so it is aborted");
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
        expect(tagOf(scene)).toBe("");
        expect(serves(scene, "prod")).toBe(deployed.outputs["deployment-id"]);
      }));

    test("is completed by AWS's copies where explicit values are refused", () =>
      inRelease(async (scene) => {
        const next = serves(scene, "test");
        const settings = "variables: { alias: next }";
        await promote(scene, { "canary-percent": "10", settings });
        scene.gateway.server.faults.add({
          operation: "UpdateStage",
          effect: refusal(400, "BadRequestException", "Not while a canary is there."),
        });
        const run = await canary(scene, { "canary-percent": "100" });
        expect(run.text).toContain("its own recipe copies what the canary has");
        expect(run.outputs).toMatchObject({ result: "canary-completed", "deployment-id": next });
        expect(scene.stage("prod")).toMatchObject({ deploymentId: next, variables: { alias: "next" } });
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
      }));

    test("whose completion was interrupted before its removal is finished by the next run", () =>
      inRelease(async (scene) => {
        const [old, next] = [serves(scene, "prod"), serves(scene, "test")];
        await promote(scene, { "canary-percent": "10" });
        const no = refusal(403, "AccessDeniedException", "Not now.");
        scene.gateway.server.faults.add({ operation: "UpdateStage", skip: 1, effect: no });
        const broken = await canary(scene, { "canary-percent": "100" });
        expect(broken.outputs).toMatchObject({ result: "failed", changed: "true", "deployment-id": next });
        expect(broken.text).toContain("its canary is still to be removed, which running this job again does");
        const mended = await canary(scene);
        expect(mended.outputs).toMatchObject({ result: "canary-completed", "deployment-id": next });
        expect(scene.stage("prod")?.canarySettings).toBeUndefined();
        expect(tagOf(scene)).toBe("");
        expect(scene.stage("prod")?.tags?.["apigw-stage-action:history"]).toMatch(
          new RegExp(` ${next}@[0-9]+ ${old}@`),
        );
      }));

    test("I6: that starts, moves or ends on a stage which somebody points elsewhere in that moment says so, and how it is", () =>
      inRelease(async (scene) => {
        const pointTo = (deploymentId: string): void => {
          scene.gateway.server.gate = async ({ operation }) => {
            if (operation === "UpdateStage") Object.assign(scene.stage("prod") ?? {}, { deploymentId });
          };
        };
        const elsewhere = addVersion(scene);
        pointTo(elsewhere);
        const run = await promote(scene, { "canary-percent": "10" });
        expect(run.conclusion).toBe("failure");
        expect(run.text).toMatch(/CANARY_CHANGED/);
        expect(run.text).toContain(`State: Stage prod serves deployment ${elsewhere}, with a canary`);
        expect(run.text).toContain("To abort it: command: canary with canary-percent: 0.");
        expect((await canary(scene, { "canary-percent": "0" })).outputs["result"]).toBe("canary-aborted");

        await promote(scene, { "canary-percent": "10" });
        pointTo(addVersion(scene));
        const moved = await canary(scene, { "canary-percent": "50" });
        expect([moved.conclusion, moved.text]).toEqual(["failure", expect.stringContaining("CANARY_CHANGED")]);

        const another = addVersion(scene);
        pointTo(another);
        const ended = await canary(scene, { "canary-percent": "0" });
        expect([ended.conclusion, ended.text]).toEqual(["failure", expect.stringContaining("CANARY_CHANGED")]);
        expect(ended.text).toContain(`State: Stage prod serves deployment ${another} and has no canary.`);
      }));

    test("that somebody changes while the run is at work is left to them, and dry runs write nothing", () =>
      inRelease(async (scene) => {
        const planned = await promote(scene, { "canary-percent": "10", "dry-run": "true" });
        expect(planned.outputs).toMatchObject({ result: "planned", changed: "true", "canary-percent": "" });
        expect(planned.text).toContain("Start a canary of 10 % on stage prod");
        expect(written(scene)).toEqual([]);
        await promote(scene, { "canary-percent": "10" });
        const found = scene.stage("prod");
        const elsewhere = addVersion(scene);
        scene.gateway.server.faults.add({
          operation: "GetStage",
          effect: {
            kind: "change",
            change: (response) => {
              if (found?.canarySettings) found.canarySettings.deploymentId = elsewhere;
              const body = JSON.parse(response.body.toString());
              return { ...response, body: JSON.stringify({ ...body, canarySettings: found?.canarySettings }) };
            },
          },
        });
        const run = await canary(scene, { "canary-percent": "100" });
        expect(run.text).toContain("CANARY_CHANGED");
        expect(run.text).toContain("The canary of stage prod was changed while this run was at work");
        expect(serves(scene, "prod")).not.toBe(elsewhere);
        const refused = await canary(scene, { "canary-percent": "100", "deployment-id": elsewhere });
        expect(refused.text).toContain("what it is on now was not judged");
        const aborted = await canary(scene, { "canary-percent": "0" });
        expect(aborted.outputs["result"]).toBe("canary-aborted");
      }));
  });
});
