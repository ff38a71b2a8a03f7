import { describe, expect, test } from "@jest/globals";
import { mock, problemsOf, yamlAround } from "./definition-of.ts";

describe("what API Gateway would import and then not deploy is refused, with route and line:", () => {
  test.each([
    [
      "a method without integration",
      "paths:\n  /a:\n    get: *op\n    put: {responses: {}}\n",
      ["7:5 PUT /a has no `x-amazon-apigateway-integration`"],
    ],
    [
      "all of them",
      "paths:\n  /a:\n    get: {}\n  /b:\n    x-amazon-apigateway-any-method: {}\n",
      ["6:5 GET /a has no", "8:5 ANY /b has no"],
    ],
    [
      "an integration without content",
      "paths:\n  /a:\n    get:\n      x-amazon-apigateway-integration:\n",
      ["6:5 GET /a has no"],
    ],
    ["by way of a reference", "x-items: {a: {get: {}}}\npaths:\n  /a: {$ref: '#/x-items/a'}\n", ["6:3 GET /a has no"]],
    ["by way of a merge key", "x-item: &i {get: {}}\npaths:\n  /a:\n    <<: *i\n", ["6:3 GET /a has no"]],
    ["no routes", "paths: {}\n", ["4:1 It has no routes"]],
    ["paths without methods", "paths:\n  /a: {}\n  /b:\n", ["4:1 It has no routes"]],
    [
      "what looks like routes alone",
      "paths:\n  /a: {get: }\n  /b: {GET: *op}\n  /c: []\n  d: {}\n",
      [
        "4:1 It has no routes",
        "5:8 `get` has no content",
        "6:8 `GET` is no method that API Gateway imports; write `get`.",
        "7:3 `/c` is no mapping of methods",
        "8:3 `d` does not begin with a slash",
      ],
    ],
    [
      "references to other files alone",
      "paths:\n  /a:\n    $ref: ./a.yml\n",
      ["5:3 Its paths are references to other files"],
    ],
  ])("%s", (_, content, starts) => {
    expect(problemsOf(yamlAround(content))).toEqual(starts.map((start) => expect.stringContaining(start)));
  });

  test("in JSON too", () => {
    const text = JSON.stringify({ swagger: "2.0", paths: { "/a": { get: mock, put: {} } } }, undefined, 1);
    expect(problemsOf(text, "a.json")).toEqual([
      expect.stringMatching(/^\d+:4 PUT \/a has no `x-amazon-apigateway-integration`/),
    ]);
  });

  test("of many, twenty are named and the others counted", () => {
    const paths = Array.from({ length: 25 }, (_, index) => `  /${index}: {get: {}}\n`).join("");
    const problems = problemsOf(yamlAround(`paths:\n${paths}`));
    expect(problems).toHaveLength(20);
    expect(problems.at(-1)).toContain("There are 5 more like this.");
  });

  test("and with them what else is wrong", () => {
    const problems = problemsOf("openapi: 3.1.0\npaths:\n  /a:\n    get: {x: !Sub a}\n");
    expect(problems.map((problem) => problem.slice(0, 4))).toEqual(["1:1 ", "4:14", "4:5 "]);
  });
});

describe("what is merged need not be an API of its own", () => {
  test("so it may be without routes, but not with a method that nothing serves", () => {
    const merged = (content: string): string[] => problemsOf(yamlAround(content), "a.yml", "merge");
    expect(merged("paths: {}\n")).toEqual([]);
    expect(merged("paths: {/a: {get: {}}}\n")).toEqual([expect.stringContaining("GET /a has no")]);
    expect(merged("paths: {/a: {$ref: a.yml}}\n")).toEqual([expect.stringContaining("references to other files")]);
  });
});

describe("CloudFormation's functions, which no import resolves, are refused with their line:", () => {
  const route = "paths:\n  /a: {get: *op}\n";
  test.each([
    ["a tag", "x-a:\n  b: !Sub '${F.Arn}'\n", ["7:6 `!Sub` is a function of CloudFormation"]],
    ["a tag in braces", "x-a: {b: !GetAtt F.Arn}\n", ["6:10 `!GetAtt` is"]],
    ["tags within tags", "x-a: !Join ['', [!Ref A, b]]\n", ["6:6 `!Join` is", "6:18 `!Ref` is"]],
    ["a function by its name", "x-a:\n  Fn::Sub: a\n", ["7:3 `Fn::Sub` is"]],
    ["an include", "Fn::Transform: {Name: AWS::Include}\n", ["6:1 `Fn::Transform` is"]],
    ["a reference", "x-a: {Ref: AWS::Region}\n", ["6:7 `Ref` is"]],
  ])("%s", (_, content, starts) => {
    expect(problemsOf(yamlAround(`${route}${content}`))).toEqual(starts.map((start) => expect.stringContaining(start)));
  });

  test("in JSON, where the functions have no tags", () => {
    const integration = { type: "aws_proxy", uri: { "Fn::Sub": "arn:${F.Arn}" } };
    const document = { openapi: "3.0.3", paths: { "/a": { get: { "x-amazon-apigateway-integration": integration } } } };
    const [problem = "", ...others] = problemsOf(JSON.stringify(document, undefined, 1), "a.json");
    expect(problem).toMatch(/^9:7 `Fn::Sub` is a function of CloudFormation.*`aws cloudformation package`/);
    expect(others).toEqual([]);
  });

  test("but not what merely looks like them", () => {
    const schema =
      "components: {schemas: {R: {properties: {Ref: {type: string}, uri: {type: string}}, example: {Ref: a}}}}\n";
    expect(problemsOf(yamlAround(`${route}${schema}x-a: {Ref: a, b: c}\n`))).toEqual([]);
  });

  test("a whole template is called one", () => {
    expect(problemsOf("AWSTemplateFormatVersion: 2010-09-09\nResources: {}\n")[0]).toContain(
      "It is a template of CloudFormation.",
    );
  });
});

describe("mistakes are named as what they are:", () => {
  const rest = "paths:\n  /a: {get: *op}\n";
  test.each([
    ["a template's braces", `${rest}x-env: {{ env }}\n`, "6:8 `{{ env }}` looks like a template"],
    ["a template's condition", `${rest}{% if a %}\nx-a: 1\n{% endif %}\n`, "6:1 `{% if a %}` looks like a template"],
    ["braces in a list", `${rest}x-env:\n  - {{ a.b }}\n`, "7:5 `{{ a.b }}` looks like a template"],
    [
      "a conflict",
      `<<<<<<< HEAD\n${rest}=======\n${rest}>>>>>>> main\n`,
      "4:1 A conflict of a merge is not resolved here",
    ],
    ["a list as a name", `${rest}? [a, b]\n: 1\n`, "6:3 A name must be a text, and no list or mapping."],
    ["an open double quote", `x-a: "abc\nx-b: 1\n${rest}`, "4:6 The quote that opens here does not end"],
    ["an open single quote", `x-a: 'abc\nx-b: 1\n${rest}`, "4:6 The quote that opens here does not end"],
    ["one that another quote ends", `x-a: "abc\nx-b: "d"\n${rest}`, "4:6 The quote that opens here ends on line 5"],
    [
      "an open quote in an operation",
      'paths:\n  /a:\n    get:\n      summary: "abc\n      responses: {}\n',
      "7:16 The quote that opens here",
    ],
    [
      "an alias of itself",
      `x-a: &a {b: *a}\n${rest}`,
      "4:13 The alias *a stands within what &a names, so it has no end.",
    ],
    ["an alias of itself, further down", `x-a: &a\n  b:\n    - c: *a\n${rest}`, "6:10 The alias *a stands within"],
    ["an alias that comes too early", `x-a: *b\nx-b: &b 1\n${rest}`, "4:6 The alias *b has no anchor before it."],
  ])("%s", (_, content, start) => {
    expect(problemsOf(yamlAround(content))[0]).toContain(start);
  });

  test("a text at a wrong place, and nothing that it puts at one", () => {
    expect(problemsOf(yamlAround(`x-a: {b: ${"$"}{NAME}, c: 1}\n${rest}`))).toEqual([
      expect.stringContaining("4:17 Unexpected comma token"),
    ]);
  });

  test("aliases that multiply, where they do", () => {
    const lines = ["x-a: &a [x]"];
    for (const [index, name] of [..."bcdefgh"].entries()) {
      lines.push(`x-${name}: &${name} [${Array.from({ length: 10 }, () => `*${"abcdefg"[index]}`).join(", ")}]`);
    }
    expect(problemsOf(yamlAround(`${lines.join("\n")}\n${rest}`))[0]).toMatch(
      /^10:\d+ The aliases up to \*f multiply to more than 600000 values/,
    );
  });

  test.each(["3.0", "3.00"])("a version in JSON that is the number %s", (version) => {
    const text = `{\n  "openapi": ${version},\n  "paths": {"/a": {"get": ${JSON.stringify(mock)}}}\n}`;
    expect(problemsOf(text, "a.json")).toEqual([
      `2:3 \`"openapi": ${version}\` is a number, and the version is a text: quote it, as in \`"openapi": "3.0.3"\`.`,
    ]);
  });
});
