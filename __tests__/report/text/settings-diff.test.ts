import { expect, test } from "@jest/globals";
import type { SettingChange } from "../../../src/plan/settings/change.ts";
import { code } from "../../../src/report/text/markdown.ts";
import { settingsLines, settingsTable } from "../../../src/report/text/settings-diff.ts";

const change = (setting: string, from: string | undefined, to: string | undefined): SettingChange => ({
  setting,
  from,
  to,
  source: "stages.pr-*",
});

test("nothing changed is one line in the log and nothing elsewhere", () => {
  expect(settingsLines([])).toEqual([expect.stringMatching(/unchanged/)]);
  expect(settingsTable([])).toBe("");
});

test("each change is told with both values and its source", () => {
  const changes = [change("caching.ttl", "300", "60"), change("variables.old", "x", undefined)];
  expect(settingsLines(changes)).toEqual([
    "caching.ttl: 300 -> 60 (stages.pr-*)",
    "variables.old: x -> not set (stages.pr-*)",
  ]);
  expect(settingsTable(changes)).toBe(
    [
      "| Setting | From | To | Declared in |",
      "| :-- | :-- | :-- | :-- |",
      "| `caching.ttl` | `300` | `60` | `stages.pr-*` |",
      "| `variables.old` | `x` | _not set_ | `stages.pr-*` |",
    ].join("\n"),
  );
});

test("masked values are in neither column", () => {
  const masked: SettingChange = { ...change("variables.db_password", "hunter2", "hunter3"), masked: true };
  expect(settingsLines([masked])).toEqual(["variables.db_password: *** -> *** (stages.pr-*)"]);
  expect(settingsTable([masked])).not.toMatch(/hunter/);
});

test("no text in a value comes alive", () => {
  const value = "`@all` | x\n| b";
  const [row = ""] = settingsTable([change("description", value, "<img>")])
    .split("\n")
    .slice(2);
  expect(row).toBe(`| ${code("description")} | ${code(value)} | ${code("<img>")} | ${code("stages.pr-*")} |`);
  expect(row.match(/(?<!\\)\|/g)).toHaveLength(5);
});

test("long values and many changes are cut short, and the table says so", () => {
  const many = Array.from({ length: 60 }, (_, index) => change(`variables.v${index}`, undefined, "x".repeat(500)));
  expect(settingsLines(many)).toHaveLength(60);
  const table = settingsTable(many);
  expect(table).toContain("`variables.v49`");
  expect(table).not.toContain("`variables.v50`");
  expect(table).toContain("10 more");
  expect(table.length).toBeLessThan(15_000);
});
