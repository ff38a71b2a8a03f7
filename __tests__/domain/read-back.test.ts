import { describe, expect, test } from "@jest/globals";
import { markerOf, describe as markFor } from "../../src/domain/marker.ts";
import { ownerTags } from "../../src/domain/owner.ts";
import { HISTORY_TAG, historyTag, parseHistoryTag } from "../../src/plan/history.ts";
import { draftTags } from "../../src/plan/provenance.ts";
import { aRun } from "../requests.ts";

const address = { restApiId: "a1b2c3d4e5", stageName: "prod" };
const provenance = {
  repositoryId: "42",
  pullRequest: undefined,
  ref: undefined,
  commit: aRun().commit,
  runId: "1",
  attempt: 1,
  definition: "0123456789abcdef",
};

describe("a mark that could not be read back is never written:", () => {
  test.each([
    ["a deployment of no run", () => markFor(markerOf(aRun({ runId: "" }), "prod"))],
    ["a deployment of no commit", () => markFor(markerOf(aRun({ commit: "" }), "prod"))],
    ["a deployment of no attempt", () => markFor(markerOf(aRun({ attempt: Number.NaN }), "prod"))],
    ["a deployment of attempt 1e21", () => markFor(markerOf(aRun({ attempt: 1e21 }), "prod"))],
    ["a stage of no repository", () => ownerTags({ repositoryId: "", pullRequest: 7 }, address)],
    ["a stage of pull request 0", () => ownerTags({ repositoryId: "42", pullRequest: 0 }, address)],
    [
      "a stage of an API in capitals",
      () => ownerTags({ repositoryId: "42", pullRequest: 7 }, { ...address, restApiId: "A1" }),
    ],
    ["a draft of no run", () => draftTags({ ...provenance, runId: "" }, "a1b2c3d4e5")],
    ["a draft of half a digest", () => draftTags({ ...provenance, definition: "0123" }, "a1b2c3d4e5")],
  ])("%s", (_, write) => expect(write).toThrow("would not be read back"));

  test("an entry of the history that is none does not take the others with it", () => {
    const entry = (deploymentId: string, at = 1_700_000_000_000) => ({ deploymentId, at, rolledBack: false });
    const tags = historyTag(
      [entry("ABC"), entry("new111"), entry("a b"), entry("nan111", Number.NaN), entry("old111")],
      address,
    );
    expect(tags[HISTORY_TAG]).not.toContain("ABC");
    expect(parseHistoryTag(tags, address)?.map(({ deploymentId }) => deploymentId)).toEqual(["new111", "old111"]);
  });
});
