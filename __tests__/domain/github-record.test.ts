import { expect, test } from "@jest/globals";
import { standingOf } from "../../src/domain/github-record.ts";

/** GraphQL's `DeploymentState` and `DeploymentStatusState`, and REST's states of a deployment status. */
test.each([
  ["ABANDONED", "under-way"],
  ["ACTIVE", "live"],
  ["DESTROYED", "ended"],
  ["ERROR", "failed"],
  ["FAILURE", "failed"],
  ["INACTIVE", "ended"],
  ["IN_PROGRESS", "under-way"],
  ["PENDING", "under-way"],
  ["QUEUED", "under-way"],
  ["SUCCESS", "live"],
  ["WAITING", "under-way"],
])("%s is %s, in both spellings", (state, standing) => {
  expect([standingOf(state), standingOf(state.toLowerCase())]).toEqual([standing, standing]);
});

test.each(["", "PAUSED", "constructor", "__proto__", "live", "ACTIVE "])("I8: %j is unknown", (state) => {
  expect(standingOf(state)).toBe("unknown");
});
