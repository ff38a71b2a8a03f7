import { describe, expect, test } from "@jest/globals";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { profiles } from "../../simulator/github/tokens.ts";
import { refusal, reset } from "../faults/effects.ts";
import { addStageOf, addVersion, changeDraft, deployTo, promote, rollBack } from "./release-scene.ts";
import { type Ended, inScene, kinds, type Scene } from "./scene.ts";

/** I5: running a job again equals running it once, however far it came before. */

const serves = (scene: Scene): string => scene.stage("prod")?.deploymentId ?? "";

const release = async (scene: Scene, count: number): Promise<readonly string[]> => {
  const ids: string[] = [];
  for (let version = 1; version <= count; version += 1) {
    changeDraft(scene, { body: `{"version": ${version}}` });
    ids.push((await deployTo(scene, "prod")).outputs["deployment-id"] ?? "");
  }
  return ids;
};

const again = (scene: Scene, { run }: Ended, inputs: Readonly<Record<string, string>>): Promise<Ended> =>
  scene.deploy({ "stage-name": "prod", ...inputs }, { event: dispatchEvent(scene.repository, "alice"), rerunOf: run });

describe.each(kinds)("of $name:", (kind) => {
  describe("a rollback that is run again goes back once:", () => {
    test.each<[string, Readonly<Record<string, string>>]>([
      ["with a token", {}],
      ["without any record", { "github-deployment": "never" }],
    ])("after it has succeeded, %s", (_, inputs) =>
      inScene(kind.options, async (scene) => {
        const [, second = ""] = await release(scene, 3);
        const first = await rollBack(scene, inputs);
        expect(serves(scene)).toBe(second);
        const tags = structuredClone(scene.stage("prod")?.tags);
        for (let attempt = 2; attempt < 4; attempt += 1) {
          const run = await again(scene, first, { command: "rollback", ...inputs });
          expect(run.conclusion).toBe("success");
          expect(run.outputs).toMatchObject({ result: "unchanged", "deployment-id": second });
          expect(scene.stage("prod")?.tags).toEqual(tags);
        }
      }),
    );

    test("on a stage that others made, by its record", () =>
      inScene(kind.options, async (scene) => {
        addStageOf(scene, "prod");
        const [, second = ""] = await release(scene, 3);
        const first = await rollBack(scene);
        const run = await again(scene, first, { command: "rollback" });
        expect(run.outputs).toMatchObject({ result: "unchanged", "deployment-id": second });
        expect(serves(scene)).toBe(second);
      }));

    test.each<[string, Readonly<Record<string, string>>]>([
      ["with a token", {}],
      ["without any record", { "github-deployment": "never" }],
    ])("after it was ended before it could write down what it had done, %s", (_, inputs) =>
      inScene(kind.options, async (scene) => {
        const [one = "", second = "", third = ""] = await release(scene, 3);
        const effect = refusal(400, "BadRequestException", "No.");
        scene.gateway.server.faults.add({ operation: "TagResource", effect });
        const first = await rollBack(scene, inputs);
        expect(serves(scene)).toBe(second);
        const run = await again(scene, first, { command: "rollback", ...inputs });
        expect(serves(scene)).toBe(second);
        expect(scene.stage("prod")?.tags?.["apigw-stage-action:history"]).toMatch(
          new RegExp(` ${second}@\\d+ -${third}@\\d+ ${second}@\\d+ ${one}@\\d+$`),
        );
        expect(run.conclusion).toBe("success");
        const other = await rollBack(scene, inputs);
        expect(other.outputs["deployment-id"]).toBe(one);
      }),
    );

    test("after it has failed before it pointed anything, it goes back now", () =>
      inScene(kind.options, async (scene) => {
        const [, second = ""] = await release(scene, 3);
        scene.gateway.server.faults.add({
          operation: "UpdateStage",
          effect: refusal(400, "BadRequestException", "No."),
        });
        const first = await rollBack(scene);
        expect(first.conclusion).toBe("failure");
        const run = await again(scene, first, { command: "rollback" });
        expect(run.outputs).toMatchObject({ result: "rolled-back", "deployment-id": second });
      }));

    test("and another run goes back one further", () =>
      inScene(kind.options, async (scene) => {
        const [one = ""] = await release(scene, 3);
        await rollBack(scene);
        expect((await rollBack(scene)).outputs["deployment-id"]).toBe(one);
      }));
  });

  describe("a promotion that is run again", () => {
    test("does not take what the source serves meanwhile", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "test");
        addStageOf(scene, "prod");
        const first = await promote(scene);
        Object.assign(scene.stage("test") ?? {}, { deploymentId: addVersion(scene) });
        const run = await again(scene, first, { command: "promote", "from-stage-name": "test", gate: "off" });
        expect(run.outputs).toMatchObject({ result: "unchanged", "deployment-id": deploymentId });
        const next = await promote(scene);
        expect(next.outputs["result"]).toBe("promoted");
      }));

    test("without a record, on a stage of ours", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "test");
        const first = await promote(scene, {}, { token: profiles.noDeployments });
        Object.assign(scene.stage("test") ?? {}, { deploymentId: addVersion(scene) });
        const run = await again(scene, first, { command: "promote", "from-stage-name": "test", gate: "off" });
        expect(run.outputs).toMatchObject({ result: "unchanged", "deployment-id": deploymentId });
      }));

    test("takes what deployment-id names, where a job before it has made another one by now", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "test");
        addStageOf(scene, "prod");
        const inputs = { command: "promote", "from-stage-name": "", gate: "off" };
        const first = await promote(scene, { ...inputs, "deployment-id": deploymentId });
        const other = addVersion(scene);
        const run = await again(scene, first, { ...inputs, "deployment-id": other });
        expect(run.outputs).toMatchObject({ result: "promoted", "deployment-id": other });
        expect(serves(scene)).toBe(other);
        const last = await again(scene, run, { ...inputs, "deployment-id": other });
        expect(last.outputs["result"]).toBe("unchanged");
      }));

    test("after its answer was lost, it is as if that had not happened", () =>
      inScene(kind.options, async (scene) => {
        const { deploymentId } = addStageOf(scene, "test");
        addStageOf(scene, "prod");
        scene.gateway.server.faults.add({ operation: "UpdateStage", effect: reset("after") });
        expect((await promote(scene)).outputs).toMatchObject({ result: "promoted", "deployment-id": deploymentId });
      }));
  });
});
