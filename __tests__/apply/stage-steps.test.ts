import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/gateway.ts";
import type { Stage } from "../../src/domain/stage.ts";
import type { StageWrite } from "../../src/domain/stage-write.ts";
import { HISTORY_TAG, parseHistoryTag } from "../../src/plan/history.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { Alternative, Step } from "../../src/plan/step.ts";
import { aStage } from "../requests.ts";
import {
  carryOut,
  endsOf,
  evicting,
  eviction,
  failing,
  failure,
  gatewayWith,
  lastingPlan,
  newPreview,
} from "./scene.ts";

describe("a stage that somebody created meanwhile", () => {
  const taken = (stage: Stage | undefined): Partial<Gateway> => ({
    createStage: () => Promise.reject(failure("STAGE_CHANGED")),
    getStage: async () => stage,
  });

  test("is pointed when it is the same pull request's", async () => {
    const { progress } = await carryOut(newPreview, taken(aStage()));
    expect(progress.pointedAt).toBe("new222");
  });

  test("gets its settings and then the pointer, as a new stage would", async () => {
    const sent: StageWrite[] = [];
    const left = { kind: "variable", name: "alias", value: "preview" } as const;
    const updateStage: Gateway["updateStage"] = async (name, writes) => {
      sent.push(...writes);
      return aStage({ name, deploymentId: "new222" });
    };
    await carryOut(newPreview, { ...taken(aStage()), updateStage }, { settingsLeft: () => [left] });
    expect(sent).toEqual([left, { kind: "deployment", id: "new222" }]);
  });

  test.each([
    ["others' stage", aStage({ tags: {} })],
    [
      "another pull request's",
      aStage({ tags: { "apigw-stage-action": "repository=42/pull-request=8/rest-api=a1b2c3d4e5/stage=pr-7" } }),
    ],
    ["a stage that is gone again", undefined],
  ])("I3: is left alone when it is %s", async (_, stage) => {
    const updateStage = (): Promise<Stage> => Promise.reject(new Error("pointed"));
    const { error, progress } = await carryOut(newPreview, { ...taken(stage), updateStage });
    expect(error?.code).toBe("STAGE_CHANGED");
    expect(error?.state).toContain("Deployment new222 was created and no stage serves it");
    expect(progress.pointedAt).toBeUndefined();
  });
});

test("I6: a new stage that another run pointed before its settings followed is not reported as ours", async () => {
  const writes = [{ kind: "variable", name: "alias", value: "preview" }] as const;
  const settings: Step = {
    kind: "update-stage",
    stageName: "pr-7",
    from: undefined,
    deployment: undefined,
    writes,
    because: "Its settings follow",
    seenByCallers: true,
  };
  const plan: Plan = { ...newPreview, steps: [...newPreview.steps, settings] };
  const updateStage: Gateway["updateStage"] = async (name) => aStage({ name, deploymentId: "other1" });
  const { error, progress } = await carryOut(plan, { updateStage });
  expect(error).toMatchObject({ code: "STAGE_CHANGED", happened: expect.stringContaining("other1") });
  expect(error?.state).not.toContain("new222");
  expect(progress.pointedAt).toBe("other1");
});

describe("when the service says that its quota of stages is used up", () => {
  const quota = failure("STAGE_QUOTA");
  const withIfFull = (ifFull: Alternative | undefined, plan: Plan = newPreview): Plan => ({
    ...plan,
    steps: plan.steps.map((step) => (step.kind === "create-stage" ? { ...step, ifFull } : step)),
  });
  const full = (times?: number): Partial<Gateway> => {
    const refuse = failing(quota, times);
    return { createStage: (stage) => refuse().then(() => gatewayWith().createStage(stage)) };
  };
  const evict: Alternative = { kind: "evict", steps: [eviction(2)], because: "The oldest preview makes room." };

  test("the planned words take the place of the service's, with the same code", async () => {
    const fail: Alternative = { kind: "fail", happened: "There are 10 stages: …", remedy: "Close a pull request." };
    const stages = Array.from({ length: 10 }, (_, index) => aStage({ name: `pr-${index}` }));
    const told = { getStageQuota: async () => 20, getStages: async () => stages };
    const end = await carryOut(withIfFull(fail), { ...full(), ...told });
    expect(end.error).toMatchObject({
      code: "STAGE_QUOTA",
      happened: "There are 10 stages: …\n10 of 20 stages are there, says Service Quotas.",
      remedy: expect.stringMatching(/^Close a pull request\.\nThe quota is raised here: https:.*region=eu-central-1$/),
      acted: "no",
      cause: quota,
    });
    expect(end.error?.state).toContain("Stage pr-7 was not created.");
    expect(end.writes).toEqual(["createDeployment", "createStage pr-7"]);
  });

  test("the run waits, which is no failure, and no step comes after that", async () => {
    const skip: Alternative = { kind: "skip", notes: ["Stage pr-7 waits for a slot."] };
    const tagging = {
      kind: "tag-stage",
      stageName: "pr-7",
      set: {},
      remove: [],
      because: "",
      seenByCallers: false,
    } as const;
    const plan = withIfFull(skip);
    const end = await carryOut({ ...plan, steps: [...plan.steps, tagging] }, full());
    expect(end.error).toBeUndefined();
    expect(end.progress).toMatchObject({
      skipped: true,
      pointedAt: undefined,
      notes: ["Stage pr-7 waits for a slot.", expect.stringContaining("The quota is raised here: https:")],
    });
    expect(end.writes).toEqual(["createDeployment", "createStage pr-7"]);
  });

  test("I13: the oldest preview goes, now that its successor is ready, and the stage is made", async () => {
    const end = await carryOut(withIfFull(evict), full(1));
    expect(end.error).toBeUndefined();
    expect(end.writes).toEqual(["createDeployment", "createStage pr-7", "deleteStage pr-2", "createStage pr-7"]);
    expect(end.progress).toMatchObject({ pointedAt: "new222", notes: ["The oldest preview makes room."] });
    expect(endsOf(end)).toEqual(["create-deployment done", "delete-stage pr-2 deleted", "create-stage done"]);
  });

  test("beside what preview-limit has evicted, the next one goes", async () => {
    const end = await carryOut(withIfFull({ ...evict, steps: [eviction(3)] }, evicting(2)), full(1));
    expect(end.writes).toEqual([
      "createDeployment",
      "deleteStage pr-2",
      "createStage pr-7",
      "deleteStage pr-3",
      "createStage pr-7",
    ]);
  });

  test("the eviction that fails is what the run fails of", async () => {
    const deleteStage = () => Promise.reject(failure("ACCESS_DENIED"));
    const end = await carryOut(withIfFull(evict), { ...full(1), deleteStage });
    expect(end.error?.code).toBe("ACCESS_DENIED");
    expect(end.error?.state).toContain("Stage pr-2 was not deleted.");
    expect(endsOf(end)).toEqual(["create-deployment done", "delete-stage pr-2 failed", "create-stage failed"]);
  });

  test("that it still is after an eviction is the service's own error: nothing else is evicted", async () => {
    const end = await carryOut(withIfFull(evict), full());
    expect(end.error?.code).toBe("STAGE_QUOTA");
    expect(end.error?.state).toContain("Stage pr-2 was deleted.");
    expect(end.writes.filter((write) => write.startsWith("deleteStage"))).toEqual(["deleteStage pr-2"]);
  });

  test("it is the service's own error where nothing is planned for it", async () => {
    expect((await carryOut(withIfFull(undefined), full())).error).toMatchObject({
      code: "STAGE_QUOTA",
      happened: quota.happened,
    });
  });

  test("any other refusal is no reason to make room", async () => {
    const end = await carryOut(withIfFull(evict), { createStage: () => Promise.reject(failure("QUOTA")) });
    expect(end.error?.code).toBe("QUOTA");
    expect(end.writes).toEqual(["createDeployment", "createStage pr-7"]);
  });
});

describe("the history of a lasting stage", () => {
  const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };

  test("is written with the very deployment that was made, and what was served before", async () => {
    const tags: Record<string, string>[] = [];
    const tagStage: Gateway["tagStage"] = async (_name, set) => {
      tags.push({ ...set });
    };
    const { progress, world } = await carryOut(lastingPlan, { tagStage });
    const at = world.clock.now();
    const entries = [
      { deploymentId: "new222", at, rolledBack: false },
      { deploymentId: "old111", at, rolledBack: false },
    ];
    expect(tags.map((set) => Object.keys(set))).toEqual([[HISTORY_TAG]]);
    expect(parseHistoryTag(tags[0] ?? {}, address)).toEqual(entries);
    expect(progress.history).toEqual(entries);
  });

  test("that cannot be kept is a warning that names the permission: the stage serves what it should", async () => {
    const end = await carryOut(lastingPlan, { tagStage: () => Promise.reject(failure("ACCESS_DENIED")) });
    expect(end.error).toBeUndefined();
    expect(end.progress).toMatchObject({
      pointedAt: "new222",
      warnings: [expect.stringContaining("history could not be kept")],
    });
    expect(endsOf(end)).toEqual(["create-deployment done", "update-stage done", "keep-history done"]);
  });

  test("is not written where the stage was not pointed", async () => {
    const updateStage = () => Promise.reject(failure("THROTTLED"));
    expect((await carryOut(lastingPlan, { updateStage })).writes).toEqual(["createDeployment", "updateStage prod"]);
  });
});
