import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/gateway.ts";
import type { ActionError, ErrorCode } from "../../src/domain/errors.ts";
import type { Routes } from "../../src/domain/route.ts";
import type { FailOn } from "../../src/inputs/fail-on.ts";
import { definitionOf, yamlAround } from "../inputs/definition/definition-of.ts";
import { aDeployment, aRequest, aRestApi, aRun, aStage, forProd, observedWith } from "../requests.ts";
import { carryOut, failure, planFor } from "./scene.ts";

const routesOf = (...names: readonly string[]): Routes =>
  new Map(names.map((name) => [name, { authorizationType: "NONE", apiKeyRequired: false }]));
const serving = (routes: Routes): Partial<Gateway> => ({ getDeployment: async (id) => aDeployment(id, { routes }) });

describe("the routes of a new deployment", () => {
  const compared = { kind: "routes", name: "stage pr-7", routes: routesOf("GET /pets", "GET /old") } as const;
  const plan = (failOn: readonly FailOn[]) =>
    planFor(
      aRequest({ routes: { compareWith: { kind: "own" }, failOn } }),
      observedWith({ stages: [aStage()], compared }),
    );

  test("are told once it is made", async () => {
    const { progress, error } = await carryOut(plan([]), serving(routesOf("GET /pets")));
    expect(error).toBeUndefined();
    expect(progress.routes).toMatchObject({ comparedWith: "stage pr-7", diff: { removed: [{ route: "GET /old" }] } });
  });

  test("I2: that callers may not lose stop the run before the stage is pointed", async () => {
    const { progress, error, writes } = await carryOut(plan(["route-removed"]), serving(routesOf("GET /pets")));
    expect(error).toMatchObject({ code: "FAIL_ON", acted: "no" });
    expect(error?.state).toContain("still serves deployment old111; callers notice nothing");
    expect(writes).toEqual(["createDeployment"]);
    expect(progress.routes).toBeDefined();
  });

  test.each([
    ["is not found a moment later", { getDeployment: async () => undefined }],
    ["does not tell them", { getDeployment: async (id: string) => aDeployment(id) }],
  ])("I8: are not known where the deployment %s, which stops the run where fail-on asks", async (_, gateway) => {
    const { error, writes } = await carryOut(plan(["auth-weakened"]), gateway);
    expect(error).toMatchObject({ code: "ROUTES_UNKNOWN", acted: "no" });
    expect(error?.happened).toContain("so stage pr-7 could not be compared with deployment new222");
    expect(writes).toEqual(["createDeployment"]);
    const unasked = await carryOut(plan([]), gateway);
    expect(unasked.error).toBeUndefined();
    expect(unasked.progress.warnings.join()).toContain("What changes for callers is not known");
  });
});

describe("a definition", () => {
  const definition = definitionOf(yamlAround("paths: {/pets: {get: *op}}\n"));
  const wanted = { definition, mode: "overwrite", failOnWarnings: true } as const;
  const preview = planFor(aRequest({ definition: wanted }), observedWith());
  const pushed = planFor(
    aRequest({ ...forProd, definition: wanted, run: aRun({ event: { kind: "commit", sha: "abc", fromFork: false } }) }),
    observedWith(),
  );
  const bytes = { definition };
  const right = routesOf("GET /pets");

  test("of a pull request is imported under its name; any other name comes after its content", async () => {
    const order = async (plan: typeof preview) => (await carryOut(plan, serving(right), bytes)).writes.slice(0, 3);
    expect(await order(preview)).toEqual(["tagApi undefined", "importDefinition openapi.yml", "createDeployment"]);
    expect(await order(pushed)).toEqual(["importDefinition openapi.yml", "tagApi undefined", "createDeployment"]);
  });

  test("I1: that another run has overwritten meanwhile is imported again, and the foreign deployment goes", async () => {
    const found = [routesOf("GET /cats"), right];
    const getDeployment = async (id: string) => aDeployment(id, { routes: found.shift() ?? right });
    const { error, writes, progress } = await carryOut(preview, { getDeployment }, bytes);
    expect(error).toBeUndefined();
    expect(writes.filter((write) => !write.startsWith("tag"))).toEqual([
      "importDefinition openapi.yml",
      "createDeployment",
      "deleteDeployment new222",
      "importDefinition openapi.yml",
      "createDeployment",
      "createStage pr-7",
    ]);
    expect(progress.pointedAt).toBe("new222");
  });

  test("I1: whose deployment does not tell its routes is not checked, and nothing is pointed", async () => {
    const { error, writes } = await carryOut(preview, { getDeployment: async (id) => aDeployment(id) }, bytes);
    expect(error).toMatchObject({ code: "ROUTES_UNKNOWN", acted: "no" });
    expect(writes.filter((write) => write === "createDeployment")).toHaveLength(1);
    expect(writes).not.toContain("createStage pr-7");
  });

  test("I1: that others keep overwriting is given up after three times, and nothing is pointed", async () => {
    const { error, writes, progress } = await carryOut(preview, serving(routesOf("GET /cats")), bytes);
    expect(error).toMatchObject({ code: "SPEC_RACED", acted: "no" });
    expect(writes.filter((write) => write === "createDeployment")).toHaveLength(3);
    expect(progress).toMatchObject({ made: undefined, pointedAt: undefined, taken: [] });
  });

  test("I1: that another run's name stands on is not trusted, even where the routes are the same", async () => {
    const other = planFor(
      aRequest({
        definition: { ...wanted, definition: definitionOf(yamlAround("paths: {/pets: {get: *op}}\n# another file\n")) },
      }),
      observedWith(),
    );
    const step = other.steps.find(({ kind }) => kind === "import-definition");
    const tags = step?.kind === "import-definition" ? step.draftTags : {};
    const getApi = async () => aRestApi({ tags });
    const { error } = await carryOut(preview, { ...serving(right), getApi }, bytes);
    expect(error).toMatchObject({
      code: "SPEC_RACED",
      happened: expect.stringContaining("left its name on the draft"),
    });
  });

  test("without the permission to leave a name is imported all the same, with one warning", async () => {
    const tagApi = () => Promise.reject(failure("ACCESS_DENIED"));
    const { error, progress } = await carryOut(preview, { ...serving(right), tagApi }, bytes);
    expect(error).toBeUndefined();
    expect(progress.warnings).toEqual([expect.stringContaining("cannot see what its draft holds")]);
  });

  test("that the service warns of is told once, also where it is imported twice", async () => {
    const found = [routesOf("GET /cats"), right];
    const getDeployment = async (id: string) => aDeployment(id, { routes: found.shift() ?? right });
    const importDefinition = async () => ({ warnings: ["Ignoring x."], information: ["Left y out.", "Left z out."] });
    const { progress } = await carryOut(preview, { getDeployment, importDefinition }, bytes);
    expect(progress.remarks.map(({ message, level }) => [level, message])).toEqual([
      ["warning", "API Gateway warns: Ignoring x."],
      ["note", "API Gateway says: Left y out. (and 1 more like this)"],
    ]);
  });

  const refusedWith = (code: ErrorCode, ...messages: readonly string[]): ActionError =>
    failure(code).withPlaces(
      messages.map((message) => ({ file: "openapi.yml", line: undefined, column: undefined, message })),
    );
  const get = "Unable to put integration on 'GET' for resource at path '/pets': Invalid ARN";

  test("that is refused has its lines, and leaves a draft that nobody knows", async () => {
    const importDefinition = () => Promise.reject(refusedWith("INVALID_DEFINITION", get, "Something else"));
    const { error } = await carryOut(preview, { importDefinition }, bytes);
    expect(error?.places).toEqual([
      { file: "openapi.yml", ...definition.locate(get), message: get },
      { file: "openapi.yml", line: undefined, column: undefined, message: "Something else" },
    ]);
    expect(error?.places[0]?.line).toBeGreaterThan(1);
    expect(error?.state).toContain("It is not known whether the API's draft holds openapi.yml");
  });

  test("that is refused for its warnings leaves the draft as it was", async () => {
    const importDefinition = () => Promise.reject(refusedWith("IMPORT_WARNINGS", get));
    const { error } = await carryOut(preview, { importDefinition }, bytes);
    expect(error?.state).toContain("The import of openapi.yml was undone: the API's draft is as it was.");
  });

  const servers = "More than one server provided. Ignoring all but the first for defining endpoint configuration";
  test.each([
    ["alone", [servers], undefined],
    ["beside others", [servers, get], "IMPORT_WARNINGS"],
  ])("with a harmless warning %s: it stops nothing by itself", async (_, warnings, code) => {
    const importDefinition: Gateway["importDefinition"] = async (_file, _bytes, _mode, failOnWarnings) => {
      if (failOnWarnings) throw refusedWith("IMPORT_WARNINGS", ...warnings);
      return { warnings, information: [] };
    };
    const { error, progress } = await carryOut(preview, { ...serving(right), importDefinition }, bytes);
    expect(error?.code).toBe(code);
    expect(progress.remarks).toHaveLength(code === undefined ? 1 : 0);
  });

  const createDeployment = () => Promise.reject(failure("METHOD_WITHOUT_INTEGRATION"));
  test.each([
    ["the stage itself", forProd, [aStage({ name: "prod", tags: {} }), aStage({ name: "alpha", tags: {} })], "prod"],
    ["a lasting stage, for a preview", {}, [aStage({ name: "prod", tags: {} }), aStage()], "prod"],
    ["the preview, where there is nothing else", {}, [aStage()], "pr-7"],
  ])("that cannot be deployed is in the draft, and %s brings back what was there", async (_, target, stages, stage) => {
    const plan = planFor(aRequest({ ...target, definition: wanted }), observedWith({ stages }));
    const { error } = await carryOut(plan, { createDeployment }, bytes);
    expect(error?.state).toContain("The API's draft now holds openapi.yml; no stage serves the draft.");
    expect(error?.state).toContain(
      `aws apigateway get-export --rest-api-id a1b2c3d4e5 --stage-name ${stage} --export-type oas30`,
    );
    expect(error?.state).toContain("aws apigateway put-rest-api --rest-api-id a1b2c3d4e5 --mode overwrite");
  });

  test("that cannot be deployed where no stage is: nothing serves what was there", async () => {
    const { error } = await carryOut(preview, { createDeployment }, bytes);
    expect(error?.state).toContain("No stage serves what was there before");
  });
});
