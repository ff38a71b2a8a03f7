import { describe, expect, test } from "@jest/globals";
import { describe as description, markerOf } from "../../src/domain/marker.ts";
import { type DeleteQuestion, planDelete, type RemovalStep } from "../../src/plan/delete.ts";
import { isStillMeant } from "../../src/plan/removal.ts";
import { aRun, aStage } from "../requests.ts";

const madeFor = (stageName: string, repositoryId = "42"): string => {
  const run = aRun();
  return description(markerOf({ ...run, repository: { ...run.repository, id: repositoryId } }, stageName));
};
const deployment = (id: string, createdAt: number, text: string) => ({ id, createdAt, description: text });

const question = (changes: Partial<DeleteQuestion> = {}): DeleteQuestion => ({
  run: aRun(),
  restApiId: "a1b2c3d4e5",
  stageName: "pr-7",
  owner: { repositoryId: "42", pullRequest: 7 },
  stages: [aStage({ deploymentId: "dep2" })],
  deployments: [deployment("dep2", 2, madeFor("pr-7")), deployment("dep1", 1, madeFor("pr-7"))],
  users: { found: [], unknown: [] },
  ...changes,
});

const plan = (changes: Partial<DeleteQuestion> = {}) => {
  const decision = planDelete(question(changes));
  if ("refused" in decision) throw new Error(decision.happened);
  return decision;
};
const names = (steps: readonly RemovalStep[]) =>
  steps.map((step) => (step.kind === "delete-stage" ? step.stageName : step.deploymentId));

describe("a delete plan", () => {
  test("takes the stage, then its deployments", () => {
    expect(plan()).toMatchObject({ command: "delete", result: "deleted", serves: "dep2" });
    expect(names(plan().steps)).toEqual(["pr-7", "dep1", "dep2"]);
    expect(plan().steps.map(({ seenByCallers }) => seenByCallers)).toEqual([true, false, false]);
  });

  test("for what never was, or is gone already, has nothing to do", () => {
    expect(plan({ stages: [], deployments: [] })).toMatchObject({ result: "unchanged", steps: [] });
  });

  test("goes on where an interrupted one stopped", () => {
    expect(plan({ stages: [] }).result).toBe("deleted");
    expect(names(plan({ stages: [] }).steps)).toEqual(["dep1", "dep2"]);
  });

  test("leaves deployments that another stage or a canary references", () => {
    const canary = { deploymentId: "dep1", percentTraffic: 5, overridesVariables: false };
    const prod = aStage({ name: "prod", deploymentId: "dep2", canary, tags: {} });
    expect(names(plan({ stages: [aStage({ deploymentId: "dep2" }), prod] }).steps)).toEqual(["pr-7"]);
  });

  test("takes what only the stage's own canary references", () => {
    const canary = { deploymentId: "dep1", percentTraffic: 5, overridesVariables: false };
    expect(names(plan({ stages: [aStage({ deploymentId: "dep2", canary })] }).steps)).toEqual(["pr-7", "dep1", "dep2"]);
  });

  test("I3: leaves deployments of other stages, other repositories and other people", () => {
    const deployments = [
      deployment("dep3", 3, madeFor("pr-77")),
      deployment("dep4", 4, madeFor("pr-7", "99")),
      deployment("dep5", 5, "by hand"),
    ];
    expect(names(plan({ deployments }).steps)).toEqual(["pr-7"]);
  });

  test("knows the deployments of a stage with a long name", () => {
    const stageName = `${"x".repeat(90)}-7`;
    const tags = { "apigw-stage-action": `repository=42/pull-request=7/rest-api=a1b2c3d4e5/stage=${stageName}` };
    const deployments = [
      deployment("dep1", 1, madeFor(stageName)),
      deployment("dep2", 1, madeFor(`${"x".repeat(90)}-8`)),
    ];
    expect(names(plan({ stageName, stages: [aStage({ name: stageName, tags })], deployments }).steps)).toEqual([
      stageName,
      "dep1",
    ]);
  });

  test("tells what could not be looked at", () => {
    expect(plan({ users: { found: [], unknown: ["No permission."] } }).warnings).toEqual(["No permission."]);
    expect(plan({ stages: [], users: { found: [], unknown: ["No permission."] } }).warnings).toEqual([]);
  });
});

describe("I3: a delete is refused", () => {
  test.each([
    ["without a tag", {}],
    ["with a copied tag", { "apigw-stage-action": "repository=42/pull-request=7/rest-api=a1b2c3d4e5/stage=pr-8" }],
    ["of another repository", { "apigw-stage-action": "repository=99/pull-request=7/rest-api=a1b2c3d4e5/stage=pr-7" }],
    [
      "of another pull request",
      { "apigw-stage-action": "repository=42/pull-request=8/rest-api=a1b2c3d4e5/stage=pr-7" },
    ],
    ["that is no preview", { "apigw-stage-action": "repository=42/rest-api=a1b2c3d4e5/stage=pr-7" }],
  ])("for a stage %s", (_, tags) => {
    expect(planDelete(question({ stages: [aStage({ tags })] }))).toMatchObject({
      refused: "STAGE_NOT_OURS",
      remedy: expect.stringContaining("aws apigateway delete-stage --rest-api-id a1b2c3d4e5 --stage-name pr-7"),
    });
  });

  test("for a stage in use, with the names of what uses it", () => {
    const users = {
      found: [
        { kind: "usage-plan", id: "u1", name: "Gold" },
        { kind: "base-path-mapping", domainName: "api.example.com", basePath: "v1" },
      ],
      unknown: [],
    } as const;
    expect(planDelete(question({ users }))).toMatchObject({
      refused: "STAGE_IN_USE",
      happened: "Stage pr-7 is still in use:\n  usage plan Gold (u1)\n  base path mapping v1 of domain api.example.com",
    });
  });
});

describe("a stage that is read again right before", () => {
  const [step] = plan().steps;
  const tags = aStage().tags;
  test.each([
    ["is still meant", {}, true],
    ["was deployed to meanwhile", { deploymentId: "dep3" }, false],
    ["has lost its tag", { tags: {} }, false],
    ["belongs to another pull request now", { tags: { ...tags, "apigw-stage-action": "x" } }, false],
    ["was made anew", { createdAt: 1 }, false],
  ])("%s", (_, changes, expected) => {
    if (step?.kind !== "delete-stage") throw new Error("no stage to delete");
    const stage = aStage({ deploymentId: "dep2", ...changes });
    expect(isStillMeant(step, stage, "a1b2c3d4e5")).toBe(expected);
    expect(isStillMeant(step, stage, "another")).toBe(false);
  });
});
