import { placeText, type Remark } from "../../domain/errors.ts";
import type { Links } from "../links.ts";
import { linkOf, type StageOutcome } from "../outcome.ts";
import { canaryHeadline, canarySection } from "./canary.ts";
import { evidenceSection } from "./canary-evidence.ts";
import { errorText } from "./error-text.ts";
import { bytesOf, withoutMiddle } from "./fitting.ts";
import { historySection } from "./history.ts";
import { code, codeBlock, details, factTable, link, plain } from "./markdown.ts";
import { planLines } from "./plan-text.ts";
import { routeDiffSection } from "./route-diff.ts";
import { settingsTable } from "./settings-diff.ts";
import { smokeTestSection } from "./smoke-tests.ts";
import { watchSection } from "./watch.ts";

const headline = (outcome: StageOutcome): string => {
  const { request, result } = outcome;
  const subject = `${request.previewOf === undefined ? "Stage" : "Preview"} ${code(request.stageName)}`;
  switch (result) {
    case "created":
    case "updated":
    case "promoted":
      return `### ✅ ${subject} is live`;
    case "rolled-back":
      return outcome.error === undefined
        ? `### ✅ ${subject} is rolled back`
        : `### ❌ ${subject} failed and was rolled back`;
    case "unchanged":
      return outcome.request.command === "delete" ? `### 🧹 ${subject} is gone` : `### ✅ ${subject} is up to date`;
    case "planned":
      return `### 📝 ${subject}: plan, nothing was changed`;
    case "skipped":
      return outcome.request.command === "delete" ? `### ⚪ ${subject} stays` : `### ⏳ ${subject} waits for a slot`;
    case "deleted":
      return `### 🧹 ${subject} is removed`;
    case "failed":
      return failedHeadline(outcome, subject);
    default:
      return canaryHeadline(outcome, result, subject);
  }
};

const failedHeadline = (outcome: StageOutcome, subject: string): string => {
  const { request, error, changed, isKnown, deploymentId, previousDeploymentId } = outcome;
  if (error?.kind === "cancelled") return `### ⚪ ${subject}: cancelled`;
  if (request.command === "delete") {
    if (!isKnown) return `### ❌ ${subject}: it is not known whether it was removed`;
    return previousDeploymentId !== undefined && deploymentId === undefined
      ? `### ❌ ${subject} is gone, but not all that belonged to it`
      : `### ❌ ${subject} was not removed`;
  }
  return changed ? `### ❌ ${subject} has a problem` : `### ❌ ${subject} was not deployed`;
};

const where = (outcome: StageOutcome): string => {
  const { invokeUrl, deploymentId, result, request } = outcome;
  if (invokeUrl === undefined || deploymentId === undefined) return "";
  const url = linkOf(outcome);
  if (url !== "") return `${result === "failed" ? "Still there: " : ""}**<${url}>**`;
  if (invokeUrl.kind === "disabled") {
    return "The API's default endpoint is switched off, so the stage has no URL of its own. Give `invoke-url` with the custom domain that leads to it.";
  }
  const inside = invokeUrl.kind === "private" ? invokeUrl.url : undefined;
  return inside === undefined
    ? "The API is private: it answers only inside its VPC. Give `invoke-url` with the name that people use there."
    : `The API is private. Inside its VPC, stage ${code(request.stageName)} answers at ${code(inside)}.`;
};

const howToTry = (outcome: StageOutcome): string => {
  const url = linkOf(outcome);
  return url === "" || outcome.result === "failed"
    ? ""
    : `${codeBlock(`curl -i '${url}/'`, "sh")}\nAppend a route of the API; an unknown route answers 403 \`Missing Authentication Token\`.`;
};

const facts = (outcome: StageOutcome, links: Links): string => {
  const { request, api, region, recordedIn, deploymentId, previousDeploymentId } = outcome;
  const before =
    previousDeploymentId === undefined || previousDeploymentId === deploymentId
      ? ""
      : `, before ${code(previousDeploymentId)}`;
  const apiName = api?.name ? `${code(api.name)}, ` : "";
  return factTable([
    ["REST API", `${apiName}${code(request.restApiId)}${region === undefined ? "" : ` in ${region}`}`],
    ["Deployment", deploymentId === undefined ? "" : `${code(deploymentId)}${before}`],
    ["Environment", code(recordedIn ?? "")],
    ["Commit", link(code(request.run.commit.slice(0, 7)), links.commitUrl)],
    ["Log", link(`run ${request.run.runId}, attempt ${request.run.attempt}`, links.logUrl)],
  ]);
};

const planSection = ({ plan, result }: StageOutcome): string => {
  // What a deletion did stands among the notes.
  if (plan === undefined || result === "skipped" || (plan.command === "delete" && result !== "planned")) return "";
  const title = result === "planned" || result === "failed" ? "Plan" : "What was done";
  const lines = planLines(plan).map(plain).join("\n\n");
  return result === "planned" ? `**${title}**\n\n${lines}` : details(title, lines);
};

const settingsSection = ({ plan, result }: StageOutcome): string => {
  if (plan === undefined || plan.command === "delete" || result === "skipped") return "";
  const table = settingsTable(plan.settings);
  if (table === "") return "";
  return `**Settings**, ${result === "planned" || result === "failed" ? "as planned" : "changed"}\n\n${table}`;
};

const routesSection = ({ routes }: StageOutcome, limit: number): string =>
  routes === undefined ? "" : routeDiffSection(routes.diff, code(routes.comparedWith), limit);

const noteSection = ({ notes }: StageOutcome): string => notes.map(plain).join("\n\n");

const smokeSection = ({ smoke }: StageOutcome): string => (smoke === undefined ? "" : smokeTestSection(smoke));

const watchPart = ({ watch }: StageOutcome): string => (watch === undefined ? "" : watchSection(watch));

const evidencePart = ({ plan }: StageOutcome): string =>
  plan?.canary?.judged === undefined ? "" : evidenceSection(plan.canary.judged);

const historyPart = ({ history, deploymentId }: StageOutcome, { repositoryUrl }: Links): string =>
  history === undefined
    ? ""
    : details("What the stage served", historySection(history, deploymentId ?? "", repositoryUrl));

const warningSection = (warnings: readonly string[], remarks: readonly Remark[]): string =>
  [
    ...warnings.map((warning) => `- ⚠️ ${plain(warning)}`),
    ...remarks.map((remark) => `- ${SIGNS[remark.level]} ${plain(placeText(remark))}`),
  ].join("\n");

const SIGNS = { warning: "⚠️", note: "ℹ️" } as const;

/** What a service said can be of any length; the end says in what state things are and what to do. */
const failureSection = ({ error, request }: StageOutcome, limit: number): string => {
  if (error === undefined) return "";
  return codeBlock(withoutMiddle(errorText(error, request.run.actionUrl), limit));
};

const CUT = "… The rest did not fit; the whole report is in the job summary.";

/**
 * The report that people read on the pull request and in the job summary, of at most `limit` bytes. Parts that say
 * nothing are left out, and so are those that no longer fit; the routes take the room that the others leave.
 */
export const page = (outcome: StageOutcome, links: Links, warnings: readonly string[], limit: number): string => {
  const before = [
    headline(outcome),
    noteSection(outcome),
    failureSection(outcome, limit / 4),
    smokeSection(outcome),
    watchPart(outcome),
    where(outcome),
    facts(outcome, links),
    canarySection(outcome),
    evidencePart(outcome),
    howToTry(outcome),
  ];
  const after = [
    settingsSection(outcome),
    planSection(outcome),
    historyPart(outcome, links),
    warningSection(warnings, outcome.remarks),
  ];
  const room = limit - length([...before, ...after]) - bytesOf(CUT);
  const parts = [...before, routesSection(outcome, room), ...after].filter((part) => part !== "");
  const fitting: string[] = [];
  for (const part of parts) if (length([...fitting, part]) + bytesOf(CUT) < limit) fitting.push(part);
  return [...fitting, ...(fitting.length < parts.length ? [CUT] : [])].join(GAP);
};

const GAP = "\n\n";

const length = (parts: readonly string[]): number => parts.reduce((sum, part) => sum + bytesOf(part) + GAP.length, 0);
