import { expect, test } from "@jest/globals";
import { resultLine, statusDescription } from "../../../src/report/text/sentences.ts";
import { anOutcome, failure, url } from "../outcomes.ts";

test.each([
  ["a success", {}, `Result: updated. Stage pr-7 serves deployment new222 (before: old111). ${url}`],
  [
    "a failure",
    { result: "failed", deploymentId: "old111" },
    `Result: failed. Stage pr-7 serves deployment old111. ${url}`,
  ],
  [
    "a stage that was not made",
    { result: "failed", deploymentId: undefined, previousDeploymentId: undefined },
    "Result: failed. Stage pr-7 does not exist.",
  ],
] as const)("the log's last line after %s", (_, changes, line) => {
  expect(resultLine(anOutcome(changes), [])).toBe(line);
});

test.each([
  [{}, "Stage pr-7 serves deployment new222"],
  [{ error: failure("x"), changed: false }, "Stage pr-7 was not deployed: UPSTREAM"],
  [{ error: failure("x"), changed: true }, "Stage pr-7 has a problem: UPSTREAM"],
  [{ error: failure("x", "CANCELLED") }, "Cancelled"],
])("the record's description: %#", (changes, text) => {
  expect(statusDescription(anOutcome(changes))).toBe(text);
});
