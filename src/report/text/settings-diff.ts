import { MASK } from "../../inputs/settings/secret-names.ts";
import type { SettingChange } from "../../plan/settings/change.ts";
import { code } from "./markdown.ts";

/** Rows of a table; a comment has limited room, and the log shows all. */
const MAX_ROWS = 50;

/** Settings by name are long enough; values can have kilobytes. */
const MAX_VALUE = 120;

const UNSET = "not set";

type Shown = { readonly setting: string; readonly from: string; readonly to: string; readonly source: string };

/** A setting's value as people see it. */
export const shownValue = (value: string | undefined, masked: true | undefined): string => {
  if (value === undefined) return UNSET;
  if (masked) return MASK;
  return value.length <= MAX_VALUE ? value : `${value.slice(0, MAX_VALUE - 3)}...`;
};

const shown = ({ setting, from, to, source, masked }: SettingChange): Shown => {
  return { setting, from: shownValue(from, masked), to: shownValue(to, masked), source };
};

/** The changes for the log, a line each; one that says so when there are none. */
export const settingsLines = (changes: readonly SettingChange[]): readonly string[] =>
  changes.length === 0
    ? ["The stage's settings are as declared: unchanged."]
    : changes.map(shown).map(({ setting, from, to, source }) => `${setting}: ${from} -> ${to} (${source})`);

/** The changes as a Markdown table; empty when there are none. */
export const settingsTable = (changes: readonly SettingChange[]): string => {
  if (changes.length === 0) return "";
  const rows = changes.slice(0, MAX_ROWS).map(shown);
  const more = changes.length - rows.length;
  return [
    "| Setting | From | To | Declared in |",
    "| :-- | :-- | :-- | :-- |",
    ...rows.map(
      ({ setting, from, to, source }) => `| ${code(setting)} | ${cell(from)} | ${cell(to)} | ${code(source)} |`,
    ),
    ...(more > 0 ? [`\n… and ${more} more; the log has them all.`] : []),
  ].join("\n");
};

const cell = (value: string): string => (value === UNSET ? `_${UNSET}_` : code(value));
