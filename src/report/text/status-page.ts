import { ALL } from "../../inputs/status-request.ts";
import type { Links } from "../links.ts";
import type { Outcome } from "../outcome.ts";
import { errorText } from "./error-text.ts";
import { SUMMARY_LIMIT, wholeLines, withoutMiddle } from "./fitting.ts";
import { code, codeBlock, plain } from "./markdown.ts";
import { statusTable } from "./status-table.ts";
import { statusSentence } from "./status-view.ts";

const CUT = "… The rest did not fit; all of it is in the log.";

/** The job summary of a status. */
export const statusPage = (outcome: Outcome, { repositoryUrl }: Links, warnings: readonly string[]): string => {
  const { request, error, status } = outcome;
  const subject =
    request.restApiId === ALL ? "Status of all REST APIs" : `Status of REST API ${code(request.restApiId)}`;
  return [
    `### ${error === undefined ? "📋" : error.kind === "cancelled" ? "⚪" : "❌"} ${subject}`,
    error === undefined ? "" : codeBlock(withoutMiddle(errorText(error, request.run.actionUrl), SUMMARY_LIMIT / 4)),
    status === undefined ? "" : plain(statusSentence(status)),
    status === undefined
      ? ""
      : wholeLines(statusTable(status, request.run.repository.id, repositoryUrl), SUMMARY_LIMIT / 2, CUT),
    wholeLines(warnings.map((warning) => `- ⚠️ ${plain(warning)}`).join("\n"), SUMMARY_LIMIT / 8, CUT),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};
