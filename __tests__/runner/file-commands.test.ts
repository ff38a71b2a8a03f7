import { expect, test } from "@jest/globals";
import { parseKeyValues } from "../../simulator/runner/file-commands.ts";
import { namedValues } from "../../src/runner/file-commands.ts";
import fc from "../property.ts";

const lines = fc
  .array(fc.constantFrom("", "result=failed", "other<<end", "end-1", "::set-output::", "é – 𝒳", "\r"))
  .map((all) => all.join("\n"));

/** A value that could end early would let a text of somebody else's (a pull request's branch) set other outputs. */
test("the runner reads whatever was written, and nothing else", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.stringMatching(/^[a-z][a-z-]{0,20}$/), fc.oneof(lines, fc.string())), (values) => {
      const twice = namedValues(values) + namedValues({ last: "1" });
      expect([...parseKeyValues(twice)]).toEqual([...Object.entries(values), ["last", "1"]]);
    }),
  );
});
