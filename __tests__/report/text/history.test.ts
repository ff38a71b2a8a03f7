import { describe, expect, test } from "@jest/globals";
import type { History, HistoryEntry } from "../../../src/plan/history.ts";
import { historyLines, historySection } from "../../../src/report/text/history.ts";
import fc from "../../property.ts";
import { aliveIn, hostilePieces } from "../alive.ts";

const entry = (deploymentId: string, fields: Partial<HistoryEntry> = {}): HistoryEntry => ({
  deploymentId,
  at: Date.parse("2026-11-22T10:12:00Z"),
  rolledBack: false,
  commit: "c0ffee1234567890",
  runId: "4711",
  who: "ada",
  exists: true,
  ...fields,
});

const history: History = {
  source: "tag",
  entries: [
    entry("new111"),
    entry("bad111", { rolledBack: true }),
    entry("old111", { exists: false, commit: undefined, runId: undefined, who: undefined }),
  ],
};

test("the log has a line a deployment", () => {
  expect(historyLines(history, "new111")).toEqual([
    "What the stage served, newest first (from the stage's history tag):",
    "new111, 2026-11-22 10:12 UTC, commit c0ffee1, run 4711, by ada, serves now",
    "bad111, 2026-11-22 10:12 UTC, commit c0ffee1, run 4711, by ada, rolled back from",
    "old111, 2026-11-22 10:12 UTC, deleted",
  ]);
});

test("the table links commits and runs, and leaves empty what is not known", () => {
  const table = historySection(history, "new111", "https://github.com/acme/orders").split("\n");
  expect(table).toContain(
    "| `new111` | 2026-11-22 10:12 UTC | [`c0ffee1`](<https://github.com/acme/orders/commit/c0ffee1234567890>) | [`4711`](<https://github.com/acme/orders/actions/runs/4711>) | `ada` | serves now |",
  );
  expect(table).toContain("| `old111` | 2026-11-22 10:12 UTC |  |  |  | deleted |");
});

describe("a stage without a past", () => {
  test("says so in both", () => {
    const none: History = { source: "none", entries: [] };
    expect(historyLines(none, "new111")).toEqual(["Nothing is known about what the stage served before."]);
    expect(historySection(none, "new111", "")).toBe("Nothing is known about what the stage served before.");
  });
});

test("a name out of a record cannot break the table or mention anybody", () => {
  const table = historySection(
    { source: "records", entries: [entry("a", { who: "x | @octocat" })] },
    "a",
    "https://github.com/a/b",
  );
  expect(table).toMatch(/\| [^|]*x \\\| [^|]*octocat[^|]* \| serves now \|$/);
  expect(table).not.toMatch(/\| x|\s@octocat/);
});

test("nothing out of a record comes alive", () => {
  const text = fc.array(fc.constantFrom(...hostilePieces), { maxLength: 8 }).map((pieces) => pieces.join(""));
  fc.assert(
    fc.property(text, text, text, (who, commit, runId) => {
      const section = historySection(
        { source: "records", entries: [entry("a", { who, commit, runId })] },
        "a",
        "https://github.com/a/b",
      );
      expect(aliveIn(section)).toEqual([]);
    }),
  );
});
