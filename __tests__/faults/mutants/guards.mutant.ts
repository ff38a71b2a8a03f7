import { expect, test } from "@jest/globals";
import { addComment } from "../../../simulator/github/people.ts";
import { commentMarker } from "../../../src/domain/comment-marker.ts";
import { inWorkspace, routesOf, yamlWith } from "../../e2e/files.ts";
import { changeDraft } from "../../e2e/release-scene.ts";
import { inScene } from "../../e2e/scene.ts";
import { reset, serverError } from "../effects.ts";

/** A few cases for each guard. The names begin with the promise that the guard keeps. */

test.each([
  ["a reset after it acted", reset("after")],
  ["500 after it acted", serverError("after")],
])("I5: %s: one deployment is made, and no second", (_, effect) =>
  inScene({}, async (scene) => {
    scene.gateway.server.faults.add({ operation: "CreateDeployment", effect });
    const run = await scene.deploy();
    expect(run.conclusion).toBe("success");
    expect(scene.api.deployments.size).toBe(1);
  }),
);

test("I6: a stage that another run pointed elsewhere is not reported as ours", () =>
  inScene({}, async (scene) => {
    await scene.deploy();
    scene.gateway.server.faults.add({
      operation: "UpdateStage",
      effect: {
        kind: "change",
        change: (response) => ({
          ...response,
          body: JSON.stringify({ ...JSON.parse(response.body.toString()), deploymentId: "other1" }),
        }),
      },
    });
    const run = await scene.deploy({}, { event: scene.opened("synchronize") });
    expect(run.steps[0]?.exitCode).toBe(1);
    expect(run.text).toContain("(STAGE_CHANGED)");
  }));

test("I1: another's import between ours and the deployment never reaches the stage", () =>
  inWorkspace({ "api.yml": yamlWith({ "GET /ours": {} }) }, async (scene, { job }) => {
    scene.gateway.server.gate = async ({ operation }) => {
      if (operation !== "CreateDeployment") return;
      scene.gateway.server.gate = undefined;
      changeDraft(scene, { routes: ["GET /theirs"] });
    };
    await scene.deploy({ definition: "api.yml" }, job);
    expect(routesOf(scene, "pr-1")).toEqual(["GET /ours"]);
  }));

test("I3: a stage whose tag was copied from another is not ours", () =>
  inScene({}, async (scene) => {
    const tag = `repository=${scene.repository.id}/pull-request=${scene.pull.number}/rest-api=${scene.api.id}/stage=pr-9`;
    const { deploymentId } = scene.addStage("pr-1", { tags: { "apigw-stage-action": tag } });
    const run = await scene.deploy();
    expect(run.steps[0]?.exitCode).toBe(1);
    expect(scene.stage("pr-1")?.deploymentId).toBe(deploymentId);
  }));

test("I3: a person's comment with our marker stays as it is", () =>
  inScene({}, async (scene) => {
    const body = `${commentMarker(scene.api.id, "pr-1")}\nI wrote this.`;
    addComment(scene.github.world, scene.repository, scene.pull, { user: "mallory", body });
    await scene.deploy();
    expect(scene.comments().map((comment) => comment.body)).toEqual([body, expect.stringContaining("is live")]);
  }));
