import { minuteText } from "../../domain/time-text.ts";
import type { History, HistoryEntry } from "../../plan/history.ts";
import { code, link } from "./markdown.ts";

/** What a stage served, for people: who wants to go back needs an id, and a reason to choose it. */

const ORIGINS: Readonly<Record<History["source"], string>> = {
  tag: "from the stage's history tag",
  records: "from this repository's GitHub deployments",
  markers: "from the descriptions of the API's deployments; the times are those of their making",
  none: "from GitHub deployments that nothing bears out",
};

const stateOf = ({ deploymentId, rolledBack, exists, claimed }: HistoryEntry, serves: string): string => {
  if (deploymentId === serves) return "serves now";
  if (!exists) return "deleted";
  if (claimed === true) return "not proven";
  return rolledBack ? "rolled back from" : "";
};

const shortCommit = (entry: HistoryEntry): string => entry.commit?.slice(0, 7) ?? "";

/** A line a deployment, newest first. `serves`: the deployment that the stage serves now. */
export const historyLines = (history: History, serves: string): readonly string[] =>
  history.entries.length === 0
    ? ["Nothing is known about what the stage served before."]
    : [
        `What the stage served, newest first (${ORIGINS[history.source]}):`,
        ...history.entries.map((entry) =>
          [
            entry.deploymentId,
            minuteText(entry.at),
            entry.commit === undefined ? "" : `commit ${shortCommit(entry)}`,
            entry.runId === undefined ? "" : `run ${entry.runId}`,
            entry.who === undefined ? "" : `by ${entry.who}`,
            stateOf(entry, serves),
          ]
            .filter((part) => part !== "")
            .join(", "),
        ),
      ];

/** Anybody who may write records can put anything in them: only what looks like an id becomes part of a link. */
const linked = (label: string, id: string | undefined, shape: RegExp, base: string): string =>
  id !== undefined && shape.test(id) ? link(code(label), `${base}/${id}`) : code(label);

/** The same as a Markdown table. `repositoryUrl` is the repository's page, `https://github.com/acme/orders`. */
export const historySection = (history: History, serves: string, repositoryUrl: string): string => {
  if (history.entries.length === 0) return "Nothing is known about what the stage served before.";
  const rows = history.entries.map((entry) =>
    [
      code(entry.deploymentId),
      minuteText(entry.at),
      linked(shortCommit(entry), entry.commit, /^[0-9a-f]{7,64}$/, `${repositoryUrl}/commit`),
      linked(entry.runId ?? "", entry.runId, /^[0-9]{1,20}$/, `${repositoryUrl}/actions/runs`),
      code(entry.who ?? ""),
      stateOf(entry, serves),
    ].join(" | "),
  );
  return [
    `What the stage served, newest first (${ORIGINS[history.source]}):`,
    [
      "| Deployment | Since | Commit | Run | By | State |",
      "| :-- | :-- | :-- | :-- | :-- | :-- |",
      ...rows.map((row) => `| ${row} |`),
    ].join("\n"),
  ].join("\n\n");
};
