import { describe, expect, test } from "@jest/globals";
import { isStillMeant, oldestFirst, referencedBy, stageStep } from "../../src/plan/removal.ts";
import { aDeployment, aStage } from "../requests.ts";

describe("a stage that is read again right before its deletion", () => {
  const tags = aStage().tags;
  const step = stageStep(aStage({ deploymentId: "dep2" }), { repositoryId: "42", pullRequest: 7 }, "its time is over");
  test.each([
    ["is still meant", {}, true],
    ["was deployed to meanwhile", { deploymentId: "dep3" }, false],
    ["has lost its tag", { tags: {} }, false],
    ["belongs to another pull request now", { tags: { ...tags, "apigw-stage-action": "x" } }, false],
    ["was made anew", { createdAt: 1 }, false],
    ["has another name", { name: "pr-8" }, false],
  ])("%s", (_, changes, expected) => {
    const stage = aStage({ deploymentId: "dep2", ...changes });
    expect(isStillMeant(step, stage, "a1b2c3d4e5")).toBe(expected);
    expect(isStillMeant(step, stage, "another")).toBe(false);
  });
});

test("stages reference what they serve and what their canaries serve", () => {
  const canary = { deploymentId: "dep2", percentTraffic: 5, overrides: {}, useStageCache: false };
  expect([...referencedBy([aStage({ deploymentId: "dep1", canary }), aStage({ deploymentId: "dep3" })])]).toEqual([
    "dep1",
    "dep2",
    "dep3",
  ]);
});

test("deployments of one moment are ordered by their ids", () => {
  const deployments = [aDeployment("c"), aDeployment("a"), aDeployment("b", { createdAt: 0 })];
  expect(deployments.sort(oldestFirst).map(({ id }) => id)).toEqual(["b", "a", "c"]);
});
