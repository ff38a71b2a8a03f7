import { describe, expect, test } from "@jest/globals";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import { newStageSettings } from "../../src/domain/stage-settings.ts";
import type { DeployRequest } from "../../src/inputs/request.ts";
import type { DeployObserved } from "../../src/observe/observed.ts";
import { planDeploy } from "../../src/plan/deploy.ts";
import { isRefusal, type Plan, type Refusal } from "../../src/plan/plan.ts";
import fc from "../property.ts";
import { aRecord, aRequest, aRestApi, aRun, aStage, forProd, observedWith } from "../requests.ts";

const planned = (request: DeployRequest, observed: DeployObserved): Plan => {
  const decision = planDeploy(request, observed);
  if (isRefusal(decision)) throw new Error(`refused: ${decision.happened}`);
  return decision;
};

const refused = (request: DeployRequest, observed: DeployObserved): Refusal => {
  const decision = planDeploy(request, observed);
  if (!isRefusal(decision)) throw new Error(`planned: ${decision.result}`);
  return decision;
};

const named = aRequest(forProd);
const prod = aStage({ name: "prod", tags: { "managed-by": "terraform" } });
const ownedBy = (stageName: string, pullRequest: number) =>
  ownerTags({ repositoryId: "42", pullRequest }, { restApiId: "a1b2c3d4e5", stageName });
const canary = { deploymentId: "can111", percentTraffic: 10, overrides: {}, useStageCache: false };
const existing = { id: "dep222", description: "Friday's release", createdAt: 1 };
const secondAttempt = (changes = {}): DeployRequest =>
  aRequest({ run: aRun({ attempt: 2, nonce: "22222222" }), ...changes });
const madeByFirstAttempt = { id: "dep333", description: description(markerOf(aRun(), "pr-7")), createdAt: 1 };

describe("deploy plans", () => {
  test.each([
    ["a new preview", aRequest(), observedWith(), "created", ["create-deployment", "create-stage"]],
    ["our preview", aRequest(), observedWith({ stages: [aStage()] }), "updated", ["create-deployment", "update-stage"]],
    ["a new named stage", named, observedWith(), "created", ["create-deployment", "create-stage", "keep-history"]],
    ["a stage of others", named, observedWith({ stages: [prod] }), "updated", ["create-deployment", "update-stage"]],
    [
      "an existing deployment",
      { ...named, deploymentId: "dep222" },
      observedWith({ stages: [prod], requestedDeployment: existing }),
      "updated",
      ["update-stage"],
    ],
    [
      "the deployment that it serves",
      { ...named, deploymentId: "dep222" },
      observedWith({ stages: [{ ...prod, deploymentId: "dep222" }], requestedDeployment: existing }),
      "unchanged",
      [],
    ],
    [
      "a re-run after success",
      secondAttempt(),
      observedWith({ stages: [aStage({ deploymentId: "dep333" })], earlier: madeByFirstAttempt }),
      "unchanged",
      [],
    ],
    [
      "a re-run after half the work",
      secondAttempt(),
      observedWith({ earlier: madeByFirstAttempt }),
      "created",
      ["create-stage"],
    ],
    [
      "a re-run that finds nothing of its own",
      secondAttempt(),
      observedWith(),
      "created",
      ["create-deployment", "create-stage"],
    ],
  ] as const)("%s", (_, request, observed, result, kinds) => {
    const plan = planned(request, observed);
    expect(plan.result).toBe(result);
    expect(plan.steps.map(({ kind }) => kind)).toEqual(kinds);
  });

  test("a warning while API Gateway still applies another change", () => {
    const plan = planned(aRequest(), observedWith({ api: aRestApi({ status: "UPDATING" }) }));
    expect(plan.warnings.join()).toContain("UPDATING");
  });
});

describe("deploy refuses", () => {
  const tagsFor = (address: string) => ({ "apigw-stage-action": `repository=42/pull-request=7/rest-api=${address}` });

  test.each([
    ["a stage without our tag", {}],
    ["a tag that was copied from another stage", tagsFor("a1b2c3d4e5/stage=pr-8")],
    ["a tag that was copied from another API", tagsFor("zzzzzzzzzz/stage=pr-7")],
    [
      "another pull request's stage",
      { "apigw-stage-action": "repository=42/pull-request=8/rest-api=a1b2c3d4e5/stage=pr-7" },
    ],
    [
      "another repository's stage",
      { "apigw-stage-action": "repository=43/pull-request=7/rest-api=a1b2c3d4e5/stage=pr-7" },
    ],
    ["a named stage of ours", { "apigw-stage-action": "repository=42/rest-api=a1b2c3d4e5/stage=pr-7" }],
  ])("%s as a preview", (_, tags) => {
    const refusal = refused(aRequest(), observedWith({ stages: [aStage({ tags })] }));
    expect(refusal.refused).toBe("STAGE_NOT_OURS");
    expect(refusal.happened).toContain("pr-7");
  });

  test("a stage with a canary, and says how to complete and how to abort it", () => {
    const refusal = refused(named, observedWith({ stages: [{ ...prod, canary }] }));
    expect(refusal.refused).toBe("STAGE_HAS_CANARY");
    expect(refusal.happened).toContain("10 %");
    expect(refusal.remedy).toContain("--stage-name prod");
    expect(refusal.remedy).toContain("op=copy,from=/canarySettings/deploymentId,path=/deploymentId");
    expect(refusal.remedy).toContain("op=remove,path=/canarySettings");
    expect(refusal.remedy).not.toContain("stageVariableOverrides");
  });

  test("a canary that overrides variables with advice that keeps them", () => {
    const stage = { ...prod, canary: { ...canary, overrides: { alias: "next" } } };
    expect(refused(named, observedWith({ stages: [stage] })).remedy).toContain("stageVariableOverrides");
  });

  test("a deployment that is not there", () => {
    const refusal = refused({ ...named, deploymentId: "gone12" }, observedWith({ stages: [prod] }));
    expect(refusal.refused).toBe("UNKNOWN_DEPLOYMENT");
    expect(refusal.happened).toContain("gone12");
  });

  test.each([
    [{ incomplete: "failed" }, "has failed: no stage can serve it."],
    [{ incomplete: "failed", failure: "No role." }, "has failed: no stage can serve it. API Gateway said: No role."],
    [{ incomplete: "pending" }, "API Gateway is still at work on deployment"],
  ] as const)("I1: a deployment that is %j", (members, happened) => {
    const found = { ...existing, ...members };
    const refusal = refused({ ...named, deploymentId: found.id }, observedWith({ requestedDeployment: found }));
    expect(refusal).toMatchObject({ refused: "DEPLOYMENT_FAILED", happened: expect.stringContaining(happened) });
    expect(refusal.happened).toContain(found.id);
  });
});

describe("a refusal", () => {
  const warning = { api: aRestApi({ status: "UPDATING" }) };

  test("comes alone: no step, no note and no warning stands beside it", () => {
    const stages = [aStage({ tags: {} })];
    expect(Object.keys(refused(aRequest(), observedWith({ stages, ...warning }))).sort()).toEqual([
      "happened",
      "refused",
    ]);
  });

  test("comes before waiting for a place: what waits would be refused later", () => {
    const stages = [aStage({ name: "pr-1", tags: ownedBy("pr-1", 1) })];
    const request = aRequest({ deploymentId: "gone12", slots: { limit: 1, onLimit: "skip" } });
    expect(refused(request, observedWith({ stages })).refused).toBe("UNKNOWN_DEPLOYMENT");
    const waits = planned({ ...request, deploymentId: undefined }, observedWith({ stages }));
    expect(waits).toMatchObject({ result: "skipped", steps: [], records: [] });
    expect(waits.notes.join("\n")).toContain("Stage pr-7 waits for a slot");
  });
});

describe("the records that a deployment takes the place of", () => {
  const active = aRecord();
  const lost = aRecord({ nodeId: "n2", state: "IN_PROGRESS" });
  const records = [active, lost, aRecord({ nodeId: "n3", state: "FAILURE" })];

  test("are those of the preview once it has succeeded, and what a lost runner left in any case", () => {
    expect(planned(aRequest(), observedWith({ records })).records).toEqual([
      { record: active, because: "Replaced by run 9001", once: "success" },
      { record: lost, because: "Replaced by run 9001", once: "always" },
    ]);
  });

  test("of a lasting stage are GitHub's own to end", () => {
    expect(planned(named, observedWith({ records })).records.map(({ record }) => record)).toEqual([lost]);
  });
});

describe("whatever deploy finds", () => {
  const stages = fc.record({
    name: fc.constantFrom("pr-7", "prod", "test"),
    deploymentId: fc.constantFrom("old111", "dep222", "dep333"),
    canary: fc.option(fc.constant(canary), { nil: undefined, freq: 4 }),
    tags: fc.constantFrom(aStage().tags, {}, { "apigw-stage-action": "nonsense" }),
    settings: fc.constant(newStageSettings),
    webAclArn: fc.constant(undefined),
    createdAt: fc.constant(1),
  });
  const found = fc.record({
    stages: fc.uniqueArray(stages, { selector: ({ name }) => name }),
    requestedDeployment: fc.constantFrom(undefined, existing),
    earlier: fc.constantFrom(undefined, madeByFirstAttempt),
  });
  const worlds = found.map(observedWith);
  const requests = fc.constantFrom(
    aRequest(),
    named,
    secondAttempt(),
    aRequest({ deploymentId: "dep222" }),
    secondAttempt({ deploymentId: "dep222" }),
  );

  test("I3: a stage that exists is never given tags", () => {
    fc.assert(
      fc.property(requests, worlds, (request, observed) => {
        const decision = planDeploy(request, observed);
        const known: string[] = observed.stages.map(({ name }) => name);
        const tagged = isRefusal(decision) ? [] : decision.steps.filter((step) => step.kind === "create-stage");
        expect(tagged.filter(({ stageName }) => known.includes(stageName))).toEqual([]);
      }),
    );
  });

  test("I2: nothing but the step that points the stage is noticed, and what it needs is made before", () => {
    fc.assert(
      fc.property(requests, worlds, (request, observed) => {
        const decision = planDeploy(request, observed);
        const steps = isRefusal(decision) ? [] : decision.steps;
        const noticed = steps.flatMap((step, index) => (step.seenByCallers ? [{ step, index }] : []));
        expect(noticed.map(({ step }) => ["create-stage", "update-stage"].includes(step.kind))).toEqual(
          steps.length === 0 ? [] : [true],
        );
        const made = steps.findIndex(({ kind }) => kind === "create-deployment");
        expect(made).toBeLessThan(noticed[0]?.index ?? 0);
      }),
    );
  });

  test("I5: once the plan is carried out there is nothing left to do", () => {
    fc.assert(
      fc.property(worlds, (observed) => {
        const request = secondAttempt();
        const decision = planDeploy(request, observed);
        fc.pre(!isRefusal(decision));
        const made = { id: "new999", description: description(markerOf(request.run, "pr-7")), createdAt: 9 };
        const served = decision.deployment?.kind === "existing" ? decision.deployment.id : made.id;
        const others = observed.stages.filter(({ name }) => name !== "pr-7");
        const after = planned(request, {
          ...observed,
          stages: [...others, aStage({ deploymentId: served })],
          earlier: decision.deployment?.kind === "new" ? made : observed.earlier,
        });
        expect(after.steps).toEqual([]);
        expect(after.result).toBe("unchanged");
      }),
    );
  });

  test("the same question has the same answer", () => {
    fc.assert(
      fc.property(requests, worlds, (request, observed) => {
        expect(planDeploy(request, observed)).toEqual(planDeploy(request, observed));
      }),
    );
  });
});
