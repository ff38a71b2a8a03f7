import { expect, test } from "@jest/globals";
import { inputReader } from "../../src/inputs/reader.ts";
import fc from "../property.ts";

const reading = (value: string) => inputReader((name) => (name === "it" ? value : ""));

test.each([
  ["true", true],
  ["True", true],
  ["TRUE", true],
  ["false", false],
  ["", true],
])("the boolean %j", (value, read) => {
  expect(reading(value).boolean("it", true)).toBe(read);
});

test.each(["yes", "1", "TrUe", "true "])("the boolean %j is a problem", (value) => {
  const read = reading(value);
  read.boolean("it", true);
  expect(read.problems).toEqual([{ input: "it", value, message: "It must be true or false." }]);
});

test.each(["0", "-1", "1.5", "1e3", "007", "9".repeat(16), "12 "])("the positive integer %j is a problem", (value) => {
  const read = reading(value);
  expect(read.positiveInteger("it")).toBeUndefined();
  expect(read.problems).toHaveLength(1);
});

test("a positive integer is read exactly", () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 999_999_999_999_999 }), (number) => {
      expect(reading(String(number)).positiveInteger("it")).toBe(number);
    }),
  );
});

test("a choice names what is allowed", () => {
  const read = reading("sometimes");
  read.oneOf("it", ["auto", "always"], "auto");
  expect(read.problems[0]?.message).toBe("It must be one of auto, always.");
});

test("what is not given is neither read nor a problem", () => {
  const read = reading("");
  expect([read.text("it"), read.positiveInteger("it"), read.matching("it", /^x$/, "x")]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  expect(read.problems).toEqual([]);
});
