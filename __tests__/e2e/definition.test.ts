import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { pushEvent } from "../../simulator/github/events.ts";
import type { FaultEffect } from "../../simulator/http/faults.ts";
import { MAXIMUM_DEFINITION_BYTES } from "../../src/inputs/definition/read-definition.ts";
import { refusal, reset, serverError, throttled } from "../faults/effects.ts";
import { definitionWith, inWorkspace, routesOf, type Workspace, yamlWith } from "./files.ts";
import { type Ended, noise, type Scene, statesOf } from "./scene.ts";

const routes = {
  "GET /orders": {},
  "GET /orders/{id}": { answer: '{"id": "$input.params(\'id\')"}' },
  "ANY /more": {},
};
const names = ["ANY /more", "GET /orders", "GET /orders/{id}"];

const called = async ({ gateway, api }: Scene, path: string): Promise<string> => {
  const answer = await fetch(`${gateway.server.url}/${api.id}/${path}`);
  return `${answer.status} ${await answer.text()}`;
};

/** Annotations with their places: `openapi.yml:3:5 message`. */
const placed = ({ annotations }: Ended): string[] =>
  annotations.flatMap(({ file, line, col, message }) =>
    file === undefined ? [] : [`${[file, line, col].filter((part) => part !== undefined).join(":")} ${message}`],
  );

const writesOf = (scene: Scene): string[] => scene.asked().filter((operation) => !/^(?:Get|Invoke)/.test(operation));

describe("a definition is deployed from", () => {
  test.each([
    ["OpenAPI 3.0 in YAML", "openapi.yml", yamlWith(routes)],
    ["OpenAPI 3.0 in JSON", "openapi.json", JSON.stringify(definitionWith(routes))],
    ["Swagger 2.0 in YAML", "swagger.yaml", yamlWith(routes, {}, "swagger")],
    ["Swagger 2.0 in JSON", "swagger.json", JSON.stringify(definitionWith(routes, {}, "swagger"))],
  ])("%s", (_, file, text) =>
    inWorkspace({ [file]: text }, async (scene, { job }) => {
      const run = await scene.deploy({ definition: `./${file}` }, job);
      expect(run.outputs["result"]).toBe("created");
      expect(run.annotations).toEqual([]);
      expect(run.text).not.toMatch(noise);
      expect(run.text).toContain(`Imported ${file} into the draft (overwrite).`);
      expect(routesOf(scene, "pr-1")).toEqual(names);
      expect(await called(scene, "pr-1/orders/7")).toBe('200 {"id": "7"}');
      expect(writesOf(scene)).toEqual(["TagResource", "PutRestApi", "CreateDeployment", "CreateStage"]);
      const sent = scene.gateway.server.exchanges.find(({ operation }) => operation === "PutRestApi");
      expect(sent?.request.body.toString()).toBe(text);
    }),
  );
});

describe("what is no definition is refused before any request, with its place:", () => {
  const paths = "paths:\n  /a:\n    get: {}\n";
  const cases: Readonly<
    Record<string, readonly [string, Readonly<Record<string, string | Buffer>>, readonly string[]]>
  > = {
    "a missing file": ["gone.yml", {}, ["The file gone.yml does not exist in the workspace; is it checked out?"]],
    "a folder": [".", {}, ["The file . is not a regular file."]],
    "a file outside the workspace": ["/etc/hosts", {}, ["The file /etc/hosts is outside the workspace."]],
    "a way out": ["../../etc/hosts", {}, ["The file ../../etc/hosts "]],
    "an empty file": ["openapi.yml", { "openapi.yml": " \n" }, ["openapi.yml: It is empty."]],
    "a file above 6 MB": [
      "openapi.yml",
      { "openapi.yml": Buffer.alloc(MAXIMUM_DEFINITION_BYTES + 1, "#") },
      ["has 6291457 bytes; at most 6291456 are allowed."],
    ],
    "broken YAML": ["openapi.yml", { "openapi.yml": `openapi: 3.0.3\ninfo: {title: a\n${paths}` }, ["openapi.yml:3:"]],
    "broken JSON": [
      "api.json",
      { "api.json": '{\n  "openapi": "3.0.3",\n  oops\n}' },
      ["api.json:3:3: This is not JSON"],
    ],
    "a method without integration": [
      "openapi.yml",
      { "openapi.yml": `openapi: 3.0.3\n${paths}` },
      ["openapi.yml:4:5: GET /a has no `x-amazon-apigateway-integration`"],
    ],
    "no routes": [
      "openapi.yml",
      { "openapi.yml": "openapi: 3.0.3\npaths: {}\n" },
      ["openapi.yml:2:1: It has no routes"],
    ],
    "a function of CloudFormation": [
      "openapi.yml",
      { "openapi.yml": "openapi: 3.0.3\npaths: {/a: {get: {x-amazon-apigateway-integration: {uri: !Sub a}}}}\n" },
      ["openapi.yml:2:59: `!Sub` is a function of CloudFormation"],
    ],
    "OpenAPI 3.1": [
      "openapi.yml",
      { "openapi.yml": `# ours\nopenapi: 3.1.0\n${paths}` },
      ["openapi.yml:2:1: OpenAPI 3.1.0 cannot be imported"],
    ],
    "several errors at once": [
      "openapi.yml",
      { "openapi.yml": "openapi: 3.0.3\npaths:\n  /a: {}\n  /b: {}\n  /a: {}\n  /b: {}\n" },
      ["2 things are missing or wrong:", "openapi.yml:5:3: The name", "openapi.yml:6:3: The name"],
    ],
  };

  test.each(Object.entries(cases))("%s", (_, [definition, files, says]) =>
    inWorkspace(files, async (scene, { job }) => {
      const run = await scene.deploy({ definition }, job);
      expect(run.conclusion).toBe("failure");
      expect(run.outputs["result"]).toBe("failed");
      const [whole] = run.annotations.filter(({ title, file }) => title === "INVALID_INPUT" && file === undefined);
      for (const sentence of says) {
        expect(whole?.message).toContain(sentence);
        expect(run.summary).toContain(sentence);
      }
      expect(whole?.message).toContain("State: Nothing was requested from AWS or GitHub.");
      expect([...scene.asked(), ...scene.github.server.exchanges]).toEqual([]);
    }),
  );

  test("a link that leads out of the workspace", () =>
    inWorkspace({}, async (scene, { folder, job }) => {
      await symlink("/etc/hosts", join(folder, "openapi.yml"));
      const run = await scene.deploy({ definition: "openapi.yml" }, job);
      expect(run.text).toContain("The file openapi.yml is outside the workspace.");
      expect(scene.asked()).toEqual([]);
    }));

  test("an annotation stands on the very line", () =>
    inWorkspace({ "openapi.yml": yamlWith(routes).replace("3.0.3", "3.1.0") }, async (scene, { job }) => {
      const run = await scene.deploy({ definition: "./openapi.yml" }, job);
      expect(placed(run)).toEqual([expect.stringMatching(/^openapi\.yml:1:1 OpenAPI 3\.1\.0 cannot be imported/)]);
    }));
});

describe("what API Gateway does not accept reaches the file, item by item:", () => {
  const broken = definitionWith({ "GET /orders": {} });
  const backend = (uri: string) => ({ "x-amazon-apigateway-integration": { type: "http", httpMethod: "GET", uri } });
  Object.assign((broken as { paths: object }).paths, {
    "/a": { get: backend("nowhere") },
    "/b": { get: backend("x") },
  });

  const untouched = (scene: Scene, run: Ended): void => {
    expect(run.conclusion).toBe("failure");
    expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
    expect(run.text).toContain("State: Stage pr-1 was not created.");
    expect(scene.api.deployments.size).toBe(0);
    expect(statesOf(scene.records()[0]).at(-1)).toBe("failure");
    expect(scene.comments()[0]?.body).toContain("API Gateway did not accept openapi.json:");
  };

  test("errors of the import", () =>
    inWorkspace({ "openapi.json": JSON.stringify(broken) }, async (scene, { job }) => {
      const draft = structuredClone(scene.api.draft);
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      untouched(scene, run);
      const problem = "Invalid HTTP endpoint specified for URI";
      expect(placed(run)).toEqual([
        `openapi.json Unable to put integration on 'GET' for resource at path '/a': ${problem}`,
        `openapi.json Unable to put integration on 'GET' for resource at path '/b': ${problem}`,
      ]);
      expect(scene.api.draft).toEqual(draft);
    }));

  test("a text of many lines, hostile ones among them", () =>
    inWorkspace({ "openapi.json": JSON.stringify(definitionWith(routes)) }, async (scene, { job }) => {
      const text =
        "Errors found during import:\n\tUnable to create model for 'A-1'\r\n        ::error::x ##[error]y\n\n\t@alice";
      scene.gateway.server.faults.add({
        operation: "PutRestApi",
        effect: refusal(400, "BadRequestException", text),
      });
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      untouched(scene, run);
      const found = placed(run);
      expect(found).toHaveLength(3);
      expect(found[0]).toBe("openapi.json Unable to create model for 'A-1'");
      expect(found[2]).toBe("openapi.json @alice");
      expect(run.annotations).toHaveLength(4);
      expect(run.text).not.toContain("##[error]y");
    }));

  const servers = { servers: [{ url: "https://a.example" }, { url: "https://b.example" }] };
  const warning = "More than one server provided. Ignoring all but the first for defining endpoint configuration";

  test("warnings, which undo the import and fail the run", () =>
    inWorkspace({ "openapi.json": JSON.stringify(definitionWith(routes, servers)) }, async (scene, { job }) => {
      const draft = structuredClone(scene.api.draft);
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      untouched(scene, run);
      expect(placed(run)).toEqual([`openapi.json ${warning}`]);
      expect(scene.api.draft).toEqual(draft);
    }));

  test("warnings, which are shown where they are not to fail the run", () =>
    inWorkspace({ "openapi.json": JSON.stringify(definitionWith(routes, servers)) }, async (scene, { job }) => {
      const run = await scene.deploy({ definition: "openapi.json", "fail-on-warnings": "false" }, job);
      expect(run.outputs["result"]).toBe("created");
      expect(run.annotations).toEqual([
        expect.objectContaining({ level: "warning", message: `API Gateway on openapi.json: ${warning}` }),
      ]);
      expect(run.summary).toContain("More than one server provided");
      expect(scene.comments()[0]?.body).toContain("More than one server provided");
      expect(routesOf(scene, "pr-1")).toEqual(names);
    }));
});

describe("what an import takes away or leaves is said:", () => {
  const policy = { "x-amazon-apigateway-policy": { Version: "2012-10-17", Statement: [] } };

  test.each([
    ["an overwrite without the policy", {}, "overwrite", true],
    ["an overwrite with it", policy, "overwrite", false],
    ["a merge", {}, "merge", false],
  ])("the resource policy, after %s", (_, members, mode, warns) =>
    inWorkspace(
      { "openapi.yml": yamlWith(routes, members) },
      async (scene, { job }) => {
        const run = await scene.deploy({ definition: "openapi.yml", "import-mode": mode }, job);
        expect(run.outputs["result"]).toBe("created");
        const message =
          "The API has a resource policy and openapi.yml has none (x-amazon-apigateway-policy): the overwrite removes the policy.";
        expect(run.annotations.map((annotation) => annotation.message)).toEqual(warns ? [message] : []);
        expect(scene.api.policy === undefined).toBe(warns);
      },
      { definition: yamlWith({ "GET /orders": {} }, policy) },
    ),
  );

  test("live routes that a merge's file does not have", () =>
    inWorkspace(
      { "openapi.yml": yamlWith({ "GET /orders": {}, "PUT /orders": {} }) },
      async (scene, { job }) => {
        scene.addStage("prod");
        const event = pushEvent(scene.repository, "main", "alice");
        const run = await scene.deploy(
          { definition: "openapi.yml", "import-mode": "merge", "stage-name": "prod" },
          { ...job, event },
        );
        expect(run.annotations).toEqual([
          expect.objectContaining({
            level: "warning",
            message:
              "A merge removes nothing: these live routes are not in openapi.yml and stay as they are: GET /old, POST /old.",
          }),
        ]);
        expect(routesOf(scene, "prod")).toEqual(["GET /old", "GET /orders", "POST /old", "PUT /orders"]);
      },
      { definition: yamlWith({ "GET /orders": {}, "GET /old": {}, "POST /old": {} }) },
    ));
});

describe("the same definition again", () => {
  const inputs = { definition: "openapi.yml" };
  const first = async (scene: Scene, { job }: Workspace, more = {}): Promise<string> => {
    const run = await scene.deploy({ ...inputs, ...more }, job);
    expect(run.outputs["result"]).toBe("created");
    return run.outputs["deployment-id"] ?? "";
  };
  const files = { "openapi.yml": yamlWith(routes) };

  test("imports nothing, makes nothing, and says why", () =>
    inWorkspace(files, async (scene, workspace) => {
      const made = await first(scene, workspace);
      const before = structuredClone(scene.stage("pr-1"));
      const writes = writesOf(scene).length;
      const run = await scene.deploy(inputs, { ...workspace.job, event: scene.opened("synchronize") });
      expect(run.outputs).toMatchObject({ result: "unchanged", changed: "false", "deployment-id": made });
      expect(run.text).toMatch(
        new RegExp(
          `Nothing to do for stage pr-1: it serves deployment ${made}, which was made of the very same definition \\(digest [0-9a-f]{16}\\)\\.`,
        ),
      );
      expect(run.summary).toContain("the very same definition");
      expect(scene.comments()[0]?.body).toContain("the very same definition");
      expect(writesOf(scene)).toHaveLength(writes);
      expect(scene.stage("pr-1")).toEqual(before);
    }));

  test("with another byte is another definition", () =>
    inWorkspace(files, async (scene, workspace) => {
      const made = await first(scene, workspace);
      await workspace.write("openapi.yml", `${yamlWith(routes)}# again\n`);
      const run = await scene.deploy(inputs, { ...workspace.job, event: scene.opened("synchronize") });
      expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": made });
    }));

  test("has its settings applied all the same", () =>
    inWorkspace(files, async (scene, workspace) => {
      const made = await first(scene, workspace);
      const settings = "variables:\n  colour: green\n";
      const run = await scene.deploy({ ...inputs, settings }, { ...workspace.job, event: scene.opened("synchronize") });
      expect(run.outputs).toMatchObject({ result: "updated", "deployment-id": made });
      expect(scene.stage("pr-1")).toMatchObject({ deploymentId: made, variables: { colour: "green" } });
      expect(writesOf(scene).filter((operation) => operation === "PutRestApi")).toHaveLength(1);
    }));

  test.each([
    ["that has left other routes", { "GET /old": {} }],
    ["that has left no other routes", { "GET /orders": {} }],
  ])("is not taken for what a merge made %s", (_, before) =>
    inWorkspace(
      files,
      async (scene, workspace) => {
        const merged = await first(scene, workspace, { "import-mode": "merge" });
        const run = await scene.deploy(inputs, { ...workspace.job, event: scene.opened("synchronize") });
        expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": merged });
        expect(routesOf(scene, "pr-1")).toEqual(names);
      },
      { definition: yamlWith(before) },
    ),
  );

  test("is merged again, because what it is merged into may be another", () =>
    inWorkspace(files, async (scene, workspace) => {
      const merge = { "import-mode": "merge" };
      const made = await first(scene, workspace, merge);
      const run = await scene.deploy({ ...inputs, ...merge }, { ...workspace.job, event: scene.opened("synchronize") });
      expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": made });
    }));

  test("is made anew where the stage has gone back to another deployment", () =>
    inWorkspace(files, async (scene, workspace) => {
      const made = await first(scene, workspace);
      const other = scene.addStage("other").deploymentId;
      const stage = scene.stage("pr-1");
      if (stage !== undefined) stage.deploymentId = other;
      const run = await scene.deploy(inputs, { ...workspace.job, event: scene.opened("synchronize") });
      expect(run.outputs).toMatchObject({ result: "updated", "previous-deployment-id": other });
      expect(run.outputs["deployment-id"]).not.toBe(made);
    }));
});

describe("an import whose answer is lost or late is sent again, and does no harm:", () => {
  const effects: Readonly<Record<string, FaultEffect>> = {
    "429": throttled(),
    "500 before it acted": serverError("before"),
    "500 after it acted": serverError("after"),
    "reset before it acted": reset("before"),
    "reset after it acted": reset("after"),
    "half an answer": { kind: "truncate" },
  };

  test.concurrent.each(Object.entries(effects))("%s", (_, effect) =>
    inWorkspace({ "openapi.yml": yamlWith(routes) }, async (scene, { job }) => {
      scene.gateway.server.faults.add({ operation: "PutRestApi", effect });
      const run = await scene.deploy({ definition: "openapi.yml" }, job);
      expect(run.outputs["result"]).toBe("created");
      expect(run.annotations).toEqual([]);
      expect(routesOf(scene, "pr-1")).toEqual(names);
      expect(writesOf(scene)).toEqual(["TagResource", "PutRestApi", "PutRestApi", "CreateDeployment", "CreateStage"]);
    }),
  );
});
