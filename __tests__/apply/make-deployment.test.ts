import { describe, expect, test } from "@jest/globals";
import type { Gateway } from "../../src/aws/rest-api/gateway.ts";
import type { Routes } from "../../src/domain/route.ts";
import type { FailOn } from "../../src/inputs/fail-on.ts";
import { definitionOf, yamlAround } from "../inputs/definition/definition-of.ts";
import { aDeployment, aRequest, aRestApi, aRun, aStage, forProd, observedWith } from "../requests.ts";
import { carryOut, failure, planFor } from "./scene.ts";

const routesOf = (...names: readonly string[]): Routes =>
  new Map(names.map((name) => [name, { authorizationType: "NONE", apiKeyRequired: false }]));
const serving = (routes: Routes): Partial<Gateway> => ({ getDeployment: async (id) => aDeployment(id, { routes }) });

describe("the routes of a new deployment", () => {
  const compared = { name: "stage pr-7", routes: routesOf("GET /pets", "GET /old") };
  const plan = (failOn: readonly FailOn[]) =>
    planFor(aRequest({ routes: { compareWith: undefined, failOn } }), observedWith({ stages: [aStage()], compared }));

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
});

describe("a definition", () => {
  const definition = definitionOf(yamlAround("paths: {/pets: {get: *op}}\n"));
  const wanted = { definition, mode: "overwrite", failOnWarnings: true } as const;
  const preview = planFor(aRequest({ definition: wanted }), observedWith());
  const pushed = planFor(
    aRequest({ ...forProd, definition: wanted, run: aRun({ event: { kind: "commit", sha: "abc", fromFork: false } }) }),
    observedWith(),
  );
  const bytes = { definition: definition.bytes };
  const right = routesOf("GET /pets");

  test("of a pull request is imported under its name; any other name comes after its content", async () => {
    const order = async (plan: typeof preview) => (await carryOut(plan, serving(right), bytes)).writes.slice(0, 3);
    expect(await order(preview)).toEqual(["tagRestApi undefined", "importDefinition openapi.yml", "createDeployment"]);
    expect(await order(pushed)).toEqual(["importDefinition openapi.yml", "tagRestApi undefined", "createDeployment"]);
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
    const getRestApi = async () => aRestApi({ tags });
    const { error } = await carryOut(preview, { ...serving(right), getRestApi }, bytes);
    expect(error).toMatchObject({
      code: "SPEC_RACED",
      happened: expect.stringContaining("left its name on the draft"),
    });
  });

  test("without the permission to leave a name is imported all the same, with one warning", async () => {
    const tagRestApi = () => Promise.reject(failure("ACCESS_DENIED"));
    const { error, progress } = await carryOut(preview, { ...serving(right), tagRestApi }, bytes);
    expect(error).toBeUndefined();
    expect(progress.warnings).toEqual([expect.stringContaining("cannot see what its draft holds")]);
  });

  test("that the service warns of is told once, also where it is imported twice", async () => {
    const found = [routesOf("GET /cats"), right];
    const getDeployment = async (id: string) => aDeployment(id, { routes: found.shift() ?? right });
    const importDefinition = async () => ["Ignoring x."];
    const { progress } = await carryOut(preview, { getDeployment, importDefinition }, bytes);
    expect(progress.warnings).toEqual(["API Gateway on openapi.yml: Ignoring x."]);
  });
});
