import { describe, expect, test } from "@jest/globals";
import { parseJson } from "../../../src/inputs/definition/json.ts";
import fc from "../../property.ts";
import { problemsOf } from "./definition-of.ts";

describe("JSON", () => {
  test("is read as JSON.parse reads it", () => {
    fc.assert(
      fc.property(fc.json({ maxDepth: 5 }), fc.constantFrom("", "\t", "  "), (text, space) => {
        const value: unknown = JSON.parse(text);
        const parsed = parseJson(JSON.stringify(value, undefined, space));
        expect(parsed).toMatchObject({ kind: "read" });
        expect(parsed.kind === "read" && parsed.document.value).toEqual(value);
      }),
    );
  });

  test("is refused where JSON.parse refuses it", () => {
    fc.assert(
      fc.property(
        fc.json(),
        fc.nat(),
        fc.constantFrom("", ",", "}", "]", '"', "\\", "x", "0", "\u0001"),
        (text, at, piece) => {
          const cut = at % (text.length + 1);
          const broken = `${text.slice(0, cut)}${piece}${text.slice(cut + 1)}`;
          const accepted = (): boolean => {
            try {
              JSON.parse(broken);
              return true;
            } catch {
              return false;
            }
          };
          const parsed = parseJson(broken);
          const twice =
            parsed.kind === "unreadable" && parsed.problems.some(({ message }) => message.includes("twice"));
          if (!twice) expect(parsed.kind === "read").toBe(accepted());
        },
      ),
      { numRuns: 2000 },
    );
  });

  test.each([
    ["a comma too many", '{\n  "a": 1,\n}', '3:1 This is not JSON: a name in double quotes should be here, not "}".'],
    ["a comma too few", '{"a": 1 "b": 2}', '1:9 This is not JSON: "," or "}" should be here, not "\\"".'],
    ["a comment", "{\n // no\n}", '2:2 This is not JSON: a name in double quotes should be here, not "/".'],
    ["single quotes", "{'a': 1}", '1:2 This is not JSON: a name in double quotes should be here, not "\'".'],
    ["no value", '{"a": }', '1:7 This is not JSON: a value should be here, not "}".'],
    ["no colon", '{"a" 1}', '1:6 This is not JSON: a colon should be here, not "1".'],
    ["no end", '{"a": [1', '1:9 This is not JSON: "," or "]" should be here, not the end.'],
    [
      "a line end in a text",
      '{"a": "x\n"}',
      '1:9 This is not JSON: the rest of a text, or the " that ends it, should be here, not "\\n".',
    ],
    ["something after it", "{} {}", '1:4 This is not JSON: the end of the file should be here, not "{".'],
    ["a name twice", '{"a": {"b": 1,\n"b": 2}}', '2:1 The name "b" stands twice in one mapping.'],
    ["a name twice, written in two ways", '{"a": 1, "\\u0061": 2}', '1:10 The name "a" stands twice in one mapping.'],
  ])("with %s is refused with its place", (_, text, problem) => {
    expect(problemsOf(text, "openapi.json")[0]).toContain(problem);
  });
});
