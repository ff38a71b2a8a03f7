import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "@jest/globals";
import { pushEvent } from "../../simulator/github/events.ts";
import { MAXIMUM_DEFINITION_BYTES } from "../../src/inputs/definition/syntax.ts";
import { refusal } from "../faults/effects.ts";
import { readable } from "../readable.ts";
import { definitionWith, inWorkspace, routesOf, yamlWith } from "./files.ts";
import { type Ended, kinds, noise, type Scene, statesOf } from "./scene.ts";

const routes = {
  "GET /orders": {},
  "GET /orders/{id}": { answer: '{"id": "7"}' },
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

const writesOf = (scene: Scene): string[] =>
  scene.asked().filter((operation) => !/^(?:Get|Export|Invoke)/.test(operation));

/** What the import was sent: the file itself, or in a member of its own. */
const sentIn = ({ gateway }: Scene, imports: string): unknown => {
  const sent = gateway.server.exchanges.find(({ operation }) => operation === imports)?.request.body.toString() ?? "";
  return imports === "ReimportApi" ? JSON.parse(sent).body : sent;
};

const swagger: readonly (readonly [string, string, string])[] = [
  ["Swagger 2.0 in YAML", "swagger.yaml", yamlWith(routes, {}, "swagger")],
  ["Swagger 2.0 in JSON", "swagger.json", JSON.stringify(definitionWith(routes, {}, "swagger"))],
];

describe.each(kinds)("of $name: a definition is deployed from", ({ options, dialect, imports }) => {
  test.each([
    ["OpenAPI 3.0 in YAML", "openapi.yml", yamlWith(routes, {}, dialect)],
    ["OpenAPI 3.0 in JSON", "openapi.json", JSON.stringify(definitionWith(routes, {}, dialect))],
    ...(dialect === "http" ? [] : swagger),
  ])("%s", (_, file, text) =>
    inWorkspace(
      { [file]: text },
      async (scene, { job }) => {
        const run = await scene.deploy({ definition: `./${file}` }, job);
        expect(run.outputs["result"]).toBe("created");
        expect(run.annotations).toEqual([]);
        expect(run.text).not.toMatch(noise);
        expect(run.text).toContain(`Imported ${file} into the draft (overwrite).`);
        expect(routesOf(scene, "pr-1")).toEqual(names);
        expect(await called(scene, "pr-1/orders/7")).toBe('200 {"id": "7"}');
        expect(writesOf(scene)).toEqual(["TagResource", imports, "CreateDeployment", "CreateStage"]);
        expect(sentIn(scene, imports)).toBe(text);
      },
      options,
    ),
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
      ["openapi.yml:4:5: GET /a has no x-amazon-apigateway-integration"],
    ],
    "no routes": [
      "openapi.yml",
      { "openapi.yml": "openapi: 3.0.3\npaths: {}\n" },
      ["openapi.yml:2:1: It has no routes"],
    ],
    "a function of CloudFormation": [
      "openapi.yml",
      { "openapi.yml": "openapi: 3.0.3\npaths: {/a: {get: {x-amazon-apigateway-integration: {uri: !Sub a}}}}\n" },
      ["openapi.yml:2:59: !Sub is a function of CloudFormation"],
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
        expect(readable(run.summary)).toContain(sentence);
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

  /** Where the operation `get` of a path stands in a document of one line. */
  const lineAndColumn = (document: object, path: string): string => {
    const text = JSON.stringify(document);
    return `1:${text.indexOf('"get"', text.indexOf(JSON.stringify(path))) + 1}`;
  };

  test("errors of the import", () =>
    inWorkspace({ "openapi.json": JSON.stringify(broken) }, async (scene, { job }) => {
      const draft = structuredClone(scene.api.draft);
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      untouched(scene, run);
      const problem = "Invalid HTTP endpoint specified for URI";
      expect(placed(run)).toEqual([
        `openapi.json:${lineAndColumn(broken, "/a")} Unable to put integration on 'GET' for resource at path '/a': ${problem}`,
        `openapi.json:${lineAndColumn(broken, "/b")} Unable to put integration on 'GET' for resource at path '/b': ${problem}`,
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
      // The file has no such model, but a place for models.
      expect(found[0]).toMatch(/^openapi\.json:1:\d+ Unable to create model for 'A-1'$/);
      expect(found[2]).toBe("openapi.json @alice");
      expect(run.annotations).toHaveLength(4);
      expect(run.text).not.toContain("##[error]y");
    }));

  const withParameters = (members: object = {}): object => {
    const document = definitionWith(routes, members) as { paths: Record<string, Record<string, object>> };
    const integration = { type: "mock", requestParameters: { "integration.request.header.n": true } };
    document.paths["/n"] = { get: { responses: {}, "x-amazon-apigateway-integration": integration } };
    return document;
  };
  const parameterWarning = "Invalid format for 'requestParameters'";

  test("warnings are no errors: they undo the import, and the way out is named", () =>
    inWorkspace({ "openapi.json": JSON.stringify(withParameters()) }, async (scene, { job }) => {
      const draft = structuredClone(scene.api.draft);
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      expect(run.outputs).toMatchObject({ result: "failed", changed: "false" });
      expect(scene.api.draft).toEqual(draft);
      const beside = run.annotations.filter(({ file }) => file !== undefined);
      expect(beside).toEqual([
        expect.objectContaining({ level: "warning", message: expect.stringContaining(parameterWarning) }),
      ]);
      const [error] = run.annotations.filter(({ level }) => level === "error");
      expect(error?.title).toBe("IMPORT_WARNINGS");
      for (const text of [error?.message, run.summary, scene.comments()[0]?.body].map((text = "") => readable(text))) {
        expect(text).toContain("API Gateway has no errors but warnings for openapi.json, and undid the import");
        expect(text).toContain("fail-on-warnings: false");
        expect(text).toContain("The import of openapi.json was undone: the API's draft is as it was.");
        expect(text).not.toContain("did not accept");
      }
    }));

  test("errors and warnings of one text are told apart", () =>
    inWorkspace({ "openapi.json": JSON.stringify(broken) }, async (scene, { job }) => {
      const text =
        "Errors found during import:\n\tUnable to put integration on 'GET' for resource at path '/a': Bad\nAdditionally, these warnings were found:\n\tIgnoring it on 'GET' for resource at path '/b'";
      scene.gateway.server.faults.add({
        operation: "PutRestApi",
        effect: refusal(400, "BadRequestException", text),
      });
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      const beside = run.annotations.filter(({ file }) => file !== undefined);
      expect(beside.map(({ level, line, message }) => [level, line, message.slice(0, 6)])).toEqual([
        ["error", "1", "Unable"],
        ["warning", "1", "Ignori"],
      ]);
      expect(run.text).toContain("It is not known whether the API's draft holds openapi.json");
    }));

  test("warnings are shown beside their lines where they are not to fail the run", () =>
    inWorkspace({ "openapi.json": JSON.stringify(withParameters()) }, async (scene, { job }) => {
      const run = await scene.deploy({ definition: "openapi.json", "fail-on-warnings": "false" }, job);
      expect(run.outputs["result"]).toBe("created");
      expect(run.annotations).toEqual([
        expect.objectContaining({
          level: "warning",
          file: "openapi.json",
          message: expect.stringMatching(/^API Gateway warns: Invalid format for 'requestParameters'/),
        }),
      ]);
      for (const page of [run.summary, scene.comments()[0]?.body]) expect(page).toContain("⚠️ openapi");
      expect(routesOf(scene, "pr-1")).toEqual(["ANY /more", "GET /n", "GET /orders", "GET /orders/{id}"]);
    }));

  const servers = { servers: [{ url: "https://a.example" }, { url: "https://b.example" }] };

  test("several servers harm nobody: they are warned of, and stop nothing by themselves", () =>
    inWorkspace({ "openapi.json": JSON.stringify(definitionWith(routes, servers)) }, async (scene, { job }) => {
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      expect(run.outputs["result"]).toBe("created");
      expect(run.annotations).toEqual([
        expect.objectContaining({
          level: "warning",
          message: expect.stringMatching(/^API Gateway warns: More than one server/),
        }),
      ]);
      expect(routesOf(scene, "pr-1")).toEqual(names);
    }));

  test("several servers beside another warning stop the run as that one does", () =>
    inWorkspace({ "openapi.json": JSON.stringify(withParameters(servers)) }, async (scene, { job }) => {
      const run = await scene.deploy({ definition: "openapi.json" }, job);
      expect(run.outputs["result"]).toBe("failed");
      expect(writesOf(scene).filter((operation) => operation === "PutRestApi")).toHaveLength(1);
    }));
});

describe("what the reader of the file has to say", () => {
  const text = `${yamlWith(routes)}# the end\n`.replace("paths:\n", "paths:\n  /shared:\n    $ref: ./shared.yml\n");
  const flag = text.replace("title: Orders", "title: Orders\n  x-on: yes");

  test.each([
    ["a run", {}, "created"],
    ["a dry run", { "dry-run": "true" }, "planned"],
    ["a run that is refused", { "compare-with": "gone" }, "failed"],
  ])("stands beside its line, in the log and on the pages of %s", (_, inputs, result) =>
    inWorkspace({ "openapi.yml": flag }, async (scene, { job }) => {
      const run = await scene.deploy({ definition: "openapi.yml", ...inputs }, job);
      expect(run.outputs["result"]).toBe(result);
      const beside = run.annotations.filter(({ file }) => file !== undefined);
      const lines = flag.split("\n");
      expect(beside).toEqual([
        expect.objectContaining({
          level: "warning",
          line: String(lines.indexOf("  /shared:") + 1),
          message: expect.stringContaining("`$ref: ./shared.yml` refers to another file"),
        }),
        expect.objectContaining({
          level: "notice",
          line: String(lines.indexOf("  x-on: yes") + 1),
          message: expect.stringContaining("sent to API Gateway as JSON"),
        }),
      ]);
      for (const page of [run.summary, scene.comments()[0]?.body]) {
        expect(page).toMatch(/⚠️ `openapi.*refers to another file/);
        expect(page).toMatch(/ℹ️ `openapi.*sent to API Gateway as JSON/);
      }
      if (result !== "failed") expect(JSON.parse(run.outputs["plan"] ?? "").remarks).toHaveLength(2);
    }),
  );
});

describe.each(kinds)("of $name: a file that AWS alone finds undeployable", ({ options, dialect }) => {
  const calls =
    dialect === "http"
      ? [
          "apigatewayv2 export-api --api-id a1b2c3d4e5 --stage-name prod",
          "apigatewayv2 reimport-api --api-id a1b2c3d4e5",
        ]
      : [
          "apigateway get-export --rest-api-id a1b2c3d4e5 --stage-name prod",
          "apigateway put-rest-api --rest-api-id a1b2c3d4e5 --mode overwrite",
        ];

  test("is in the draft, and the state says how to bring back what a stage serves", () =>
    inWorkspace(
      { "openapi.yml": yamlWith(routes, {}, dialect) },
      async (scene, { job }) => {
        const { deploymentId } = scene.addStage("prod");
        const effect = refusal(400, "BadRequestException", "No.");
        scene.gateway.server.faults.add({ operation: "CreateDeployment", effect });
        const event = pushEvent(scene.repository, "main", "alice");
        const run = await scene.deploy({ definition: "openapi.yml", "stage-name": "prod" }, { ...job, event });
        expect(run.outputs["result"]).toBe("failed");
        const state = `State: Stage prod still serves deployment ${deploymentId}; callers notice nothing. The API's draft now holds openapi.yml; no stage serves the draft. To bring back what stage prod serves:`;
        for (const page of [run.text, readable(run.summary)]) {
          expect(page).toContain(state);
          for (const call of calls) expect(page).toContain(`aws ${call}`);
        }
      },
      options,
    ));
});

describe("what an import takes away or leaves is said:", () => {
  const policy = { "x-amazon-apigateway-policy": { Version: "2012-10-17", Statement: [] } };
  const media = { "x-amazon-apigateway-binary-media-types": ["image/png"] };
  const api = { definition: yamlWith({ "GET /orders": {} }, { ...policy, ...media }) };
  const file = (members: object): Record<string, string> => ({
    "openapi.json": JSON.stringify(definitionWith(routes, members)),
  });
  const taken = [
    expect.stringMatching(/^The import renames the API from Orders to Shop\. .*alarms/),
    expect.stringMatching(/^The import removes the resource policy\. .*x-amazon-apigateway-policy/),
    expect.stringMatching(/^The import removes the binary media type image\/png\. .*uploads/),
    expect.stringMatching(/^The import removes the minimum compression size \(1024 bytes\)\. /),
  ];
  const renamed = { info: { title: "Shop", version: "1" } };

  test.each([
    ["overwrites without it", renamed, "overwrite", taken],
    ["names it all", { ...policy, ...media, "x-amazon-apigateway-minimum-compression-size": 0 }, "overwrite", []],
    ["is merged", renamed, "merge", taken.slice(0, 1)],
  ])("by a file that %s", (_, members, mode, messages) =>
    inWorkspace(
      file(members),
      async (scene, { job }) => {
        scene.api.minimumCompressionSize = 1024;
        const inputs = { definition: "openapi.json", "import-mode": mode };
        const planned = await scene.deploy({ ...inputs, "dry-run": "true" }, job);
        expect(planned.annotations.map(({ message }) => message)).toEqual(messages);
        const run = await scene.deploy(inputs, job);
        expect(run.outputs["result"]).toBe("created");
        expect(run.annotations.map(({ message }) => message)).toEqual(messages);
        const lines = run.log.filter((line) => /^ {3}It (?:renames|removes) /.test(line));
        expect(lines).toHaveLength(messages.length);
        expect(scene.api.policy === undefined).toBe(messages.length > 1);
      },
      api,
    ),
  );

  test("and stops the run before anything is written where fail-on says so", () =>
    inWorkspace(
      file(renamed),
      async (scene, { job }) => {
        const run = await scene.deploy({ definition: "openapi.json", "fail-on": "settings-removed" }, job);
        expect(run.outputs["result"]).toBe("failed");
        expect(run.text).toContain("settings-removed: the import renames the API from Orders to Shop.");
        expect(run.text).toContain("settings-removed: the import removes the binary media type image/png.");
        expect(run.text).toContain("State: Nothing was changed.");
        expect(writesOf(scene)).toEqual([]);
      },
      api,
    ));

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
