import { describe, expect, test } from "@jest/globals";
import { noProgress } from "../../../src/apply/progress.ts";
import { ActionError } from "../../../src/domain/errors.ts";
import { sweepPage, sweepViewOf } from "../../../src/report/text/sweep-page.ts";
import { eviction, oldDeployments, removals } from "../../apply/scene.ts";
import fc from "../../property.ts";
import { aRecord, aSweep } from "../../requests.ts";
import { aliveIn, hostilePieces } from "../alive.ts";
import { endOf, failure } from "../outcomes.ts";

const plan = removals("sweep", eviction(7), ...oldDeployments(2));
const [stage, first] = plan.steps;
if (stage === undefined || first === undefined) throw new Error("nothing to sweep");
const progress = { ...noProgress(), taken: [{ step: stage, result: "deleted", error: undefined } as const] };
const ending = { record: aRecord(), because: "stage pr-7 was deleted", once: "always" } as const;

describe("how far a sweep came", () => {
  test("is told by step, in the plan's order: what was not reached was not reached", () => {
    expect(sweepViewOf(endOf(aSweep(), { plan, progress }), [ending])).toMatchObject({
      results: ["deleted", "not-reached", "not-reached"],
      closedRecords: [{ stageName: "pr-7", because: "stage pr-7 was deleted" }],
      plannedRecords: [],
    });
  });

  test("is nowhere in a dry run, which tells the records that would be closed", () => {
    const outcome = endOf(aSweep({ dryRun: true }), { plan: { ...plan, records: [ending] } });
    expect(sweepViewOf(outcome, [])).toMatchObject({
      results: ["planned", "planned", "planned"],
      closedRecords: [],
      plannedRecords: [{ stageName: "pr-7" }],
    });
  });

  test("is not known without a plan", () => {
    expect(sweepViewOf(endOf(aSweep(), {}, failure("No.")), [])).toBeUndefined();
  });
});

test.each([
  [endOf(aSweep(), { plan, progress }), "### 🧹 `a1b2c3d4e5` · sweep"],
  [endOf(aSweep({ dryRun: true }), { plan }), "### 📝 `a1b2c3d4e5` · plan for a sweep, nothing was changed"],
  [endOf(aSweep(), { plan, progress }, failure("No.")), " · sweep not finished"],
  [endOf(aSweep(), {}, failure("No.")), " · sweep failed, nothing was removed"],
  [endOf(aSweep(), { plan }, failure("Stopped.", "CANCELLED")), " · sweep cancelled"],
])("the page of a sweep says at its top how it ended: case %#", (outcome, headline) => {
  expect(sweepPage(outcome, [], []).split("\n")[0]).toContain(headline);
});

test("it carries the error, what was done all the same, and the warnings", () => {
  const text = sweepPage(endOf(aSweep(), { plan, progress }, failure("It is on fire.")), [], ["No permission"]);
  expect(text).toContain("It is on fire.");
  expect(text).toContain("| Stage `pr-7` | deleted |");
  expect(text).toContain("- ⚠️ No permission");
});

test("I10: whatever services and warnings say stays text", () => {
  const hostile = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(hostile, hostile, (happened, warning) => {
      const error = new ActionError({ code: "UPSTREAM", doing: "sweep", happened, acted: "no", state: happened });
      expect(aliveIn(sweepPage(endOf(aSweep(), { plan }, error), [], [warning]))).toEqual([]);
    }),
  );
});
