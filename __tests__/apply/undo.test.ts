import { describe, expect, test } from "@jest/globals";
import { apply } from "../../src/apply/apply.ts";
import { undo } from "../../src/apply/undo.ts";
import type { Gateway } from "../../src/aws/gateway.ts";
import { ActionError } from "../../src/domain/errors.ts";
import { abortSteps } from "../../src/plan/canary/abort.ts";
import { parseHistoryTag } from "../../src/plan/history.ts";
import { aRequest, aStage, forProd, observedWith } from "../requests.ts";
import { endsOf, failure, lasting, openApplying, planFor } from "./scene.ts";

const smokeTests = {
  tests: [{ line: 1, method: "GET", path: "/", status: 200, contains: [], headers: [], within: undefined }],
  timeout: 1000,
  apiKey: undefined,
  rollBack: true,
};
const plan = planFor(aRequest({ ...forProd, smokeTests }), observedWith({ stages: [lasting] }));
const FOUND = "Stage prod did not pass its smoke tests.";

/** The stage is pointed, turns out unhealthy, and is led back with a gateway that does otherwise then. */
const ledBack = async (otherwise: Partial<Gateway> = {}) => {
  const tags: Readonly<Record<string, string>>[] = [];
  const tagStage: Gateway["tagStage"] = async (_name, set) => {
    tags.push(set);
  };
  const opened = openApplying({ tagStage });
  await apply(plan, opened.applying);
  opened.progress.taken.length = 0;
  const applying = { ...opened.applying, gateway: { ...opened.applying.gateway, ...otherwise } };
  const error = await undo(plan, FOUND, applying).then(
    () => undefined,
    (thrown: unknown) => (thrown instanceof ActionError ? thrown : Promise.reject(thrown)),
  );
  return { ...opened, tags, error };
};

describe("going back from an unhealthy stage", () => {
  test("points it at what it served, and says so", async () => {
    const { error, progress, world, writes } = await ledBack();
    expect(error).toBeUndefined();
    expect(progress).toMatchObject({ rolledBack: true, pointedAt: "old111" });
    expect(writes).toEqual([
      "createDeployment",
      "updateStage prod",
      "tagStage prod",
      "updateStage prod",
      "tagStage prod",
    ]);
    expect(world.lines).toContain("Pointed stage prod back at deployment old111.");
  });

  test("leaves a history that a later rollback does not lead back into", async () => {
    const { tags } = await ledBack();
    const entries = parseHistoryTag(tags[1] ?? {}, { restApiId: "a1b2c3d4e5", stageName: "prod" });
    expect(entries?.map(({ deploymentId, rolledBack }) => [deploymentId, rolledBack])).toEqual([
      ["old111", false],
      ["new222", true],
      ["old111", false],
    ]);
  });

  test("is done although the history cannot be kept", async () => {
    const end = await ledBack({ tagStage: () => Promise.reject(failure("ACCESS_DENIED")) });
    expect(end.error).toBeUndefined();
    expect(end.progress).toMatchObject({ rolledBack: true, warnings: [expect.stringContaining("history")] });
  });

  test("by taking a canary off is done although somebody has pointed the stage meanwhile, which is said", async () => {
    const { applying, progress } = openApplying({
      updateStage: async () => aStage({ name: "prod", deploymentId: "theirs1" }),
    });
    await undo({ ...plan, undo: abortSteps(lasting, "the canary is unhealthy") }, FOUND, applying);
    expect(progress).toMatchObject({ rolledBack: true, warnings: [expect.stringContaining("deployment theirs1")] });
  });

  const pointBack =
    "update-stage --rest-api-id a1b2c3d4e5 --stage-name prod --patch-operations op=replace,path=/deploymentId,value=old111";
  const makeAnew = "create-stage --rest-api-id a1b2c3d4e5 --stage-name prod --deployment-id old111";
  test.each<[string, Gateway["getStage"], string, string]>([
    [
      "still serves the new one",
      async () => aStage({ name: "prod", deploymentId: "new222" }),
      "Stage prod serves deployment new222.",
      pointBack,
    ],
    ["is gone", async () => undefined, "Stage prod does not exist any more.", makeAnew],
    [
      "cannot be read",
      () => Promise.reject(failure("UPSTREAM")),
      "It is not known what stage prod serves now.",
      pointBack,
    ],
  ])(
    "that fails is told with both errors, the command that mends it, and that the stage %s",
    async (_, getStage, state, mends) => {
      const end = await ledBack({ updateStage: () => Promise.reject(failure("THROTTLED")), getStage });
      expect(end.error).toMatchObject({
        code: "ROLLBACK_FAILED",
        acted: "unknown",
        happened: expect.stringMatching(/did not pass its smoke tests\.\nPointing it back failed too: .*THROTTLED/),
        state,
        remedy: expect.stringMatching(new RegExp(`^[^\n]*\n  aws apigateway ${mends}$`)),
      });
      expect(end.progress.rolledBack).toBe(false);
      expect(endsOf(end)).toEqual(["update-stage failed"]);
    },
  );
});
