import { createHash } from "node:crypto";
import { describe, expect, test } from "@jest/globals";
import { stringify } from "yaml";
import { routeKey } from "../../../src/domain/route.ts";
import { namesIn } from "../../../src/inputs/definition/stage-variables.ts";
import { MAXIMUM_DEFINITION_BYTES } from "../../../src/inputs/definition/syntax.ts";
import fc from "../../property.ts";
import { definitionOf, problemsOf } from "./definition-of.ts";

const operation = { responses: {}, "x-amazon-apigateway-integration": { type: "mock" } };

/** For YAML: an operation by the name `*op`. */
const OPERATION = "x-op: &op {x-amazon-apigateway-integration: {type: mock}}\n";

const pets = {
  openapi: "3.0.1",
  info: { title: "Pets", version: "1" },
  paths: { "/pets": { get: operation, post: operation }, "/pets/{id}": { delete: operation } },
};

const routesIn = (text: string): string[] => definitionOf(text).routes.map(routeKey);

describe("a definition", () => {
  test.each([
    ["JSON", JSON.stringify(pets), "openapi.json"],
    ["JSON with a name that says nothing", JSON.stringify(pets, undefined, "\t"), "api"],
    ["YAML", stringify(pets), "openapi.yml"],
    ["YAML with Windows line ends", stringify(pets).replaceAll("\n", "\r\n"), "openapi.yaml"],
    [
      "YAML in flow style",
      "{openapi: 3.0.1, x-op: &op {x-amazon-apigateway-integration: {}}, paths: {/pets: {get: *op, post: *op}, '/pets/{id}': {delete: *op}}}",
      "a.yml",
    ],
  ])("is read from %s", (_, text, file) => {
    const definition = definitionOf(text, file);
    expect(definition.format).toBe("openapi-3.0");
    expect(definition.routes.map(routeKey)).toEqual(["GET /pets", "POST /pets", "DELETE /pets/{id}"]);
    expect(definition.bytes.toString()).toBe(text);
  });

  test.each([
    ['openapi: "3.0.3"', "openapi-3.0"],
    ["openapi: 3.0", "openapi-3.0"],
    ["openapi: 3.0.0", "openapi-3.0"],
    ['swagger: "2.0"', "swagger-2.0"],
    ["swagger: 2.0", "swagger-2.0"],
  ])("may say %s", (version, format) => {
    expect(definitionOf(`${version}\n${OPERATION}paths: {/a: {get: *op}}\n`).format).toBe(format);
  });

  test("is sent without a byte order mark, and otherwise as it is", () => {
    const text = `# ä comment\n${stringify(pets)}`;
    const definition = definitionOf(`\uFEFF${text}`);
    expect(definition.bytes.toString()).toBe(text);
    expect(definition.digest).toBe(createHash("sha256").update(text).digest("hex"));
    expect(definition.digest).toBe(definitionOf(text).digest);
  });

  test("has its own digest: comments and blanks count too", () => {
    const comments = fc.stringMatching(/^[ a-z]{0,10}$/);
    fc.assert(
      fc.property(comments, comments, (one, other) => {
        const [first, second] = [one, other].map((comment) => definitionOf(`${stringify(pets)}#${comment}`).digest);
        expect(first === second).toBe(one === other);
      }),
    );
  });

  test("tells whether it has a resource policy", () => {
    expect(definitionOf(stringify(pets)).settings.hasPolicy).toBe(false);
    const policy = { Version: "2012-10-17", Statement: [] };
    expect(definitionOf(stringify({ ...pets, "x-amazon-apigateway-policy": policy })).settings.hasPolicy).toBe(true);
  });

  test("tells which stage variables it uses, wherever they stand, and not those in comments", () => {
    const uses = {
      ...pets,
      a: ["http://${stageVariables.host}/x", "arn:aws:lambda:function:${stageVariables.alias}"],
      b: { template: '{"name": "$stageVariables.name", "more": "${stageVariables[\'more\']}"}' },
      c: { "integration.request.header.x": "stageVariables.header_1" },
    };
    const names = ["alias", "header_1", "host", "more", "name"];
    expect(definitionOf(`${stringify(uses)}# $stageVariables.comment\n`).stageVariables).toEqual(names);
    expect(definitionOf(JSON.stringify(uses)).stageVariables).toEqual(names);
    expect(definitionOf(stringify(pets)).stageVariables).toEqual([]);
  });

  test.each<[string, readonly string[]]>([
    ["https://${stageVariables.host}/${stageVariables.path}", ["host", "path"]],
    ["$stageVariables.name $!stageVariables.quiet $!{stageVariables.braced}", ["name", "quiet", "braced"]],
    ['$stageVariables[\'a\'] ${stageVariables[ "b" ]} $!stageVariables[\\"c\\"]', ["a", "b", "c"]],
    ["$stageVariables.get('a') ${stageVariables.get( \"b\" )}", ["a", "b"]],
    ["$stageVariables.name.length() $stageVariables.get('a').length()", ["name", "a"]],
    ["#foreach($k in $stageVariables.keySet())$stageVariables.get($k)$stageVariables[$k]#end", []],
    ["#if($stageVariables.containsKey('a'))$stageVariables.size()#end $stageVariables.getOrDefault('a', '')", []],
    ["'stage variables' $stageVariables stageVariables", []],
  ])("reads of %j the variables %j", (text, names) => {
    expect(namesIn(text)).toEqual(names);
  });
});

describe("the routes of a definition", () => {
  test("are those of the verbs that API Gateway imports", () => {
    const verbs = ["get", "put", "post", "delete", "options", "head", "patch", "trace", "parameters", "summary", "GET"];
    const item = Object.fromEntries(verbs.map((verb) => [verb, operation]));
    expect(routesIn(JSON.stringify({ ...pets, paths: { "/a": item } })).sort()).toEqual(
      ["DELETE /a", "GET /a", "HEAD /a", "OPTIONS /a", "PATCH /a", "POST /a", "PUT /a"].sort(),
    );
  });

  test.each([
    ["any method", "paths:\n  /a:\n    x-amazon-apigateway-any-method: *op\n", ["ANY /a"]],
    ["the root and a greedy path", "paths:\n  /: {get: *op}\n  /{proxy+}: {get: *op}\n", ["GET /", "GET /{proxy+}"]],
    ["an operation without content", "paths:\n  /a:\n    get:\n    put: *op\n", ["PUT /a"]],
    ["extensions beside paths", "paths:\n  x-note: {get: *op}\n  /a: {get: *op}\n", ["GET /a"]],
    ["a slash at the end", "paths:\n  /a/: {get: *op}\n  /a: {get: *op, put: *op}\n", ["GET /a", "PUT /a"]],
    ["a base path", "basePath: /v1\npaths:\n  /a: {get: *op}\n", ["GET /a"]],
    ["a server's path", "servers: [{url: 'https://a.example/v1'}]\npaths:\n  /a: {get: *op}\n", ["GET /a"]],
    ["an alias", "paths:\n  /a: &item {get: *op}\n  /b: *item\n", ["GET /a", "GET /b"]],
    ["a merge key", "cors: &c {options: *op}\npaths:\n  /a:\n    <<: *c\n    get: *op\n", ["GET /a", "OPTIONS /a"]],
    [
      "a list of merge keys",
      "a: &a {get: *op}\nb: &b {put: *op}\npaths:\n  /a:\n    <<: [*a, *b]\n",
      ["GET /a", "PUT /a"],
    ],
    ["merged paths", "a: &a\n  /a: {get: *op}\npaths:\n  <<: *a\n  /b: {get: *op}\n", ["GET /a", "GET /b"]],
    ["a reference", "x-items: {a/b: {get: *op}}\npaths:\n  /a: {$ref: '#/x-items/a~1b'}\n", ["GET /a"]],
    ["a reference in a circle", "paths:\n  /a: {$ref: '#/paths/~1a'}\n  /b: {get: *op}\n", ["GET /b"]],
    ["a reference to another file", "paths:\n  /a: {$ref: 'a.yml#/x'}\n  /b: {get: *op}\n", ["GET /b"]],
  ])("with %s", (_, content, routes) => {
    expect(routesIn(`openapi: 3.0.1\n${OPERATION}${content}`).sort()).toEqual(routes);
  });
});

describe("no definition", () => {
  test.each([
    ["an empty file", "", ["-:- It is empty."]],
    ["blanks", " \r\n\t\n", ["-:- It is empty."]],
    ["comments alone", "# later\n", ["-:- It is empty."]],
    ["a list", "- a\n", ["-:- It is a list."]],
    ["a word", "hello", ["-:- It is a single value."]],
    [
      "a pointer of Git LFS",
      "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a\nsize 12345\n",
      ["-:- It is a pointer of Git LFS in place of the file: give actions/checkout `lfs: true`."],
    ],
    ["another version 2", "swagger: 1.2\npaths: {}\n", ['1:1 Swagger "1.2" cannot be imported.']],
    ["another version", "info: {}\nopenapi: 4.0.0\npaths: {}\n", ['2:1 OpenAPI "4.0.0" cannot be imported.']],
    ["a version of the wrong kind", "openapi: [3]\npaths: {}\n", ['1:1 OpenAPI "" cannot be imported.']],
    ["neither version", "paths: {}\n", ["-:- It does not say what it is."]],
    ["no paths", "openapi: 3.0.1\n", ["-:- `paths` is missing"]],
    ["paths without content", "openapi: 3.0.1\npaths:\n", ["2:1 `paths` must be a mapping"]],
    ["a list of paths", "openapi: 3.0.1\npaths: [/a]\n", ["2:1 `paths` must be a mapping"]],
    ["all at once", "title: x\n", ["-:- It does not say what it is.", "-:- `paths` is missing"]],
    ["two documents", "openapi: 3.0.1\npaths: {}\n---\na: 1\n", ["3:1 A second YAML document begins here."]],
    ["a name twice", "openapi: 3.0.1\npaths:\n  /a: {}\n  /b: {}\n  /a: {}\n", ['5:3 The name "/a" stands twice']],
    ["an alias of nothing", "openapi: 3.0.1\npaths: *later\n", ["2:8 The alias *later has no anchor before it."]],
    ["YAML errors", "openapi: 3.0.1\npaths:\n  /a: {get: {}\n  /b: x\n", ["4:3 Flow map in block collection"]],
    ["a tab as indentation", "openapi: 3.0.1\npaths:\n\t/a: {}\n", ["3:1 Tabs are not allowed as indentation"]],
    ["bytes that are no UTF-8", Buffer.from([0x61, 0xff, 0xfe]), ["-:- It is not UTF-8 text."]],
  ])("in %s", (_, text, starts) => {
    const problems = problemsOf(text);
    for (const [index, start] of starts.entries()) expect(problems[index]).toContain(start);
  });

  test.each([
    `openapi: 3.1.0\n${OPERATION}paths: {/a: {get: *op}}\n`,
    `{\n"openapi": "3.1.0",\n"paths": ${JSON.stringify(pets.paths)}}`,
  ])("in OpenAPI 3.1: %j", (text) => {
    const [problem, ...others] = problemsOf(text);
    expect(problem).toMatch(/^[12]:1 OpenAPI 3\.1\.0 cannot be imported/);
    expect(problem).toContain('Write `openapi: "3.0.3"`');
    expect(others).toEqual([]);
  });

  test("says all the errors of a YAML text at once", () => {
    const problems = problemsOf('openapi: "3.0\\q1"\ninfo: *nothing\npaths: "\\z"\n');
    expect(problems.map((problem) => problem.split(":")[0])).toEqual(["1", "3"]);
  });

  test("says twenty errors at most", () => {
    const names = Array.from({ length: 50 }, () => "same: 1\n").join("");
    expect(problemsOf(`openapi: 3.0.1\npaths: {}\n${names}`)).toHaveLength(20);
  });

  test("larger than API Gateway takes", () => {
    expect(problemsOf(Buffer.alloc(MAXIMUM_DEFINITION_BYTES, "a"))).toEqual([
      expect.stringContaining("a single value"),
    ]);
    expect(problemsOf(Buffer.alloc(MAXIMUM_DEFINITION_BYTES + 1, "a"))).toEqual([
      expect.stringContaining("It has 6291457 bytes, and API Gateway imports at most 6 MB"),
    ]);
  });
});

describe("hostile texts end in a problem", () => {
  const full = (text: string): string => text.repeat(MAXIMUM_DEFINITION_BYTES / text.length);
  const names = "bcdefghij";
  const bomb = [...names].map((name, index) => {
    const below = index === 0 ? "a" : names[index - 1];
    return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${below}`).join(",")}]\n`;
  });

  test.each([
    ["aliases that multiply", `openapi: 3.0.1\na: &a [x]\n${bomb.join("")}paths: {}\n`, "multiply to more"],
    ["an alias of itself", "openapi: 3.0.1\npaths: &p\n  /a: *p\n", "has no end"],
    ["deep YAML", "a: ".repeat(5) + "[".repeat(100_000), "nested more than 200 levels"],
    ["deep indentation", Array.from({ length: 500 }, (_, depth) => `${" ".repeat(depth)}a:\n`).join(""), "nested more"],
    ["deep JSON", `{"a":${"[".repeat(100_000)}`, "nested more than 200 levels"],
    ["6 MB of brackets", full("["), "too large to be read any closer"],
    ["nothing but commas", `[${",".repeat(100_000)}`, "Unexpected ,"],
    ["6 MB of quotes", full('"'), "too large to be read any closer"],
    ["nothing but tags", "! ".repeat(100_000), "at most one tag"],
    ["anchors alone", "&a ".repeat(20_000), "anchors and aliases"],
    ["6 MB of anchors", full("&a "), "too large to be read any closer"],
    ["signs alone", `a: !b [${"[],".repeat(210_000)}]`, "more YAML punctuation"],
    ["6 MB of one name", full("a: 1\n"), "stands twice"],
    ["6 MB of words", full("word "), "a single value"],
  ])("%s", (_, text, problem) => {
    expect(problemsOf(text, text.startsWith('{"') ? "a.json" : "a.yml").join("\n")).toContain(problem);
  });

  test("whatever the text, reading answers and throws nothing", () => {
    const pieces = fc.constantFrom(
      "openapi: 3.0.1\n",
      "paths:\n",
      "  /a:\n",
      "    get: {}\n",
      "<<: *a\n",
      "&a ",
      "- ",
      "{",
      "}",
      "[",
      "]",
      '"',
      "'",
      "|\n",
      "? ",
      ": ",
      "# x\n",
      "---\n",
      "%YAML 1.2\n",
      "!t ",
      "\t",
      "\u0000",
      "ä",
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(pieces, fc.string()), { maxLength: 30 }), fc.boolean(), (parts, json) => {
        const problems = problemsOf(parts.join(""), json ? "a.json" : "a.yml");
        for (const problem of problems) expect(problem).toMatch(/^(?:-:-|[1-9]\d*:[1-9]\d*) \S/);
      }),
      { numRuns: 500 },
    );
  });
});
