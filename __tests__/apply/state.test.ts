import { describe, expect, test } from "@jest/globals";
import { noProgress, type Progress, type StepResult } from "../../src/apply/progress.ts";
import { removalLines, removalSummary, seenByCallers, stateOf } from "../../src/apply/state.ts";
import type { Acted } from "../../src/domain/errors.ts";
import type { Plan } from "../../src/plan/plan.ts";
import { deploymentStep } from "../../src/plan/removal.ts";
import type { Step } from "../../src/plan/step.ts";
import {
  evicting,
  eviction,
  failure,
  lastingPlan,
  newPreview,
  oldDeployments,
  preview,
  removals,
  toExisting,
} from "./scene.ts";

const progressed = (changes: Partial<Progress>): Progress => ({ ...noProgress(), ...changes });

/** The steps up to `kind` as they were taken, the last of them so. */
const takenTo = (plan: Plan, kind: Step["kind"], result: StepResult, acted: Acted = "no"): Progress["taken"] => {
  const last = plan.steps.findIndex((step) => step.kind === kind);
  return plan.steps.slice(0, last + 1).map((step, index) => {
    const failed = index === last && result === "failed";
    const well = step.kind === "delete-stage" ? "deleted" : "done";
    return { step, result: index === last ? result : well, error: failed ? failure("UPSTREAM", acted) : undefined };
  });
};
const made = { made: "new222" };

describe("I9: a failed run says what state it leaves", () => {
  test.each<[string, Plan, Partial<Progress>, string, boolean]>([
    ["before anything", newPreview, {}, "Stage pr-7 was not created.", false],
    ["before anything", preview, {}, "Stage pr-7 still serves deployment old111; callers notice nothing.", false],
    [
      "in the making of the deployment",
      preview,
      {},
      "Stage pr-7 still serves deployment old111; callers notice nothing.",
      false,
    ],
    [
      "when others have changed the stage",
      preview,
      { ...made, changedByOthers: true },
      "This run did not point stage pr-7, and it is not known what the stage serves now. Deployment new222 was created and no stage serves it; running this job again uses it.",
      false,
    ],
    [
      "in the looking at the new deployment",
      preview,
      made,
      "Stage pr-7 still serves deployment old111; callers notice nothing. Deployment new222 was created and no stage serves it; running this job again uses it.",
      false,
    ],
    [
      "after the deployment",
      preview,
      { ...made, taken: takenTo(preview, "update-stage", "failed", "no") },
      "Stage pr-7 still serves deployment old111; callers notice nothing. Deployment new222 was created and no stage serves it; running this job again uses it.",
      false,
    ],
    [
      "in the pointing",
      preview,
      { ...made, taken: takenTo(preview, "update-stage", "failed", "unknown") },
      "It is not known whether stage pr-7 was changed. Deployment new222 was created and no stage serves it; running this job again uses it.",
      true,
    ],
    [
      "in the pointing",
      toExisting,
      { taken: takenTo(toExisting, "update-stage", "failed", "unknown") },
      "It is not known whether stage pr-7 was changed.",
      true,
    ],
    [
      "in an eviction: the stage itself was not reached",
      evicting(2),
      { ...made, taken: takenTo(evicting(2), "delete-stage", "failed", "unknown") },
      "Stage pr-7 was not created. Deployment new222 was created and no stage serves it; running this job again uses it. It is not known whether stage pr-2 was deleted.",
      true,
    ],
    [
      "after an eviction: a caller of that one notices",
      evicting(2),
      { ...made, taken: takenTo(evicting(2), "create-stage", "failed", "no") },
      "Stage pr-7 was not created. Deployment new222 was created and no stage serves it; running this job again uses it. Stage pr-2 was deleted.",
      true,
    ],
    [
      "after the pointing",
      preview,
      { ...made, pointedAt: "new222", taken: takenTo(preview, "update-stage", "done") },
      "Stage pr-7 was pointed at deployment new222.",
      true,
    ],
    [
      "between the pointing and the last settings",
      preview,
      { ...made, pointedAt: "new222", taken: takenTo(preview, "create-deployment", "done") },
      "Stage pr-7 was pointed at deployment new222. Not all of its settings are as declared; running this job again applies them.",
      true,
    ],
    [
      "between the pointing and the history, which is no setting",
      lastingPlan,
      { ...made, pointedAt: "new222", taken: takenTo(lastingPlan, "update-stage", "done") },
      "Stage prod was pointed at deployment new222.",
      true,
    ],
  ])("%s: case %#", (_, plan, changes, state, seen) => {
    const progress = progressed(changes);
    expect(stateOf(plan, progress)).toBe(state);
    expect(seenByCallers(plan, progress, true)).toBe(seen);
  });

  test("an eviction inside the creation of the stage is what is unclear, not the stage", () => {
    const [, create] = newPreview.steps;
    const error = failure("UPSTREAM", "unknown");
    if (create === undefined) throw new Error("no stage is created");
    const taken = [
      { step: eviction(2), result: "failed", error } as const,
      { step: create, result: "failed", error } as const,
    ];
    expect(stateOf(newPreview, progressed({ ...made, taken }))).toMatch(
      /^Stage pr-7 was not created\..* It is not known whether stage pr-2 was deleted\.$/,
    );
  });
});

describe("what was removed", () => {
  const steps = [eviction(7), deploymentStep("d1", "it was made for it")];
  const results: readonly StepResult[] = ["deleted", "absent", "not-ours", "in-use"];

  test.each(results.map((result) => [result]))("is told by the step's end: %s", (result) => {
    const [line] = removalLines([{ step: eviction(7), result, error: undefined }]);
    expect(line).toMatch(/^Stage pr-7 was .*\.$/);
    expect(line?.includes("was deleted")).toBe(result === "deleted");
  });

  test("is said of a deletion, or that nothing was", () => {
    const plan = removals("delete", ...steps);
    const taken = [{ step: eviction(7), result: "deleted", error: undefined } as const];
    expect(stateOf(plan, noProgress())).toBe("Nothing was removed.");
    expect(stateOf(plan, progressed({ taken }))).toBe(
      "Stage pr-7 was deleted. Running the job again carries on from there.",
    );
  });

  test("is counted for a sweep, with what was not reached", () => {
    const plan = removals("sweep", ...steps, ...oldDeployments(3));
    const taken = steps.map((step) => ({ step, result: "deleted", error: undefined }) as const);
    expect(removalSummary(plan, progressed({ taken }))).toBe(
      "Deleted 1 stage and 1 deployment. 3 of 5 steps were not reached; the next sweep goes on.",
    );
    expect(removalSummary(removals("sweep"), noProgress())).toBe("Nothing to sweep.");
  });

  test("is noticed where a stage went, or may have gone, and nowhere else", () => {
    const plan = removals("sweep", ...steps);
    const seen = (result: StepResult, acted: Acted = "no", step: Step = eviction(7)) =>
      seenByCallers(
        plan,
        progressed({ taken: [{ step, result, error: result === "failed" ? failure("UPSTREAM", acted) : undefined }] }),
        false,
      );
    expect([seen("deleted"), seen("failed", "unknown")]).toEqual([true, true]);
    expect([seen("absent"), seen("not-ours"), seen("failed", "no")]).toEqual([false, false, false]);
    expect(seen("deleted", "no", deploymentStep("d1", ""))).toBe(false);
  });
});

test("settings that no caller can notice change nothing for callers", () => {
  const silent = preview.steps.map((step) => ({ ...step, seenByCallers: false }));
  const settingsChanged = progressed({ settingsChanged: true });
  expect(seenByCallers({ ...preview, steps: silent }, settingsChanged, false)).toBe(false);
  expect(seenByCallers(preview, settingsChanged, false)).toBe(true);
});
