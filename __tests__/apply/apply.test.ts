import { describe, expect, test } from "@jest/globals";
import { apply } from "../../src/apply/apply.ts";
import { noProgress, type Progress, seenByCallers, stateOf } from "../../src/apply/progress.ts";
import type { Gateway } from "../../src/aws/rest-api/gateway.ts";
import { ActionError, type ErrorCode } from "../../src/domain/errors.ts";
import type { PatchOperation } from "../../src/domain/patch.ts";
import type { Observed, Stage } from "../../src/domain/stage.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { isRefusal, type Plan } from "../../src/plan/plan.ts";
import { aRequest, aRestApi, aStage, observedWith } from "../requests.ts";

const planFor = (request: DeployRequest, observed: Observed): Plan => {
  const decision = planDeploy(request, observed);
  if (isRefusal(decision)) throw new Error(decision.happened);
  return decision;
};

const newPreview = planFor(aRequest(), observedWith());
const preview = planFor(aRequest(), observedWith({ stages: [aStage()] }));
const toExisting = planFor(
  aRequest({ deploymentId: "dep222" }),
  observedWith({ stages: [aStage()], requestedDeployment: { id: "dep222", description: "", createdAt: 1 } }),
);

const failure = (code: ErrorCode, acted: "no" | "unknown" = "no"): ActionError =>
  new ActionError({ code, doing: "point stage pr-7", happened: "No.", acted });

/** A gateway that does what it is asked, but for what a test says otherwise. */
const gatewayWith = (otherwise: Partial<Gateway> = {}): Gateway => ({
  place: observedWith().place,
  getRestApi: async () => aRestApi(),
  getStages: async () => [],
  getStage: async () => undefined,
  getDeployment: async () => undefined,
  getDeployments: async () => [],
  createDeployment: async (description) => ({ id: "new222", description, createdAt: 1 }),
  createStage: async ({ stageName, deploymentId, tags }) => aStage({ name: stageName, deploymentId, tags }),
  updateStage: async (name, patch) => aStage({ name, deploymentId: patch[0]?.value ?? "" }),
  tagStage: async () => {},
  deleteStage: async () => "deleted",
  deleteDeployment: async () => "deleted",
  getDraft: async () => undefined,
  importDefinition: async () => [],
  tagRestApi: async () => {},
  getCloudWatchRole: async () => "unknown",
  getStageUsers: async () => new Map(),
  ...otherwise,
});

const progressed = (changes: Partial<Progress>): Progress => ({ ...noProgress(), ...changes });

const outcome = async (plan: Plan, otherwise: Partial<Gateway>, left: readonly PatchOperation[] = []) => {
  const progress = noProgress();
  const log: string[] = [];
  const error = await apply(plan, {
    restApiId: "a1b2c3d4e5",
    definition: undefined,
    gateway: gatewayWith(otherwise),
    progress,
    log: (line) => log.push(line),
    signal: new AbortController().signal,
    beforePointing: async () => {},
    compared: undefined,
    failOn: [],
    compareRoutes: false,
    settingsLeft: () => left,
  }).then(
    () => undefined,
    (thrown: ActionError) => thrown,
  );
  return { progress, log, error };
};

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
    const end = await outcome(plan, {});
    expect(end.error).toBeUndefined();
    expect(end.progress).toEqual(progressed({ ...progress, stepsDone: plan.steps.length }));
    expect(end.log.join("\n")).toContain(line);
  });

  test("I1: that the stage serves something else in the end is an error", async () => {
    const { error, progress } = await outcome(preview, { updateStage: async () => aStage({ deploymentId: "other1" }) });
    expect(error).toMatchObject({ code: "STAGE_CHANGED", acted: "yes" });
    expect(error?.happened).toContain("other1");
    expect(progress.pointedAt).toBeUndefined();
  });
});

describe("a stage that somebody created meanwhile", () => {
  const taken = (stage: Stage | undefined): Partial<Gateway> => ({
    createStage: () => Promise.reject(failure("STAGE_CHANGED")),
    getStage: async () => stage,
  });

  test("is pointed when it is the same pull request's", async () => {
    const { progress } = await outcome(newPreview, taken(aStage()));
    expect(progress.pointedAt).toBe("new222");
  });

  test("gets its settings and then the pointer, as a new stage would", async () => {
    const sent: PatchOperation[] = [];
    const left = { op: "replace", path: "/variables/alias", value: "preview" } as const;
    const updateStage: Gateway["updateStage"] = async (name, patch) => {
      sent.push(...patch);
      return aStage({ name, deploymentId: "new222" });
    };
    await outcome(newPreview, { ...taken(aStage()), updateStage }, [left]);
    expect(sent).toEqual([left, { op: "replace", path: "/deploymentId", value: "new222" }]);
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
    const { error, progress } = await outcome(newPreview, { ...taken(stage), updateStage });
    expect(error?.code).toBe("STAGE_CHANGED");
    expect(error?.state).toContain("Deployment new222 was created and no stage serves it");
    expect(progress.pointedAt).toBeUndefined();
  });
});

describe("I9: a failed run says what state it leaves", () => {
  test.each([
    ["before anything", newPreview, noProgress(), "no", "Stage pr-7 was not created.", false],
    [
      "before anything",
      preview,
      noProgress(),
      "no",
      "Stage pr-7 still serves deployment old111; callers notice nothing.",
      false,
    ],
    [
      "in the making of the deployment",
      preview,
      noProgress(),
      "unknown",
      "Stage pr-7 still serves deployment old111; callers notice nothing.",
      false,
    ],
    [
      "after the deployment",
      preview,
      progressed({ made: "new222", pointedAt: undefined }),
      "no",
      "Stage pr-7 still serves deployment old111; callers notice nothing. Deployment new222 was created and no stage serves it; running this job again uses it.",
      false,
    ],
    [
      "in the pointing",
      preview,
      progressed({ made: "new222", pointedAt: undefined }),
      "unknown",
      "It is not known whether stage pr-7 was changed. Deployment new222 was created and no stage serves it; running this job again uses it.",
      true,
    ],
    ["in the pointing", toExisting, noProgress(), "unknown", "It is not known whether stage pr-7 was changed.", true],
    [
      "after the pointing",
      preview,
      progressed({ made: "new222", pointedAt: "new222", stepsDone: preview.steps.length }),
      "no",
      "Stage pr-7 was pointed at deployment new222.",
      true,
    ],
    [
      "between the pointing and the last settings",
      preview,
      progressed({ made: "new222", pointedAt: "new222", stepsDone: preview.steps.length - 1 }),
      "no",
      "Stage pr-7 was pointed at deployment new222. Not all of its settings are as declared; running this job again applies them.",
      true,
    ],
  ] as const)("%s", (_, plan, progress, acted, state, seen) => {
    expect(stateOf(plan, progress, { acted })).toBe(state);
    expect(seenByCallers(plan, progress, { acted })).toBe(seen);
  });

  test("on the error itself", async () => {
    const { error } = await outcome(preview, { updateStage: () => Promise.reject(failure("ACCESS_DENIED")) });
    expect(error?.state).toContain("still serves deployment old111");
  });
});
