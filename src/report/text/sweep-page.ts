import { commentMarker } from "../../domain/comment-marker.ts";
import type { RecordEnding } from "../../plan/records.ts";
import type { Outcome } from "../outcome.ts";
import { errorSection } from "./error-text.ts";
import { SUMMARY_LIMIT, wholeLines } from "./fitting.ts";
import { apiName } from "./headline.ts";
import { code, link } from "./markdown.ts";
import { inline, item } from "./prose.ts";
import { type SweepView, sweepTable } from "./sweep-table.ts";

/** What a sweep has done so far, for tables and sentences; `undefined` where it ended before there was a plan. */
export const sweepViewOf = (outcome: Outcome, retired: readonly RecordEnding[]): SweepView | undefined => {
  const { plan, taken, request } = outcome;
  if (plan === undefined) return undefined;
  const records = (endings: readonly RecordEnding[]) =>
    endings.map(({ record, because }) => ({ stageName: record.payload.stageName, because }));
  return {
    plan,
    results: request.dryRun
      ? plan.steps.map(() => "planned")
      : plan.steps.map((step) => taken.find((one) => one.step === step)?.result ?? "not-reached"),
    closedRecords: records(retired),
    plannedRecords: request.dryRun ? records(plan.records) : [],
  };
};

const headline = (outcome: Outcome): string => {
  const { request, plan, error } = outcome;
  const subject = `${apiName(outcome)} · sweep`;
  if (error === undefined)
    return request.dryRun ? `### 📝 ${apiName(outcome)} · plan for a sweep, nothing was changed` : `### 🧹 ${subject}`;
  if (error.kind === "cancelled") return `### ⚪ ${subject} cancelled`;
  return plan === undefined ? `### ❌ ${subject} failed, nothing was removed` : `### ❌ ${subject} not finished`;
};

const CUT = "… The rest did not fit; all of it is in the log.";

/** The job summary of a sweep. */
export const sweepPage = (outcome: Outcome, retired: readonly RecordEnding[], warnings: readonly string[]): string => {
  const { request, error } = outcome;
  const view = sweepViewOf(outcome, retired);
  return [
    headline(outcome),
    error === undefined ? "" : errorSection(error, request.run.actionUrl, SUMMARY_LIMIT / 4),
    view === undefined ? "" : wholeLines(sweepTable(view), SUMMARY_LIMIT / 2, CUT),
    wholeLines(warnings.map((warning) => `- ⚠️ ${item(warning)}`).join("\n"), SUMMARY_LIMIT / 4, CUT),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};

export type SweptPreview = {
  readonly restApiId: string;
  /** What people call the API, as Markdown. */
  readonly apiName: string;
  readonly stageName: string;
  /** Why it was removed, as the end of a sentence. */
  readonly because: string;
  /** Whether a new deployment could bring it back. */
  readonly pullRequestIsOpen: boolean;
  readonly logUrl: string;
  /** Who removed it, as the beginning of a sentence. Absent: a sweep. */
  readonly remover?: string;
};

/** What a preview's comment says once a sweep, or another preview that needed the room, has removed it. */
export const sweptPreviewComment = (swept: SweptPreview): string =>
  removedPreview(
    swept,
    `${link(swept.remover ?? "A sweep", swept.logUrl)} deleted the stage: ${inline(swept.because)}. Its URL does not answer any more.`,
  );

/** The same of a preview whose stage a run finds gone, by whatever hand. */
export const gonePreviewComment = (gone: Omit<SweptPreview, "because" | "remover">): string =>
  removedPreview(
    gone,
    `The stage is gone, as ${link("a later run", gone.logUrl)} found. Its URL does not answer any more.`,
  );

const removedPreview = (
  { restApiId, apiName: api, stageName, pullRequestIsOpen }: Omit<SweptPreview, "because" | "remover">,
  how: string,
): string =>
  [
    `${commentMarker(restApiId, stageName)}\n### ⚪ ${api} · preview ${code(stageName)} was removed`,
    how,
    ...(pullRequestIsOpen ? ["The next push to the pull request brings it back."] : []),
  ].join("\n\n");

/** Whether a comment's text says already that the preview is no more: this one, and that of a deletion. */
export const tellsRemoval = (text: string): boolean =>
  /^### (?:⚪|🧹) .* (?:was removed|is removed|is gone)$/m.test(text);
