import { describe, expect, test } from "@jest/globals";
import { badDefinition } from "../../src/aws/bad-definition.ts";

const errors = "Errors found during import:\n\tUnable to create model for 'A'\n\tInvalid x";
const also = "\nAdditionally, these warnings were found:\n\tMore than one server provided. Ignoring all but the first";
const levelsOf = (message: string) =>
  badDefinition(message, "openapi.yml").places.map(({ level = "error", message: text }) => `${level}: ${text}`);

describe("what the service says of a definition", () => {
  test("errors alone", () => {
    expect(levelsOf(errors)).toEqual(["error: Unable to create model for 'A'", "error: Invalid x"]);
    expect(badDefinition(errors, "openapi.yml")).toMatchObject({
      code: "INVALID_DEFINITION",
      happened: "API Gateway did not accept openapi.yml:\n  Unable to create model for 'A'\n  Invalid x",
    });
  });

  test("errors and warnings in one text are told apart", () => {
    expect(levelsOf(errors + also)).toEqual([
      "error: Unable to create model for 'A'",
      "error: Invalid x",
      "warning: More than one server provided. Ignoring all but the first",
    ]);
    const { code, happened } = badDefinition(errors + also, "openapi.yml");
    expect(code).toBe("INVALID_DEFINITION");
    expect(happened).toContain("It also warned:\n  More than one server provided.");
  });

  test("warnings alone are no errors, and the way out is named", () => {
    const text = "Warnings found during import:\r\n\tParse issue: attribute a is missing\r\n\tIgnoring b";
    expect(levelsOf(text)).toEqual(["warning: Parse issue: attribute a is missing", "warning: Ignoring b"]);
    const { code, happened } = badDefinition(text, "openapi.yml");
    expect(code).toBe("IMPORT_WARNINGS");
    expect(happened).toContain("undid the import, because `fail-on-warnings` is true:\n  Parse issue");
    expect(happened).not.toContain("did not accept");
  });

  test.each(["Invalid OpenAPI input.", "Errors found during import:", "", "Unable to read: warnings found\nin a"])(
    "%j is an error, whatever it looks like",
    (text) => {
      const { code, places } = badDefinition(text, "openapi.yml");
      expect(code).toBe("INVALID_DEFINITION");
      expect(places.every(({ level }) => level === undefined)).toBe(true);
    },
  );
});
