import type { BreakingChange, ContractComparison } from "../../domain/contract.ts";
import type { RouteChanges } from "../../plan/plan.ts";
import { breakingRoutes } from "../../plan/routes/breaking.ts";
import { code, plain } from "./markdown.ts";
import { paragraphs } from "./prose.ts";
import { tablesWithin } from "./route-diff.ts";

/** Whether callers break, in the routes and in what they send and get: only where somebody asked. */
type Told = { readonly contract: ContractComparison | undefined; readonly routes: RouteChanges | undefined };

/** All that breaks callers; `undefined` where that is not known. */
const changesIn = ({ contract, routes }: Told): readonly BreakingChange[] | undefined => {
  if (contract?.kind !== "compared") return contract?.kind === "nothing" ? [] : undefined;
  return [...(routes === undefined ? [] : breakingRoutes(routes.diff)), ...contract.changes];
};

/** Empty where it is not known: no data is not zero. */
export const breakingOutput = (told: Told): string => String(changesIn(told)?.length ?? "");

const comparedText = (contract: ContractComparison): string =>
  contract.kind === "compared"
    ? `\`${contract.after}\` was compared with \`${contract.before}\`.`
    : contract.kind === "nothing"
      ? `Nobody can break yet. ${contract.because}`
      : `Parameters and bodies are not compared. ${contract.because}`;

/** Of the log; nobody reads more. */
const MOST_LINES = 1000;

export const contractLines = (told: Told): readonly string[] => {
  const { contract } = told;
  if (contract === undefined) return [];
  const lines = [
    ...(changesIn(told) ?? []).map(({ route, what }) => `breaking: ${route}: ${what}`),
    ...notCompared(contract).map(({ route, what }) => `not known whether it breaks callers: ${route}: ${what}`),
  ];
  const more = lines.length - MOST_LINES;
  return [
    `${lines.length === 0 && contract.kind === "compared" ? "None found. " : ""}${comparedText(contract).replaceAll("`", "")}`,
    ...lines.slice(0, MOST_LINES),
    ...(more > 0 ? [`… and ${more} more`] : []),
  ];
};

const notCompared = (contract: ContractComparison): readonly BreakingChange[] =>
  contract.kind === "compared" ? contract.notCompared : [];

/** As Markdown, of about `limit` bytes at most. */
export const contractSection = (told: Told, limit: number): string => {
  const { contract } = told;
  if (contract === undefined) return "";
  const rows = (changes: readonly BreakingChange[]): readonly string[] =>
    changes.map(({ route, what }) => `| ${code(route)} | ${plain(what)} |`);
  const tables = tablesWithin(
    [
      {
        title: "⚠️ Breaking changes",
        head: "| ⚠️ Breaks callers | |\n| :-- | :-- |",
        rows: rows(changesIn(told) ?? []),
      },
      {
        title: "⚠️ Not compared",
        head: "| ⚠️ Not known whether it breaks callers | |\n| :-- | :-- |",
        rows: rows(notCompared(contract)),
      },
    ],
    limit,
  );
  const none = tables === "" && contract.kind === "compared" ? "none found. " : "";
  return [`**Breaking changes:** ${none}${paragraphs(comparedText(contract))}`, tables]
    .filter((part) => part !== "")
    .join("\n\n");
};
