import { describe, expect, test } from "@jest/globals";
import { register } from "../../src/domain/error-register.ts";

describe("the register", () => {
  test.each(Object.entries(register))("%s has a summary and advice in whole sentences", (_, { summary, remedy }) => {
    expect(summary).toMatch(/^[A-Z].*\.$/);
    expect(remedy).toMatch(/\.$/);
  });
});
