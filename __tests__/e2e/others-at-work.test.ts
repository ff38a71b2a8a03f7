import { describe, expect, test } from "@jest/globals";
import type { Stage } from "../../simulator/gateway/model.ts";
import { dispatchEvent, pushEvent } from "../../simulator/github/events.ts";
import { addVersion, dataPlane, written } from "./release-scene.ts";
import { inScene, type JobSettings, kinds, type Scene, statesOf } from "./scene.ts";

/** Calls this once, when the first request of the operation has arrived that comes after so many of them. */
const when = (scene: Scene, operation: string, happens: () => void, after = 0): void => {
  let left = after;
  scene.gateway.server.gate = async (exchange) => {
    if (exchange.operation !== operation) return;
    left -= 1;
    if (left === -1) happens();
  };
};

/** Another run's deployment, as its description tells. */
const deployElsewhere = (scene: Scene): string =>
  addVersion(
    scene,
    {},
    `apigw-stage-action run=${scene.repository.id}/777.1 commit=${"ab".repeat(20)} step=00000000 nonce=00000000 stage=pr-1`,
    2,
  );

const stageOf = (scene: Scene, name: string): Stage => {
  const stage = scene.stage(name);
  if (stage === undefined) throw new Error(`no stage ${name}`);
  return stage;
};

type Change = [string, (scene: Scene, name: string) => unknown, string];

const givenACanary: Change = [
  "given a canary",
  (scene, name) => {
    const { deploymentId } = stageOf(scene, name);
    const canary = { deploymentId, percentTraffic: 10, useStageCache: false };
    return Object.assign(stageOf(scene, name), { canarySettings: canary });
  },
  "canary",
];

const push = (scene: Scene): JobSettings => ({ event: pushEvent(scene.repository, "main", "ada") });

describe.each(kinds)("of $name:", (kind) => {
  describe("I6: another run points the stage before our answer is back:", () => {
    test("the run that lost says so everywhere, and who won", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy();
        const others = deployElsewhere(scene);
        // The look before pointing is the first, the one after it the second.
        const overtake = (): void => {
          stageOf(scene, "pr-1").deploymentId = others;
        };
        when(scene, "GetStage", overtake, 1);
        const run = await scene.deploy();
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "failed", "deployment-id": others });
        expect(run.annotations.map(({ title }) => title)).toEqual(["STAGE_CHANGED"]);
        expect(run.text).toContain(`pointed it at deployment ${others}, which run 777 (commit abababa) made`);
        expect(run.text).toContain(`State: Stage pr-1 serves deployment ${others}.`);
        expect(scene.comments()).toHaveLength(1);
        expect(scene.comments()[0]?.body).toContain(`Stage pr-1 serves deployment ${others}.`);
        expect(statesOf(scene.records().at(-1)).at(-1)).toBe("failure");
      }));

    test("also where the stage was made by this run, or was deleted", () =>
      inScene(kind.options, async (scene) => {
        when(scene, "GetStage", () => scene.api.stages.delete("pr-1"));
        const run = await scene.deploy();
        expect(run.conclusion).toBe("failure");
        expect(run.outputs).toMatchObject({ result: "failed", "deployment-id": "" });
        expect(run.text).toContain("somebody else deleted it");
        expect(scene.comments()).toHaveLength(1);
      }));

    test("and what it pointed is not taken back when its own smoke tests fail on the other's deployment", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy({ "stage-name": "prod" }, push(scene));
        const others = deployElsewhere(scene);
        const overtake = (): void => {
          stageOf(scene, "prod").deploymentId = others;
        };
        when(scene, "Invoke", overtake);
        const run = await scene.deploy(
          {
            "stage-name": "prod",
            "smoke-tests": "GET /orders 201",
            "smoke-test-timeout": "2",
            "invoke-url": dataPlane(scene),
          },
          push(scene),
        );
        expect(run.annotations.map(({ title }) => title)).toEqual(["STAGE_CHANGED"]);
        expect(stageOf(scene, "prod").deploymentId).toBe(others);
        expect(run.outputs).toMatchObject({ result: "failed", "deployment-id": others });
      }));

    test("a look that is refused is said, and fails nothing (I8, I9)", () =>
      inScene(kind.options, async (scene) => {
        const response = { status: 403, headers: { "x-amzn-errortype": "AccessDeniedException" }, body: "{}" };
        scene.gateway.server.faults.add({
          operation: "GetStage",
          effect: { kind: "answer", when: "before", response },
          times: 9,
        });
        const run = await scene.deploy();
        expect(run.conclusion).toBe("success");
        expect(run.annotations.map(({ message }) => message)).toEqual([
          expect.stringContaining("whether another run has pointed it elsewhere since could not be seen"),
        ]);
      }));
  });

  describe("I3: a stage that changed hands while the deployment was made is not pointed:", () => {
    test.each<[string, (scene: Scene, name: string) => void, string]>([
      ["deleted", (scene, name) => scene.api.stages.delete(name), "was deleted while"],
      [
        "made anew",
        (scene, name) => {
          scene.api.stages.set(name, { ...stageOf(scene, name), createdDate: 1_750_000_000_000 });
        },
        "was deleted and made anew",
      ],
      [
        "tagged otherwise",
        (scene, name) => {
          const tag = `repository=999/rest-api=${scene.api.id}/stage=${name}`;
          stageOf(scene, name).tags = { "apigw-stage-action": tag };
        },
        "whose stage",
      ],
      ...(kind.can("canary") ? [givenACanary] : []),
    ])("%s", async (_, change, says) => {
      for (const inputs of [{}, { "stage-name": "prod" }]) {
        await inScene(kind.options, async (scene) => {
          const name = inputs["stage-name"] ?? "pr-1";
          await scene.deploy(inputs);
          const { deploymentId } = stageOf(scene, name);
          when(scene, "CreateDeployment", () => change(scene, name));
          // The look goes out beside it, and so may arrive before it.
          scene.gateway.server.gate = ((gate) => async (exchange) => {
            if (exchange.operation === "GetStage") {
              while (!scene.asked().slice(4).includes("CreateDeployment")) await new Promise(setImmediate);
            }
            await gate?.(exchange);
          })(scene.gateway.server.gate);
          const run = await scene.deploy(inputs);
          expect(run.conclusion).toBe("failure");
          expect(run.text).toContain(says);
          expect(scene.asked()).not.toContain("UpdateStage");
          expect(scene.stage(name)?.deploymentId ?? deploymentId).toBe(deploymentId);
        });
      }
    });

    test("and a rollback, which makes none, looks as well", () =>
      inScene(kind.options, async (scene) => {
        await scene.deploy({ "stage-name": "prod" }, push(scene));
        await scene.deploy({ "stage-name": "prod" }, push(scene));
        const { deploymentId } = stageOf(scene, "prod");
        when(scene, "GetStage", () => {
          scene.api.stages.set("prod", { ...stageOf(scene, "prod"), createdDate: 1_750_000_000_000 });
        });
        const event = dispatchEvent(scene.repository, "ada");
        const run = await scene.deploy({ command: "rollback", "stage-name": "prod" }, { event });
        expect(run.annotations.flatMap(({ title }) => title ?? [])).toEqual(["STAGE_CHANGED"]);
        expect(stageOf(scene, "prod").deploymentId).toBe(deploymentId);
      }));
  });

  describe("I3: a stage name without {number} takes nobody's preview:", () => {
    const previewOf = (scene: Scene, repository: number | string, pull: number): Partial<Stage> => ({
      tags: {
        "apigw-stage-action": `repository=${repository}/pull-request=${pull}/rest-api=${scene.api.id}/stage=feature`,
      },
    });
    test.each<[string, (scene: Scene) => Partial<Stage>, Readonly<Record<string, string>>]>([
      ["another pull request's", (scene) => previewOf(scene, scene.repository.id, 77), {}],
      ["another repository's", (scene) => previewOf(scene, 999, 1), {}],
      ["at a promotion", (scene) => previewOf(scene, 999, 1), { command: "promote", "from-stage-name": "test" }],
      ["at a rollback", (scene) => previewOf(scene, scene.repository.id, 77), { command: "rollback" }],
    ])("%s", (_, members, inputs) =>
      inScene(kind.options, async (scene) => {
        scene.addStage("test");
        const { deploymentId } = scene.addStage("feature", members(scene));
        for (const job of [{}, push(scene)]) {
          const run = await scene.deploy({ "stage-name": "feature", gate: "off", ...inputs }, job);
          expect(run.annotations.map(({ title }) => title)).toEqual(["STAGE_NOT_OURS"]);
          expect(scene.stage("feature")?.deploymentId).toBe(deploymentId);
          expect(written(scene)).toEqual([]);
        }
      }),
    );

    test("but its own, and stages that others made", () =>
      inScene(kind.options, async (scene) => {
        scene.addStage("feature", previewOf(scene, scene.repository.id, 1));
        scene.addStage("prod");
        for (const name of ["feature", "prod"]) {
          expect((await scene.deploy({ "stage-name": name })).outputs["result"]).toBe("updated");
        }
      }));
  });
});
