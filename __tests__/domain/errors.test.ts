import { expect, test } from "@jest/globals";
import { asActionError } from "../../src/domain/errors.ts";

test.each([
  ["an Error", new TypeError("x is not a function"), "TypeError: x is not a function"],
  ["anything else", "boom", "boom"],
])("%s that nobody expected is a bug of ours, and says so", (_, thrown, happened) => {
  expect(asActionError(thrown, "deploy")).toMatchObject({ code: "BUG", kind: "bug", happened, acted: "unknown" });
});
