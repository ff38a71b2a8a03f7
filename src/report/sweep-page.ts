import type { ActionError } from "../domain/errors.ts";
import type { SweepRequest } from "../inputs/sweep-request.ts";
import { commentMarker } from "./comment.ts";
import { errorText } from "./text/error-text.ts";
import { code, codeBlock, link, plain } from "./text/markdown.ts";
import { type SweepOutcome, sweepSummary, sweepTable } from "./text/sweep-table.ts";

/** How a sweep ended. `outcome` is absent where it ended before there was a plan. */
export type SweepEnd = {
  readonly request: SweepRequest;
  readonly outcome: SweepOutcome | undefined;
  readonly error: ActionError | undefined;
  /** Of observing and reporting; the plan has its own. */
  readonly warnings: readonly string[];
  /** Whether a caller of the API could notice what was done. */
  readonly changed: boolean;
};

const DAY = 24;

/** What the sweep was asked to do, for the log. */
export const sweepRequestLines = ({ restApiId, environment, ttl, keepDeployments, dryRun }: SweepRequest) => [
  `Sweep REST API ${restApiId}, and environment ${environment}.`,
  ttl === undefined ? "Previews do not expire." : `Previews expire ${ageOf(ttl)} after their last deployment.`,
  keepDeployments === 0
    ? "All unreferenced deployments are kept, but for those of previews that end."
    : `Of the unreferenced deployments, the newest ${keepDeployments} are kept.`,
  ...(dryRun ? ["Dry run: nothing is written to AWS or GitHub."] : []),
];

const ageOf = (milliseconds: number): string => {
  const hours = milliseconds / 3_600_000;
  const [count, unit] = hours % DAY === 0 ? [hours / DAY, "day"] : [hours, "hour"];
  return `${count} ${unit}${count === 1 ? "" : "s"}`;
};

const headline = ({ request, outcome, error }: SweepEnd): string => {
  const subject = `Sweep of REST API ${code(request.restApiId)}`;
  if (error === undefined) return request.dryRun ? `### 📝 ${subject}: plan, nothing was changed` : `### 🧹 ${subject}`;
  if (error.kind === "cancelled") return `### ⚪ ${subject}: cancelled`;
  return outcome === undefined ? `### ❌ ${subject}: nothing was removed` : `### ❌ ${subject}: not finished`;
};

/** The job summary. */
export const sweepPage = (end: SweepEnd): string => {
  const { request, outcome, error, warnings } = end;
  return [
    headline(end),
    error === undefined ? "" : codeBlock(errorText(error, request.run.actionUrl)),
    outcome === undefined ? "" : sweepTable(outcome),
    warnings.map((warning) => `- ⚠️ ${plain(warning)}`).join("\n"),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
};

export const sweepResult = ({ request, error }: SweepEnd): "swept" | "planned" | "failed" => {
  if (error !== undefined) return "failed";
  return request.dryRun ? "planned" : "swept";
};

/** The step's outputs, by the names of action.yml. */
export const sweepOutputs = (end: SweepEnd): Record<string, string> => ({
  "rest-api-id": end.request.restApiId,
  result: sweepResult(end),
  changed: String(end.changed),
  plan: end.outcome === undefined ? "" : JSON.stringify(end.outcome.plan),
});

/** The one line that ends the log. */
export const sweepResultLine = (end: SweepEnd): string =>
  `Result: ${sweepResult(end)}. ${end.outcome === undefined ? "Nothing was removed." : sweepSummary(end.outcome)}`;

export type SweptPreview = {
  readonly restApiId: string;
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
  [
    `${commentMarker(swept.restApiId, swept.stageName)}\n### ⚪ Preview ${code(swept.stageName)} was removed`,
    `${link(swept.remover ?? "A sweep", swept.logUrl)} deleted the stage: ${plain(swept.because)}. Its URL does not answer any more.`,
    ...(swept.pullRequestIsOpen ? ["The next push to the pull request brings it back."] : []),
  ].join("\n\n");
