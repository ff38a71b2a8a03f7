import { describe, expect, test } from "@jest/globals";
import type { Plan } from "../../../src/plan/plan.ts";
import { diffRoutes } from "../../../src/plan/routes/diff.ts";
import type { Alternative, Step } from "../../../src/plan/step.ts";
import { planJson, planLines } from "../../../src/report/text/plan-text.ts";
import { eviction, lastingPlan, newPreview, planFor, removals } from "../../apply/scene.ts";
import { aRequest, aStage, observedWith } from "../../requests.ts";

describe("a plan in lines", () => {
  test("has one for each step, with its reason and whether callers notice it", () => {
    expect(planLines(lastingPlan)).toEqual([
      "1. Create a deployment: takes a snapshot of the API's draft; no stage serves it yet (no caller notices it).",
      "2. Point stage prod: the stage serves deployment old111; it will serve the new deployment (callers notice it).",
      "3. Keep the history of stage prod: a later rollback goes by it (no caller notices it).",
    ]);
  });

  const withIfFull = (ifFull: Alternative): Plan => ({
    ...newPreview,
    steps: newPreview.steps.map((step): Step => (step.kind === "create-stage" ? { ...step, ifFull } : step)),
  });

  test.each<[Alternative, readonly string[]]>([
    [{ kind: "fail", happened: "", remedy: "" }, []],
    [{ kind: "skip", notes: [] }, ["   If the API's quota of stages is used up, the run ends without it."]],
    [
      { kind: "evict", steps: [eviction(2)], because: "" },
      [
        "   If the API's quota of stages is used up: Delete stage pr-2: it is the oldest preview, and makes room (callers notice it).",
      ],
    ],
  ])("says what comes where the service alone knows that there is no place: case %#", (ifFull, expected) => {
    expect(planLines(withIfFull(ifFull)).slice(2)).toEqual(expected);
  });

  test.each([
    [{ ...newPreview, steps: [], unchangedBecause: "it serves it" }, "Nothing to do for stage pr-7: it serves it."],
    [{ ...newPreview, steps: [] }, "Nothing to do for stage pr-7: it is as it should be."],
    [{ ...newPreview, steps: [], result: "skipped" }, "Nothing is done for stage pr-7."],
    [removals("sweep"), "Nothing to sweep."],
  ] as const)("without steps is one sentence: case %#", (plan, line) => {
    expect(planLines(plan)).toEqual([line]);
  });
});

describe("I10: the plan as JSON", () => {
  const settings = {
    variables: {
      "api-token": { value: "s3cr3t-value", source: "settings" },
      alias: { value: "live", source: "settings" },
    },
  };

  test.each([
    ["a new stage", observedWith()],
    ["a stage that is there", observedWith({ stages: [aStage()] })],
  ])("keeps what looks secret to itself, for %s", (_, found) => {
    const text = planJson(planFor(aRequest({ settings }), found));
    expect(text).not.toContain("s3cr3t-value");
    expect(text).toContain('"live"');
    expect(text).toContain("***");
  });

  test("has the steps as they are", () => {
    expect(JSON.parse(planJson(lastingPlan)).steps.map(({ kind }: Step) => kind)).toEqual([
      "create-deployment",
      "update-stage",
      "keep-history",
    ]);
  });

  test("has a thousand entries of a list, and the number of the others", () => {
    const authorization = { authorizationType: "NONE", apiKeyRequired: false };
    const routesOf = (count: number) =>
      new Map(Array.from({ length: count }, (_, index) => [`GET /r${index}`, authorization]));
    const json = (count: number) =>
      JSON.parse(
        planJson({ ...lastingPlan, routes: { diff: diffRoutes(new Map(), routesOf(count)), comparedWith: "prod" } }),
      );
    const { routes, leftOut } = json(1203);
    expect(routes.added).toHaveLength(1000);
    expect(leftOut).toEqual({ added: 203 });
    expect(json(1000).routes.added).toHaveLength(1000);
    expect(json(1000)).not.toHaveProperty("leftOut");
  });
});
