import { describe, expect, test } from "@jest/globals";
import { asActionError, register } from "../../src/domain/errors.ts";

describe("the register", () => {
  test.each(Object.entries(register))("%s has a summary and advice in whole sentences", (_, { summary, remedy }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/\.$/);
  });
});

test.each([
  ["an Error", new TypeError("x is not a function"), "TypeError: x is not a function"],
  ["anything else", "boom", "boom"],
])("%s that nobody expected is a bug of ours, and says so", (_, thrown, happened) => {
  expect(asActionError(thrown, "deploy")).toMatchObject({ code: "BUG", kind: "bug", happened, acted: "unknown" });
});
