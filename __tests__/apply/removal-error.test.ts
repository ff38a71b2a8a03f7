import { expect, test } from "@jest/globals";
import { removalError } from "../../src/apply/removal-error.ts";
import { failure, removals } from "./scene.ts";

const plan = removals("sweep");
const errorOf = (...errors: readonly ReturnType<typeof failure>[]) => removalError(errors, plan, "The state.");

test("no failure is no error", () => {
  expect(errorOf()).toBeUndefined();
});

test("one failure is that error, with the state of all steps together", () => {
  expect(errorOf(failure("REJECTED"))).toMatchObject({ code: "REJECTED", state: "The state.", acted: "no" });
});

test("what ended the series stands for what failed on the way, which is named below it", () => {
  const error = errorOf(failure("REJECTED"), failure("REJECTED"), failure("ACCESS_DENIED"));
  expect(error?.code).toBe("ACCESS_DENIED");
  expect(error?.happened).toContain("2 other steps failed:\n  ");
  expect(error?.happened.match(/REJECTED/g)).toHaveLength(2);
});

test("ten others are shown, and the rest counted", () => {
  const error = errorOf(...Array.from({ length: 15 }, () => failure("REJECTED")));
  expect(error?.happened).toContain("14 other steps failed:");
  expect(error?.happened).toMatch(/\n {2}and 4 more\.$/);
});

test("whether the service acted is not known as soon as it is not known of one", () => {
  expect(errorOf(failure("REJECTED"), failure("UPSTREAM", "unknown"))?.acted).toBe("unknown");
});

test("a cancelled run says so, and what had failed before", () => {
  const error = errorOf(failure("UPSTREAM", "unknown"), failure("CANCELLED"));
  expect(error).toMatchObject({ code: "CANCELLED", acted: "unknown", state: "The state." });
  expect(error?.happened).toContain("The run was cancelled.\nAnother step failed:");
  expect(error?.remedy).toContain("goes on with what is left");
});
