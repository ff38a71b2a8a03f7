import { describe, expect, test } from "@jest/globals";
import type { GateEvidence } from "../../src/domain/gate.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import type { Canary, Deployment, Stage } from "../../src/domain/stage.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import type { PromoteRequest } from "../../src/inputs/request.ts";
import type { PromoteObserved } from "../../src/observe/observed.ts";
import { planPromote, sourceChanged } from "../../src/plan/promote.ts";
import { aDeployment, aPromotion, promotionFinds } from "../requests.ts";

const stage = (name: string, deploymentId: string, canary?: Canary): Stage => ({
  name,
  deploymentId,
  canary,
  tags: {},
  settings: newStageSettings,
  webAclArn: undefined,
  createdAt: undefined,
});

const prodAddress = { restApiId: "a1b2c3d4e5", stageName: "prod" };

const canaryOn = (deploymentId: string): Canary => ({
  deploymentId,
  percentTraffic: 10,
  overrides: {},
  useStageCache: false,
});

type World = {
  stages?: readonly Stage[];
  requested?: Deployment;
};

/** As observing finds it: what the stages serve is there. */
const worldOf = ({ source, stageName }: PromoteRequest, { stages = [], requested }: World): PromoteObserved => {
  const servedBy = (wanted: string): Deployment | undefined => {
    const found = stages.find(({ name }) => name === wanted);
    return found && aDeployment(found.deploymentId, { routes: new Map() });
  };
  const comes = source.kind === "stage" ? servedBy(source.stageName) : requested;
  return promotionFinds({ stages, comes, servedDeployment: servedBy(stageName) });
};

const plan = (fields: Partial<PromoteRequest>, world: World) => {
  const request = aPromotion(fields);
  return planPromote(request, worldOf(request, world));
};

const fromDeployment = (deploymentId: string) => ({ source: { kind: "deployment", deploymentId } }) as const;
const expecting = (expected: string) => ({ source: { kind: "stage", stageName: "test", expected } }) as const;

test.each(["failed", "pending"] as const)("I1: what the source serves must be complete, and is %s", (incomplete) => {
  const request = aPromotion();
  const found = worldOf(request, { stages: [stage("test", "new111"), stage("prod", "old111")] });
  const comes = { ...aDeployment("new111"), incomplete };
  expect(planPromote(request, { ...found, comes })).toMatchObject({ refused: "DEPLOYMENT_FAILED" });
});

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

  test("makes a target that does not exist, with our name on it", () => {
    expect(plan({}, { stages: [stage("test", "new111")] })).toMatchObject({
      result: "promoted",
      serves: undefined,
      steps: [
        {
          kind: "create-stage",
          stageName: "prod",
          deployment: { id: "new111" },
          tags: ownerTags({ repositoryId: "42", pullRequest: undefined }, prodAddress),
          // Nobody's preview may have to go for a promotion: the service's own error is the end.
          ifFull: undefined,
        },
        { kind: "keep-history", deployment: { id: "new111" }, previous: undefined },
      ],
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

describe("the gate", () => {
  const stages = [stage("test", "new111"), stage("prod", "old111")];
  const behindGate: GateEvidence = {
    job: { kind: "named", name: "prod", evidence: "github-deployment" },
    protection: { kind: "known", rules: ["required-reviewers"] },
    approvedBy: ["grace"],
  };
  const open: GateEvidence = { ...behindGate, protection: { kind: "known", rules: [] } };
  const gated = (gate: PromoteRequest["gate"], evidence: GateEvidence | undefined, world: World = { stages }) => {
    const request = aPromotion({ gate });
    return planPromote(request, { ...worldOf(request, world), gate: evidence });
  };

  test("that is proven is a note: who approved, and what protects", () => {
    const plan = gated("require", behindGate);
    expect(plan).toMatchObject({ result: "promoted", warnings: [] });
    expect(plan).toMatchObject({ notes: [expect.stringContaining("Approved by grace.")] });
  });

  test("that is not proven refuses where it is required", () => {
    expect(gated("require", open)).toMatchObject({
      refused: "GATE_NOT_PROVEN",
      happened: expect.stringContaining("Environment prod has no protection rule"),
      remedy: expect.stringContaining("https://github.com/acme/orders/settings/environments"),
    });
  });

  test("that is not proven is a warning otherwise, and the promotion goes on", () => {
    const plan = gated("warn", open);
    expect(plan).toMatchObject({ result: "promoted", notes: [] });
    expect(plan).toMatchObject({ warnings: [expect.stringContaining("has no protection rule")] });
  });

  test("that is required is only told of in a dry run", () => {
    const request = aPromotion({ gate: "require", dryRun: true });
    const plan = planPromote(request, { ...worldOf(request, { stages }), gate: open });
    expect(plan).toMatchObject({
      result: "promoted",
      warnings: [expect.stringMatching(/real run of this very job would be refused.*\n.*has no protection rule/)],
    });
  });

  test.each([
    ["nobody asks for it", gated("off", undefined)],
    ["nothing is written, so nobody looked", gated("require", undefined)],
  ])("is not judged where %s", (_, plan) => {
    expect(plan).toMatchObject({ result: "promoted", notes: [], warnings: [] });
  });

  test("refuses before a canary is looked at: who may not promote needs no advice on how", () => {
    const withCanary = { stages: [stage("test", "new111"), stage("prod", "old111", canaryOn("two222"))] };
    expect(gated("require", open, withCanary)).toMatchObject({ refused: "GATE_NOT_PROVEN" });
    expect(gated("warn", open, withCanary)).toMatchObject({ refused: "STAGE_HAS_CANARY" });
  });
});

describe("what callers of the target would lose", () => {
  const routes = (...names: readonly string[]) =>
    new Map(names.map((name) => [name, { authorizationType: "NONE", apiKeyRequired: false }]));
  const found = promotionFinds({
    stages: [stage("test", "new111"), stage("prod", "old111")],
    comes: aDeployment("new111", { routes: routes("GET /pets") }),
    servedDeployment: aDeployment("old111", { routes: routes("GET /pets", "GET /old") }),
  });

  test("is part of the plan", () => {
    const plan = planPromote(aPromotion(), found);
    expect(plan).toMatchObject({ routes: { comparedWith: "stage prod", diff: { removed: [{ route: "GET /old" }] } } });
  });

  test("is refused where fail-on says so", () => {
    expect(planPromote(aPromotion({ failOn: ["route-removed"] }), found)).toMatchObject({ refused: "FAIL_ON" });
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
