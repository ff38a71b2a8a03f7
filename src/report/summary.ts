import type { RecordEnding } from "../plan/records.ts";
import type { Links } from "./links.ts";
import { isAboutStage, type Outcome } from "./outcome.ts";
import { SUMMARY_LIMIT } from "./text/fitting.ts";
import { page } from "./text/page.ts";
import { statusPage } from "./text/status-page.ts";
import { sweepPage } from "./text/sweep-page.ts";

/** The job summary as Markdown, within what GitHub takes. */
export const summaryOf = (
  outcome: Outcome,
  links: Links,
  retired: readonly RecordEnding[],
  warnings: readonly string[],
): string =>
  isAboutStage(outcome)
    ? page(outcome, links, warnings, SUMMARY_LIMIT)
    : outcome.request.command === "status"
      ? statusPage(outcome, links, warnings)
      : sweepPage(outcome, retired, warnings);
