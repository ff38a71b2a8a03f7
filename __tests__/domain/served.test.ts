import { expect, test } from "@jest/globals";
import { describeServed, describeServedAgain, servedByDescription } from "../../src/domain/served.ts";

test.each([
  [describeServed({ stageName: "prod", deploymentId: "k4d2fz", rollback: false }), "k4d2fz", false],
  [describeServed({ stageName: "prod", deploymentId: "k4d2fz", rollback: true }), "k4d2fz", true],
  [describeServed({ stageName: "prod", deploymentId: "k4d2fz", rollback: false }, "X-Preview: pr-7"), "k4d2fz", false],
  ["Stage prod serves deployment k4d2fz (header X-Prev", "k4d2fz", false],
  [describeServedAgain("prod", "k4d2fz"), "k4d2fz", false],
])("a status that says %j tells what the stage serves", (description, deploymentId, rollback) => {
  expect(servedByDescription(description)).toEqual({ stageName: "prod", deploymentId, rollback });
});

test("tells it of a stage of any name", () => {
  for (const stageName of ["pr-7", "a_b", "$default"]) {
    for (const text of [
      describeServed({ stageName, deploymentId: "k4d2fz", rollback: false }),
      describeServedAgain(stageName, "k4d2fz"),
    ])
      expect(servedByDescription(text)).toEqual({ stageName, deploymentId: "k4d2fz", rollback: false });
  }
});

test.each([
  "Stage prod was not deployed: THROTTLED",
  "Deploying stage prod",
  "x. Stage prod serves deployment k4d2fz",
  "",
])("a status that says %j tells nothing of it", (description) => {
  expect(servedByDescription(description)).toBeUndefined();
});
