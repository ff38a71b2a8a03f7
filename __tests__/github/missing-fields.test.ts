import { describe, expect, test } from "@jest/globals";
import { withoutFields } from "../../src/github/missing-fields.ts";
import type { GraphError } from "../../src/github/trouble.ts";

/** The error about the field at the place where `text` stands in the query. */
const lacking = (query: string, text: string, name: string): GraphError => {
  const before = query.slice(0, query.indexOf(text)).split("\n");
  const undefinedField = { name, line: before.length, column: (before.at(-1) ?? "").length + 1 };
  return { type: undefined, message: "", path: [], undefinedField };
};

describe("a query without", () => {
  test.each([
    ["a plain field", "query { a b c }", "b ", "b", "query { a  c }"],
    ["one of many lines", "query {\n  a\n  b\n}", "b", "b", "query {\n  a\n  \n}"],
    ["one with arguments and a selection", 'query { a(x: { v: "1" }, y: 1) { c { d } } b }', "a(", "a", "query {  b }"],
    ["one with an alias", "query { x: a { c } b }", "x:", "a", "query {  b }"],
    ["one with a directive", "query { a @include(if: true) { c } b }", "a @", "a", "query {  b }"],
    ["the last one before a bracket", "query { a { b c } }", "c }", "c", "query { a { b } }"],
    [
      "one of a fragment",
      "query { ...f } fragment f on T { a b }",
      "a b",
      "a",
      "query { ...f } fragment f on T {  b }",
    ],
    [
      "one that alone used a variable",
      "query ($x: [Int!]!, $y: Int) { a(v: $x) b(v: $y) }",
      "a(",
      "a",
      "query ( $y: Int) {  b(v: $y) }",
    ],
  ])("%s", (_, query, text, name, expected) => {
    expect(withoutFields(query, [lacking(query, text, name)])?.replaceAll(/ +\}/g, " }")).toBe(expected);
  });

  test("several fields at once", () => {
    const query = "query { a b c d }";
    const errors = [lacking(query, "b ", "b"), lacking(query, "d ", "d")];
    expect(withoutFields(query, errors)).toBe("query { a  c  }");
  });

  test.each([
    ["no error", []],
    ["a place where no such field is", [lacking("query { a b }", "a", "b")]],
    [
      "a place outside",
      [{ ...lacking("query { a b }", "a", "a"), undefinedField: { name: "a", line: 99, column: 7 } }],
    ],
    [
      "another error beside",
      [lacking("query { a b }", "a", "a"), { type: "FORBIDDEN", message: "", path: [], undefinedField: undefined }],
    ],
  ])("nothing: %s", (_, errors) => {
    expect(withoutFields("query { a b }", errors)).toBeUndefined();
  });

  test("what would leave nothing to ask for", () => {
    const query = "query { a { b } }";
    expect(withoutFields(query, [lacking(query, "b", "b")])).toBeUndefined();
  });
});
