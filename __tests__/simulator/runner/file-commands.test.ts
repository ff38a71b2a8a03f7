import { describe, expect, test } from "@jest/globals";
import { parseKeyValues } from "../../../simulator/runner/file-commands.ts";

describe("parseKeyValues", () => {
  test.each([
    [
      "a=1\nb=2\n",
      [
        ["a", "1"],
        ["b", "2"],
      ],
    ],
    ["a=1", [["a", "1"]]],
    ["a=", [["a", ""]]],
    ["\n\na=1\n\n", [["a", "1"]]],
    ["a=b=c\n", [["a", "b=c"]]],
    ["a=1<<2\n", [["a", "1<<2"]]],
    [
      "a<<EOF\nx\ny\nEOF\nb=2\n",
      [
        ["a", "x\ny"],
        ["b", "2"],
      ],
    ],
    ["a<<EOF\nEOF\n", [["a", ""]]],
    ["a<<EOF\n\nEOF\n", [["a", ""]]],
    ["a<<EOF\n\n\nEOF\n", [["a", "\n"]]],
    ["a<<E=F\nx=1\nE=F\n", [["a", "x=1"]]],
    ["a<<EOF\nx\nEOF", [["a", "x"]]],
    ["a=1\r\n", [["a", "1\r"]]],
    ["", []],
  ])("%j", (text, pairs) => {
    expect([...parseKeyValues(text)]).toEqual(pairs);
  });

  test.each([
    ["nonsense\n", "Invalid format 'nonsense'"],
    ["=1\n", "Invalid format '=1'. Name must not be empty"],
    ["<<EOF\nx\nEOF\n", "Invalid format '<<EOF'. Name must not be empty and delimiter must not be empty"],
    ["a<<\nx\n\n", "Invalid format 'a<<'. Name must not be empty and delimiter must not be empty"],
    ["a<<EOF\nx\n", "Invalid value. Matching delimiter not found 'EOF'"],
    ["a<<EOF\n", "Invalid value. Matching delimiter not found 'EOF'"],
    ["a<<EOF", "Invalid value. Matching delimiter not found 'EOF'"],
    ["a<<EOF\nxEOF", "Invalid value. EOF marker missing new line."],
    ["a<<EOF\nx\n EOF\n", "Invalid value. Matching delimiter not found 'EOF'"],
  ])("%j is an error", (text, message) => {
    expect(() => [...parseKeyValues(text)]).toThrow(message);
  });

  test("gives the pairs before the error", () => {
    const pairs: unknown[] = [];
    expect(() => {
      for (const pair of parseKeyValues("a=1\nnonsense\nb=2\n")) pairs.push(pair);
    }).toThrow("Invalid format 'nonsense'");
    expect(pairs).toEqual([["a", "1"]]);
  });
});
