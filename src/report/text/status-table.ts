import type { Status } from "../../plan/status/status.ts";
import { code, link, plain } from "./markdown.ts";
import { type ApiView, apiView, type Cell, COLUMNS } from "./status-view.ts";

/** A status as lines of the log and as Markdown. */

/** `repositoryId`: that of the run. */
export const statusLines = ({ restApis, ...found }: Status, repositoryId: string): readonly string[] =>
  restApis
    .map((api) => apiView(api, found, repositoryId))
    .flatMap(({ headline, rows, findings, unknown }) => [
      headline,
      ...(rows.length === 0 ? [] : columns([COLUMNS, ...rows.map((row) => row.map(({ text }) => text))])),
      ...findings,
      ...unknown,
    ]);

/** Columns as wide as their widest cell, two blanks apart. */
const columns = (rows: readonly (readonly string[])[]): readonly string[] => {
  const widths = COLUMNS.map((_, column) => Math.max(...rows.map((row) => [...(row[column] ?? "")].length)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell + " ".repeat((widths[column] ?? 0) - [...cell].length))
      .join("  ")
      .trimEnd(),
  );
};

/** `repositoryUrl`: the repository's page. */
export const statusTable = ({ restApis, ...found }: Status, repositoryId: string, repositoryUrl: string): string =>
  restApis.map((api) => apiSection(apiView(api, found, repositoryId), repositoryUrl)).join("\n\n");

const apiSection = ({ headline, rows, findings, unknown }: ApiView, repositoryUrl: string): string =>
  [
    `**${plain(headline)}**`,
    rows.length === 0
      ? ""
      : [
          rowText([...COLUMNS]),
          rowText(COLUMNS.map(() => "---")),
          ...rows.map((row) => rowText(row.map((cell) => cellText(cell, repositoryUrl)))),
        ].join("\n"),
    [...findings, ...unknown].map((line) => `- ${plain(line)}`).join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");

const rowText = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const cellText = ({ text, kind, path }: Cell, repositoryUrl: string): string => {
  if (kind === "url") return link(code(text), text);
  if (kind === "words") return plain(text);
  return path === undefined ? code(text) : link(code(text), `${repositoryUrl}/${path}`);
};
