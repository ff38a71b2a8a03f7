import { describe, expect, test } from "@jest/globals";
import type { Canary, Deployment, Stage } from "../../src/domain/stage.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import { type PromoteRequest, planPromote, sourceChanged } from "../../src/plan/promote.ts";
import { planSettings } from "../../src/plan/settings/plan-settings.ts";

const stage = (name: string, deploymentId: string, canary?: Canary): Stage => ({
  name,
  deploymentId,
  canary,
  tags: {},
  settings: newStageSettings,
  createdAt: undefined,
});

const canaryOn = (deploymentId: string): Canary => ({ deploymentId, percentTraffic: 10, overridesVariables: false });

const request = (fields: Partial<PromoteRequest> = {}): PromoteRequest => ({
  restApiId: "a1b2c3d4e5",
  stageName: "prod",
  source: { kind: "stage", stageName: "test", expected: undefined },
  tags: { owner: "us" },
  ...fields,
});

type World = {
  stages?: readonly Stage[];
  requested?: Deployment;
};

const plan = (fields: Partial<PromoteRequest>, { stages = [], requested }: World) =>
  planPromote(request(fields), {
    stages,
    requestedDeployment: requested,
    settings: planSettings({ wanted: {}, current: newStageSettings, routes: undefined }),
    routes: undefined,
  });

const fromDeployment = (deploymentId: string) => ({ source: { kind: "deployment", deploymentId } }) as const;
const expecting = (expected: string) => ({ source: { kind: "stage", stageName: "test", expected } }) as const;

describe("what the target is to serve", () => {
  test("is the very deployment that the source serves", () => {
    expect(plan({}, { stages: [stage("test", "new111"), stage("prod", "old111")] })).toMatchObject({
      command: "promote",
      result: "promoted",
      serves: "old111",
      deployment: { kind: "existing", id: "new111" },
      source: { stageName: "test", deploymentId: "new111" },
      steps: [
        {
          kind: "update-stage",
          stageName: "prod",
          from: "old111",
          deployment: { kind: "existing", id: "new111" },
          because: "the stage serves deployment old111; it will serve deployment new111, which stage test serves",
          seenByCallers: true,
        },
      ],
      warnings: [],
    });
  });

  test("is the one that deployment-id names, without looking at any source", () => {
    const requested = { id: "new111", description: "", createdAt: 0 };
    expect(plan(fromDeployment("new111"), { stages: [stage("prod", "old111")], requested })).toMatchObject({
      result: "promoted",
      deployment: { id: "new111" },
      source: undefined,
    });
  });

  test("makes a target that does not exist, with the given tags", () => {
    expect(plan({}, { stages: [stage("test", "new111")] })).toMatchObject({
      result: "promoted",
      serves: undefined,
      steps: [{ kind: "create-stage", stageName: "prod", deployment: { id: "new111" }, tags: { owner: "us" } }],
    });
  });

  test("needs no step when the target serves it already", () => {
    expect(plan({}, { stages: [stage("test", "same11"), stage("prod", "same11")] })).toMatchObject({
      result: "unchanged",
      steps: [],
    });
  });
});

describe("refused is", () => {
  const prod = stage("prod", "old111");
  test.each<[string, Partial<PromoteRequest>, World, string, RegExp]>([
    ["a source that is missing", {}, { stages: [prod, stage("dev", "x")] }, "SOURCE_STAGE_UNKNOWN", /has dev, prod/],
    ["any source of an API without stages", {}, {}, "SOURCE_STAGE_UNKNOWN", /no stage at all/],
    [
      "a source with a canary of another deployment",
      {},
      { stages: [prod, stage("test", "one111", canaryOn("two222"))] },
      "SOURCE_STAGE_HAS_CANARY",
      /give deployment-id and no from-stage-name/,
    ],
    [
      "a target with a canary",
      {},
      { stages: [stage("prod", "old111", canaryOn("two222")), stage("test", "new111")] },
      "STAGE_HAS_CANARY",
      /Complete the canary or abort it[\s\S]*--stage-name prod/,
    ],
    [
      "a source that serves something else than was approved",
      expecting("approved1"),
      { stages: [prod, stage("test", "newer11")] },
      "SOURCE_STAGE_CHANGED",
      /shows and asks for deployment newer11/,
    ],
    [
      "a deployment that is not there",
      fromDeployment("gone11"),
      { stages: [prod] },
      "UNKNOWN_DEPLOYMENT",
      /get-deployments/,
    ],
  ])("%s", (_case, fields, world, refused, remedy) => {
    const decision = plan(fields, world);
    expect(decision).toMatchObject({ refused });
    expect(String("remedy" in decision ? decision.remedy : undefined)).toMatch(remedy);
  });

  test("not a source whose canary is on its own deployment, nor one that serves what was approved", () => {
    const stages = [prod, stage("test", "new111", canaryOn("new111"))];
    expect(plan(expecting("new111"), { stages })).toMatchObject({ result: "promoted" });
  });
});

describe("before pointing, the source is looked at again", () => {
  const stages = [stage("test", "new111"), stage("prod", "old111")];
  const planned = { restApiId: "a1b2c3d4e5", source: { stageName: "test", deploymentId: "new111" } };
  test("and nothing is said while it is the same", () => {
    expect(sourceChanged(planned, stages)).toBeUndefined();
    expect(sourceChanged({ ...planned, source: undefined }, [])).toBeUndefined();
  });

  test.each([
    ["it serves another deployment", [stage("test", "newer1")], "SOURCE_STAGE_CHANGED"],
    ["it got a canary", [stage("test", "new111", canaryOn("newer1"))], "SOURCE_STAGE_HAS_CANARY"],
    ["it is gone", [], "SOURCE_STAGE_UNKNOWN"],
  ])("and the plan falls when %s", (_case, now, refused) => {
    expect(sourceChanged(planned, now)).toMatchObject({ refused });
  });
});
