import { describe, expect, test } from "@jest/globals";
import { parseWorkflowCommand } from "../../../simulator/runner/workflow-command.ts";

const parse = (line: string) => parseWorkflowCommand(line, (name) => name === "error" || name === "set-output");

describe("parseWorkflowCommand", () => {
  test("decodes data and properties", () => {
    expect(parse("::error file=a%2Cb.js,line=3,title=x%3A%25::50%25 done%0Anext%3A")).toEqual({
      name: "error",
      properties: { file: "a,b.js", line: "3", title: "x:%" },
      data: "50% done\nnext%3A",
    });
  });

  test("an encoded percent sign does not begin another escape", () => {
    expect(parse("::error::%250A")?.data).toBe("%0A");
  });

  test("may be indented, in any case, and without data", () => {
    expect(parse("  ::Error::")).toEqual({ name: "Error", properties: {}, data: "" });
  });

  test("knows the older form anywhere in a line", () => {
    expect(parse("12:00 ##[set-output name=a%3Bb;x=1]v%5D")).toEqual({
      name: "set-output",
      properties: { name: "a;b", x: "1" },
      data: "v]",
    });
  });

  test.each(["text ::error::x", "::error", "::unknown::x", "##[unknown]x", "##[error", "", ": :error::x"])(
    "%j is no command",
    (line) => {
      expect(parse(line)).toBeUndefined();
    },
  );

  test("a property without a value is not one", () => {
    expect(parse("::error file=,=x,line::m")?.properties).toEqual({});
  });
});
