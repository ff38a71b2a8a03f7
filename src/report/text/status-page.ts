import { ALL } from "../../inputs/status-request.ts";
import type { Links } from "../links.ts";
import type { Outcome } from "../outcome.ts";
import { errorSection } from "./error-text.ts";
import { SUMMARY_LIMIT, wholeLines } from "./fitting.ts";
import { code, plain } from "./markdown.ts";
import { item } from "./prose.ts";
import { statusTable } from "./status-table.ts";
import { statusSentence } from "./status-view.ts";

const headline = ({ request, status, error }: Outcome): string => {
  const sign = error === undefined ? "📋" : error.kind === "cancelled" ? "⚪" : "❌";
  if (request.restApiId === ALL) return `### ${sign} All APIs · status`;
  const name = request.label ?? status?.restApis[0]?.name ?? "";
  return `### ${sign} ${name.trim() === "" ? code(request.restApiId) : plain(name)} · status`;
};

const CUT = "… The rest did not fit; all of it is in the log.";

/** The job summary of a status. */
export const statusPage = (outcome: Outcome, { repositoryUrl }: Links, warnings: readonly string[]): string => {
  const { request, error, status } = outcome;
  return [
    headline(outcome),
    error === undefined ? "" : errorSection(error, request.run.actionUrl, SUMMARY_LIMIT / 4),
    status === undefined ? "" : plain(statusSentence(status)),
    status === undefined
      ? ""
      : wholeLines(statusTable(status, request.run.repository.id, repositoryUrl), SUMMARY_LIMIT / 2, CUT),
    wholeLines(warnings.map((warning) => `- ⚠️ ${item(warning)}`).join("\n"), SUMMARY_LIMIT / 8, CUT),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};
