import { describe, expect, test } from "@jest/globals";
import { routeKey } from "../../../src/domain/route.ts";
import { definitionOf, mock, placed, yamlAround } from "./definition-of.ts";

const read = (content: string) => definitionOf(yamlAround(content));

describe("routes that would vanish are warned of, with path and line:", () => {
  const kept = "paths:\n  /kept: {get: *op}\n";
  test.each([
    ["a reference to another file", "  /a:\n    $ref: ./a.yml\n", "6:3 `$ref: ./a.yml` refers to another file"],
    ["a reference to another file's part", "  /a: {$ref: 'b.yml#/x'}\n", "6:3 `$ref: b.yml#/x` refers to another file"],
    [
      "a reference to a page",
      "  /a: {$ref: 'https://a.example/b.yml'}\n",
      "6:3 `$ref: https://a.example/b.yml` refers",
    ],
    ["a reference to nothing", "  /a: {$ref: '#/nowhere'}\n", "6:3 `$ref: #/nowhere` leads to no path item"],
    ["a reference in a circle", "  /a: {$ref: '#/paths/~1a'}\n", "6:3 Its `$ref` leads in a circle"],
    ["a method beside a reference", "  /a: {$ref: '#/paths/~1kept', put: *op}\n", "6:32 `put` stands beside a `$ref`"],
    ["a method in capitals", "  /a: {GET: *op}\n", "6:8 `GET` is no method that API Gateway imports; write `get`."],
    [
      "a method in mixed case",
      "  /a: {Post: *op}\n",
      "6:8 `Post` is no method that API Gateway imports; write `post`.",
    ],
    ["a method that is not imported", "  /a: {trace: *op}\n", "6:8 `trace` is no method"],
    ["an unknown name", "  /a: {gett: *op}\n", "6:8 `gett` is no method"],
    ["a method without content", "  /a: {get: }\n", "6:8 `get` has no content, so GET /a is not made."],
    ["a list as path item", "  /a: [get]\n", "6:3 `/a` is no mapping of methods"],
    [
      "a path without slash",
      "  a: {get: *op}\n",
      "6:3 `a` does not begin with a slash. It is taken for the path `/a`.",
    ],
    ["a path that comes twice", "  /a: {get: *op}\n  /a/: {get: *op}\n", "6:8 GET /a is defined again below as `/a/`"],
  ])("%s", (_, path, start) => {
    const definition = read(`${kept}${path}`);
    expect(placed(definition.warnings)).toEqual([expect.stringContaining(start)]);
    expect(definition.routes.map(routeKey)).toContain("GET /kept");
  });

  test("and nothing else is", () => {
    const item = "  /a: {get: *op, summary: a, description: b, servers: [], parameters: [], x-note: {}}\n";
    expect(read(`${kept}${item}  /b: {}\n  /c:\n  x-d: {}\n  /e: {$ref: '#/paths/~1a'}\n`).warnings).toEqual([]);
  });

  test("a security scheme that is not defined closes no route, and is told once", () => {
    const asking = "  /a: {get: &asking {<<: *op, security: [{nobody: []}]}}\n  /b: {get: *asking}\n";
    expect(placed(read(`${kept}${asking}`).warnings)).toEqual([
      "6:8 GET /a names the security scheme `nobody`, and the file defines none of that name: no caller can be asked for it.",
    ]);
  });

  test("twenty of them, and how many more there are", () => {
    const paths = Array.from({ length: 30 }, (_, index) => `  /${index}: {GET: *op}\n`).join("");
    const { warnings } = read(`${kept}${paths}`);
    expect(warnings).toHaveLength(20);
    expect(warnings.at(-1)?.message).toContain("There are 10 more like this.");
  });
});

describe("placeholders of other tools in what an import has to find are warned of", () => {
  const withUri = (uri: string): string[] =>
    placed(
      read(
        `paths:\n  /a:\n    get:\n      x-amazon-apigateway-integration:\n        type: http\n        uri: ${JSON.stringify(uri)}\n`,
      ).warnings,
    );

  test.each([
    "arn:aws:lambda:path/${F.Arn}/invocations",
    "https://${host}/a",
    "https://{{ host }}/a",
    "${AWS::StackName}",
  ])("%s", (uri) => {
    expect(withUri(uri)).toEqual([expect.stringMatching(/^9:9 `uri` holds `.*`, and an import does not resolve it/)]);
  });

  test.each([
    "https://${stageVariables.host}/a",
    "arn:${AWS::Partition}:apigateway:${AWS::Region}:lambda:path/x:${AWS::AccountId}",
    "https://a.example/{id}",
  ])("but not %s", (uri) => {
    expect(withUri(uri)).toEqual([]);
  });
});

describe("what the service says of an import is given its place", () => {
  const text = yamlAround(
    "paths:\n  /a/{id}:\n    get: *op\n    put: *op\ncomponents:\n  schemas:\n    Pet: {type: object}\n",
  );
  test.each([
    ["Unable to put integration on 'PUT' for resource at path '/a/{id}': Invalid ARN", { line: 7, column: 5 }],
    ["Parse issue: attribute paths.'/a/{id}'(get).parameters.x is missing", { line: 6, column: 5 }],
    ["Unable to create resource at path '/a/{id}': no", { line: 5, column: 3 }],
    ["Unable to create model for 'Pet': no", { line: 10, column: 5 }],
    ["Something else", { line: undefined, column: undefined }],
  ])("%s", (message, place) => {
    expect(definitionOf(text).locate(message)).toEqual(place);
  });

  test("in Swagger's words too", () => {
    const swagger = { swagger: "2.0", paths: { "/a": { get: mock } }, definitions: { Pet: {} } };
    expect(definitionOf(JSON.stringify(swagger), "a.json").locate("Unable to create model for 'Pet': no").line).toBe(1);
  });
});
