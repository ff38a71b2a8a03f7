import { describe, expect, test } from "@jest/globals";
import { noProgress, type Progress } from "../../src/apply/progress.ts";
import { aStage } from "../requests.ts";
import {
  type Attempt,
  carryOut,
  endsOf,
  evicting,
  eviction,
  failure,
  lastingPlan,
  newPreview,
  oldDeployments,
  preview,
  removals,
  toExisting,
} from "./scene.ts";

const told = ({ world }: Attempt): string => world.lines.join("\n");

describe("a plan that is carried out", () => {
  test.each([
    ["a new preview", newPreview, { made: "new222", pointedAt: "new222" }, "Created stage pr-7"],
    [
      "a preview",
      preview,
      { made: "new222", pointedAt: "new222" },
      "Pointed stage pr-7 at deployment new222; before: old111.",
    ],
    [
      "an existing deployment",
      toExisting,
      { made: undefined, pointedAt: "dep222" },
      "Pointed stage pr-7 at deployment dep222",
    ],
  ])("%s", async (_, plan, progress, line) => {
    const end = await carryOut(plan);
    expect(end.error).toBeUndefined();
    const { taken, stage, ...rest } = end.progress;
    const { taken: _taken, stage: _stage, ...none } = noProgress();
    expect(rest).toEqual({ ...none, ...progress } satisfies Partial<Progress>);
    expect(taken.map(({ step, result, error }) => [step, result, error])).toEqual(
      plan.steps.map((step) => [step, "done", undefined]),
    );
    expect(stage?.deploymentId).toBe(progress.pointedAt);
    expect(told(end)).toContain(line);
  });

  test("I1: that the stage serves something else in the end is an error", async () => {
    const { error, progress } = await carryOut(preview, {
      updateStage: async () => aStage({ deploymentId: "other1" }),
    });
    expect(error).toMatchObject({ code: "STAGE_CHANGED", acted: "yes" });
    expect(error?.happened).toContain("other1");
    expect(progress.pointedAt).toBeUndefined();
  });

  test("I9: the error says what state things are in", async () => {
    const { error } = await carryOut(preview, { updateStage: () => Promise.reject(failure("ACCESS_DENIED")) });
    expect(error?.state).toContain("still serves deployment old111");
  });

  test("a lasting stage's history is written once it is pointed", async () => {
    const { writes, error } = await carryOut(lastingPlan);
    expect(error).toBeUndefined();
    expect(writes).toEqual(["createDeployment", "updateStage prod", "tagStage prod"]);
  });
});

describe("I13: an eviction", () => {
  test("comes after the new deployment is made, and before the stage that takes the place", async () => {
    const { writes, error } = await carryOut(evicting(2, 3));
    expect(error).toBeUndefined();
    expect(writes).toEqual(["createDeployment", "deleteStage pr-2", "deleteStage pr-3", "createStage pr-7"]);
  });

  test("does not take place where the deployment cannot be made", async () => {
    const createDeployment = () => Promise.reject(failure("THROTTLED"));
    const { writes, error } = await carryOut(evicting(2), { createDeployment });
    expect(error?.code).toBe("THROTTLED");
    expect(writes).toEqual(["createDeployment"]);
  });

  test("does not take place where it turns out that the stage must not be pointed", async () => {
    const { writes, error } = await carryOut(
      evicting(2),
      {},
      { beforePointing: () => Promise.reject(failure("FAIL_ON")) },
    );
    expect(error?.code).toBe("FAIL_ON");
    expect(writes).toEqual(["createDeployment"]);
  });

  test("that fails ends the run: nothing more is deleted, and no stage is made", async () => {
    const deleteStage = () => Promise.reject(failure("ACCESS_DENIED"));
    const { writes, error } = await carryOut(evicting(2, 3), { deleteStage });
    expect(writes).toEqual(["createDeployment", "deleteStage pr-2"]);
    expect(error?.state).toBe(
      "Stage pr-7 was not created. Deployment new222 was created and no stage serves it; running this job again uses it. Stage pr-2 was not deleted.",
    );
  });

  test("is told at once, and only where a stage is gone", async () => {
    const told: string[] = [];
    const stageDeleted = async ({ stageName }: { stageName: string }) => {
      told.push(stageName);
    };
    const deleteStage = async (name: string) => (name === "pr-2" ? ("not-ours" as const) : ("deleted" as const));
    const end = await carryOut(evicting(2, 3), { deleteStage }, { stageDeleted });
    expect(told).toEqual(["pr-3"]);
    expect(endsOf(end)).toEqual([
      "create-deployment done",
      "delete-stage pr-2 not-ours",
      "delete-stage pr-3 deleted",
      "create-stage done",
    ]);
  });
});

describe.each(["delete", "sweep"] as const)("the steps of a %s", (command) => {
  test("are taken although one of them fails, and the error comes at the end", async () => {
    const deleteDeployment = async (id: string) => {
      if (id === "d1") throw failure("REJECTED");
      return "deleted" as const;
    };
    const plan = removals(command, eviction(7), ...oldDeployments(3));
    const end = await carryOut(plan, { deleteDeployment });
    expect(end.error).toMatchObject({ code: "REJECTED" });
    expect(endsOf(end)).toEqual([
      "delete-stage pr-7 deleted",
      "delete-deployment deleted",
      "delete-deployment failed",
      "delete-deployment deleted",
    ]);
  });

  test.each(["ACCESS_DENIED", "THROTTLED", "CREDENTIALS_MISSING", "UNKNOWN_API"] as const)(
    "end with what would fail for all of them: %s",
    async (code) => {
      const end = await carryOut(removals(command, ...oldDeployments(3)), {
        deleteDeployment: () => Promise.reject(failure(code)),
      });
      expect(end.error?.code).toBe(code);
      expect(end.writes).toEqual(["deleteDeployment d0"]);
    },
  );

  test("I11: end with the cancellation; a request that was never sent is no step that was reached", async () => {
    const deleteDeployment = async (id: string) => {
      if (id === "d1") throw failure("CANCELLED");
      return "deleted" as const;
    };
    const end = await carryOut(removals(command, ...oldDeployments(3)), { deleteDeployment });
    expect(end.error).toMatchObject({ code: "CANCELLED", acted: "no" });
    expect(endsOf(end)).toEqual(["delete-deployment deleted"]);
  });
});

test("a long sweep says now and then how far it is, and not at its very end", async () => {
  const { world } = await carryOut(removals("sweep", ...oldDeployments(50)));
  expect(world.lines).toEqual(["Deleted 25 of 50."]);
});
