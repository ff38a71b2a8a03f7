import { describe, expect, test } from "@jest/globals";
import { noProgress } from "../../src/apply/progress.ts";
import type { Request } from "../../src/inputs/request.ts";
import type { Plan } from "../../src/plan/plan.ts";
import type { RecordEnding } from "../../src/plan/records.ts";
import { deploymentStep } from "../../src/plan/removal.ts";
import { logEnd, logPlan } from "../../src/report/log.ts";
import { evicting, eviction, newPreview, removals } from "../apply/scene.ts";
import { aRecord, aRequest, aSweep } from "../requests.ts";
import { aWorld } from "../world.ts";
import { endOf, failure } from "./outcomes.ts";

const shown = (request: Request, plan: Plan): readonly string[] => {
  const { log, lines } = aWorld();
  logPlan(request, plan, log);
  return lines;
};

describe("the log of a plan", () => {
  test("names every eviction in its place, and whose it is to go", () => {
    expect(shown(aRequest(), { ...evicting(2), notes: ["The oldest preview makes room."] })).toEqual([
      "The oldest preview makes room.",
      "# Plan",
      expect.stringMatching(/^1\. Create a deployment: /),
      "2. Delete stage pr-2: it is the oldest preview, and makes room (callers notice it).",
      expect.stringMatching(/^3\. Create stage pr-7: /),
    ]);
  });

  test("names, too, what would go where only the service knows that there is no place", () => {
    const ifFull = { kind: "evict", steps: [eviction(2)], because: "" } as const;
    const steps = newPreview.steps.map((step) => (step.kind === "create-stage" ? { ...step, ifFull } : step));
    expect(shown(aRequest(), { ...newPreview, steps })).toContain(
      "   If the API's quota of stages is used up: Delete stage pr-2: it is the oldest preview, and makes room (callers notice it).",
    );
  });

  test("of a sweep says what goes, and what stays and why", () => {
    const left = [{ kind: "stage", stageName: "prod", because: "it is not a preview" }] as const;
    expect(shown(aSweep(), { ...removals("sweep", eviction(7)), left })).toEqual([
      "# Plan",
      "1. Delete stage pr-7: it is the oldest preview, and makes room (callers notice it).",
      "Stage prod kept: it is not a preview.",
    ]);
  });
});

describe("the end of a log", () => {
  const plan = removals("sweep", eviction(7), deploymentStep("d1", "no stage references it"));
  const taken = plan.steps.map((step) => ({ step, result: "deleted", error: undefined }) as const);
  const retired: RecordEnding[] = [{ record: aRecord(), because: "stage pr-7 was deleted", once: "always" }];

  test("of a real sweep shows the result after the plan, a line for every single thing", () => {
    const { log, lines } = aWorld();
    logPlan(aSweep(), plan, log);
    const outcome = endOf(aSweep(), { plan, progress: { ...noProgress(), taken: [...taken] } });
    logEnd(outcome, retired, [], log);
    expect(lines).toEqual([
      "# Plan",
      expect.stringContaining("1. Delete stage pr-7"),
      expect.stringContaining("2. Delete deployment d1"),
      "# Result",
      expect.stringMatching(/^Stage pr-7 deleted /),
      "Deployment d1 deleted (no stage references it).",
      "GitHub deployment of stage pr-7 made inactive (stage pr-7 was deleted).",
      "Result: swept. Deleted 1 stage and 1 deployment. 1 GitHub deployment made inactive.",
    ]);
  });

  test("of a dry sweep promises nothing more than the plan", () => {
    const { log, lines } = aWorld();
    logEnd(endOf(aSweep({ dryRun: true }), { plan }), [], [], log);
    expect(lines).toEqual(["Result: planned. Would delete 1 stage and 1 deployment."]);
  });

  test("says once what the plan has said, then the warnings, the error, and the one line that ends it", () => {
    const { log, lines } = aWorld();
    const outcome = endOf(
      aRequest(),
      { plan: { ...newPreview, notes: ["Said."] }, progress: { ...noProgress(), notes: ["New."] } },
      failure("It is on fire."),
    );
    logEnd(outcome, [], ["A warning."], log);
    expect(lines).toEqual([
      "New.",
      "A warning.",
      expect.stringContaining("It is on fire."),
      "Result: failed. It is not known what stage pr-7 serves.",
    ]);
  });
});
