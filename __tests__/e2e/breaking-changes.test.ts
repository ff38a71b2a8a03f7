import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { refusal } from "../faults/effects.ts";
import { definitionWith, inWorkspace as openWorkspace, type Workspace } from "./files.ts";
import { promote, written } from "./release-scene.ts";
import {type Scene, kinds } from "./scene.ts";

type Json = Record<string, unknown>;

const pet = (properties: Json, more: Json = {}): Json => ({ type: "object", properties, ...more });
const id = { type: "string" };

/** `POST /pets`, whose body and answer are a Pet. */
const petsWith = (
  parameters: readonly Json[],
  schema: Json,
  routes: Parameters<typeof definitionWith>[0] = {},
): string => {
  const base = definitionWith({ "POST /pets": {}, ...routes }) as { paths: Json; components: Json };
  const content = { "application/json": { schema: { $ref: "#/components/schemas/Pet" } } };
  const { post } = base.paths["/pets"] as { post: Json };
  const operation = {
    ...post,
    parameters,
    requestBody: { content },
    responses: { 200: { description: "ok", content } },
  };
  return JSON.stringify({
    ...base,
    paths: { ...base.paths, "/pets": { post: operation } },
    components: { ...base.components, schemas: { Pet: schema } },
  });
};

const before = petsWith([{ in: "query", name: "dry", schema: id }], pet({ id, name: id }), {
  "GET /old": {},
  "GET /open": {},
});
const after = petsWith(
  [{ in: "query", name: "dry", required: true, schema: id }],
  pet({ id: { type: "integer" }, name: id, owner: id }, { required: ["owner"] }),
  { "GET /open": { needs: "key" } },
);

/** What stands in every report of it. */
const breaking = [
  ["GET /old", "is gone"],
  ["GET /open", "needs API key now, and needed nothing"],
  ["POST /pets", "query parameter dry is required now"],
  ["POST /pets", "request body (application/json): owner is required now"],
  ["POST /pets", "request body (application/json): id is integer now, and was string"],
  ["POST /pets", "answer 200 (application/json): id is integer now, and was string"],
] as const;

const inputs = { definition: "openapi.json", "stage-name": "prod" };

const onMain = (scene: Scene, { job, folder }: Workspace) => ({
  event: dispatchEvent(scene.repository, "alice"),
  runner: { ...job.runner, workFolder: join(folder, "runner") },
});

/** The draft holds this, and so does a stage. */
const serving = (scene: Scene, name: string, document: string): void => {
  importInto(scene, document);
  scene.addStage(name);
};

const titles = (run: { annotations: readonly { title?: string | undefined }[] }) =>
  run.annotations.map(({ title }) => title);

describe("breaking changes", () => {
  test("of a definition stop the run before anything is written, where fail-on asks, and are told in any case", () =>
    inWorkspace(files, async (scene, workspace) => {
      serving(scene, "prod", before);
      const refused = await scene.deploy({ ...inputs, "fail-on": "breaking" }, onMain(scene, workspace));
      expect(titles(refused)).toContain("FAIL_ON");
      for (const [route, what] of breaking) expect(refused.text).toContain(`breaking: ${route}: ${what}`);
      expect(refused.outputs).toMatchObject({ result: "failed", "breaking-changes": "6" });
      expect(written(scene)).toEqual([]);

      const done = await scene.deploy({ ...inputs, export: "true" }, onMain(scene, workspace));
      expect(done.outputs).toMatchObject({ result: "updated", "breaking-changes": "6" });
      for (const [route, what] of breaking) expect(done.summary).toContain(`| \`${route}\` | ${what} |`);
      expect(done.summary).toContain("`openapi.json` was compared with `stage prod`.");
      expect(done.summary).toContain("4 breaking changes");
      expect(JSON.parse(done.outputs["plan"] ?? "")).toMatchObject({
        contract: { kind: "compared", before: "stage prod" },
      });

      const file = await readFile(done.outputs["export-file"] ?? "", "utf8");
      const document = JSON.parse(file);
      expect(Object.keys(document)).toEqual(["components", "info", "openapi", "paths"]);
      expect(document.components.schemas.Pet).toMatchObject(pet({ id: { type: "integer" } }));
      expect(done.outputs["export-file"]).toMatch(/apigw-stage-action-[0-9a-f]{8}\/a1b2c3d4e5-prod\.json$/);

      const again = await scene.deploy({ ...inputs, export: "true", "fail-on": "breaking" }, onMain(scene, workspace));
      expect(again.outputs).toMatchObject({ result: "unchanged" });
      expect(await readFile(again.outputs["export-file"] ?? "", "utf8")).toBe(file);
    }));

  test("of a promotion are told exactly, by what both stages serve", () =>
    inWorkspace({}, async (scene) => {
      serving(scene, "prod", before);
      serving(scene, "test", after);
      const refused = await promote(scene, { "fail-on": "breaking" });
      for (const [route, what] of breaking) expect(refused.text).toContain(`breaking: ${route}: ${what}`);
      expect(written(scene)).toEqual([]);
      expect(refused.summary).toContain("`stage test` was compared with `stage prod`.");
    }));

  test("of a draft are known once a stage serves it; a stage that is new harms nobody", () =>
    inWorkspace({}, async (scene, workspace) => {
      serving(scene, "prod", before);
      importInto(scene, after);
      const asked = { "stage-name": "prod", "fail-on": "breaking" };
      const refused = await scene.deploy(asked, onMain(scene, workspace));
      expect(titles(refused)).toContain("COMPARISON_UNKNOWN");
      expect(refused.text).toContain("API Gateway does not export the draft");
      expect(refused.outputs["breaking-changes"]).toBe("");
      expect(written(scene)).toEqual([]);

      const done = await scene.deploy({ "stage-name": "prod", export: "true" }, onMain(scene, workspace));
      expect(done.outputs).toMatchObject({ result: "updated", "breaking-changes": "6" });

      const fresh = await scene.deploy({ ...asked, "stage-name": "fresh", export: "true" }, onMain(scene, workspace));
      expect(fresh.outputs).toMatchObject({ result: "created", "breaking-changes": "0" });
      expect(fresh.summary).toContain("Stage fresh is new and serves nothing yet.");
    }));

  test("I8: what the role may not export is not passed by fail-on, and no reason to fail without", () =>
    inWorkspace(files, async (scene, workspace) => {
      serving(scene, "prod", before);
      scene.gateway.server.faults.add({
        operation: kind.exports,
        times: 10,
        effect: refusal(
          403,
          "AccessDeniedException",
          "User: arn:aws:iam::1:role/r is not authorized to perform: apigateway:GET",
        ),
      });
      const refused = await scene.deploy({ ...inputs, "fail-on": "breaking" }, onMain(scene, workspace));
      expect(titles(refused)).toContain("COMPARISON_UNKNOWN");
      expect(refused.text).toContain(`apigateway:GET on ${kind.exportPath}`);
      const done = await scene.deploy({ ...inputs, export: "true" }, onMain(scene, workspace));
      expect(done.outputs).toMatchObject({ result: "updated", "breaking-changes": "", "export-file": "" });
      expect(done.summary).toContain("Parameters and bodies are not compared.");
      expect(done.text).toContain("There is no export-file.");
    }));
});
