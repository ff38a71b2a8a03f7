import { describe, expect, test } from "@jest/globals";
import type { Left } from "../../../src/plan/plan.ts";
import { deploymentStep } from "../../../src/plan/removal.ts";
import type { RemovalStep } from "../../../src/plan/step.ts";
import {
  type SweepResult,
  type SweepView,
  sweepLines,
  sweepSummary,
  sweepTable,
} from "../../../src/report/text/sweep-table.ts";
import fc from "../../property.ts";
import { aliveIn, hostilePieces } from "../alive.ts";

const stageStep = (stageName: string, because = "pull request #7 is closed"): RemovalStep => ({
  kind: "delete-stage",
  stageName,
  owner: { repositoryId: "42", pullRequest: 7 },
  deploymentId: "d1",
  createdAt: 1,
  because,
  seenByCallers: true,
});

const steps = [
  stageStep("pr-7"),
  deploymentStep("d1", "it was made for stage pr-7"),
  deploymentStep("d2", "it was made for stage pr-7"),
  deploymentStep("d3", "no stage references it"),
];
const left: readonly Left[] = [
  { kind: "stage", stageName: "prod", because: "it is not a preview" },
  { kind: "deployments", count: 20, because: "they are among the newest 20" },
];
const planOf = (changes: Partial<SweepView["plan"]> = {}): SweepView["plan"] => ({ steps, left, ...changes });
const outcome = (changes: Partial<SweepView> = {}): SweepView => ({
  plan: planOf(),
  results: ["deleted", "deleted", "deleted", "in-use"],
  closedRecords: [{ stageName: "pr-7", because: "stage pr-7 was deleted" }],
  plannedRecords: [],
  ...changes,
});

const rowsOf = (changes: Partial<SweepView> = {}): string[] =>
  sweepTable(outcome(changes))
    .split("\n")
    .filter((line) => line.startsWith("|"))
    .slice(2)
    .map((line) => line.replaceAll("\\", "").replaceAll("\u200b", ""));

describe("the table of a sweep", () => {
  test("says what was done, what was left, and why", () => {
    expect(rowsOf()).toEqual([
      "| Stage `pr-7` | deleted | pull request #7 is closed |",
      "| 2 deployments | deleted | it was made for stage pr-7 |",
      "| 1 deployment | kept: a stage references it | no stage references it |",
      "| 1 GitHub deployment | made inactive | stage pr-7 was deleted |",
      "| Stage `prod` | kept | it is not a preview |",
      "| 20 deployments | kept | they are among the newest 20 |",
    ]);
  });

  test("tells steps that failed and those that were not reached apart", () => {
    const results = ["failed", "deleted", "not-reached", "not-reached"] as const;
    const rows = rowsOf({ results });
    expect(rows[0]).toContain("not deleted: the request failed");
    expect(rows).toContain("| 1 deployment | not reached | it was made for stage pr-7 |");
    expect(sweepSummary(outcome({ results }))).toBe(
      "Deleted 0 stages and 1 deployment. 1 GitHub deployment made inactive. 2 of 4 steps were not reached; the next sweep goes on.",
    );
  });

  test("of a dry run promises nothing", () => {
    const planned = outcome({ results: steps.map((): SweepResult => "planned"), closedRecords: [] });
    expect(sweepSummary(planned)).toBe("Would delete 1 stage and 3 deployments.");
    expect(sweepTable(planned)).not.toContain("| deleted |");
    expect(sweepTable(planned)).toContain("would be deleted");
  });

  test("of a dry run shows the records that would be closed, also where nothing else is to be done", () => {
    const plannedRecords = [
      { stageName: "pr-7", because: "pull request #7 is closed" },
      { stageName: "pr-7", because: "pull request #7 is closed" },
    ];
    const planned = outcome({ plan: planOf({ steps: [], left: [] }), results: [], closedRecords: [], plannedRecords });
    expect(sweepSummary(planned)).toBe(
      "Would delete 0 stages and 0 deployments. 2 GitHub deployments would be made inactive.",
    );
    expect(sweepTable(planned)).toContain("| 2 GitHub deployments | would be made inactive |");
    expect(sweepLines(planned)).toEqual([
      "GitHub deployment of stage pr-7 would be made inactive (pull request #7 is closed).",
      "GitHub deployment of stage pr-7 would be made inactive (pull request #7 is closed).",
    ]);
  });

  test("of nothing is one sentence", () => {
    const nothing = outcome({ plan: planOf({ steps: [], left: [] }), results: [], closedRecords: [] });
    expect(sweepTable(nothing)).toBe("Nothing to sweep.");
    expect(sweepLines(nothing)).toEqual([]);
  });

  test("names the deployments below it", () => {
    const text = sweepTable(outcome());
    expect(text).toContain("`d1`, `d2`");
    expect(text).not.toContain("`d3`");
  });

  test("of hundreds stays short; the log names them all", () => {
    const many = Array.from({ length: 300 }, (_, index) => deploymentStep(`d${index}`, "no stage references it"));
    const large = outcome({ plan: planOf({ steps: many }), results: many.map((): SweepResult => "deleted") });
    expect(sweepTable(large)).toContain("and 200 more");
    expect(sweepTable(large).length).toBeLessThan(3000);
    expect(sweepLines(large).filter((line) => line.startsWith("Deployment "))).toHaveLength(300);
  });
});

test("the log has a line for every single thing", () => {
  expect(sweepLines(outcome())).toEqual([
    "Stage pr-7 deleted (pull request #7 is closed).",
    "Deployment d1 deleted (it was made for stage pr-7).",
    "Deployment d2 deleted (it was made for stage pr-7).",
    "Deployment d3 kept: a stage references it (no stage references it).",
    "GitHub deployment of stage pr-7 made inactive (stage pr-7 was deleted).",
    "Stage prod kept: it is not a preview.",
    "20 deployments kept: they are among the newest 20.",
  ]);
});

test("I10: names that others chose stay text", () => {
  const hostile = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 12 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(hostile, (text) => {
      const plan = planOf({
        steps: [stageStep(text, text)],
        left: [{ kind: "stage", stageName: text, because: `in use: usage plan ${text}` }],
      });
      expect(aliveIn(sweepTable(outcome({ plan, results: ["deleted"], closedRecords: [] })))).toEqual([]);
    }),
  );
});
