import { CreateRestApiCommand, GetResourcesCommand, PutRestApiCommand } from "@aws-sdk/client-api-gateway";
import { describe, expect, test } from "@jest/globals";
import { createWorld } from "../../../simulator/gateway/world.ts";
import { routeKey } from "../../../src/domain/route.ts";
import { startControlPlane } from "../../simulator/gateway/control-plane.ts";
import { definitionOf, mock, placed, problemsOf, yamlAround } from "./definition-of.ts";

const plain = yamlAround("paths:\n  /a: {get: *op}\n");
const more = (line: string): string => `${plain}${line}\n`;
const sentOf = (text: string): Record<string, unknown> => JSON.parse(definitionOf(text).bytes.toString());

describe("YAML that readers of 1.1 and 1.2 read differently is sent as JSON, and a note says where it is:", () => {
  test.each([
    ["a merge key", "x-a: &b {c: 1}\nx-d:\n  <<: *b", "8:3", "the merge key `<<`", { "x-d": { c: 1 } }],
    ["a word for a truth value", "x-a: [a, no]", "6:10", "`no`", { "x-a": ["a", "no"] }],
    ["an octal number", "x-a: 010", "6:6", "`010`", { "x-a": 10 }],
    ["the other octal number", "x-a: 0o10", "6:6", "`0o10`", { "x-a": 8 }],
    ["a number of base 60", "x-a: 1:30", "6:6", "`1:30`", { "x-a": "1:30" }],
    ["a date", "x-a: 2020-01-01", "6:6", "`2020-01-01`", { "x-a": "2020-01-01" }],
    ["a number with an exponent", "x-a: 1e3", "6:6", "`1e3`", { "x-a": 1000 }],
    ["a number with underscores", "x-a: 1_000", "6:6", "`1_000`", { "x-a": "1_000" }],
    ["a name that is a word", "x-a: {on: 1}", "6:7", "the name `on`", { "x-a": { on: 1 } }],
    ["a name that is a number", "x-a: {1.0: 1}", "6:7", "the name `1.0`", { "x-a": { "1.0": 1 } }],
    ["an escaped slash", 'x-a: "a\\/b"', "6:6", "`\\/`", { "x-a": "a/b" }],
    ["a tag", "x-a: !mine b", "6:6", "the tag `!mine`", { "x-a": "b" }],
    ["a line end of 1.1", "x-a: a\u2028b", "6:7", "a line end in YAML 1.1", { "x-a": "a\u2028b" }],
  ])("%s", (_, line, place, what, member) => {
    const { notes } = definitionOf(more(line));
    expect(placed(notes)).toEqual([
      expect.stringMatching(new RegExp(`^${place} Readers of YAML 1.1 and 1.2 do not agree on `)),
    ]);
    expect(notes[0]?.message).toContain(what);
    expect(sentOf(more(line))).toMatchObject(member);
  });

  test("a version and a title without quotes, which stay as they are written", () => {
    const text = plain
      .replace("openapi: 3.0.3", "openapi: 3.0")
      .replace('{title: T, version: "1"}', "{title: 1.10, version: 2.0}");
    expect(sentOf(text)).toMatchObject({ openapi: "3.0", info: { title: "1.10", version: "2.0" } });
    expect(placed(definitionOf(text).notes)).toEqual([expect.stringContaining("1:1 ")]);
    expect(definitionOf(text).notes[0]?.message).toContain("`openapi` without quotes and 2 more such places");
  });

  test("more aliases than some readers follow", () => {
    const paths = (count: number): string =>
      yamlAround(`paths:\n${Array.from({ length: count }, (_, index) => `  /${index}: {get: *op}\n`).join("")}`);
    expect(definitionOf(paths(50)).notes).toEqual([]);
    expect(definitionOf(paths(101)).notes).toEqual([expect.objectContaining({ line: 55 })]);
    expect(Object.keys(sentOf(paths(101))["paths"] as object)).toHaveLength(101);
  });

  test("with numbers as the file writes them", () => {
    const line = "x-a: [no, 1.10, 12345678901234567890, 1.0, .5, +1, -007, 0x1F, true, True, ~, .inf]";
    expect(definitionOf(more(line)).bytes.toString()).toContain(
      '"x-a":["no",1.10,12345678901234567890,1.0,0.5,1,-7,31,true,true,null,".inf"]',
    );
  });

  test("unless its aliases make it larger than API Gateway takes", () => {
    const text = more(`x-a: &a ${"x".repeat(100_000)}\nx-b: [${Array.from({ length: 70 }, () => "*a").join(", ")}]`);
    expect(problemsOf(text)).toEqual([expect.stringContaining("more than the 6 MB that API Gateway imports")]);
  });
});

describe("a file is sent as it is", () => {
  test.each([
    ["where all readers agree", plain],
    [
      "with quotes around what they would not agree on",
      more('x-a: ["no", "010", \'2020-01-01\', 1, 1.5, true, null, 1.2.3, /n]'),
    ],
    ["with aliases alone", more("x-a: &a {b: 1}\nx-c: *a")],
    [
      "in JSON, whatever it holds",
      JSON.stringify({ openapi: "3.0.3", paths: { "/a": { get: mock } }, no: "no", "x-d": 1e21 }),
    ],
  ])("%s", (_, text) => {
    const definition = definitionOf(text);
    expect(definition.bytes.toString()).toBe(text);
    expect(definition.notes).toEqual([]);
  });
});

test("what is sent has the routes that were read, to another reader too", async () => {
  const { client } = await startControlPlane({ world: createWorld({ rateLimits: false }) });
  const { id: restApiId } = await client.send(new CreateRestApiCommand({ name: "before" }));
  const text = yamlAround(
    `x-i: &i {get: *op, put: *op}\npaths:\n  /m: {<<: *i, post: *op}\n${Array.from({ length: 120 }, (_, index) => `  /${index}: *i\n`).join("")}`,
  ).replace("openapi: 3.0.3", "openapi: 3.0");
  const definition = definitionOf(text);
  await client.send(new PutRestApiCommand({ restApiId, body: definition.bytes, mode: "overwrite" }));
  const { items = [] } = await client.send(new GetResourcesCommand({ restApiId, embed: ["methods"], limit: 500 }));
  const routes = items.flatMap(({ path, resourceMethods }) =>
    Object.keys(resourceMethods ?? {}).map((verb) => `${verb} ${path}`),
  );
  expect(routes.sort()).toEqual(definition.routes.map(routeKey).sort());
  expect(routes).toHaveLength(243);
});
