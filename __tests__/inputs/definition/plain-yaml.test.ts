import { describe, expect, test } from "@jest/globals";
import { stringify, type ToStringOptions } from "yaml";
import { readPlainYaml } from "../../../src/inputs/definition/plain-yaml/reader.ts";
import { readAnyYaml } from "../../../src/inputs/definition/yaml.ts";
import fc from "../../property.ts";

/** What a text says, and what was noted of it, in a form that can be compared; nothing where the plain reader stopped. */
const bothWays = (text: string): { readonly plain: unknown; readonly library: unknown } | undefined => {
  const plain = readPlainYaml(text);
  if (plain.kind === "stopped") return undefined;
  return { plain: contentOf(plain), library: contentOf(readAnyYaml(text)) };
};

const contentOf = (parsed: Exclude<ReturnType<typeof readPlainYaml>, { kind: "stopped" }>): unknown => {
  if (parsed.kind === "unreadable") return parsed.problems;
  const { value, notes } = parsed.document;
  const places = notes.suspects.map(({ offset, name }) => `${name} at ${offset}`);
  return { value, differences: notes.differences, tags: notes.tags, places, top: notes.offsetOf("a") };
};

const expectOneReading = (text: string): void => {
  const both = bothWays(text);
  if (both !== undefined) expect(both.plain).toEqual(both.library);
};

test("a tab in front of an anchor is indentation to the library, and left to it", () => {
  expect(bothWays("a:\n  - \t&a ")).toBeUndefined();
  expectOneReading("a:\n  - \t&a x\n");
});

describe("plain YAML is read as the library reads it:", () => {
  test.each([
    ["block mappings and lists", "a:\n  b: 1\n  c:\n  - x\n  - y: 1\n    z: 2\n  - - 1\n    - 2\n"],
    ["flow collections over lines", "a: [1, 'x', \"y\", {b: c, d}]\nb: {\n  e: f,\n  g: [h]\n  }\n"],
    ["literal and folded texts", "a: |\n  x\n\n    y\n  z\n\nb: >-\n  x\n  y\n\n  z\nc: |+\n  x\n\nd: 1\n"],
    ["quotes over lines", "a: \"x\n  y\n\n  z \"\nb: 'it''s\n  so'\n"],
    ["texts over lines", "a: x y\n  z\n\n  w # c\nb: 2\n"],
    ["escapes", 'a: "\\u00e4\\n\\t\\"\\\\/\\/"\n'],
    ["escaped slashes, and what looks like them", 'a: " \\\\/"\n"b\\/": 1\nc: "\\\\\\/"\n'],
    ["comments and blank lines", "# c\n\n---\n# d\na: 1 # e\n\n  # f\nb:\n# g\n  c: x#y\n"],
    ["Windows line ends", "a: |\r\n  x\r\n  y\r\nb: 'x\r\n  y'\r\nc: 1\r\n"],
    ["anchors, aliases, merge keys", "x: &x {b: 1, c: 2}\na:\n  <<: *x\n  c: 3\nd: &d\n  - *x\ne: {<<: [*x], f: *d}\n"],
    [
      "numbers and words",
      "a: [1, 1.0, 010, 0x1F, 0o7, +1, .5, 1e3, -0, true, True, no, ~, null, 1_0, 1:30, 2020-01-01]\n",
    ],
    ["names that are no texts", "a: 1\n1.0: 2\nnull: 3\nno: 4\n200: 5\n"],
    ["CloudFormation's tags", "a: !Sub '${A}'\nb: {uri: !GetAtt A.B}\nc: !Join\n  - x\n  - !Ref B\n"],
    ["odd names", "__proto__: {a: 1}\n'a b': 1\n\"c\\n\": 2\nd e: 3\n/x/{y}: 4\nconstructor: 5\n"],
    ["no line end at the end", "a:\n  b: |\n    x"],
  ])("%s", (_, text) => {
    const both = bothWays(text);
    expect(both).toBeDefined();
    expect(both?.plain).toEqual(both?.library);
  });

  const word = fc.oneof(
    fc.constantFrom(
      "no",
      "1.0",
      "007",
      "http://a.b/c",
      "- a",
      "a: b",
      "a #b",
      "'q'",
      "",
      " ",
      "~",
      "[",
      "a\nb",
      "a\n\nb\n",
      "<<",
      "é",
    ),
    fc.string({ maxLength: 10 }),
    fc.oneof(fc.integer(), fc.boolean(), fc.constant(null), fc.double()),
  );
  const tree = fc.letrec((tie) => ({
    value: fc.oneof(
      { maxDepth: 4 },
      word,
      fc.array(tie("value"), { maxLength: 4 }),
      fc.dictionary(
        fc.oneof(fc.constantFrom("a", "200", "no", "a b", "/x/{y}", "uri"), fc.string({ maxLength: 6 })),
        tie("value"),
        {
          maxKeys: 5,
        },
      ),
    ),
  })).value;
  const styles = fc.constantFrom<ToStringOptions>(
    {},
    { indentSeq: false },
    { lineWidth: 20 },
    { defaultStringType: "QUOTE_DOUBLE" },
    { defaultStringType: "QUOTE_SINGLE", lineWidth: 15 },
    { collectionStyle: "flow" },
    { blockQuote: "folded", lineWidth: 10 },
  );

  test("whatever a tool writes", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("a", "b", "c"), tree, { minKeys: 1 }),
        styles,
        fc.boolean(),
        (value, style, windows) => {
          const text = stringify(value, { aliasDuplicateObjects: false, ...style });
          expectOneReading(windows ? text.replaceAll("\n", "\r\n") : text);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("whatever a person mistypes", () => {
    const pieces = [
      "a:",
      " b: c",
      "- ",
      "\n",
      "\n  ",
      "\n- ",
      "\n  - ",
      "x",
      "k: v\n",
      "  k: v\n",
      "  - b: 1\n    c: 2\n",
      "|\n",
      "  text\n",
      ">-\n",
    ];
    const signs = [
      "'q'",
      '"d\n',
      '  e"\n',
      "[a, b]",
      "{a: b}",
      "[",
      "]",
      "{",
      "}",
      ",",
      ": ",
      " # c\n",
      "&a ",
      "*a",
      "<<: ",
      "~",
      "\t",
      "\r\n",
      "? ",
      "''",
    ];
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...pieces, ...signs), { maxLength: 12 }), (parts) =>
        expectOneReading(parts.join("")),
      ),
      { numRuns: 3000 },
    );
  });
});

describe("what is rare in YAML is left to the library:", () => {
  test.each([
    ["a tab as indentation", "a:\n\tb: 1\n"],
    ["a second document", "a: 1\n---\nb: 2\n"],
    ["a directive", "%YAML 1.1\n---\na: 1\n"],
    ["an explicit name", "? a\n: b\n"],
    ["an indentation sign", "a: |2\n   b\n"],
    ["an anchor on a name", "- &a b: c\n"],
    ["a tag of its own", "a: !mine b\n"],
    ["a line end of YAML 1.1", "a: x\u2028y\n"],
    ["a control character", "a: \u0007\n"],
  ])("%s", (_, text) => {
    expect(readPlainYaml(text)).toMatchObject({ kind: "stopped" });
  });
});
