import type { RecordEnding } from "../plan/records.ts";
import type { Links } from "./links.ts";
import { isAboutStage, type Outcome } from "./outcome.ts";
import { page } from "./text/page.ts";
import { sweepPage } from "./text/sweep-page.ts";

/** GitHub takes a mebibyte of job summary from a step; the rest is room for characters of more than one byte. */
const LIMIT = 400_000;

/** The job summary as Markdown. */
export const summaryOf = (
  outcome: Outcome,
  links: Links,
  retired: readonly RecordEnding[],
  warnings: readonly string[],
): string => (isAboutStage(outcome) ? page(outcome, links, warnings, LIMIT) : sweepPage(outcome, retired, warnings));
