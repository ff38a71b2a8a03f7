import { describe, expect, test } from "@jest/globals";
import { LINEAR, timed } from "../../cpu-time.ts";
import { problemsOf, yamlAround } from "./definition-of.ts";

const lines = (count: number, line: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => line(index)).join("");

describe("what no API has is refused where it goes too far", () => {
  test.each([
    [
      "paths",
      yamlAround(`paths:\n${lines(60_000, (index) => `  /${index}: {}\n`)}`),
      "50005:3 One mapping has more than 50000 names",
    ],
    [
      "names",
      yamlAround(`x-a:\n${lines(60_000, (index) => ` k${index}: 1\n`)}`),
      "50005:2 One mapping has more than 50000 names",
    ],
    [
      "methods",
      `{"openapi": "3.0.3", "info": {"title": "A", "version": "1"}, "paths": {\n${lines(
        25_010,
        (index) => `"/p${index}": {"get": {}, "put": {}},\n`,
      )}"/": {}}}`,

      "25002:13 It has more than 50000 methods",
    ],

    ["values", yamlAround(`x-a: [${"1,".repeat(610_000)}]\n`), "It has more than 600000 values up to here"],

    [
      "names in JSON",
      `{${lines(60_000, (index) => `"k${index}": 1,\n`)}"z": 1}`,
      "50001:1 One mapping has more than 50000 names",
    ],

    ["values in JSON", `{"a": [${"1,".repeat(610_000)}1]}`, "It has more than 600000 values up to here"],

    [
      "merged names",
      yamlAround(
        `x-b: &b {${lines(9000, (index) => `k${index}: 1, `)}}\n${lines(200, (index) => `x-${index}: {<<: *b}\n`)}`,
      ),

      "more than 600000 values",
    ],

    [
      "rare YAML in a large file",
      yamlAround(
        `${lines(100_000, (index) => `x-${index}: a\n`).slice(0, 500_000)}\nx: "${"a".repeat(1_200_000)}"\n? a\n: b\n`,
      ),

      "too large to be read any closer",
    ],
  ])("%s", (_, text, problem) => {
    expect(problemsOf(text, text.startsWith("{") ? "a.json" : "a.yml")).toEqual([expect.stringContaining(problem)]);
  });
});

describe("time grows with the size, and not with its square, for", () => {
  test.each<[string, (size: number) => string]>([
    ["blanks in a text", (size) => `a: x${" ".repeat(size)}y${" ".repeat(size)}z\n`],
    ["blanks in quotes", (size) => `a: "${" ".repeat(size)}\n ${" ".repeat(size)}x"\n`],
    ["backslashes", (size) => `a: "${"\\\\".repeat(size)}"\n`],
    ["escaped slashes", (size) => `a: "${"\\/".repeat(size)}"\n`],
    ["quotes in quotes", (size) => `a: '${"''".repeat(size)}'\n`],
    ["empty lines", (size) => `a:\n${"\n".repeat(size)}  b: 1\n`],
    ["a literal text", (size) => `a: |\n${"  x\n".repeat(size)}`],
    ["a text over lines", (size) => `a: x\n${"  x\n".repeat(size)}`],
    ["open braces in a place of interest", (size) => `uri: "${"{{".repeat(size)}"\n`],
    ["open placeholders in a place of interest", (size) => `uri: "${"${".repeat(size)}"\n`],
    ["digits", (size) => `a: ${"1".repeat(size)}\n`],
    ["slashes in a path", (size) => `paths:\n  "${"/".repeat(size)}": {get: }\n`],
    ["uses of stage variables", (size) => `a: "${"stageVariables.".repeat(size / 8)}"\n`],
  ])("%s", async (_, textOf) => {
    const text = yamlAround(textOf(200_000));
    const { seconds } = await timed(() => problemsOf(text));
    expect(seconds).toBeLessThan(LINEAR);
  });
});
