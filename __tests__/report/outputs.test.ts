import { describe, expect, test } from "@jest/globals";
import { outputsOf } from "../../src/report/outputs.ts";
import { evicting, eviction, removals } from "../apply/scene.ts";
import { aRecord, aRequest, aSweep } from "../requests.ts";
import { anOutcome, endOf, plan, url } from "./outcomes.ts";

describe("the outputs", () => {
  const reported = { recordId: 5, comment: { id: 6, url: "https://github.com/c" } };

  test("of a success", () => {
    expect(outputsOf(anOutcome(), reported)).toMatchObject({
      "invoke-url": url,
      "stage-name": "pr-7",
      "deployment-id": "new222",
      "previous-deployment-id": "old111",
      result: "updated",
      changed: "true",
      "github-deployment-id": "5",
      "comment-id": "6",
    });
  });

  test("give a private API's URL to later steps, though it is no link", () => {
    const invokeUrl = { kind: "private", url: "https://x-vpce-1.example/pr-7" } as const;
    expect(outputsOf(anOutcome({ invokeUrl }), reported)["invoke-url"]).toBe("https://x-vpce-1.example/pr-7");
  });

  test("are all there, and empty, when nothing is known", () => {
    const nothing = anOutcome({
      plan: undefined,
      invokeUrl: undefined,
      deploymentId: undefined,
      previousDeploymentId: undefined,
    });
    const outputs = outputsOf(nothing, { recordId: undefined, comment: undefined });
    expect(outputs).toMatchObject({ "invoke-url": "", "deployment-id": "", "comment-url": "", plan: "" });
  });

  test("say whether the plan has any step; without a plan that is not known", () => {
    const changes = (outcome: Parameters<typeof outputsOf>[0]) => outputsOf(outcome, reported)["has-changes"];
    expect(changes(anOutcome())).toBe("true");
    expect(changes(anOutcome({ plan: { ...plan, steps: [] } }))).toBe("false");
    expect(changes(anOutcome({ plan: undefined }))).toBe("");
  });

  test("of a sweep tell of no stage, and count records as changes", () => {
    const records = [{ record: aRecord(), because: "it is over", once: "always" }] as const;
    const outputs = outputsOf(endOf(aSweep(), { plan: { ...removals("sweep"), records } }), reported);
    expect(outputs).toMatchObject({
      "rest-api-id": "a1b2c3d4e5",
      result: "swept",
      changed: "false",
      "has-changes": "true",
    });
    expect(outputs).not.toHaveProperty(["stage-name"]);
  });

  test("hold the plan, with every eviction", () => {
    const told = JSON.parse(outputsOf(anOutcome({ plan: evicting(2) }), reported)["plan"] ?? "");
    expect(told.steps.map(({ kind }: { kind: string }) => kind)).toEqual([
      "create-deployment",
      "delete-stage",
      "create-stage",
    ]);
  });

  test("name the previews that made room; in a dry run those that would", () => {
    const evicted = (changes: Parameters<typeof anOutcome>[0]) =>
      outputsOf(anOutcome({ plan: evicting(2, 3), ...changes }), reported)["evicted-stages"];
    const gone = { step: eviction(2), result: "deleted", error: undefined } as const;
    const kept = { step: eviction(3), result: "not-ours", error: undefined } as const;
    expect(evicted({ taken: [gone, kept] })).toBe('["pr-2"]');
    expect(evicted({ request: aRequest({ dryRun: true }) })).toBe('["pr-2","pr-3"]');
    expect(evicted({ plan: undefined })).toBe("[]");
  });
});
