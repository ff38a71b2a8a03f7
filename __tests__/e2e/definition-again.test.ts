import { describe, expect, test } from "@jest/globals";
import type { FaultEffect } from "../../simulator/http/faults.ts";
import { reset, serverError, throttled } from "../faults/effects.ts";
import { inWorkspace, routesOf, type Workspace, yamlWith } from "./files.ts";
import { written } from "./release-scene.ts";
import { kinds, kindsThat, type Scene, variablesOf } from "./scene.ts";

/** A definition that comes a second time: by a later run, or because nobody knows what came of the first request. */

const routes = { "GET /orders": {}, "GET /orders/{id}": {}, "ANY /more": {} };
const names = Object.keys(routes).sort();
const inputs = { definition: "openapi.yml" };

const first = async (scene: Scene, { job }: Workspace, more = {}): Promise<string> => {
  const run = await scene.deploy({ ...inputs, ...more }, job);
  expect(run.outputs["result"]).toBe("created");
  return run.outputs["deployment-id"] ?? "";
};

const again = (scene: Scene, { job }: Workspace, more = {}) =>
  scene.deploy({ ...inputs, ...more }, { ...job, event: scene.opened("synchronize") });

describe.each(kinds)("of $name: the same definition again", ({ options, dialect, imports }) => {
  const text = yamlWith(routes, {}, dialect);
  const inScene = (play: (scene: Scene, workspace: Workspace) => Promise<void>) =>
    inWorkspace({ "openapi.yml": text }, play, options);

  test("imports nothing, makes nothing, and says why", () =>
    inScene(async (scene, workspace) => {
      const made = await first(scene, workspace);
      const before = structuredClone(scene.stage("pr-1"));
      const writes = written(scene).length;
      const run = await again(scene, workspace);
      expect(run.outputs).toMatchObject({ result: "unchanged", changed: "false", "deployment-id": made });
      expect(run.text).toMatch(
        new RegExp(
          `Nothing to do for stage pr-1: it serves deployment ${made}, which was made of the very same definition \\(digest [0-9a-f]{16}\\)\\.`,
        ),
      );
      expect(run.summary).toContain("the very same definition");
      expect(scene.comments()[0]?.body).toContain("the very same definition");
      expect(written(scene)).toHaveLength(writes);
      expect(scene.stage("pr-1")).toEqual(before);
    }));

  test("with another byte is another definition", () =>
    inScene(async (scene, workspace) => {
      const made = await first(scene, workspace);
      await workspace.write("openapi.yml", `${text}# again\n`);
      const run = await again(scene, workspace);
      expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": made });
    }));

  test("has its settings applied all the same", () =>
    inScene(async (scene, workspace) => {
      const made = await first(scene, workspace);
      const run = await again(scene, workspace, { settings: "variables:\n  colour: green\n" });
      expect(run.outputs).toMatchObject({ result: "updated", "deployment-id": made });
      expect(scene.stage("pr-1")?.deploymentId).toBe(made);
      expect(variablesOf(scene, "pr-1")).toEqual({ colour: "green" });
      expect(written(scene).filter((operation) => operation === imports)).toHaveLength(1);
    }));

  test("is made anew where the stage has gone back to another deployment", () =>
    inScene(async (scene, workspace) => {
      const made = await first(scene, workspace);
      const other = scene.addStage("other").deploymentId;
      const stage = scene.stage("pr-1");
      if (stage !== undefined) stage.deploymentId = other;
      const run = await again(scene, workspace);
      expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": other });
      expect(run.outputs["deployment-id"]).not.toBe(made);
    }));
});

describe.each(kindsThat("import-merge"))("of $name: the same definition again", ({ options, dialect }) => {
  const files = { "openapi.yml": yamlWith(routes, {}, dialect) };

  test.each([
    ["that has left other routes", { "GET /old": {} }],
    ["that has left no other routes", { "GET /orders": {} }],
  ])("is not taken for what a merge made %s", (_, before) =>
    inWorkspace(
      files,
      async (scene, workspace) => {
        const merged = await first(scene, workspace, { "import-mode": "merge" });
        const run = await again(scene, workspace);
        expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": merged });
        expect(routesOf(scene, "pr-1")).toEqual(names);
      },
      { ...options, definition: yamlWith(before, {}, dialect) },
    ),
  );

  test("is merged again, because what it is merged into may be another", () =>
    inWorkspace(
      files,
      async (scene, workspace) => {
        const merge = { "import-mode": "merge" };
        const made = await first(scene, workspace, merge);
        const run = await again(scene, workspace, merge);
        expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": made });
      },
      options,
    ));
});

describe.each(kinds)("of $name: an import whose answer is lost or late", ({ options, dialect, imports }) => {
  const effects: Readonly<Record<string, FaultEffect>> = {
    "429": throttled(),
    "500 before it acted": serverError("before"),
    "500 after it acted": serverError("after"),
    "reset before it acted": reset("before"),
    "reset after it acted": reset("after"),
    "half an answer": { kind: "truncate" },
  };

  test.concurrent.each(Object.entries(effects))("%s is sent again, and does no harm", (_, effect) =>
    inWorkspace(
      { "openapi.yml": yamlWith(routes, {}, dialect) },
      async (scene, workspace) => {
        scene.gateway.server.faults.add({ operation: imports, effect });
        const run = await scene.deploy(inputs, workspace.job);
        expect(run.outputs["result"]).toBe("created");
        expect(run.annotations).toEqual([]);
        expect(routesOf(scene, "pr-1")).toEqual(names);
        const writes = written(scene).filter((operation) => operation !== "TagResource");
        expect(writes).toEqual([imports, imports, "CreateDeployment", "CreateStage"]);
      },
      options,
    ),
  );
});
