import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { dispatchEvent } from "../../simulator/github/events.ts";
import { push } from "../../simulator/github/people.ts";
import { refusal } from "../faults/effects.ts";
import { definitionWith, importInto, inWorkspace as openWorkspace, type Workspace } from "./files.ts";
import { promote, written } from "./release-scene.ts";
import { type Kind, kinds, kindsThat, type Scene } from "./scene.ts";

type Json = Record<string, unknown>;

const pet = (properties: Json, more: Json = {}): Json => ({ type: "object", properties, ...more });
const id = { type: "string" };

/** `POST /pets`, whose body and answer are a Pet. */
const petsWith = (
  parameters: readonly Json[],
  schema: Json,
  routes: Parameters<typeof definitionWith>[0],
  dialect: Kind["dialect"],
): string => {
  const base = definitionWith({ "POST /pets": {}, ...routes }, {}, dialect) as { paths: Json; components: Json };
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

/** What callers have, what they get, and what stands in every report of it. */
const contractsOf = (kind: Kind) => {
  const keyed = kind.can("usage-plans");
  const before = petsWith(
    [{ in: "query", name: "dry", schema: id }],
    pet({ id, name: id }),
    { "GET /old": {}, "GET /open": {} },
    kind.dialect,
  );
  const after = petsWith(
    [{ in: "query", name: "dry", required: true, schema: id }],
    pet({ id: { type: "integer" }, name: id, owner: id }, { required: ["owner"] }),
    { "GET /open": { needs: keyed ? "key" : "iam" } },
    kind.dialect,
  );

  const breaking = [
    ["GET /old", "is gone"],
    ["GET /open", `needs ${keyed ? "API key" : "AWS_IAM"} now, and needed nothing`],
    ["POST /pets", "query parameter dry is required now"],
    ["POST /pets", "request body (application/json): owner is required now"],
    ["POST /pets", "request body (application/json): id is integer now, and was string"],
    ["POST /pets", "answer 200 (application/json): id is integer now, and was string"],
  ] as const;

  return { before, after, breaking, files: { "openapi.json": after } };
};

describe.each(kindsThat("contract-export"))("of $name:", (kind) => {
  const { before, after, breaking, files } = contractsOf(kind);
  const inWorkspace: typeof openWorkspace = (given, play, more) =>
    openWorkspace(given, play, { ...kind.options, ...more });

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

        const again = await scene.deploy(
          { ...inputs, export: "true", "fail-on": "breaking" },
          onMain(scene, workspace),
        );
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
});

describe.each(kinds.filter(({ can }) => !can("contract-export")))("of $name:", (kind) => {
  const { before, after, breaking, files } = contractsOf(kind);

  test("exports tell no parameters and no bodies, which is said and not passed by fail-on; two files tell all", () =>
    openWorkspace(
      files,
      async (scene, workspace) => {
        serving(scene, "prod", before);
        serving(scene, "test", after);
        const failing = { "fail-on": "breaking" };
        importInto(scene, after);
        const asked = [
          { ...inputs, ...failing },
          { "stage-name": "prod", ...failing },
        ];
        const runs = [await promote(scene, failing)];
        for (const one of asked) runs.push(await scene.deploy(one, onMain(scene, workspace)));
        for (const refused of runs) {
          expect(titles(refused)).toContain("COMPARISON_UNKNOWN");
          expect(refused.text).toContain("API Gateway keeps neither parameters nor bodies of an HTTP API");
          expect(refused.outputs["breaking-changes"]).toBe("");
        }
        expect(written(scene)).toEqual([]);

        const done = await scene.deploy({ ...inputs, export: "true" }, onMain(scene, workspace));
        expect(done.outputs).toMatchObject({ result: "updated", "breaking-changes": "" });
        expect(JSON.parse(await readFile(done.outputs["export-file"] ?? "", "utf8"))).toHaveProperty("paths");

        push(scene.github.world, scene.repository, "main", { files: { "openapi.json": before } });
        scene.pull.base.sha = scene.repository.refs.get("refs/heads/main") ?? "";
        const files = await scene.deploy({ definition: "openapi.json", ...failing }, workspace.job);
        for (const [route, what] of breaking.slice(2)) expect(files.text).toContain(`breaking: ${route}: ${what}`);
        expect(titles(files)).toContain("FAIL_ON");
      },
      kind.options,
    ));
});
